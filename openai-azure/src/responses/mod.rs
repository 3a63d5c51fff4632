//! The Responses API: input in, items out; the service can keep the conversation.
//!
//! It is in api-version `2025-03-01-preview` and in `v1`.
//!
//! ```no_run
//! # async fn example(client: openai_azure::Client) -> Result<(), openai_azure::Error> {
//! let first = client.respond("gpt-4o").user("Tell a joke about crabs.").send().await?;
//! println!("{}", first.text());
//!
//! let why = client.respond("gpt-4o").previous(&first.id).user("Why is that funny?").send().await?;
//! println!("{}", why.text());
//! # Ok(())
//! # }
//! ```

mod body;
mod event;
mod input;
mod output;
mod response;
mod stored;
mod stream;
#[cfg(feature = "schema")]
mod structured;
mod tool;

pub use body::TextFormat;
pub use event::{ItemEvent, PartEvent, ResponseEvent, TextDelta, TextDone, UnknownEvent};
pub use input::{InputContent, InputItem, InputPart};
pub use output::{FunctionCallItem, MessageItem, OutputItem, OutputPart, ReasoningItem};
pub use response::{
    IncompleteDetails, ModelResponse, ResponseFailure, ResponseStatus, ResponseUsage,
};
pub use stored::Responses;
pub use stream::ResponseStream;
#[cfg(feature = "schema")]
pub use structured::{StructuredResponse, StructuredResponseRequest};
pub use tool::{ResponseTool, ResponseToolChoice};

use bytes::Bytes;
use openai_azure_sys::raw;

use crate::effort::Effort;
use crate::engine::call::{Call, RawResult};
use crate::engine::client::Client;
use crate::engine::options::CallOptions;
use crate::engine::setters::{end_user_setter, extra_setter, option_setters, send_on_await};
use crate::error::Error;
use crate::response::Response;
use body::{Reasoning, ResponseBody, Text};

/// A response to be made; made by [`Client::respond`].
///
/// What is not set is not sent, and the service's own default counts.
#[derive(Debug, Clone)]
#[must_use = "nothing is sent before `send` or `stream`"]
pub struct ResponseRequest {
    pub(crate) client: Client,
    deployment: String,
    request: ResponseBody,
    options: CallOptions,
}

impl Client {
    /// Starts a response of the Responses API: `POST /responses`.
    ///
    /// ```no_run
    /// # async fn example(client: openai_azure::Client) -> Result<(), openai_azure::Error> {
    /// let answer = client.respond("gpt-4o").user("Why is the sky blue?").send().await?;
    /// println!("{}", answer.text());
    /// # Ok(())
    /// # }
    /// ```
    pub fn respond(&self, deployment: impl Into<String>) -> ResponseRequest {
        ResponseRequest::new(self.clone(), deployment.into())
    }
}

impl ResponseRequest {
    pub(crate) fn new(client: Client, deployment: String) -> Self {
        let request = ResponseBody::default();
        Self { client, deployment, request, options: CallOptions::default() }
    }

    /// Rules for the model, which are not part of the conversation that is kept.
    pub fn instructions(mut self, text: impl Into<String>) -> Self {
        self.request.instructions = Some(text.into());
        self
    }

    /// Adds rules for the model to the conversation.
    pub fn system(self, content: impl Into<InputContent>) -> Self {
        self.item(InputItem::message("system", content))
    }

    /// Adds rules for the model to the conversation, as newer models call them.
    pub fn developer(self, content: impl Into<InputContent>) -> Self {
        self.item(InputItem::message("developer", content))
    }

    /// Adds what the person says: a text, or parts with pictures and files.
    pub fn user(self, content: impl Into<InputContent>) -> Self {
        self.item(InputItem::message("user", content))
    }

    /// Adds what the model said before.
    pub fn assistant(self, content: impl Into<InputContent>) -> Self {
        self.item(InputItem::message("assistant", content))
    }

    /// Adds what a function gave back to the call with this id.
    pub fn function_output(self, call_id: impl Into<String>, output: impl Into<String>) -> Self {
        self.item(InputItem::function_output(call_id, output))
    }

    /// Adds an item, also one that a response gave.
    pub fn item(mut self, item: impl Into<InputItem>) -> Self {
        self.request.input.push(item.into());
        self
    }

    /// Adds items, such as the whole output of a response.
    pub fn items<I: IntoIterator<Item: Into<InputItem>>>(mut self, items: I) -> Self {
        self.request.input.extend(items.into_iter().map(Into::into));
        self
    }

    /// Goes on after a response that the service has kept.
    pub fn previous(mut self, response_id: impl Into<String>) -> Self {
        self.request.previous_response_id = Some(response_id.into());
        self
    }

