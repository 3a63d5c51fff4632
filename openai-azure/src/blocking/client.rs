//! The client whose calls wait.

use std::future::Future;

use openai_azure_sys::api::Api;
use openai_azure_sys::{Error as SysError, ResponseValue};

use super::iter::Iter;
use super::runtime::Driver;
use crate::audio::{Speech, Transcript, Transcription, Translation};
use crate::batches::Batches;
use crate::chat::Chat;
use crate::completions::{Complete, Prompt};
use crate::embeddings::Embeddings;
use crate::error::Error;
use crate::files::Files;
use crate::fine_tuning::FineTuning;
use crate::images::Paint;
use crate::models::Models;
use crate::options::CallOptions;
use crate::response::Response;
use crate::responses::{Respond, Responses};
use crate::upload::Upload;

/// A client of one Azure OpenAI resource whose calls wait for their answer.
///
/// It is cheap to clone; clones share connections and the one thread that drives them. Make one
/// and keep it.
///
/// ```no_run
/// # fn main() -> Result<(), openai_azure::Error> {
/// let client = openai_azure::blocking::Client::from_env()?;
/// let answer = client.chat("gpt-4o").user("Why is the sky blue?").send()?;
/// println!("{}", answer.text());
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
pub struct Client {
    inner: crate::Client,
    driver: Driver,
}

impl Client {
    /// Makes a client of what the environment says, see
    /// [`openai_azure::Client::from_env`](crate::Client::from_env).
    ///
    /// # Errors
    ///
    /// [`Error::Config`] when endpoint or credential are missing or cannot work, or when there is
    /// no thread left.
    pub fn from_env() -> Result<Self, Error> {
        Self::new(crate::Client::from_env()?)
    }

    /// Makes a blocking client of an asynchronous one, which has all settings.
    ///
    /// ```no_run
    /// # fn main() -> Result<(), openai_azure::Error> {
    /// let settings = openai_azure::Client::builder().env().api_version("2025-03-01-preview");
    /// let client = openai_azure::blocking::Client::new(settings.build()?)?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::Config`] when there is no thread left.
    pub fn new(client: crate::Client) -> Result<Self, Error> {
        Ok(Self { inner: client, driver: Driver::new()? })
    }

    /// The asynchronous client that makes the calls.
    #[must_use]
    pub fn inner(&self) -> &crate::Client {
        &self.inner
    }

    /// Starts a conversation with a deployment, as [`openai_azure::Client::chat`](crate::Client::chat).
    pub fn chat(&self, deployment: impl Into<String>) -> Chat<Self> {
        Chat::new(self.clone(), deployment.into())
    }

    /// Starts a response, as [`openai_azure::Client::response`](crate::Client::response).
    pub fn response(&self, deployment: impl Into<String>) -> Respond<Self> {
        Respond::new(self.clone(), deployment.into())
    }

    /// Gets, awaits and deletes responses, as
    /// [`openai_azure::Client::responses`](crate::Client::responses).
    pub fn responses(&self) -> Responses<Self> {
        Responses::new(self.clone())
    }

    /// Turns texts into vectors, as
    /// [`openai_azure::Client::embeddings`](crate::Client::embeddings).
    pub fn embeddings(&self, deployment: impl Into<String>) -> Embeddings<Self> {
        Embeddings::new(self.clone(), deployment.into())
    }

    /// Continues a text with a legacy deployment, as
    /// [`openai_azure::Client::completion`](crate::Client::completion).
    pub fn completion(
        &self,
        deployment: impl Into<String>,
        prompt: impl Into<Prompt>,
    ) -> Complete<Self> {
        Complete::new(self.clone(), deployment.into(), prompt.into())
    }

    /// Lists and describes models, as
    /// [`openai_azure::Client::models`](crate::Client::models).
    pub fn models(&self) -> Models<Self> {
        Models::new(self.clone())
    }

    /// Writes down what is said in a recording, as
    /// [`openai_azure::Client::transcription`](crate::Client::transcription).
    pub fn transcription(
        &self,
        deployment: impl Into<String>,
        file: Upload,
    ) -> Transcription<Transcript, Self> {
        Transcription::new(self.clone(), deployment.into(), file)
    }

    /// Writes down in English what is said in a recording, as
    /// [`openai_azure::Client::translation`](crate::Client::translation).
    pub fn translation(
        &self,
        deployment: impl Into<String>,
        file: Upload,
    ) -> Translation<Transcript, Self> {
        Translation::new(self.clone(), deployment.into(), file)
    }

    /// Speaks a text, as [`openai_azure::Client::speech`](crate::Client::speech).
    pub fn speech(&self, deployment: impl Into<String>, input: impl Into<String>) -> Speech<Self> {
        Speech::new(self.clone(), deployment.into(), input.into())
    }

    /// Paints pictures of a text, as [`openai_azure::Client::image`](crate::Client::image).
    pub fn image(&self, deployment: impl Into<String>, prompt: impl Into<String>) -> Paint<Self> {
        Paint::new(self.clone(), deployment.into(), prompt.into())
    }

    /// Keeps, lists, gives and deletes files, as
    /// [`openai_azure::Client::files`](crate::Client::files).
    pub fn files(&self) -> Files<Self> {
        Files::new(self.clone())
    }

    /// Starts, follows and cancels batches, as
    /// [`openai_azure::Client::batches`](crate::Client::batches).
    pub fn batches(&self) -> Batches<Self> {
        Batches::new(self.clone())
    }

    /// Starts, follows and cancels fine-tuning, as
    /// [`openai_azure::Client::fine_tuning`](crate::Client::fine_tuning).
    pub fn fine_tuning(&self) -> FineTuning<Self> {
        FineTuning::new(self.clone())
    }

    /// Runs any generated operation, as [`openai_azure::Client::call`](crate::Client::call).
    ///
    /// ```no_run
    /// # #[cfg(feature = "2024-10-21")]
    /// # fn example(client: openai_azure::blocking::Client) -> Result<(), openai_azure::Error> {
    /// use openai_azure::CallOptions;
    /// use openai_azure::sys::v2024_10_21 as api;
    ///
    /// let models =
    ///     client.call(&CallOptions::new(), |api: api::Client| async move { api.models_list().await })?;
    /// println!("{} models", models.data.as_deref().unwrap_or_default().len());
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// Any [`Error`].
    pub fn call<A, T, F, Fut>(
        &self,
        options: &CallOptions,
        operation: F,
    ) -> Result<Response<T>, Error>
    where
        A: Api,
        F: Fn(A) -> Fut,
        Fut: Future<Output = Result<ResponseValue<T>, SysError<()>>>,
    {
        self.wait(self.inner.call(options, operation))
    }

    /// Waits for a call.
    pub(super) fn wait<T>(&self, call: impl Future<Output = Result<T, Error>>) -> Result<T, Error> {
        self.driver.wait(call)?
    }

    /// Waits for the beginning of a stream.
    pub(super) fn wait_for_stream<S>(
        &self,
        call: impl Future<Output = Result<Response<S>, Error>>,
    ) -> Result<Iter<S>, Error> {
        Ok(Iter::new(self.wait(call)?, self.driver.clone()))
    }
}
