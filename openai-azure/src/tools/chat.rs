//! Tools of a chat.

use std::borrow::Cow;

use futures_util::future::BoxFuture;

use super::event::{ToolEvent, ToolResult};
use super::invocation::{InvocationKind, ToolCallDelta, ToolInvocation};
use super::output::Runs;
use super::registry::Tools;
use super::run::ToolRun;
use crate::chat::{
    self, ChatCompletion, ChatEvent, ChatEventStream, ChatRequest, FinishReason, Message, Usage,
};
use crate::content_filter::ContentFilter;
use crate::error::{Error, OutputFault};
use crate::json_schema::JsonSchema;
use crate::response::Response;

impl ChatRequest {
    /// Lets the model call these tools until it has its final response.
    ///
    /// Calls may come side by side unless [`ChatRequest::parallel_tool_calls`] is false; the
    /// service keeps strictly to the schemas of arguments only then. A
    /// [`ChatRequest::tool_choice`] that demands a call holds for the first round, and is `auto`
    /// from then on.
    ///
    /// See [`tools`](crate::tools) for an example.
    pub fn run_tools(self, tools: Tools) -> ToolRun<ChatCompletion> {
        ToolRun::new(self, tools)
    }
}

impl Runs for ChatCompletion {
    type Request = ChatRequest;
    type Events = ChatEventStream;
    type Event = ChatEvent;
    type Item = Message;
    type Usage = Usage;

    fn prepare(request: ChatRequest, tools: &Tools) -> Result<ChatRequest, Error> {
        if let Some(custom) = tools.custom()?.first() {
            let name = &custom.name;
            let text = format!("{name:?} is a custom tool: only the Responses API runs these");
            return Err(Error::config(text));
        }
        let functions = tools.functions()?.map(|function| chat::Tool::from(function.clone()));
        request.with_run_tools(functions.collect())
    }

    fn with_format(request: ChatRequest, schema: JsonSchema) -> ChatRequest {
        request.response_format(schema)
    }

    fn items(request: &ChatRequest) -> Vec<Message> {
        request.history().to_vec()
    }

    fn send(request: ChatRequest) -> BoxFuture<'static, Result<Response<Self>, Error>> {
        Box::pin(request.send())
    }

    fn stream(
        request: ChatRequest,
    ) -> BoxFuture<'static, Result<Response<ChatEventStream>, Error>> {
        Box::pin(async move { Ok(request.stream().await?.events()) })
    }

    fn next(&self, request: &mut ChatRequest, results: Vec<Message>) {
        request.add_to_history(self.said());
        request.add_to_history(results);
        request.begin_round();
    }

    fn so_far(events: &ChatEventStream) -> &Self {
        events.so_far()
    }

    fn sort(_: &ChatEventStream, event: ChatEvent) -> Option<ToolEvent<Self>> {
        match event {
            ChatEvent::Text { delta, .. } => Some(ToolEvent::Text(delta)),
            ChatEvent::Refusal { delta, .. } => Some(ToolEvent::Refusal(delta)),
            ChatEvent::ToolCall(call) => Some(ToolEvent::Calling(ToolCallDelta {
                index: usize::try_from(call.index).unwrap_or(usize::MAX),
                id: call.id,
                name: call.name,
                delta: call.delta,
            })),
            ChatEvent::End(_) => None,
            other => Some(ToolEvent::Other(other)),
        }
    }

    fn calls(&self) -> Vec<ToolInvocation> {
        let calls = self.tool_calls().iter().map(|call| ToolInvocation {
            id: call.id.clone(),
            name: call.function.name.clone(),
            arguments: call.function.arguments.clone(),
            kind: InvocationKind::Function,
        });
        calls.collect()
    }

    fn is_complete(&self) -> bool {
        self.finish_reason().is_some()
    }

    fn cut(&self) -> Option<OutputFault> {
        match self.finish_reason() {
            Some(FinishReason::Length) => Some(OutputFault::Length),
            Some(FinishReason::ContentFilter) => Some(OutputFault::ContentFilter),
            _ => None,
        }
    }

    fn said(&self) -> Vec<Message> {
        let first = self.choices.first().map(|choice| choice.message.clone());
        first.map(Message::from).into_iter().collect()
    }

    fn result(result: &ToolResult) -> Message {
        Message::tool(&result.call.id, &result.content)
    }

    fn add_usage(&self, sum: &mut Usage) {
        if let Some(usage) = &self.usage {
            sum.prompt_tokens = sum.prompt_tokens.saturating_add(usage.prompt_tokens);
            sum.completion_tokens = sum.completion_tokens.saturating_add(usage.completion_tokens);
            sum.total_tokens = sum.total_tokens.saturating_add(usage.total_tokens);
        }
    }

    fn text(&self) -> Cow<'_, str> {
        Self::text(self).into()
    }

    fn refusal(&self) -> Option<&str> {
        Self::refusal(self)
    }

    fn content_filter(&self) -> Option<&ContentFilter> {
        self.choices.first().map(|choice| &choice.content_filter_results)
    }

    fn fault(&self) -> Option<OutputFault> {
        chat::fault(self)
    }
}
