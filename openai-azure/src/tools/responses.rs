//! Tools of the Responses API.

use std::borrow::Cow;

use futures_util::future::BoxFuture;

use super::event::{ToolEvent, ToolResult};
use super::invocation::{InvocationKind, ToolCallDelta, ToolInvocation};
use super::output::Runs;
use super::registry::Tools;
use super::run::ToolRun;
use crate::content_filter::ContentFilter;
use crate::error::{Error, OutputFault};
use crate::json_schema::JsonSchema;
use crate::response::Response;
use crate::responses::{
    CustomToolCallOutputItem, FunctionTool, Item, McpApprovalResponseItem, ModelResponse,
    ResponseEvent, ResponseRequest, ResponseStatus, ResponseStream, ResponseTool, ResponseUsage,
};

impl ResponseRequest {
    /// Lets the model call these tools until it has its final response.
    ///
    /// The rounds continue each other by `previous_response_id`, in the conversation of the
    /// request, or, with [`store(false)`](ResponseRequest::store), by all items of the run. A
    /// [`tool_choice`](ResponseRequest::tool_choice) that demands a call holds for the first round,
    /// and is `auto` from then on. With [`background(true)`](ResponseRequest::background) each
    /// round is waited for.
    ///
    /// ```no_run
    /// # async fn example(client: openai_azure::Client, tools: openai_azure::tools::Tools) -> Result<(), openai_azure::Error> {
    /// let request = client.respond("gpt-5.6-terra").user("Where is it warmer, Oslo or Rome?");
    /// let run = request.run_tools(tools).send().await?;
    /// println!("{} (after {} rounds)", run.text(), run.rounds);
    /// # Ok(())
    /// # }
    /// ```
    pub fn run_tools(self, tools: Tools) -> ToolRun<ModelResponse> {
        ToolRun::new(self, tools)
    }
}

impl Runs for ModelResponse {
    type Request = ResponseRequest;
    type Events = ResponseStream;
    type Event = ResponseEvent;
    type Item = Item;
    type Usage = ResponseUsage;

    fn prepare(mut request: ResponseRequest, tools: &Tools) -> Result<ResponseRequest, Error> {
        let own = request.body().tools.iter().find_map(|tool| match tool {
            ResponseTool::Function(tool) => Some(&tool.name),
            ResponseTool::Custom(tool) => Some(&tool.name),
            _ => None,
        });
        if let Some(name) = own {
            return Err(Error::config(format!(
                "the request has a tool {name:?} that nobody runs: add it to the tools instead"
            )));
        }
        let functions = tools.functions()?.map(|function| FunctionTool::from(function.clone()));
        let functions: Vec<ResponseTool> = functions.map(ResponseTool::from).collect();
        request.body_mut().tools.extend(functions);
        for custom in tools.custom()? {
            request.body_mut().tools.push(custom.clone().into());
        }
        Ok(request.with_running_deadline())
    }

    fn with_format(request: ResponseRequest, schema: JsonSchema) -> ResponseRequest {
        request.text_format(schema)
    }

    fn items(request: &ResponseRequest) -> Vec<Item> {
        request.body().items().to_vec()
    }

