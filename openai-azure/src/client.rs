//! The client.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use crate::audio::{Speech, Transcription, Translation};
use crate::auth::Credential;
use crate::batches::Batches;
use crate::builder::ClientBuilder;
use crate::chat::Chat;
use crate::clock::Clock;
use crate::completions::{Complete, Prompt};
use crate::embeddings::Embeddings;
use crate::endpoint::Endpoint;
use crate::error::Error;
use crate::files::Files;
use crate::fine_tuning::FineTuning;
use crate::images::Paint;
use crate::models::Models;
use crate::options::CallOptions;
use crate::responses::{Respond, Responses};
use crate::retry::Budget;
use crate::trace::Log;
use crate::upload::Upload;

/// A client of one Azure OpenAI resource.
///
/// It is cheap to clone; clones share connections, credential and retry budget. Make one and keep
/// it.
///
/// ```no_run
/// # async fn example() -> Result<(), openai_azure::Error> {
/// let client = openai_azure::Client::from_env()?;
/// let answer = client.chat("gpt-4o").system("Be brief.").user("Why is the sky blue?").send().await?;
/// println!("{}", answer.text());
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Client(Arc<Inner>);

/// What the clones of a client share.
pub(crate) struct Inner {
    pub(crate) endpoint: Endpoint,
    pub(crate) credential: Credential,
    pub(crate) scope: String,
    pub(crate) http: reqwest::Client,
    #[cfg(feature = "realtime")]
    pub(crate) http1: crate::http1::Http1,
    pub(crate) connect_timeout: Duration,
    pub(crate) options: CallOptions,
    pub(crate) budget: Budget,
    pub(crate) clock: Clock,
    pub(crate) default_deployment: Option<String>,
    pub(crate) log: Arc<Log>,
}

impl Client {
    /// Makes a client of what the environment says.
    ///
    /// | variable | what |
    /// |---|---|
    /// | `AZURE_OPENAI_ENDPOINT` | the URL of the resource; its form tells the mode, see [`Endpoint::recognise`] |
    /// | `AZURE_OPENAI_AD_TOKEN` | a token of Microsoft Entra ID; comes before the key |
    /// | `AZURE_OPENAI_API_KEY` | a key of the resource |
    /// | `OPENAI_API_VERSION`, else `AZURE_OPENAI_API_VERSION` | the api-version; default `2024-10-21` |
    /// | `AZURE_OPENAI_DEPLOYMENT` | the deployment for calls that are given an empty name |
    /// | `AZURE_HTTP_LOG_DETAIL_LEVEL` | how much is logged, see [`LogDetail`](crate::LogDetail) |
    ///
    /// The variables of OpenAI's own service are never read.
    ///
    /// # Errors
    ///
    /// [`Error::Config`] when endpoint or credential are missing or cannot work.
    pub fn from_env() -> Result<Self, Error> {
        Self::builder().env().build()
    }

    /// Starts a client with explicit settings.
    pub fn builder() -> ClientBuilder {
        ClientBuilder::default()
    }

    pub(crate) fn new(inner: Inner) -> Self {
        Self(Arc::new(inner))
    }

    pub(crate) fn inner(&self) -> &Inner {
        &self.0
    }

    /// Where the service is.
    #[must_use]
    pub fn endpoint(&self) -> &Endpoint {
        &self.0.endpoint
    }

    /// Starts a conversation with a deployment: `POST …/chat/completions`.
    ///
    /// An empty name stands for the deployment of the environment.
    pub fn chat(&self, deployment: impl Into<String>) -> Chat {
        Chat::new(self.clone(), deployment.into())
    }

    /// Starts a response of the Responses API: `POST /responses`.
    ///
    /// ```no_run
    /// # async fn example(client: openai_azure::Client) -> Result<(), openai_azure::Error> {
    /// let answer = client.response("gpt-4o").user("Why is the sky blue?").send().await?;
    /// println!("{}", answer.text());
    /// # Ok(())
    /// # }
    /// ```
    pub fn response(&self, deployment: impl Into<String>) -> Respond {
        Respond::new(self.clone(), deployment.into())
    }

    /// Gets, awaits and deletes responses that the service keeps: `/responses/{id}`.
    ///
    /// ```no_run
    /// # async fn example(client: openai_azure::Client, id: &str) -> Result<(), openai_azure::Error> {
    /// println!("{}", client.responses().get(id).await?.text());
    /// # Ok(())
    /// # }
    /// ```
    pub fn responses(&self) -> Responses {
        Responses::new(self.clone())
    }

    /// Turns texts into vectors: `POST …/embeddings`.
    ///
    /// ```no_run
    /// # async fn example(client: openai_azure::Client) -> Result<(), openai_azure::Error> {
    /// let answer = client.embeddings("text-embedding-3-small").input("red").send().await?;
    /// println!("{} numbers", answer.data[0].embedding.len());
    /// # Ok(())
    /// # }
    /// ```
    pub fn embeddings(&self, deployment: impl Into<String>) -> Embeddings {
        Embeddings::new(self.clone(), deployment.into())
    }

