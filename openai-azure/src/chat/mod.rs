//! Chats: a conversation in, the model's next message out.
//!
//! ```no_run
//! # async fn example(client: openai_azure::Client) -> Result<(), openai_azure::Error> {
//! let answer = client
//!     .chat("gpt-5.6-terra")
//!     .system("Be brief.")
//!     .user("Why is the sky blue?")
//!     .temperature(0.2)
//!     .send()
//!     .await?;
//! println!("{}", answer.text());
//! # Ok(())
//! # }
//! ```
//!
//! # What is where
//!
//! - [`ChatRequest`]: everything that a chat can set; `send` waits for the whole completion, `stream` returns it
//!   chunk by chunk.
//! - [`Message`] and [`Part`]: texts, images and audio, from bytes, files and addresses.
//! - [`ChatCompletion`]: the completion, with filter results, usage and log probabilities.
//! - [`ChatStream`]: the chunks as they come; its [`texts`](Response::texts),
//!   [`events`](Response::events) and [`finish`](ChatStream::finish).
//! - [`Tool`], [`ToolChoice`] and [`ToolCall`]: functions that the model calls.
//! - [`JsonSchema`]: completions in JSON that fit a schema.
//! - [`DataSource`] and [`MessageContext`]: completions made of your documents, with citations.
//!
//! # What is kept
//!
//! A completion keeps what this crate does not know: fields in `extra`, values of enums in `Unknown`,
//! kinds of parts and messages in `Other`. What a request lacks is sent by [`ChatRequest::extra`]. What
//! the service is known to refuse, such as a temperature of 3, is refused before it is sent.

mod accumulator;
mod audio;
mod body;
mod chunk;
mod completion;
mod content;
mod context;
mod data_source;
mod event;
mod event_stream;
mod format;
mod function;
mod image;
mod json;
mod limits;
mod message;
mod open_choices;
#[cfg(feature = "schema")]
mod run_tools;
mod settings;
mod stream;
#[cfg(feature = "schema")]
mod structured;
#[cfg(feature = "schema")]
mod structured_stream;
mod telemetry;
mod text_stream;
mod tool;

pub use crate::effort::Effort;
pub use crate::image_detail::Detail;
pub use crate::json_schema::JsonSchema;
pub use crate::model_settings::{PromptCacheRetention, ServiceTier, Verbosity};
pub use crate::usage::{CompletionTokens, PromptTokens, Usage};
pub use accumulator::ChatAccumulator;
pub use audio::{AudioOutput, Modality, ResponseAudio};
pub use body::StreamOptions;
pub use chunk::{ChatChunk, ChunkChoice, Delta, FilterOffsets, ToolCallDelta};
pub use completion::{
    ChatCompletion, Choice, FinishReason, Logprobs, ResponseMessage, TokenLogprob,
};
pub use content::{Content, ImageUrl, InputAudio, Part};
pub use context::{Citation, MessageContext, RetrievedDocument};
pub use data_source::{
    ContextPart, DataSource, EmbeddingSource, FieldsMapping, QueryType, SourceAuth,
};
pub use event::{CallProgress, ChatEvent};
pub use event_stream::ChatEventStream;
pub use format::ResponseFormat;
pub use function::FunctionChoice;
pub use message::{
    AssistantMessage, AudioReference, FunctionMessage, Message, SystemMessage, ToolMessage,
    UserMessage,
};
pub use stream::ChatStream;
#[cfg(feature = "schema")]
pub(crate) use structured::fault;
#[cfg(feature = "schema")]
pub use structured::{Structured, StructuredChatRequest};
#[cfg(feature = "schema")]
pub use structured_stream::StructuredStream;
pub(crate) use telemetry::describe_usage;
pub use text_stream::ChatTextStream;
pub use tool::{Function, FunctionCall, Tool, ToolCall, ToolChoice};

use bytes::Bytes;

use crate::engine::call::{Call, RawResult};
use crate::engine::client::Client;
use crate::engine::options::CallOptions;
use crate::engine::setters::send_on_await;
use crate::error::Error;
use crate::response::Response;
use body::ChatBody;
use openai_azure_sys::raw;

/// A chat to be sent; made by [`Client::chat`].
///
/// What is not set is not sent, and the service's own default counts.
#[derive(Debug, Clone)]
#[must_use = "nothing is sent before `send` or `stream`"]
pub struct ChatRequest {
    pub(crate) client: Client,
    deployment: String,
    request: ChatBody,
    options: CallOptions,
}

impl Client {
    /// Starts a conversation with a deployment: `POST …/chat/completions`.
    ///
    /// Api-versions: all.
    ///
    /// An empty name stands for the deployment of the environment.
    pub fn chat(&self, deployment: impl Into<String>) -> ChatRequest {
        ChatRequest::new(self.clone(), deployment.into())
    }
}

impl ChatRequest {
    pub(crate) fn new(client: Client, deployment: String) -> Self {
        Self { client, deployment, request: ChatBody::default(), options: CallOptions::default() }
    }
}

impl ChatRequest {
    /// Sends the chat and waits for the whole completion.
    ///
    /// # Errors
    ///
    /// [`Error::Api`] when the service refuses or fails, [`Error::Config`] for arguments that
    /// cannot be sent, and the other kinds of [`Error`].
    pub async fn send(mut self) -> Result<Response<ChatCompletion>, Error> {
        let (deployment, body) = self.encoded()?;
        self.call(&deployment).json(|api| create(api, &deployment, body)).await
    }

    /// Sends the chat and returns the completion chunk by chunk.
    ///
    /// It is tried again only until the first event has arrived. A stream that opens with an error
    /// is that error.
    ///
    /// # Errors
    ///
    /// As for [`ChatRequest::send`].
    pub async fn stream(mut self) -> Result<Response<ChatStream>, Error> {
        self.request.stream = Some(true);
        let (deployment, body) = self.encoded()?;
        let call = self.call(&deployment);
        let events = call.events(|api| create(api, &deployment, body)).await?;
        Ok(events.map_value(ChatStream::new))
    }

    /// The request as it is written into a batch, with the deployment in `model`.
    #[inline]
    pub(crate) fn to_body(&self) -> Result<Bytes, Error> {
        let mut request = self.request.clone();
        request.model = Some(self.client.deployment(&self.deployment)?);
        request.to_body()
    }

    fn call<'a>(&'a self, deployment: &'a str) -> Call<'a> {
        Call::new(&self.client, &self.options).deployment(deployment)
    }

    /// The deployment and the body.
    #[inline]
    fn encoded(&mut self) -> Result<(String, Bytes), Error> {
        let deployment = self.client.deployment(&self.deployment)?;
        self.request.model = self.client.model_field(&deployment);
        Ok((deployment, self.request.to_body()?))
    }
}

async fn create(api: raw::Client, deployment: &str, body: Bytes) -> RawResult {
    api.chat_completions_create(deployment, body).await
}

send_on_await!(ChatRequest => ChatCompletion);