    fn send(request: ResponseRequest) -> BoxFuture<'static, Result<Response<Self>, Error>> {
        Box::pin(async move {
            match request.body().background {
                Some(true) => request.run_in_background().await,
                _ => request.send().await,
            }
        })
    }

    fn stream(
        request: ResponseRequest,
    ) -> BoxFuture<'static, Result<Response<ResponseStream>, Error>> {
        Box::pin(request.stream())
    }

    fn next(&self, request: &mut ResponseRequest, results: Vec<Item>) {
        let body = request.body_mut();
        if body.store == Some(false) || self.id.is_empty() {
            body.input_mut().extend(self.said());
        } else {
            body.input_mut().clear();
            if body.conversation.is_none() {
                body.previous_response_id = Some(self.id.clone());
            }
        }
        body.input_mut().extend(results);
        request.begin_round();
    }

    fn so_far(events: &ResponseStream) -> &Self {
        events.so_far()
    }

    fn sort(events: &ResponseStream, event: ResponseEvent) -> Option<ToolEvent<Self>> {
        let (index, delta) = match event {
            ResponseEvent::TextDelta(event) => return Some(ToolEvent::Text(event.delta)),
            ResponseEvent::RefusalDelta(event) => return Some(ToolEvent::Refusal(event.delta)),
            ResponseEvent::ArgumentsDelta(event) | ResponseEvent::CustomInputDelta(event) => {
                (event.output_index, event.delta)
            }
            ResponseEvent::ItemAdded(ref added)
                if matches!(added.item, Item::FunctionCall(_) | Item::CustomToolCall(_)) =>
            {
                (added.output_index, String::new())
            }
            other => return Some(ToolEvent::Other(other)),
        };
        let (id, name) = match events.so_far().output.get(index) {
            Some(Item::FunctionCall(call)) => (call.call_id.clone(), call.name.clone()),
            Some(Item::CustomToolCall(call)) => (call.call_id.clone(), call.name.clone()),
            _ => Default::default(),
        };
        Some(ToolEvent::Calling(ToolCallDelta { index, id, name, delta }))
    }

    fn calls(&self) -> Vec<ToolInvocation> {
        let calls = self.output.iter().filter_map(|item| match item {
            Item::FunctionCall(call) => Some(ToolInvocation {
                id: call.call_id.clone(),
                name: call.name.clone(),
                arguments: call.arguments.clone(),
                kind: InvocationKind::Function,
            }),
            Item::CustomToolCall(call) => Some(ToolInvocation {
                id: call.call_id.clone(),
                name: call.name.clone(),
                arguments: call.input.clone(),
                kind: InvocationKind::Custom,
            }),
            Item::McpApprovalRequest(request) => Some(ToolInvocation {
                id: request.id.clone(),
                name: request.name.clone(),
                arguments: request.arguments.clone(),
                kind: InvocationKind::McpApproval { server_label: request.server_label.clone() },
            }),
            _ => None,
        });
        calls.collect()
    }

    fn is_complete(&self) -> bool {
        matches!(
            self.status,
            Some(
                ResponseStatus::Completed
                    | ResponseStatus::Incomplete
                    | ResponseStatus::Failed
                    | ResponseStatus::Cancelled
            )
        )
    }

    fn cut(&self) -> Option<OutputFault> {
        let reason = self.incomplete_details.as_ref().map(|details| details.reason.as_str());
        match (&self.status, reason) {
            (Some(ResponseStatus::Completed), None) => None,
            (_, Some("content_filter")) => Some(OutputFault::ContentFilter),
            _ => Some(OutputFault::Length),
        }
    }

    fn said(&self) -> Vec<Item> {
        self.output.clone()
    }

    fn result(result: &ToolResult) -> Item {
        let call = &result.call;
        match &call.kind {
            InvocationKind::Function => Item::function_output(&call.id, &result.content),
            InvocationKind::Custom => {
                CustomToolCallOutputItem::new(&call.id, &result.content).into()
            }
            InvocationKind::McpApproval { .. } => {
                let approve = result.approved == Some(true);
                let response = McpApprovalResponseItem::new(&call.id, approve);
                if result.content.is_empty() {
                    response.into()
                } else {
                    response.reason(&result.content).into()
                }
            }
        }
    }

    fn add_usage(&self, sum: &mut ResponseUsage) {
        if let Some(usage) = &self.usage {
            sum.input_tokens = sum.input_tokens.saturating_add(usage.input_tokens);
            sum.output_tokens = sum.output_tokens.saturating_add(usage.output_tokens);
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
        self.completion_filter()
    }

    fn fault(&self) -> Option<OutputFault> {
        Self::fault(self, &Self::text(self))
    }
}