    /// Continues a text with a legacy deployment: `POST …/completions`.
    ///
    /// ```no_run
    /// # async fn example(client: openai_azure::Client) -> Result<(), openai_azure::Error> {
    /// let answer = client.completion("gpt-35-turbo-instruct", "Once upon a time").send().await?;
    /// println!("{}", answer.text());
    /// # Ok(())
    /// # }
    /// ```
    pub fn completion(&self, deployment: impl Into<String>, prompt: impl Into<Prompt>) -> Complete {
        Complete::new(self.clone(), deployment.into(), prompt.into())
    }

    /// Keeps, lists, gives and deletes files: `/files`.
    ///
    /// ```no_run
    /// # async fn example(client: openai_azure::Client) -> Result<(), openai_azure::Error> {
    /// for file in &client.files().list(None).await?.data {
    ///     println!("{}: {} bytes", file.filename, file.bytes);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn files(&self) -> Files {
        Files::new(self.clone())
    }

    /// Starts, follows and cancels batches: `/batches`.
    ///
    /// ```no_run
    /// # async fn example(client: openai_azure::Client, id: &str) -> Result<(), openai_azure::Error> {
    /// let batch = client.batches().wait(id).await?;
    /// println!("{:?}: {} done", batch.status, batch.request_counts.completed);
    /// # Ok(())
    /// # }
    /// ```
    pub fn batches(&self) -> Batches {
        Batches::new(self.clone())
    }

    /// Starts, follows and cancels fine-tuning: `/fine_tuning/jobs`.
    ///
    /// ```no_run
    /// # async fn example(client: openai_azure::Client) -> Result<(), openai_azure::Error> {
    /// for job in &client.fine_tuning().list(None).await?.data {
    ///     println!("{}: {:?}", job.id, job.status);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn fine_tuning(&self) -> FineTuning {
        FineTuning::new(self.clone())
    }

    /// Lists and describes the models of the resource: `GET /models`.
    ///
    /// ```no_run
    /// # async fn example(client: openai_azure::Client) -> Result<(), openai_azure::Error> {
    /// let model = client.models().get("gpt-4o-2024-08-06").await?;
    /// println!("can be fine-tuned: {}", model.can("fine_tune"));
    /// # Ok(())
    /// # }
    /// ```
    pub fn models(&self) -> Models {
        Models::new(self.clone())
    }

    /// Writes down what is said in a recording: `POST …/audio/transcriptions`.
    ///
    /// ```no_run
    /// # async fn example(client: openai_azure::Client) -> Result<(), openai_azure::Error> {
    /// use openai_azure::Upload;
    ///
    /// let answer = client.transcription("whisper", Upload::path("talk.mp3")).send().await?;
    /// println!("{}", answer.text);
    /// # Ok(())
    /// # }
    /// ```
    pub fn transcription(&self, deployment: impl Into<String>, file: Upload) -> Transcription {
        Transcription::new(self.clone(), deployment.into(), file)
    }

    /// Writes down in English what is said in a recording: `POST …/audio/translations`.
    ///
    /// ```no_run
    /// # async fn example(client: openai_azure::Client) -> Result<(), openai_azure::Error> {
    /// use openai_azure::Upload;
    ///
    /// let answer = client.translation("whisper", Upload::path("vortrag.mp3")).send().await?;
    /// println!("{}", answer.text);
    /// # Ok(())
    /// # }
    /// ```
    pub fn translation(&self, deployment: impl Into<String>, file: Upload) -> Translation {
        Translation::new(self.clone(), deployment.into(), file)
    }

    /// Speaks a text of at most 4,096 characters: `POST …/audio/speech`.
    ///
    /// ```no_run
    /// # async fn example(client: openai_azure::Client) -> Result<(), openai_azure::Error> {
    /// client.speech("tts", "The train leaves at ten.").voice("nova").save("train.mp3").await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn speech(&self, deployment: impl Into<String>, input: impl Into<String>) -> Speech {
        Speech::new(self.clone(), deployment.into(), input.into())
    }

    /// Paints pictures of a text: `POST …/images/generations`.
    ///
    /// ```no_run
    /// # async fn example(client: openai_azure::Client) -> Result<(), openai_azure::Error> {
    /// let answer = client.image("dall-e-3", "a lighthouse at dusk").base64().send().await?;
    /// answer.data[0].save("lighthouse.png").await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn image(&self, deployment: impl Into<String>, prompt: impl Into<String>) -> Paint {
        Paint::new(self.clone(), deployment.into(), prompt.into())
    }

    /// # Errors
    ///
    /// [`Error::Config`] for an empty name without a default, and for names that cannot be one
    /// segment of a path.
    pub(crate) fn deployment(&self, name: &str) -> Result<String, Error> {
        let name = match (name, &self.0.default_deployment) {
            ("", Some(default)) => default,
            ("", None) => {
                return Err(Error::config(
                    "no deployment: name one in the call or set AZURE_OPENAI_DEPLOYMENT",
                ));
            }
            (name, _) => name,
        };
        if matches!(name, "." | "..") {
            return Err(Error::config(format!("a deployment cannot be called {name:?}")));
        }
        Ok(name.to_owned())
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("endpoint", &self.0.endpoint)
            .field("credential", &self.0.credential)
            .finish_non_exhaustive()
    }
}
