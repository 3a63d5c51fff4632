//! Legacy completions: the continuation of a text. New programs use [`chat`](crate::chat).
//!
//! No model that can be deployed today has them: the last, gpt-35-turbo-instruct, is retired.
//!
//! ```no_run
//! # async fn example(client: openai_azure::Client) -> Result<(), openai_azure::Error> {
//! let completion = client
//!     .complete("my-completions", "Rust is a language for")
//!     .max_tokens(20)
//!     .send()
//!     .await?;
//! println!("{}", completion.text());
//! # Ok(())
//! # }
//! ```

mod body;
mod completion;
mod stream;

pub use body::Prompt;
pub use completion::{Completion, CompletionChoice, CompletionLogprobs, TopLogprobs};
pub use stream::CompletionStream;

use bytes::Bytes;
use openai_azure_sys::raw;

use crate::chat::StreamOptions;
use crate::engine::call::{Call, RawResult};
use crate::engine::client::Client;
use crate::engine::options::CallOptions;
use crate::engine::setters::{end_user_setter, extra_setter, option_setters, send_on_await};
use crate::error::Error;
use crate::response::Response;
use body::CompletionBody;

/// A request for a completion; made by [`Client::complete`].
///
/// What is not set is not sent, and the service's default applies.
#[derive(Debug, Clone)]
#[must_use = "nothing is sent before `send` or `stream`"]
pub struct CompletionRequest {
    pub(crate) client: Client,
    deployment: String,
    request: CompletionBody,
    options: CallOptions,
}

impl Client {
    /// Continues a text: `POST …/completions`.
    ///
    /// Api-versions: all.
    ///
    /// ```no_run
    /// # async fn example(client: openai_azure::Client) -> Result<(), openai_azure::Error> {
    /// let completion = client.complete("my-completions", "Once upon a time").send().await?;
    /// println!("{}", completion.text());
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

    /// The most tokens of each choice. Default: 16.
    pub fn max_tokens(mut self, tokens: u32) -> Self {
        self.request.max_tokens = Some(tokens);
        self
    }

    /// Sampling temperature, 0 to 2. Default: 1.
    pub fn temperature(mut self, temperature: f64) -> Self {
        self.request.temperature = Some(temperature);
        self
    }

    /// Nucleus sampling probability mass, 0 to 1. Default: 1.
    pub fn top_p(mut self, mass: f64) -> Self {
        self.request.top_p = Some(mass);
        self
    }

    /// How many choices for each prompt, 1 to 128. Default: 1.
    pub fn n(mut self, choices: u32) -> Self {
        self.request.n = Some(choices);
        self
    }

    /// Samples this many choices, up to 20, and returns the most likely. Not for streams.
    pub fn best_of(mut self, samples: u32) -> Self {
        self.request.best_of = Some(samples);
        self
    }

    /// The text behind the text that is to be inserted.
    pub fn suffix(mut self, text: impl Into<String>) -> Self {
        self.request.suffix = Some(text.into());
        self
    }

    /// Whether the prompt is repeated before the completion. Default: false.
    pub fn echo(mut self, echo: bool) -> Self {
        self.request.echo = Some(echo);
        self
    }

    /// Adds a stop sequence, up to four. The text ends before it.
    pub fn stop(mut self, sequence: impl Into<String>) -> Self {
        self.request.stop.push(sequence.into());
        self
    }

    /// Makes sampling repeatable as far as possible.
    pub fn seed(mut self, seed: i64) -> Self {
        self.request.seed = Some(seed);
        self
    }

    /// Requests log probabilities, with this many alternatives for each token, 0 to 5.
    pub fn logprobs(mut self, alternatives: u32) -> Self {
        self.request.logprobs = Some(alternatives);
        self
    }

    /// Makes a token, by its ID, more or less likely, -100 to 100.
    pub fn logit_bias(mut self, token: impl Into<String>, bias: i32) -> Self {
        self.request.logit_bias.insert(token.into(), bias);
        self
    }

    /// Penalty for tokens that occurred before, -2 to 2. Default: 0.
    pub fn presence_penalty(mut self, penalty: f64) -> Self {
        self.request.presence_penalty = Some(penalty);
        self
    }

    /// Penalty for tokens by how often they occurred before, -2 to 2. Default: 0.
    pub fn frequency_penalty(mut self, penalty: f64) -> Self {
        self.request.frequency_penalty = Some(penalty);
        self
    }

    end_user_setter!(request.user);

    /// What a stream has beside its text.
    pub fn stream_options(mut self, options: impl Into<StreamOptions>) -> Self {
        self.request.stream_options = Some(options.into());
        self
    }

    /// Whether the last chunk of a stream has the token usage (`stream_options.include_usage`).
    /// Default: false.
    pub fn include_usage(mut self, include: bool) -> Self {
        let options = self.request.stream_options.get_or_insert_default();
        options.include_usage = Some(include);
        self
    }

    extra_setter!(request.extra);

    option_setters!(options);
}

impl CompletionRequest {
    /// Sends the prompt and waits for the whole completion.
    ///
    /// # Errors
    ///
    /// [`Error::Config`] for an empty list of prompts; the other kinds of [`Error`] as for every
    /// call.
    pub async fn send(mut self) -> Result<Response<Completion>, Error> {
        let (deployment, body) = self.encoded()?;
        self.call(&deployment).json(|api| create(api, &deployment, body)).await
    }

    /// Sends the prompt and returns the completion as it is made.
    ///
    /// # Errors
    ///
    /// As for [`CompletionRequest::send`].
    pub async fn stream(mut self) -> Result<Response<CompletionStream>, Error> {
        if self.request.best_of.is_some() {
            return Err(Error::config("a stream cannot have `best_of`"));
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
    #[inline]
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
