//! A recorded request, its texts by pointer, and the pieces that many requests share.

use openai_azure::chat::{ChatRequest, JsonSchema, Message, Tool, ToolCall};
use openai_azure::completions::CompletionRequest;
use openai_azure::embeddings::EmbeddingRequest;
use openai_azure::images::ImageRequest;
use openai_azure::responses::{
    FunctionCallItem, FunctionTool, Item, ResponseRequest, ResponseTool,
};
use openai_azure::{CallOptions, Client, Endpoint, RetryPolicy};
use openai_azure_emulator::Emulator;
use openai_azure_tests::exchange::Exchange;
use openai_azure_tests::planted;
use serde_json::Value;

/// A recorded request, and a client to send it again.
pub(crate) struct Recorded {
    pub(crate) client: Client,
    body: Value,
}

/// A request by the builders.
pub(crate) enum Rebuilt {
    ChatRequest(ChatRequest),
    ChatStream(ChatRequest),
    EmbeddingRequest(EmbeddingRequest),
    Completion(CompletionRequest),
    Image(ImageRequest),
    Response(ResponseRequest),
    ResponseStream(ResponseRequest),
}

/// Recordings of one shape, and the request by the builders.
pub(crate) type Row = (&'static [&'static str], fn(&Recorded) -> Rebuilt);

impl Recorded {
    pub(crate) fn of(exchange: &Exchange, emulator: &Emulator) -> Self {
        let body = exchange.request.body.as_deref().expect("a body");
        let endpoint = if exchange.is_v1() {
            Endpoint::v1(emulator.endpoint())
        } else {
            Endpoint::dated(emulator.endpoint())
        };
        let builder = planted::builder().endpoint(endpoint.unwrap()).api_key(emulator.api_key());
        // Recordings are of more api-versions than have their operation.
        let options = CallOptions::new().any_version(true).retry(RetryPolicy::none());
        let client = builder.options(options).build().unwrap();
        Self { client, body: serde_json::from_str(body).unwrap() }
    }

    pub(crate) fn body(&self) -> &Value {
        &self.body
    }

    /// A text of the recording.
    pub(crate) fn text(&self, pointer: &str) -> &str {
        let found = self.body.pointer(pointer).and_then(Value::as_str);
        found.unwrap_or_else(|| panic!("no text at {pointer}"))
    }

    /// The content of a message.
    pub(crate) fn says(&self, message: usize) -> &str {
        self.text(&format!("/messages/{message}/content"))
    }

    /// A schema of the recording, which the caller of a builder brings as it is.
    fn schema(&self, pointer: &str) -> Value {
        self.body.pointer(pointer).expect(pointer).clone()
    }

    /// A tool that need not be kept exactly.
    pub(crate) fn tool(&self, at: usize) -> Tool {
        let mut tool = self.strict_tool(at);
        tool.function.strict = Some(false);
        tool
    }

    /// A tool that is kept exactly.
    pub(crate) fn strict_tool(&self, at: usize) -> Tool {
        let place = format!("/tools/{at}/function");
        let parameters = self.schema(&format!("{place}/parameters"));
        let [name, about] = ["name", "description"].map(|it| self.text(&format!("{place}/{it}")));
        Tool::function(name, about, parameters).strict()
    }

    /// The text of an item of input.
    pub(crate) fn input(&self, item: usize) -> &str {
        self.text(&format!("/input/{item}/content"))
    }

    /// A tool of a response.
    pub(crate) fn function(&self, at: usize) -> FunctionTool {
        let place = format!("/tools/{at}");
        let [name, about] = ["name", "description"].map(|it| self.text(&format!("{place}/{it}")));
        let parameters = self.schema(&format!("{place}/parameters"));
        ResponseTool::function(name, parameters).description(about)
    }

    /// What the model called before, in a response.
    pub(crate) fn called(&self, item: usize) -> FunctionCallItem {
        let [id, name, arguments] = ["call_id", "name", "arguments"]
            .map(|member| self.text(&format!("/input/{item}/{member}")));
        FunctionCallItem::new(id, name, arguments)
    }

    /// What a function gave back, in a response.
    pub(crate) fn output(&self, item: usize) -> Item {
        let [id, output] =
            ["call_id", "output"].map(|member| self.text(&format!("/input/{item}/{member}")));
        Item::function_output(id, output)
    }

    /// The form of the text of a response.
    pub(crate) fn text_format(&self) -> JsonSchema {
        JsonSchema::new(self.text("/text/format/name"), self.schema("/text/format/schema"))
    }

    /// The form of the answer.
    pub(crate) fn format(&self) -> JsonSchema {
        let schema = self.schema("/response_format/json_schema/schema");
        JsonSchema::new(self.text("/response_format/json_schema/name"), schema)
    }

    /// What the model called before.
    pub(crate) fn call(&self, message: usize, at: usize) -> ToolCall {
        let place = format!("/messages/{message}/tool_calls/{at}");
        let [id, name, arguments] = ["id", "function/name", "function/arguments"]
            .map(|member| self.text(&format!("{place}/{member}")));
        ToolCall::function(id, name, arguments)
    }

    /// What a tool gave back.
    pub(crate) fn result(&self, message: usize) -> Message {
        let id = self.text(&format!("/messages/{message}/tool_call_id"));
        Message::tool(id, self.says(message))
    }
}

impl Rebuilt {
    /// Sends it; what is answered does not matter.
    pub(crate) async fn send(self) {
        match self {
            Self::ChatRequest(chat) => drop(chat.send().await),
            Self::ChatStream(chat) => drop(chat.stream().await),
            Self::EmbeddingRequest(embeddings) => drop(embeddings.send().await),
            Self::Completion(completion) => drop(completion.send().await),
            Self::Image(image) => drop(image.send().await),
            Self::Response(response) => drop(response.send().await),
            Self::ResponseStream(response) => drop(response.stream().await),
        }
    }
}
