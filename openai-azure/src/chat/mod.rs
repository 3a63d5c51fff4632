//! Chats: a conversation in, the model's next message out.
//!
//! ```no_run
//! # async fn example(client: openai_azure::Client) -> Result<(), openai_azure::Error> {
//! let answer = client
//!     .chat("gpt-4o")
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
//! - [`Chat`]: all that a chat can be told; `send` waits for the whole answer, `stream` gives it
//!   piece by piece.
//! - [`Message`] and [`Part`]: texts, pictures and sound, from bytes, files and addresses.
//! - [`ChatCompletion`]: the answer, with filter results, usage and log probabilities.
//! - [`ChatStream`]: the pieces as they come; its [`texts`](Response::texts),
//!   [`events`](Response::events) and [`finish`](ChatStream::finish).
//! - [`Tool`], [`ToolChoice`] and [`ToolCall`]: functions that the model calls.
//! - [`JsonSchema`]: answers in JSON that fit a schema.
//! - [`DataSource`] and [`MessageContext`]: answers made of your documents, with citations.
//!
//! # What is kept
//!
//! An answer keeps what this crate does not know: members in `extra`, values of enums in `Unknown`,
//! kinds of parts and messages in `Other`. What a request lacks is sent by [`Chat::extra`]. What
//! the service is known to refuse, such as a temperature of 3, is refused before it is sent.

mod accumulator;
mod audio;
mod chunk;
mod completion;
mod content;
mod context;
mod data_source;
mod described;
mod event;
mod event_stream;
mod format;
mod function;
mod image;
mod limits;
mod message;
mod request;
#[cfg(feature = "schema")]
mod respond;
#[cfg(feature = "schema")]
mod respond_stream;
#[cfg(feature = "schema")]
mod run_tools;
mod settings;
mod stream;
mod text_stream;
mod tool;
mod usage;

pub use accumulator::ChatAccumulator;
pub use audio::{AnswerAudio, AudioOutput, Modality};
pub use chunk::{ChatChunk, ChunkChoice, Delta, FilterOffsets, ToolCallDelta};
pub use completion::{Answer, ChatCompletion, Choice, FinishReason, Logprobs, TokenLogprob};
pub use content::{Content, Detail, ImageUrl, InputAudio, Part};
pub use context::{Citation, MessageContext, RetrievedDocument};
pub use data_source::{ContextPart, DataSource, Embedding, FieldsMapping, QueryType, SourceAuth};
pub use event::{CallProgress, ChatEvent};
pub use event_stream::ChatEventStream;
pub use format::{JsonSchema, ResponseFormat};
pub use function::FunctionChoice;
pub use message::{
    AssistantMessage, AudioReference, FunctionMessage, Instruction, Message, ToolMessage,
    UserMessage,
};
pub use request::Effort;
#[cfg(feature = "schema")]
pub use respond::{Structured, StructuredChat};
#[cfg(feature = "schema")]
pub use respond_stream::StructuredStream;
pub use stream::ChatStream;
pub use text_stream::ChatTextStream;
pub use tool::{Function, FunctionCall, Tool, ToolCall, ToolChoice};
pub use usage::{CompletionTokens, PromptTokens, Usage};

use std::future::Future;

use bytes::Bytes;

use crate::answer;
use crate::call::Attempt;
use crate::client::Client;
use crate::endpoint::Mode;
use crate::error::Error;
use crate::failure::Failure;
use crate::options::CallOptions;
use crate::response::Response;
use openai_azure_sys::{ByteStream, ResponseValue, raw};
use request::ChatRequest;

/// A chat to be sent; made by [`Client::chat`].
///
/// What is not set is not sent, and the service's own default counts.
#[derive(Debug, Clone)]
#[must_use = "nothing is sent before `send` or `stream`"]
pub struct Chat<C = Client> {
    pub(crate) client: C,
    deployment: String,
    request: ChatRequest,
    options: CallOptions,
}

impl<C> Chat<C> {
    pub(crate) fn new(client: C, deployment: String) -> Self {
        Self {
            client,
            deployment,
            request: ChatRequest::default(),
            options: CallOptions::default(),
        }
    }

    /// The same chat by another client.
    #[cfg(feature = "blocking")]
    pub(crate) fn with_client<D>(self, client: D) -> Chat<D> {
        Chat { client, deployment: self.deployment, request: self.request, options: self.options }
    }
}

impl Chat {
    /// Sends the chat and waits for the whole answer.
    ///
    /// # Errors
    ///
    /// [`Error::Api`] when the service refuses or fails, [`Error::Config`] for arguments that
    /// cannot be sent, and the other kinds of [`Error`].
    pub async fn send(self) -> Result<Response<ChatCompletion>, Error> {
        self.call(answer::json).await
    }

    /// Sends the chat and gives the answer piece by piece.
    ///
    /// It is tried again only until the first event has arrived. A stream that opens with an error
    /// is that error.
    ///
    /// # Errors
    ///
    /// As for [`Chat::send`].
    pub async fn stream(mut self) -> Result<Response<ChatStream>, Error> {
        self.request.stream = Some(true);
        Ok(self.call(answer::events).await?.map(ChatStream::new))
    }

    /// The request as it is written into a batch, with the deployment in `model`.
    pub(crate) fn to_body(&self) -> Result<Bytes, Error> {
        let mut request = self.request.clone();
        request.model = Some(self.client.deployment(&self.deployment)?);
        request.to_body()
    }

    async fn call<T, R, Fut>(mut self, read: R) -> Result<Response<T>, Error>
    where
        R: Fn(ResponseValue<ByteStream>, Attempt) -> Fut + Copy,
        Fut: Future<Output = Result<T, Failure>>,
    {
        let client = &self.client;
        let deployment = client.deployment(&self.deployment)?;
        let named = Some(deployment.as_str());
        if client.endpoint().mode() == Mode::V1 {
            self.request.model = Some(deployment.clone());
            let body = self.request.to_body()?;
            let operation = |api: raw::v1::Client, attempt| {
                let body = body.clone();
                async move { read(api.chat_completions_create(body).await?, attempt).await }
            };
            client.run("chat", &self.options, named, operation).await
        } else {
            let body = self.request.to_body()?;
            let operation = |api: raw::dated::Client, attempt| {
                let (deployment, body) = (&deployment, body.clone());
                async move {
                    let answer = api.chat_completions_create(deployment, body).await?;
                    read(answer, attempt).await
                }
            };
            client.run("chat", &self.options, named, operation).await
        }
    }
}
