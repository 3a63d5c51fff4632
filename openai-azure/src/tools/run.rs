//! A request whose tools are run.

use std::borrow::Cow;
use std::fmt;
use std::future::IntoFuture;
use std::time::Duration;

use futures_util::future::BoxFuture;

use super::approval::Approver;
use super::output::ModelOutput;
use super::registry::Tools;
use super::stream::ToolStream;
use crate::error::Error;
use crate::response::Response;

/// A request whose tools are run; made by
/// [`ChatRequest::run_tools`](crate::chat::ChatRequest::run_tools) and
/// [`ResponseRequest::run_tools`](crate::responses::ResponseRequest::run_tools).
#[must_use = "nothing is sent before `send` or `stream`"]
pub struct ToolRun<O: ModelOutput> {
    pub(super) request: O::Request,
    pub(super) tools: Tools,
    pub(super) settings: Settings,
}

/// How tools are run.
#[derive(Debug, Clone)]
pub(super) struct Settings {
    pub(super) max_rounds: u32,
    pub(super) concurrency: usize,
    pub(super) tool_timeout: Option<Duration>,
    pub(super) approver: Option<Approver>,
}

impl Default for Settings {
    fn default() -> Self {
        Self { max_rounds: 10, concurrency: 8, tool_timeout: None, approver: None }
    }
}

/// The last response of the model, and how it came about.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct ToolRunOutput<O: ModelOutput> {
    /// The last response. It may be a refusal or cut off, as any other.
    pub response: O,
    /// The items or messages of the run: what the request had, calls, results and the last
    /// response.
    pub history: Vec<O::Item>,
    /// How many rounds of tools there were.
    pub rounds: u32,
    /// Token usage of all responses together, without the details. A chat that is streamed has it
    /// only with [`include_usage`](crate::chat::ChatRequest::include_usage).
    pub usage: O::Usage,
}

impl<O: ModelOutput> ToolRunOutput<O> {
    /// The text of the last response; empty when there is none.
    #[must_use]
    pub fn text(&self) -> Cow<'_, str> {
        self.response.text()
    }
}

impl<O: ModelOutput> AsRef<O> for ToolRunOutput<O> {
    fn as_ref(&self) -> &O {
        &self.response
    }
}

impl<O: ModelOutput> ToolRun<O> {
    pub(super) fn new(request: O::Request, tools: Tools) -> Self {
        Self { request, tools, settings: Settings::default() }
    }

    /// How many rounds of tools there may be. Default: 10. A model that calls tools after the last
    /// one is an [`Error::Output`].
    pub fn max_rounds(mut self, rounds: u32) -> Self {
        self.settings.max_rounds = rounds;
        self
    }

    /// How many tools run at once, at least 1. Default: 8.
    pub fn concurrency(mut self, tools: usize) -> Self {
        self.settings.concurrency = tools.max(1);
        self
    }

    /// The limit on each tool. Default: none. A tool that takes longer is an error that the model
    /// reads.
    pub fn tool_timeout(mut self, limit: Duration) -> Self {
        self.settings.tool_timeout = Some(limit);
        self
    }

    /// Runs the tools until the model is done. Head and request IDs are those of the last
    /// response.
    ///
    /// # Errors
    ///
    /// [`Error::Config`] for tools that cannot work; [`Error::Output`] when the model still calls
    /// tools after the last round, or when the limit on tokens or the content filter cuts a call
    /// off; [`Error::Stream`] for calls in a response without an end; and the errors of the
    /// request.
    pub async fn send(self) -> Result<Response<ToolRunOutput<O>>, Error> {
        let mut run = ToolStream::open(self, false).await?;
        let output = run.finish().await?;
        Ok(Response::new(output, run.head().clone()))
    }

    /// Runs the tools and returns what happens. Head and request IDs are those of the first
    /// response.
    ///
    /// # Errors
    ///
    /// Those of [`ToolRun::send`], as far as they come before the first event.
    pub async fn stream(self) -> Result<Response<ToolStream<O>>, Error> {
        let run = ToolStream::open(self, true).await?;
        let head = run.head().clone();
        Ok(Response::new(run, head))
    }
}

/// `.await` is short for `.send().await`.
impl<O: ModelOutput> IntoFuture for ToolRun<O> {
    type Output = Result<Response<ToolRunOutput<O>>, Error>;
    type IntoFuture = BoxFuture<'static, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.send())
    }
}

impl<O: ModelOutput> Clone for ToolRun<O> {
    fn clone(&self) -> Self {
        let (tools, settings) = (self.tools.clone(), self.settings.clone());
        Self { request: self.request.clone(), tools, settings }
    }
}

impl<O: ModelOutput> fmt::Debug for ToolRun<O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ToolRun")
            .field("request", &self.request)
            .field("tools", &self.tools)
            .field("settings", &self.settings)
            .finish()
    }
}
