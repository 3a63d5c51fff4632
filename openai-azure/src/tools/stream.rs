//! The loop: ask the model, run what it calls, ask again.

use std::collections::VecDeque;
use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use futures_core::Stream;
use futures_util::StreamExt as _;
use futures_util::future::BoxFuture;
use futures_util::stream::FuturesUnordered;

use super::error::ToolError;
use super::event::{ToolEvent, ToolResult};
use super::registry::Tools;
use super::run::ToolRunOutput;
use crate::chat::{
    ChatCompletion, ChatEvent, ChatEventStream, ChatRequest, FinishReason, Message, ToolCall, Usage,
};
use crate::error::{Error, OutputError, OutputFault};
use crate::request_ids::RequestIds;
use crate::response::{Head, Response};

/// What happens while tools are run; made by [`ToolRun::stream`](super::ToolRun::stream).
///
/// It is also a [`Stream`]. It works only while it is asked for the next event and spawns nothing;
/// dropping it ends its tools and requests. The last event is [`ToolEvent::Answer`], unless there is
/// an error.
///
/// ```no_run
/// # async fn example(client: openai_azure::Client, tools: openai_azure::tools::Tools) -> Result<(), openai_azure::Error> {
/// use openai_azure::tools::ToolEvent;
///
/// let chat = client.chat("gpt-4o").user("What is the weather in Oslo?");
/// let mut events = chat.run_tools(tools).stream().await?;
/// while let Some(event) = events.try_next().await? {
///     match event {
///         ToolEvent::Text(delta) => print!("{delta}"),
///         ToolEvent::Started(call) => println!("… {} {}", call.function.name, call.function.arguments),
///         ToolEvent::Finished(result) => println!("… {}", result.content),
///         _ => {}
///     }
/// }
/// # Ok(())
/// # }
/// ```
#[must_use = "nothing is run before the first `try_next`"]
pub struct ToolStream {
    chat: ChatRequest,
    tools: Tools,
    settings: Settings,
    is_streamed: bool,
    phase: Phase,
    /// Events that are told before anything goes on.
    waiting: VecDeque<ToolEvent>,
    /// Of the latest answer.
    head: Head,
    rounds: u32,
    usage: Usage,
    answer: Option<Box<ChatCompletion>>,
}

/// How tools are run.
#[derive(Debug, Clone)]
pub(super) struct Settings {
    pub(super) max_rounds: u32,
    pub(super) concurrency: usize,
    pub(super) tool_timeout: Option<Duration>,
}

impl Default for Settings {
    fn default() -> Self {
        Self { max_rounds: 10, concurrency: 8, tool_timeout: None }
    }
}

enum Phase {
    /// The request is on its way.
    Asking(BoxFuture<'static, Result<Asked, Error>>),
    /// The answer arrives.
    Reading(Box<ChatEventStream>),
    /// The tools of a round run.
    Running(Round),
    Over,
}

/// An answer, whole or as it arrives.
enum Asked {
    Whole(Box<Response<ChatCompletion>>),
    Streamed(Box<Response<ChatEventStream>>),
}

/// The tools of one answer.
struct Round {
    completion: Box<ChatCompletion>,
    /// Those that have not begun, with their place among the calls.
    to_start: VecDeque<(usize, ToolCall)>,
    running: FuturesUnordered<BoxFuture<'static, (usize, ToolResult)>>,
    /// What they gave back, by the place of the call.
    contents: Vec<String>,
}

impl ToolStream {
    /// Asks the first time.
    pub(super) async fn open(
        chat: ChatRequest,
        tools: Tools,
        settings: Settings,
        is_streamed: bool,
    ) -> Result<Self, Error> {
        let chat = chat.with_run_tools(tools.to_tools()?)?;
        let asked = ask(chat.clone(), is_streamed).await?;
        let head = asked.head().clone();
        let mut run = Self {
            chat,
            tools,
            settings,
            is_streamed,
            phase: Phase::Over,
            waiting: VecDeque::new(),
            head,
            rounds: 0,
            usage: Usage::default(),
            answer: None,
        };
        run.hear(asked)?;
        Ok(run)
    }

