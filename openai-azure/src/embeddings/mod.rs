//! Embeddings: texts in, vectors out.
//!
//! ```no_run
//! # async fn example(client: openai_azure::Client) -> Result<(), openai_azure::Error> {
//! let answer = client.embed("text-embedding-3-large").input(["red", "blue"]).send().await?;
//! for vector in answer.vectors() {
//!     println!("{} numbers, the first is {}", vector.len(), vector[0]);
//! }
//! # Ok(())
//! # }
//! ```
//!
//! Many texts go through [`EmbeddingRequest::bulk`].

mod batch;
mod bulk;
mod embedding;
mod input;
mod similarity;
mod vector;

pub use bulk::{AfterError, Bulk, BulkProgress};
pub use embedding::{Embedding, EmbeddingList, EmbeddingUsage};
pub use input::EmbeddingInput;
pub use similarity::{cosine_similarity, normalize};

use std::error::Error as StdError;

use bytes::Bytes;
use futures_core::Stream;
use openai_azure_sys::{open_enum, raw};
use serde::Serialize;

use crate::engine::call::Call;
use crate::engine::client::Client;
use crate::engine::options::CallOptions;
use crate::engine::request_body;
use crate::engine::setters::{end_user_setter, extra_setter, option_setters, send_on_await};
use crate::error::Error;
use crate::extra::Extra;
use crate::response::Response;
use crate::serde_ext::from_json;

/// The most inputs of one request.
pub const MAX_INPUTS: usize = 2048;

open_enum! {
    /// How vectors are written in the response. Both give the same numbers.
    pub enum EmbeddingEncoding {
        /// Bytes in base64: about a quarter of the size, and much faster to read.
        Base64 = "base64",
        /// A list of numbers.
        Float = "float",
    }
}

/// Texts to be turned into vectors; made by [`Client::embed`].
#[derive(Debug, Clone)]
#[must_use = "nothing is sent before `send`"]
pub struct EmbeddingRequest {
    pub(crate) client: Client,
    deployment: String,
    input: EmbeddingInput,
    settings: Settings,
    options: CallOptions,
}

/// Everything of the request but its input. A field that is not set is absent.
#[derive(Debug, Clone, Serialize)]
struct Settings {
    #[serde(skip_serializing_if = "Option::is_none")]
    model: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    encoding_format: Option<EmbeddingEncoding>,
    #[serde(skip_serializing_if = "Option::is_none")]
    dimensions: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    user: Option<String>,
    #[serde(skip)]
    extra: Extra,
}

#[derive(Serialize)]
struct EmbeddingBody<'a> {
    input: &'a EmbeddingInput,
    #[serde(flatten)]
    settings: &'a Settings,
}

impl Client {
    /// Creates embeddings: `POST …/embeddings`.
    ///
    /// Api-versions: all.
    ///
    /// ```no_run
    /// # async fn example(client: openai_azure::Client) -> Result<(), openai_azure::Error> {
    /// let answer = client.embed("text-embedding-3-large").input("red").send().await?;
    /// println!("{} numbers", answer.data[0].embedding.len());
    /// # Ok(())
    /// # }
    /// ```
    pub fn embed(&self, deployment: impl Into<String>) -> EmbeddingRequest {
        EmbeddingRequest::new(self.clone(), deployment.into())
    }
}

impl EmbeddingRequest {
    pub(crate) fn new(client: Client, deployment: String) -> Self {
        let settings = Settings {
            model: None,
            encoding_format: Some(EmbeddingEncoding::Base64),
            dimensions: None,
            user: None,
            extra: Extra::default(),
        };
        let input = EmbeddingInput::default();
        Self { client, deployment, input, settings, options: CallOptions::default() }
    }

    /// What to turn into vectors: one text, several texts, the tokens of one text, or those of
    /// several. At most [`MAX_INPUTS`], none of them empty, each within the model's limit of tokens
    /// (8,191 for the models of 2024).
    pub fn input(mut self, input: impl Into<EmbeddingInput>) -> Self {
        self.input = input.into();
        self
    }

    /// How many numbers a vector has; only models since text-embedding-3 can make fewer than they
    /// have.
    pub fn dimensions(mut self, dimensions: u32) -> Self {
        self.settings.dimensions = Some(dimensions);
        self
    }

