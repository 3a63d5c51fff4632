//! A chat whose tools are run.

use std::time::Duration;

use super::registry::Tools;
use super::stream::{Settings, ToolStream};
use crate::chat::{ChatCompletion, ChatRequest, Message};
use crate::engine::setters::send_on_await;
use crate::error::Error;
use crate::response::Response;
use crate::usage::Usage;

/// A chat to be sent whose tools are run; made by [`ChatRequest::run_tools`].
#[derive(Debug, Clone)]
#[must_use = "nothing is sent before `send` or `stream`"]
pub struct ToolRun {
    chat: ChatRequest,
    tools: Tools,
    settings: Settings,
}

/// The model's last word, and how it got there.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct ToolRunOutput {
    /// The last answer. It may be a refusal or cut off, as of any chat.
    pub completion: ChatCompletion,
    /// The whole conversation with calls, results and the last answer, to go on with.
    pub messages: Vec<Message>,
    /// How many rounds of tools there were.
    pub rounds: u32,
    /// The tokens of all answers together, without the details. Streams tell them only with
    /// [`ChatRequest::include_usage`].
    pub usage: Usage,
}

impl ToolRunOutput {
    /// The text of the last answer; empty when there is none.
    #[must_use]
    pub fn text(&self) -> &str {
        self.completion.text()
    }
}

impl AsRef<ChatCompletion> for ToolRunOutput {
    fn as_ref(&self) -> &ChatCompletion {
        &self.completion
    }
}

impl ChatRequest {
    /// Lets the model call these tools until it has its answer.
    ///
    /// Calls may come side by side unless [`ChatRequest::parallel_tool_calls`] says no; the service keeps
    /// strictly to the schemas of arguments only then. A [`ChatRequest::tool_choice`] that demands a call
    /// holds for the first round, and is `auto` from then on.
    ///
    /// See [`tools`](crate::tools) for an example.
    pub fn run_tools(self, tools: Tools) -> ToolRun {
        ToolRun { chat: self, tools, settings: Settings::default() }
    }
}

impl ToolRun {
    /// How many rounds of tools there may be, 10 by default. A model that calls tools after the
    /// last one is an [`Error::Output`].
    pub fn max_rounds(mut self, rounds: u32) -> Self {
        self.settings.max_rounds = rounds;
        self
    }

    /// How many tools run at once, at least 1; 8 by default.
    pub fn concurrency(mut self, tools: usize) -> Self {
        self.settings.concurrency = tools.max(1);
        self
    }

    /// How long one tool may take; by default as long as it likes. The model is told of one that
    /// took longer.
    pub fn tool_timeout(mut self, limit: Duration) -> Self {
        self.settings.tool_timeout = Some(limit);
        self
    }
}

impl ToolRun {
    /// Runs the tools until the model has its answer. Head and request ids are those of the last
    /// answer.
    ///
    /// # Errors
    ///
    /// [`Error::Config`] for tools that cannot work; [`Error::Output`] when the model still calls
    /// tools after the last round, or when the limit on tokens or the content filter cuts a call
    /// off; and the errors of [`ChatRequest::send`].
    pub async fn send(self) -> Result<Response<ToolRunOutput>, Error> {
        let mut run = ToolStream::open(self.chat, self.tools, self.settings, false).await?;
        let answer = run.finish().await?;
        Ok(Response::new(answer, run.head().clone()))
    }

    /// Runs the tools and gives what happens. Head and request ids are those of the first answer.
    ///
    /// # Errors
    ///
    /// Those of [`ToolRun::send`], as far as they come before the first event.
    pub async fn stream(self) -> Result<Response<ToolStream>, Error> {
        let run = ToolStream::open(self.chat, self.tools, self.settings, true).await?;
        let head = run.head().clone();
        Ok(Response::new(run, head))
    }
}

send_on_await!(ToolRun => ToolRunOutput);
