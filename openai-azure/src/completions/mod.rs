//! Legacy completions: a text in, how it may go on out. New programs use [`chat`](crate::chat).
//!
//! ```no_run
//! # async fn example(client: openai_azure::Client) -> Result<(), openai_azure::Error> {
//! let answer = client
//!     .complete("gpt-35-turbo-instruct", "Rust is a language for")
//!     .max_tokens(20)
//!     .send()
//!     .await?;
//! println!("{}", answer.text());
//! # Ok(())
//! # }
//! ```

mod body;
mod completion;
mod stream;

pub use body::Prompt;
pub use completion::{Completion, CompletionChoice, CompletionLogprobs};
pub use stream::CompletionStream;

use bytes::Bytes;
use openai_azure_sys::raw;

use crate::engine::call::{Call, RawResult};
use crate::engine::client::Client;
use crate::engine::options::CallOptions;
use crate::engine::setters::{end_user_setter, extra_setter, option_setters, send_on_await};
use crate::error::Error;
use crate::response::Response;
use body::{CompletionBody, StreamOptions};

/// A text to be continued; made by [`Client::complete`].
///
/// What is not set is not sent, and the service's own default counts.
#[derive(Debug, Clone)]
#[must_use = "nothing is sent before `send` or `stream`"]
pub struct CompletionRequest {
    pub(crate) client: Client,
    deployment: String,
    request: CompletionBody,
    options: CallOptions,
}

impl Client {
    /// Continues a text with a legacy deployment: `POST …/completions`.
    ///
    /// ```no_run
    /// # async fn example(client: openai_azure::Client) -> Result<(), openai_azure::Error> {
    /// let answer = client.complete("gpt-35-turbo-instruct", "Once upon a time").send().await?;
    /// println!("{}", answer.text());
    /// # Ok(())
    /// # }
    /// ```
    pub fn complete(
        &self,
        deployment: impl Into<String>,
        prompt: impl Into<Prompt>,
    ) -> CompletionRequest {
        CompletionRequest::new(self.clone(), deployment.into(), prompt.into())
    }
}

impl CompletionRequest {
    pub(crate) fn new(client: Client, deployment: String, prompt: Prompt) -> Self {
        let request = CompletionBody::new(prompt);
        Self { client, deployment, request, options: CallOptions::default() }
    }

    /// The most tokens of each answer. The service's default is 16.
    pub fn max_tokens(mut self, tokens: u32) -> Self {
        self.request.max_tokens = Some(tokens);
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

    /// How many answers to each prompt, 1 to 128.
    pub fn n(mut self, choices: u32) -> Self {
        self.request.n = Some(choices);
        self
    }

    /// Makes so many answers at the service, up to 20, and gives the likeliest. Not for streams.
    pub fn best_of(mut self, answers: u32) -> Self {
        self.request.best_of = Some(answers);
        self
    }

    /// What comes after the text that is to be filled in.
    pub fn suffix(mut self, text: impl Into<String>) -> Self {
        self.request.suffix = Some(text.into());
        self
    }

    /// Repeats the prompt before the answer.
    pub fn echo(mut self) -> Self {
        self.request.echo = Some(true);
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

    /// Asks how likely each token was, with this many others at its place, 0 to 5.
    pub fn logprobs(mut self, others: u32) -> Self {
        self.request.logprobs = Some(others);
        self
    }

    /// Makes a token likelier or less likely, -100 to 100; by the token's number.
    pub fn logit_bias(mut self, token: impl Into<String>, bias: i32) -> Self {
        self.request.logit_bias.insert(token.into(), bias);
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

    end_user_setter!(request.user);

    /// Asks a stream to end with a piece that tells the usage.
    pub fn include_usage(mut self) -> Self {
        self.request.stream_options = Some(StreamOptions { include_usage: true });
        self
    }

    extra_setter!(request.extra);

    option_setters!(options);
}

impl CompletionRequest {
    /// Sends the prompt and waits for the whole answer: `POST …/completions`.
    ///
    /// # Errors
    ///
    /// [`Error::Config`] in v1 mode, which has no legacy completions, and for a prompt of nothing;
    /// the other kinds of [`Error`] as for every call.
    pub async fn send(mut self) -> Result<Response<Completion>, Error> {
        let (deployment, body) = self.encoded()?;
        self.call(&deployment).json(|api| create(api, &deployment, body)).await
    }

    /// Sends the prompt and gives the answer piece by piece.
    ///
    /// # Errors
    ///
    /// As for [`CompletionRequest::send`].
    pub async fn stream(mut self) -> Result<Response<CompletionStream>, Error> {
        if self.request.best_of.is_some() {
            return Err(Error::config("a stream cannot choose the best of several answers"));
        }
        self.request.stream = Some(true);
        let (deployment, body) = self.encoded()?;
        let call = self.call(&deployment);
        let events = call.events(|api| create(api, &deployment, body)).await?;
        Ok(events.map_value(CompletionStream::new))
    }

    fn call<'a>(&'a self, deployment: &'a str) -> Call<'a> {
        Call::new(&self.client, &self.options).deployment(deployment)
    }

    /// The deployment and the body.
    fn encoded(&mut self) -> Result<(String, Bytes), Error> {
        let deployment = self.client.deployment(&self.deployment)?;
        self.request.model = self.client.model_field(&deployment);
        Ok((deployment, self.request.to_body()?))
    }
}

async fn create(api: raw::Client, deployment: &str, body: Bytes) -> RawResult {
    api.completions_create(deployment, body).await
}

send_on_await!(CompletionRequest => Completion);
