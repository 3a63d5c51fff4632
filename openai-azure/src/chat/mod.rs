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

mod chunk;
mod completion;
mod content;
mod described;
mod message;
mod request;
mod stream;
mod tool;
mod usage;

pub use chunk::{ChatChunk, ChunkChoice, Delta, FilterOffsets, ToolCallDelta};
pub use completion::{Answer, ChatCompletion, Choice, FinishReason, Logprobs, TokenLogprob};
pub use content::{Content, Detail, ImageUrl, InputAudio, Part};
pub use message::{
    AssistantMessage, FunctionMessage, Instruction, Message, ToolMessage, UserMessage,
};
pub use request::{Effort, ResponseFormat};
pub use stream::ChatStream;
pub use tool::{Function, FunctionCall, Tool, ToolCall, ToolChoice};
pub use usage::{CompletionTokens, PromptTokens, Usage};

use std::future::Future;

use openai_azure_sys::{ByteStream, ResponseValue, raw};
use serde_json::Value;

use crate::answer;
use crate::call::Attempt;
use crate::client::Client;
use crate::endpoint::Mode;
use crate::error::Error;
use crate::failure::Failure;
use crate::options::CallOptions;
use crate::response::Response;
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

    /// Adds rules for the model.
    pub fn system(self, content: impl Into<Content>) -> Self {
        self.message(Message::system(content))
    }

    /// Adds rules for a reasoning model.
    pub fn developer(self, content: impl Into<Content>) -> Self {
        self.message(Message::developer(content))
    }

    /// Adds what the person says: a text, or parts with pictures and sound.
    pub fn user(self, content: impl Into<Content>) -> Self {
        self.message(Message::user(content))
    }

    /// Adds what the model said before.
    pub fn assistant(self, content: impl Into<Content>) -> Self {
        self.message(Message::assistant(content))
    }

    /// Adds what a tool gave back to the call with this id.
    pub fn tool_result(self, id: impl Into<String>, content: impl Into<Content>) -> Self {
        self.message(Message::tool(id, content))
    }

    /// Adds any message, also the model's own [`Answer`].
    pub fn message(mut self, message: impl Into<Message>) -> Self {
        self.request.messages.push(message.into());
        self
    }

    /// Adds several messages, such as the history of a conversation.
    pub fn messages(mut self, messages: impl IntoIterator<Item = Message>) -> Self {
        self.request.messages.extend(messages);
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

    /// How many choices to make, 1 to 128. Each one costs its tokens.
    pub fn n(mut self, choices: u32) -> Self {
        self.request.n = Some(choices);
        self
    }

    /// Ends the answer before this text; up to four can be given.
    pub fn stop(mut self, text: impl Into<String>) -> Self {
        self.request.stop.push(text.into());
        self
    }

    /// Makes the answer repeatable as far as possible.
    pub fn seed(mut self, seed: i64) -> Self {
        self.request.seed = Some(seed);
        self
    }

    /// The most tokens of the answer; reasoning models take [`Chat::max_completion_tokens`].
    pub fn max_tokens(mut self, tokens: u32) -> Self {
        self.request.max_tokens = Some(tokens);
        self
    }

    /// The most tokens of reasoning and answer together.
    pub fn max_completion_tokens(mut self, tokens: u32) -> Self {
        self.request.max_completion_tokens = Some(tokens);
        self
    }

    /// Makes new subjects likelier, -2 to 2.
    pub fn presence_penalty(mut self, penalty: f64) -> Self {
        self.request.presence_penalty = Some(penalty);
        self
    }

    /// Makes repeated words less likely, -2 to 2.
    pub fn frequency_penalty(mut self, penalty: f64) -> Self {
        self.request.frequency_penalty = Some(penalty);
        self
    }

    /// Makes a token likelier or less likely, -100 to 100; by the token's number.
    pub fn logit_bias(mut self, token: impl Into<String>, bias: f64) -> Self {
        self.request.logit_bias.insert(token.into(), bias);
        self
    }

    /// Asks how likely each token was.
    pub fn logprobs(mut self) -> Self {
        self.request.logprobs = Some(true);
        self
    }

    /// Asks how likely each token was, with this many others at its place, 0 to 20.
    pub fn top_logprobs(mut self, others: u32) -> Self {
        self.request.top_logprobs = Some(others);
        self.logprobs()
    }

    /// How much a reasoning model thinks.
    pub fn reasoning_effort(mut self, effort: impl Into<Effort>) -> Self {
        self.request.reasoning_effort = Some(effort.into());
        self
    }

    /// The form of the answer.
    pub fn response_format(mut self, format: ResponseFormat) -> Self {
        self.request.response_format = Some(format);
        self
    }

    /// Adds a function that the model may call.
    pub fn tool(mut self, tool: Tool) -> Self {
        self.request.tools.push(tool);
        self
    }

    /// Which tools the model may or must call.
    pub fn tool_choice(mut self, choice: ToolChoice) -> Self {
        self.request.tool_choice = Some(choice);
        self
    }

    /// Whether the model may call several tools at once.
    pub fn parallel_tool_calls(mut self, parallel: bool) -> Self {
        self.request.parallel_tool_calls = Some(parallel);
        self
    }

    /// Who the person is, as an id of yours, for the service's watch over abuse (`user`).
    pub fn end_user(mut self, id: impl Into<String>) -> Self {
        self.request.user = Some(id.into());
        self
    }

    /// Keeps the answer at the service, for evaluations and distillation.
    pub fn store(mut self, store: bool) -> Self {
        self.request.store = Some(store);
        self
    }

    /// Adds a note to a stored answer: at most 16, names up to 64 and values up to 512 characters.
    pub fn metadata(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.request.metadata.insert(name.into(), value.into());
        self
    }

    /// Asks a stream to end with a piece that tells the usage.
    pub fn include_usage(mut self) -> Self {
        self.request.stream_options = Some(request::StreamOptions { include_usage: true });
        self
    }

    /// Sets any member of the request, also one that this crate does not know. It wins over a
    /// setter of the same member.
    pub fn extra(mut self, member: impl Into<String>, value: impl Into<Value>) -> Self {
        self.request.extra.insert(member.into(), value.into());
        self
    }

    /// Sets time-outs, retries, headers and query of this call.
    pub fn options(mut self, options: CallOptions) -> Self {
        self.options = options;
        self
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
