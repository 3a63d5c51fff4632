//! The loop: ask the model, run what it calls, ask again.

use std::collections::VecDeque;
use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use futures_core::Stream;
use futures_util::StreamExt as _;
use futures_util::future::BoxFuture;
use serde_json::Value;

use super::event::ToolEvent;
use super::invocation::{InvocationKind, ToolInvocation};
use super::output::ModelOutput;
use super::registry::Tools;
use super::round::Round;
use super::run::{Settings, ToolRun, ToolRunOutput};
use crate::error::{Error, OutputError, OutputFault, StreamError};
use crate::partial_json;
use crate::request_ids::RequestIds;
use crate::response::{Head, Response};

/// What happens while tools are run; made by [`ToolRun::stream`]. A [`Stream`].
///
/// It works only while it is asked for the next event and spawns nothing; dropping it ends its
/// tools and requests. The last event is [`ToolEvent::Answer`], unless there is an error.
///
/// ```no_run
/// # async fn example(client: openai_azure::Client, tools: openai_azure::tools::Tools) -> Result<(), openai_azure::Error> {
/// use openai_azure::tools::ToolEvent;
///
/// let request = client.respond("gpt-5.6-terra").user("What is the weather in Oslo?");
/// let mut events = request.run_tools(tools).stream().await?;
/// while let Some(event) = events.try_next().await? {
///     match event {
///         ToolEvent::Text(delta) => print!("{delta}"),
///         ToolEvent::Started(call) => println!("… {} {}", call.name, call.arguments),
///         ToolEvent::Finished(result) => println!("… {}", result.content),
///         _ => {}
///     }
/// }
/// # Ok(())
/// # }
/// ```
#[must_use = "nothing is run before the first `try_next`"]
pub struct ToolStream<O: ModelOutput> {
    request: O::Request,
    tools: Tools,
    settings: Settings,
    is_streamed: bool,
    phase: Phase<O>,
    /// Events that are returned before anything goes on.
    waiting: VecDeque<ToolEvent<O>>,
    /// Of the latest response.
    head: Head,
    history: Vec<O::Item>,
    rounds: u32,
    usage: O::Usage,
    answer: Option<Box<O>>,
}

enum Phase<O: ModelOutput> {
    /// The request is on its way.
    Asking(BoxFuture<'static, Result<Asked<O>, Error>>),
    /// The response arrives.
    Reading(Box<O::Events>),
    /// The tools of a round run.
    Running(Round<O>),
    Over,
}

/// A response, whole or as it arrives.
enum Asked<O: ModelOutput> {
    Whole(Box<Response<O>>),
    Streamed(Box<Response<O::Events>>),
}

impl<O: ModelOutput> ToolStream<O> {
    /// Asks the first time.
    pub(super) async fn open(run: ToolRun<O>, is_streamed: bool) -> Result<Self, Error> {
        let ToolRun { request, tools, settings } = run;
        let request = O::prepare(request, &tools)?;
        let asked = ask::<O>(request.clone(), is_streamed).await?;
        let head = asked.head().clone();
        let mut run = Self {
            history: O::items(&request),
            request,
            tools,
            settings,
            is_streamed,
            phase: Phase::Over,
            waiting: VecDeque::new(),
            head,
            rounds: 0,
            usage: O::Usage::default(),
            answer: None,
        };
        run.receive(asked)?;
        Ok(run)
    }

    /// Returns the next event, or `None` after the last one. A call that is dropped before it is
    /// done loses nothing.
    ///
    /// # Errors
    ///
    /// Those of [`ToolRun::send`], and those of a stream. It is at its end then.
    pub async fn try_next(&mut self) -> Result<Option<ToolEvent<O>>, Error> {
        poll_fn(|cx| self.poll_event(cx)).await.transpose()
    }

    /// Does the rest and returns the last response.
    ///
    /// # Errors
    ///
    /// Those of [`ToolStream::try_next`], and [`Error::Config`] after an error.
    pub async fn finish(&mut self) -> Result<ToolRunOutput<O>, Error> {
        while self.try_next().await?.is_some() {}
        let none = || Error::config("the run ended with an error and has no output");
        Ok(ToolRunOutput {
            response: self.answer.as_deref().cloned().ok_or_else(none)?,
            history: self.history.clone(),
            rounds: self.rounds,
            usage: self.usage.clone(),
        })
    }

    /// The items or messages so far: those of the request, the whole rounds, and at the end the
    /// last response.
    #[must_use]
    pub fn history(&self) -> &[O::Item] {
        &self.history
    }

    /// How many rounds of tools were begun.
    #[must_use]
    pub fn rounds(&self) -> u32 {
        self.rounds
    }

    /// The response that arrives now, as far as it has arrived.
    #[must_use]
    pub fn so_far(&self) -> Option<&O> {
        match &self.phase {
            Phase::Reading(events) => Some(O::so_far(events)),
            Phase::Running(round) => Some(&round.response),
            _ => self.answer.as_deref(),
        }
    }

