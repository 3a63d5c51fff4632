//! The models of a resource: base models and those that were fine-tuned.
//!
//! They are models, not deployments; a chat names a deployment.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::engine::call::Call;
use crate::engine::client::Client;
use crate::engine::options::CallOptions;
use crate::engine::setters::option_setters;
use crate::error::Error;
use crate::response::Response;
use crate::trace::Telemetry;

/// Lists and describes models; made by [`Client::models`].
///
/// ```no_run
/// # async fn example(client: openai_azure::Client) -> Result<(), openai_azure::Error> {
/// for model in &client.models().list().await?.data {
///     println!("{}: {:?}", model.id, model.lifecycle_status);
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
#[must_use]
pub struct Models {
    pub(crate) client: Client,
    options: CallOptions,
}

/// The models of a resource.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct ModelList {
    /// The models.
    #[serde(deserialize_with = "crate::serde_ext::null_as_default")]
    pub data: Vec<Model>,
    /// Members that this crate does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// A model.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Model {
    /// Its name.
    #[serde(deserialize_with = "crate::serde_ext::null_as_default")]
    pub id: String,
    /// When it was made, in seconds since 1970.
    #[serde(alias = "created")]
    pub created_at: Option<i64>,
    /// The base model of one that was fine-tuned.
    pub model: Option<String>,
    /// The fine-tuning job that made it.
    pub fine_tune: Option<String>,
    /// Such as `preview` or `generally-available`.
    pub lifecycle_status: Option<String>,
    /// Such as `succeeded`.
    pub status: Option<String>,
    /// What it can do: `chat_completion`, `embeddings`, `fine_tune`, `inference` and others.
    #[serde(deserialize_with = "crate::serde_ext::null_as_default")]
    pub capabilities: Map<String, Value>,
    /// When it ends, in seconds since 1970: for `inference`, and for `fine_tune`.
    #[serde(deserialize_with = "crate::serde_ext::null_as_default")]
    pub deprecation: Map<String, Value>,
    /// Members that this crate does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

impl Client {
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
}

impl Model {
    /// Whether its capability of this name, such as `chat_completion`, is true.
    #[must_use]
    pub fn can(&self, capability: &str) -> bool {
        self.capabilities.get(capability) == Some(&Value::Bool(true))
    }
}

impl Telemetry for Model {}
impl Telemetry for ModelList {}

impl Models {
    pub(crate) fn new(client: Client) -> Self {
        Self { client, options: CallOptions::default() }
    }

    option_setters!(options);
}

impl Models {
    /// Lists all models of the resource: `GET /models`.
    ///
    /// # Errors
    ///
    /// Any [`Error`].
    pub async fn list(&self) -> Result<Response<ModelList>, Error> {
        let client = &self.client;
        Call::new(client, &self.options).json(|api| async move { api.models_list().await }).await
    }

    /// Describes one model: `GET /models/{model}`.
    ///
    /// # Errors
    ///
    /// [`Error::Api`] with status 404 when there is no such model, and any other [`Error`].
    pub async fn get(&self, model: impl AsRef<str>) -> Result<Response<Model>, Error> {
        let (client, model) = (&self.client, model.as_ref());
        Call::new(client, &self.options)
            .json(|api| async move { api.models_get(model).await })
            .await
    }
}