    /// Gives the next event, or `None` after the end. A call that is dropped before it is done
    /// loses nothing.
    ///
    /// # Errors
    ///
    /// Those of [`ToolRun::send`](super::ToolRun::send), and those of a stream. It is at its end
    /// then.
    pub async fn try_next(&mut self) -> Result<Option<ToolEvent>, Error> {
        poll_fn(|cx| self.poll_event(cx)).await.transpose()
    }

    /// Does the rest and gives the answer.
    ///
    /// # Errors
    ///
    /// Those of [`ToolStream::try_next`], and [`Error::Config`] after an error.
    pub async fn finish(&mut self) -> Result<ToolRunOutput, Error> {
        while self.try_next().await?.is_some() {}
        self.outcome()
    }

    /// The answer, after the end.
    pub(crate) fn outcome(&self) -> Result<ToolRunOutput, Error> {
        let none = || Error::config("the run ended with an error and has no answer");
        Ok(ToolRunOutput {
            completion: self.answer.as_deref().cloned().ok_or_else(none)?,
            messages: self.messages().to_vec(),
            rounds: self.rounds,
            usage: self.usage.clone(),
        })
    }

    /// The conversation so far: what was asked, the whole rounds, and at the end the answer.
    #[must_use]
    pub fn messages(&self) -> &[Message] {
        self.chat.history()
    }

    /// How many rounds of tools were begun.
    #[must_use]
    pub fn rounds(&self) -> u32 {
        self.rounds
    }

    /// The ids of the latest answer, to give to support.
    #[must_use]
    pub fn request_ids(&self) -> RequestIds {
        RequestIds::from_headers(&self.head.headers)
    }

    pub(super) fn head(&self) -> &Head {
        &self.head
    }