    /// The arguments of a call as far as the model has written them; `id` is that of
    /// [`ToolEvent::Calling`]. Open strings, lists and objects are closed, and what has no value
    /// yet is left out. The last number may still grow.
    #[must_use]
    pub fn partial_arguments(&self, id: impl AsRef<str>) -> Option<Value> {
        let calls = self.so_far()?.calls();
        let call = calls.iter().find(|call| call.id == id.as_ref())?;
        partial_json::read(&call.arguments)
    }

    /// The IDs of the latest response, to give to support.
    #[must_use]
    pub fn request_ids(&self) -> RequestIds {
        self.head.request_ids()
    }

    pub(super) fn head(&self) -> &Head {
        &self.head
    }

    fn poll_event(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<ToolEvent<O>, Error>>> {
        loop {
            if let Some(event) = self.waiting.pop_front() {
                return Poll::Ready(Some(Ok(event)));
            }
            let step = match &mut self.phase {
                Phase::Over => return Poll::Ready(None),
                Phase::Asking(asked) => ready!(asked.as_mut().poll(cx)).and_then(|asked| {
                    self.head = asked.head().clone();
                    self.receive(asked)
                }),
                Phase::Reading(events) => match ready!(events.poll_next_unpin(cx)) {
                    Some(Ok(event)) => {
                        self.waiting.extend(O::sort(events, event));
                        Ok(())
                    }
                    Some(Err(error)) => Err(error),
                    None => {
                        let response = Box::new(O::so_far(events).clone());
                        self.take(response)
                    }
                },
                Phase::Running(round) => {
                    round.start(&self.tools, &self.settings, &mut self.waiting);
                    if self.waiting.is_empty() {
                        match ready!(round.poll_result(cx)) {
                            Some(result) => self.waiting.push_back(ToolEvent::Finished(result)),
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

    fn receive(&mut self, asked: Asked<O>) -> Result<(), Error> {
        match asked {
            Asked::Whole(response) => self.take(Box::new(response.into_inner())),
            Asked::Streamed(events) => {
                self.phase = Phase::Reading(Box::new(events.into_inner()));
                Ok(())
            }
        }
    }

    /// Takes a whole response: the last one, or one that calls tools.
    fn take(&mut self, response: Box<O>) -> Result<(), Error> {
        response.add_usage(&mut self.usage);
        let calls = response.calls();
        if !response.is_complete() && (self.is_streamed || !calls.is_empty()) {
            let what = "the response has no end, so its calls may be cut off";
            let error = Error::Stream(StreamError::new(what, self.head.status, self.request_ids()));
            return Err(error.with_partial(&response.text()).with_retries(self.head.retries));
        }
        if calls.is_empty() || self.lacks_approver(&calls) {
            self.history.extend(response.said());
            self.waiting.push_back(ToolEvent::Answer(response.clone()));
            self.answer = Some(response);
            self.phase = Phase::Over;
            return Ok(());
        }
        // The last call may be cut off, and none of them is run then.
        let is_last = self.rounds == self.settings.max_rounds;
        if let Some(fault) = response.cut().or(is_last.then_some(OutputFault::RoundLimit)) {
            let error = OutputError::new(fault, response.text(), self.request_ids())
                .with_refusal(response.refusal())
                .with_content_filter(response.content_filter());
            let error = Error::Output(error.with_output(*response));
            return Err(error.with_retries(self.head.retries));
        }
        self.rounds += 1;
        self.history.extend(response.said());
        self.phase = Phase::Running(Round::new(response, calls));
        Ok(())
    }

    /// Nobody decides what the response asks for.
    fn lacks_approver(&self, calls: &[ToolInvocation]) -> bool {
        let needs_one =
            |call: &ToolInvocation| matches!(call.kind, InvocationKind::McpApproval { .. });
        self.settings.approver.is_none() && calls.iter().any(needs_one)
    }

    /// Sends the results, in the order of their calls.
    fn end_round(&mut self) {
        let Phase::Running(round) = std::mem::replace(&mut self.phase, Phase::Over) else { return };
        let (response, results) = round.into_parts();
        let results: Vec<O::Item> = results.iter().map(O::result).collect();
        self.history.extend(results.iter().cloned());
        response.next(&mut self.request, results);
        self.waiting.push_back(ToolEvent::RoundEnd { round: self.rounds, response });
        self.phase = Phase::Asking(Box::pin(ask::<O>(self.request.clone(), self.is_streamed)));
    }
}

impl<O: ModelOutput> Asked<O> {
    fn head(&self) -> &Head {
        match self {
            Self::Whole(response) => response.head(),
            Self::Streamed(events) => events.head(),
        }
    }
}

async fn ask<O: ModelOutput>(request: O::Request, is_streamed: bool) -> Result<Asked<O>, Error> {
    Ok(if is_streamed {
        Asked::Streamed(Box::new(O::stream(request).await?))
    } else {
        Asked::Whole(Box::new(O::send(request).await?))
    })
}

impl<O: ModelOutput> Stream for ToolStream<O> {
    type Item = Result<ToolEvent<O>, Error>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.poll_event(cx)
    }
}

impl<O: ModelOutput> Unpin for ToolStream<O> {}

impl<O: ModelOutput> fmt::Debug for ToolStream<O> {
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
