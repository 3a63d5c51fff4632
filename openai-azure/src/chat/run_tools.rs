//! What the loop around tools needs of a chat.

use super::ChatRequest;
use super::message::Message;
use super::tool::{Tool, ToolChoice};
use crate::error::Error;

impl ChatRequest {
    /// Adds tools that are run.
    ///
    /// # Errors
    ///
    /// [`Error::Config`] for a chat that has functions which nobody would run, or several choices.
    pub(crate) fn with_run_tools(mut self, tools: Vec<Tool>) -> Result<Self, Error> {
        let request = &mut self.request;
        if request.n.is_some_and(|choices| choices > 1) {
            return Err(Error::config("tools are run for one choice: set no `n`"));
        }
        let mut own = request.tools.iter().filter(|tool| tool.kind == "function");
        let own = own.next().map(|tool| &tool.function);
        if let Some(function) = own.or(request.functions.first()) {
            let name = &function.name;
            return Err(Error::config(format!(
                "the chat has a function {name:?} that nobody runs: add it to the tools instead"
            )));
        }
        request.tools.extend(tools);
        let options = std::mem::take(&mut self.options);
        self.options = options.with_running_deadline(&self.client.inner().options);
        Ok(self)
    }

    pub(crate) fn history(&self) -> &[Message] {
        &self.request.messages
    }

    pub(crate) fn add_to_history(&mut self, messages: impl IntoIterator<Item = Message>) {
        self.request.messages.extend(messages);
    }

    /// Lets the model decide in the next round: a call that is demanded each time has no end. Its
    /// body is another one, so it has an idempotency key of its own.
    pub(crate) fn begin_round(&mut self) {
        self.options.idempotency_key = None;
        let choice = &mut self.request.tool_choice;
        if choice.as_ref().is_some_and(|choice| *choice != ToolChoice::none()) {
            *choice = Some(ToolChoice::auto());
        }
    }
}
