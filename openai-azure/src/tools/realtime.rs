//! Tools in a realtime session.

use std::collections::VecDeque;
use std::fmt;
use std::future::poll_fn;
use std::ops::{Deref, DerefMut};
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use futures_core::Stream as _;
use futures_util::StreamExt as _;
use futures_util::future::BoxFuture;
use futures_util::stream::FuturesUnordered;

use super::event::ToolResult;
use super::invocation::ToolInvocation;
use super::registry::Tools;
use super::round::run;
use super::run::Settings;
use crate::chat::Function;
use crate::error::Error;
use crate::realtime::{
    ClientEvent, ConversationItem, FunctionCallItem, RealtimeConnection, RealtimeSender,
    RealtimeTool, ServerEvent,
};

impl Tools {
    /// The tools as a realtime session wants them:
    /// [`Session::tools`](crate::realtime::Session::tools).
    ///
    /// # Errors
    ///
    /// [`Error::Config`] for a tool that could not be added.
    pub fn to_realtime(&self) -> Result<Vec<RealtimeTool>, Error> {
        let tool = |function: &Function| {
            let description = function.description.clone().unwrap_or_default();
            let parameters = function.parameters.clone().unwrap_or_default();
            RealtimeTool::function(function.name.clone(), description, parameters)
        };
        Ok(self.functions()?.map(tool).collect())
    }
}

/// A realtime session whose function calls are run.
///
/// When a response calls functions, they run side by side while events go on to arrive. Each result
/// becomes an item of the conversation; after the last one the model is asked for a response.
/// Nothing is spawned: the functions run while [`RealtimeTools::try_next`] is awaited.
///
/// ```no_run
/// # async fn example(
/// #     client: openai_azure::Client,
/// #     tools: openai_azure::tools::Tools,
/// # ) -> Result<(), openai_azure::Error> {
/// use openai_azure::realtime::ServerEvent;
/// use openai_azure::tools::{RealtimeToolEvent, RealtimeTools};
///
/// let of_session = tools.to_realtime()?;
/// let session = client.realtime("gpt-realtime-1.5").session(|s| s.tools(of_session)).connect().await?;
/// let mut session = RealtimeTools::new(session, tools);
/// session.user_text("How is the weather in Oslo?").await?;
/// session.create_response().await?;
/// while let Some(event) = session.try_next().await? {
///     match event {
///         RealtimeToolEvent::Finished(result) => println!("{}", result.content),
///         RealtimeToolEvent::Event(ServerEvent::TranscriptDone(event)) => {
///             println!("{}", event.transcript);
///             break;
///         }
///         _ => {}
///     }
/// }
/// # Ok(())
/// # }
/// ```
pub struct RealtimeTools {
    session: RealtimeConnection,
    tools: Tools,
    settings: Settings,
    running: FuturesUnordered<BoxFuture<'static, (usize, ToolResult)>>,
    events: VecDeque<RealtimeToolEvent>,
    /// Results to send; at most one for each call, and a response.
    to_send: VecDeque<ClientEvent>,
    unflushed: bool,
}

/// What happens in a session with tools.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum RealtimeToolEvent {
    /// An event of the session. Every event arrives, also those about calls.
    Event(ServerEvent),
    /// A function is started, with all its arguments.
    Started(ToolInvocation),
    /// A function is done. Its result is sent before the next event arrives.
    Finished(ToolResult),
}

enum Step {
    Event(Option<Result<ServerEvent, Error>>),
    Finished(ToolResult),
}

impl RealtimeTools {
    /// Runs these tools in a session. The session must know them: see [`Tools::to_realtime`].
    #[must_use]
    pub fn new(session: RealtimeConnection, tools: Tools) -> Self {
        Self {
            session,
            tools,
            settings: Settings::default(),
            running: FuturesUnordered::new(),
            events: VecDeque::new(),
            to_send: VecDeque::new(),
            unflushed: false,
        }
    }

    /// Sets how long one function may take. Default: no limit. The model reads that it took too
    /// long.
    #[must_use]
    pub fn tool_timeout(mut self, limit: Duration) -> Self {
        self.settings.tool_timeout = Some(limit);
        self
    }

    /// Returns the session. Functions that are running are dropped.
    #[must_use]
    pub fn into_inner(self) -> RealtimeConnection {
        self.session
    }

    /// The next event; `None` at the end. Cancel-safe: no event is lost, and no result is sent
    /// twice.
    ///
    /// # Errors
    ///
    /// Those of [`RealtimeConnection`]. The model reads what goes wrong in a function.
    pub async fn try_next(&mut self) -> Result<Option<RealtimeToolEvent>, Error> {
        loop {
            self.send_results().await?;
            if let Some(event) = self.events.pop_front() {
                return Ok(Some(event));
            }
            match poll_fn(|cx| self.poll_step(cx)).await {
                Step::Finished(result) => {
                    let id = result.call.id.clone();
                    let item = ConversationItem::function_call_output(id, result.content.clone());
                    self.to_send.push_back(ClientEvent::create_item(item));
                    if self.running.is_empty() {
                        self.to_send.push_back(ClientEvent::create_response());
                    }
                    self.events.push_back(RealtimeToolEvent::Finished(result));
                }
                Step::Event(None) => return Ok(None),
                Step::Event(Some(event)) => {
                    let event = event?;
                    self.take(&event);
                    self.events.push_front(RealtimeToolEvent::Event(event));
                }
            }
        }
    }

    fn take(&mut self, event: &ServerEvent) {
        match event {
            // Another session knows nothing of these calls.
            ServerEvent::SessionCreated(_) => {
                self.running.clear();
                self.to_send.clear();
            }
            ServerEvent::ResponseDone(event) => {
                let calls: Vec<ToolInvocation> =
                    event.response.function_calls().map(call).collect();
                for (at, call) in calls.into_iter().enumerate() {
                    self.events.push_back(RealtimeToolEvent::Started(call.clone()));
                    self.running.push(run(at, call, &self.tools, &self.settings));
                }
            }
            _ => {}
        }
    }

    fn poll_step(&mut self, cx: &mut Context<'_>) -> Poll<Step> {
        if let Poll::Ready(Some((_, result))) = self.running.poll_next_unpin(cx) {
            return Poll::Ready(Step::Finished(result));
        }
        Pin::new(&mut self.session).poll_next(cx).map(Step::Event)
    }

    async fn send_results(&mut self) -> Result<(), Error> {
        while !self.to_send.is_empty() {
            self.session.ready().await?;
            // From here to the next wait, so that a dropped future leaves nothing half done.
            if let Some(event) = self.to_send.pop_front() {
                self.session.start(&event)?;
                self.unflushed = true;
            }
        }
        if self.unflushed {
            self.session.flush().await?;
            self.unflushed = false;
        }
        Ok(())
    }
}

fn call(item: &FunctionCallItem) -> ToolInvocation {
    ToolInvocation {
        id: item.call_id.clone().unwrap_or_default(),
        name: item.name.clone(),
        arguments: item.arguments.clone(),
        ..ToolInvocation::default()
    }
}

/// Everything that can be sent.
impl Deref for RealtimeTools {
    type Target = RealtimeSender;

    fn deref(&self) -> &RealtimeSender {
        &self.session
    }
}

impl DerefMut for RealtimeTools {
    fn deref_mut(&mut self) -> &mut RealtimeSender {
        &mut self.session
    }
}

impl fmt::Debug for RealtimeTools {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RealtimeTools")
            .field("session", &self.session)
            .field("tools", &self.tools)
            .field("running", &self.running.len())
            .finish_non_exhaustive()
    }
}
