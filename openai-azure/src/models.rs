//! The models of a resource: base models and fine-tuned ones.
//!
//! They are models, not deployments; the `deployment` of a chat is the name of a deployment.

use openai_azure_sys::open_struct;
use serde_json::{Map, Value};

use crate::engine::call::Call;
use crate::engine::client::Client;
use crate::engine::options::CallOptions;
use crate::engine::setters::option_setters;
use crate::error::Error;
use crate::files::Deleted;
use crate::response::Response;
use crate::trace::Telemetry;

/// The models of a resource; made by [`Client::models`].
///
/// In api-version 2024-02-01 and later, and in v1.
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

open_struct! {
    /// The models of a resource.
    pub struct ModelList {
        /// The models.
        pub data: Vec<Model> as always,
    }
}

open_struct! {
    /// A model.
    pub struct Model {
        /// Unique ID, its name.
        pub id: String,
        /// When it was created, in seconds since 1970.
        pub created_at: Option<i64> = "created_at" | "created",
        /// The base model of a fine-tuned model.
        pub model: Option<String>,
        /// The fine-tuning job of a fine-tuned model.
        pub fine_tune: Option<String>,
        /// Such as `preview` or `generally-available`.
        pub lifecycle_status: Option<String>,
        /// Such as `succeeded`.
        pub status: Option<String>,
        /// What it can do: `chat_completion`, `embeddings`, `fine_tune`, `inference` and others.
        pub capabilities: Map<String, Value>,
        /// When `inference` and `fine_tune` are retired, in seconds since 1970.
        pub deprecation: Map<String, Value>,
    }
}

impl Client {
    /// The models of the resource: list, get, delete.
    ///
    /// ```no_run
    /// # async fn example(client: openai_azure::Client) -> Result<(), openai_azure::Error> {
    /// let model = client.models().get("gpt-5.6-terra-2026-07-09").await?;
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
    /// Api-versions: all.
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
    /// Api-versions: all.
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

    /// Deletes a fine-tuned model: `DELETE /models/{model}`. Only v1 has it.
    ///
    /// Api-versions: v1.
    ///
    /// # Errors
    ///
    /// [`Error::Config`] on dated api-versions, [`Error::Api`] with status 404 when there is no such
    /// model, and any other [`Error`].
    pub async fn delete(&self, model: impl AsRef<str>) -> Result<Response<Deleted>, Error> {
        let (client, model) = (&self.client, model.as_ref());
        Call::new(client, &self.options)
            .json(|api| async move { api.models_delete(model).await })
            .await
    }
}