    /// Adds a tool that the model may use.
    pub fn tool(mut self, tool: impl Into<ResponseTool>) -> Self {
        self.request.tools.push(tool.into());
        self
    }

    /// Which tools the model may or must use.
    pub fn tool_choice(mut self, choice: ResponseToolChoice) -> Self {
        self.request.tool_choice = Some(choice);
        self
    }

    /// Whether the model may use several tools at once.
    pub fn parallel_tool_calls(mut self, parallel: bool) -> Self {
        self.request.parallel_tool_calls = Some(parallel);
        self
    }

    /// The form of the text.
    pub fn text_format(mut self, format: impl Into<TextFormat>) -> Self {
        self.request.text = Some(Text { format: format.into() });
        self
    }

    /// How much a reasoning model thinks.
    pub fn reasoning_effort(mut self, effort: impl Into<Effort>) -> Self {
        self.request.reasoning.get_or_insert_with(Reasoning::default).effort = Some(effort.into());
        self
    }

    /// Asks for a summary of the reasoning: `auto`, `concise` or `detailed`.
    pub fn reasoning_summary(mut self, summary: impl Into<String>) -> Self {
        let reasoning = self.request.reasoning.get_or_insert_with(Reasoning::default);
        reasoning.summary = Some(summary.into());
        self
    }

    /// The most tokens of reasoning and output together, at least 16.
    pub fn max_output_tokens(mut self, tokens: u32) -> Self {
        self.request.max_output_tokens = Some(tokens);
        self
    }

    /// How freely the model chooses its words, 0 to 2. The service's default is 1.
    pub fn temperature(mut self, temperature: f64) -> Self {
        self.request.temperature = Some(temperature);
        self
    }

    /// Keeps to the likeliest words that make up this share, 0 to 1. The service's default is 1.
    pub fn top_p(mut self, share: f64) -> Self {
        self.request.top_p = Some(share);
        self
    }

    /// Whether a conversation that is too long loses its middle (`auto`) or is refused
    /// (`disabled`, the service's default).
    pub fn truncation(mut self, truncation: impl Into<String>) -> Self {
        self.request.truncation = Some(truncation.into());
        self
    }

    /// Asks for something that is left out by default, such as `reasoning.encrypted_content`.
    pub fn include(mut self, what: impl Into<String>) -> Self {
        self.request.include.push(what.into());
        self
    }

    /// Whether the service keeps the response, so that others can go on after it. It does by
    /// default.
    pub fn store(mut self, store: bool) -> Self {
        self.request.store = Some(store);
        self
    }

    /// Adds a note to the response: at most 16, names up to 64 and values up to 512 characters.
    pub fn metadata(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.request.metadata.insert(name.into(), value.into());
        self
    }

    /// Answers at once and works in the background; see [`Responses::wait`].
    pub fn background(mut self) -> Self {
        self.request.background = Some(true);
        self
    }

    end_user_setter!(request.user);

    extra_setter!(request.extra);

    option_setters!(options);
}

impl ResponseRequest {
    /// Sends the request and waits for the whole response: `POST /responses`.
    ///
    /// A response that the model could not finish is not an error: see
    /// [`ModelResponse::status`].
    ///
    /// # Errors
    ///
    /// [`Error::Config`] for no input; the other kinds of [`Error`] as for every call.
    pub async fn send(mut self) -> Result<Response<ModelResponse>, Error> {
        let (deployment, body) = self.encoded()?;
        self.call(&deployment).json(|api| create(api, body)).await
    }

    /// Sends the request and gives what happens, event by event.
    ///
    /// # Errors
    ///
    /// As for [`ResponseRequest::send`].
    pub async fn stream(mut self) -> Result<Response<ResponseStream>, Error> {
        self.request.stream = Some(true);
        let (deployment, body) = self.encoded()?;
        let events = self.call(&deployment).events(|api| create(api, body)).await?;
        Ok(events.map_value(ResponseStream::new))
    }

    fn call<'a>(&'a self, deployment: &'a str) -> Call<'a> {
        Call::new(&self.client, &self.options).deployment(deployment)
    }

    /// The deployment and the body. The Responses API has the deployment in the body only.
    fn encoded(&mut self) -> Result<(String, Bytes), Error> {
        let deployment = self.client.deployment(&self.deployment)?;
        self.request.model = Some(deployment.clone());
        Ok((deployment, self.request.to_body()?))
    }
}

async fn create(api: raw::Client, body: Bytes) -> RawResult {
    api.responses_create(body).await
}

send_on_await!(ResponseRequest => ModelResponse);