    /// How the vectors are sent; base64 by default. They are read whichever way they come.
    pub fn encoding_format(mut self, encoding: impl Into<EmbeddingEncoding>) -> Self {
        self.settings.encoding_format = Some(encoding.into());
        self
    }

    end_user_setter!(settings.user);

    extra_setter!(settings.extra);

    option_setters!(options);
}

impl EmbeddingRequest {
    /// Sends the request and waits for all vectors: `POST …/embeddings`.
    ///
    /// Api-versions: all.
    ///
    /// A server that refuses base64 is asked again for numbers.
    ///
    /// # Errors
    ///
    /// [`Error::Config`] for no input, an empty one or too many; the other kinds of [`Error`] as
    /// for every call.
    pub async fn send(self) -> Result<Response<EmbeddingList>, Error> {
        self.embed(&self.input).await
    }

    /// Turns any number of texts into vectors, in their order.
    ///
    /// The texts are cut into requests by the limits of the service, several requests run at once,
    /// and they slow down when the rate-limit headers say that little is left. An
    /// [`input`](Self::input) that was set before is not sent.
    ///
    /// ```no_run
    /// # async fn example(client: openai_azure::Client, lines: Vec<String>) -> Result<(), openai_azure::Error> {
    /// let mut bulk = client.embed("text-embedding-3-large").bulk_of(lines);
    /// while let Some(vector) = bulk.try_next().await? {
    ///     println!("{}: {} numbers", bulk.done(), vector.len());
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn bulk<S>(self, texts: S) -> Bulk
    where
        S: Stream<Item = String> + Send + 'static,
    {
        Bulk::new(self, Box::pin(texts))
    }

    /// The same for texts that are all there, such as a list or an iterator.
    pub fn bulk_of<I>(self, texts: I) -> Bulk
    where
        I: IntoIterator<Item: Into<String> + 'static, IntoIter: Send + 'static>,
    {
        self.bulk(futures_util::stream::iter(texts.into_iter().map(Into::into)))
    }

    async fn embed(&self, input: &EmbeddingInput) -> Result<Response<EmbeddingList>, Error> {
        input.check(&self.settings.extra)?;
        match self.embed_as(input, self.settings.clone(), &self.options).await {
            Err(Error::Api(e)) if e.status() == 400 && e.param() == Some("encoding_format") => {
                let settings = Settings { encoding_format: None, ..self.settings.clone() };
                // Another body has an idempotency key of its own.
                let options = self.options.clone().without_idempotency_key();
                self.embed_as(input, settings, &options).await
            }
            outcome => outcome,
        }
    }

    /// The request as it is written into a batch, with the deployment in `model`.
    #[inline]
    pub(crate) fn to_body(&self) -> Result<Bytes, Error> {
        self.input.check(&self.settings.extra)?;
        let model = Some(self.client.deployment(&self.deployment)?);
        let settings = Settings { model, ..self.settings.clone() };
        let body = EmbeddingBody { input: &self.input, settings: &settings };
        request_body::json(&body, &settings.extra)
    }

    async fn embed_as(
        &self,
        input: &EmbeddingInput,
        mut settings: Settings,
        options: &CallOptions,
    ) -> Result<Response<EmbeddingList>, Error> {
        let deployment = self.client.deployment(&self.deployment)?;
        settings.model = self.client.model_field(&deployment);
        let body = EmbeddingBody { input, settings: &settings };
        let body = request_body::json(&body, &settings.extra)?;
        let expected = (!settings.extra.contains_key("input")).then(|| input.len());
        let decode = |body: &Bytes| -> Result<EmbeddingList, Box<dyn StdError + Send + Sync>> {
            Ok(from_json::<EmbeddingList>(body)?.in_order(expected)?)
        };
        let call = Call::new(&self.client, options).deployment(&deployment);
        let operation = async |api: raw::Client| api.embeddings_create(&deployment, body).await;
        call.decoded(operation, decode).await
    }

    /// Starts the deadline of an operation of several requests. Each has another body, so it has an
    /// idempotency key of its own.
    fn begin_operation(&mut self) {
        let options = std::mem::take(&mut self.options).without_idempotency_key();
        self.options = options.with_running_deadline(&self.client.inner().options);
    }
}

send_on_await!(EmbeddingRequest => EmbeddingList);