    fn poll_event(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<ToolEvent, Error>>> {
        loop {
            if let Some(event) = self.waiting.pop_front() {
                return Poll::Ready(Some(Ok(event)));
            }
            let step = match &mut self.phase {
                Phase::Over => return Poll::Ready(None),
                Phase::Asking(asked) => ready!(asked.as_mut().poll(cx)).and_then(|asked| {
                    self.head = asked.head().clone();
                    self.hear(asked)
                }),
                Phase::Reading(events) => match ready!(events.as_mut().poll_next_unpin(cx)) {
                    Some(Ok(ChatEvent::End(answer))) => self.take(answer),
                    Some(Ok(event)) => {
                        self.waiting.extend(ToolEvent::of(event));
                        Ok(())
                    }
                    Some(Err(error)) => Err(error),
                    None => return Poll::Ready(None),
                },
                Phase::Running(round) => {
                    round.start(&self.tools, &self.settings, &mut self.waiting);
                    if self.waiting.is_empty() {
                        match ready!(round.running.poll_next_unpin(cx)) {
                            Some((at, result)) => {
                                round.contents[at].clone_from(&result.content);
                                self.waiting.push_back(ToolEvent::Finished(result));
                            }
                            None => self.end_round(),
                        }
                    }
                    Ok(())
                }
            };
            if let Err(error) = step {
                self.phase = Phase::Over;
                return Poll::Ready(Some(Err(error)));
            }
        }
    }

    fn hear(&mut self, asked: Asked) -> Result<(), Error> {
        match asked {
            Asked::Whole(answer) => self.take(Box::new(answer.into_inner())),
            Asked::Streamed(events) => {
                self.phase = Phase::Reading(Box::new(events.into_inner()));
                Ok(())
            }
        }
    }

    /// Takes a whole answer: the last one, or one that calls tools.
    fn take(&mut self, completion: Box<ChatCompletion>) -> Result<(), Error> {
        if let Some(usage) = &completion.usage {
            self.usage.prompt_tokens += usage.prompt_tokens;
            self.usage.completion_tokens += usage.completion_tokens;
            self.usage.total_tokens += usage.total_tokens;
        }
        let said = completion.choices.first().map(|choice| choice.message.clone());
        let calls = completion.tool_calls().to_vec();
        if calls.is_empty() {
            self.chat.add_to_history(said.map(Message::from));
            self.waiting.push_back(ToolEvent::Answer(completion.clone()));
            self.answer = Some(completion);
            self.phase = Phase::Over;
            return Ok(());
        }
        // The last call may be cut off, and none of them is run then.
        let fault = match completion.finish_reason() {
            Some(FinishReason::Length) => Some(OutputFault::Length),
            Some(FinishReason::ContentFilter) => Some(OutputFault::ContentFilter),
            _ if self.rounds == self.settings.max_rounds => Some(OutputFault::RoundLimit),
            _ => None,
        };
        if let Some(fault) = fault {
            let error = OutputError::new(fault, completion.text(), self.request_ids());
            let filter = completion.choices.first().map(|choice| &choice.content_filter_results);
            let error = error.with_refusal(completion.refusal()).with_content_filter(filter);
            let error = Error::Output(error.with_output(*completion));
            return Err(error.with_retries(self.head.retries));
        }
        self.rounds += 1;
        self.chat.add_to_history(said.map(Message::from));
        self.phase = Phase::Running(Round {
            completion,
            contents: vec![String::new(); calls.len()],
            to_start: calls.into_iter().enumerate().collect(),
            running: FuturesUnordered::new(),
        });
        Ok(())
    }

    /// Adds what the tools gave back, in the order of their calls, and asks again.
    fn end_round(&mut self) {
        let Phase::Running(round) = std::mem::replace(&mut self.phase, Phase::Over) else { return };
        let calls = round.completion.tool_calls().iter();
        let results =
            calls.zip(round.contents).map(|(call, content)| Message::tool(&call.id, content));
        self.chat.add_to_history(results);
        self.chat.demand_no_tool();
        let (round, completion) = (self.rounds, round.completion);
        self.waiting.push_back(ToolEvent::RoundEnd { round, completion });
        self.phase = Phase::Asking(Box::pin(ask(self.chat.clone(), self.is_streamed)));
    }
}

impl Asked {
    fn head(&self) -> &Head {
        match self {
            Self::Whole(answer) => answer.head(),
            Self::Streamed(events) => events.head(),
        }
    }
}

async fn ask(chat: ChatRequest, is_streamed: bool) -> Result<Asked, Error> {
    Ok(if is_streamed {
        Asked::Streamed(Box::new(chat.stream().await?.events()))
    } else {
        Asked::Whole(Box::new(chat.send().await?))
    })
}

impl Round {
    /// Starts as many as there may be.
    fn start(&mut self, tools: &Tools, settings: &Settings, events: &mut VecDeque<ToolEvent>) {
        while self.running.len() < settings.concurrency {
            let Some((at, call)) = self.to_start.pop_front() else { return };
            events.push_back(ToolEvent::Started(call.clone()));
            self.running.push(run(at, call, tools, settings.tool_timeout));
        }
    }
}

pub(super) fn run(
    at: usize,
    call: ToolCall,
    tools: &Tools,
    limit: Option<Duration>,
) -> BoxFuture<'static, (usize, ToolResult)> {
    let name = &call.function.name;
    let found = tools.find(name).map(Arc::clone).ok_or_else(|| {
        let known = tools.names().map(str::to_owned).collect();
        ToolError::Unknown { name: name.clone(), known }
    });
    Box::pin(async move {
        // The function is called here, so that it is part of what is waited for.
        let outcome = match (found, limit) {
            (Err(unknown), _) => Err(unknown),
            (Ok(tool), None) => (tool.call)(&call.function.arguments).await,
            (Ok(tool), Some(limit)) => {
                let running = (tool.call)(&call.function.arguments);
                let in_time = tokio::time::timeout(limit, running).await;
                in_time.unwrap_or(Err(ToolError::Timeout { limit }))
            }
        };
        let result = match outcome {
            Ok(content) => ToolResult { call, content, error: None },
            Err(error) => ToolResult { call, content: error.to_content(), error: Some(error) },
        };
        (at, result)
    })
}

impl Stream for ToolStream {
    type Item = Result<ToolEvent, Error>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.poll_event(cx)
    }
}

impl fmt::Debug for ToolStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let phase = match &self.phase {
            Phase::Asking(_) => "asking",
            Phase::Reading(_) => "reading",
            Phase::Running(_) => "running",
            Phase::Over => "over",
        };
        f.debug_struct("ToolStream")
            .field("tools", &self.tools)
            .field("rounds", &self.rounds)
            .field("phase", &phase)
            .finish_non_exhaustive()
    }
}
