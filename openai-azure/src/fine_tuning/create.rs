//! A new job.

use serde::Serialize;
use serde_json::{Map, Value};

use super::job::FineTuningJob;
use crate::engine::call::Call;
use crate::engine::client::Client;
use crate::engine::options::CallOptions;
use crate::engine::request_body;
use crate::engine::setters::{extra_setter, send_on_await};
use crate::error::Error;
use crate::response::Response;

/// A job to be started; made by [`FineTuningJobs::create`](super::FineTuning::create).
///
/// What is not set is not sent, and the service's own default counts.
#[derive(Debug, Clone)]
#[must_use = "nothing is sent before `send`"]
pub struct FineTuningJobRequest {
    pub(crate) client: Client,
    options: CallOptions,
    request: Request,
    extra: Map<String, Value>,
}

/// What is sent. A member that is not set is absent.
#[derive(Debug, Clone, Serialize)]
struct Request {
    model: String,
    training_file: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    validation_file: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    suffix: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    seed: Option<i32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    hyperparameters: Option<Hyperparameters>,
}

#[derive(Debug, Clone, Default, Serialize)]
struct Hyperparameters {
    #[serde(skip_serializing_if = "Option::is_none")]
    n_epochs: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    batch_size: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    learning_rate_multiplier: Option<f64>,
}

impl FineTuningJobRequest {
    pub(super) fn new(
        client: Client,
        options: CallOptions,
        model: String,
        training_file: String,
    ) -> Self {
        let request = Request {
            model,
            training_file,
            validation_file: None,
            suffix: None,
            seed: None,
            hyperparameters: None,
        };
        Self { client, options, request, extra: Map::new() }
    }

    /// A file of examples that the model is measured with.
    pub fn validation_file(mut self, id: impl Into<String>) -> Self {
        self.request.validation_file = Some(id.into());
        self
    }

    /// A part of the name of the new model, at most 18 characters.
    pub fn suffix(mut self, suffix: impl Into<String>) -> Self {
        self.request.suffix = Some(suffix.into());
        self
    }

    /// Makes the job repeatable as far as possible.
    pub fn seed(mut self, seed: i32) -> Self {
        self.request.seed = Some(seed);
        self
    }

    /// How often the model sees all examples.
    pub fn epochs(mut self, epochs: u32) -> Self {
        self.hyperparameters().n_epochs = Some(epochs);
        self
    }

    /// How many examples the model learns from at a time.
    pub fn batch_size(mut self, examples: u32) -> Self {
        self.hyperparameters().batch_size = Some(examples);
        self
    }

    /// How fast the model learns, as a multiple of the rate that it was made with.
    pub fn learning_rate_multiplier(mut self, multiplier: f64) -> Self {
        self.hyperparameters().learning_rate_multiplier = Some(multiplier);
        self
    }

    extra_setter!(extra);

    fn hyperparameters(&mut self) -> &mut Hyperparameters {
        self.request.hyperparameters.get_or_insert_with(Hyperparameters::default)
    }
}

impl FineTuningJobRequest {
    /// Starts the job: `POST /fine_tuning/jobs`.
    ///
    /// # Errors
    ///
    /// [`Error::Config`] for an api-version without fine-tuning, and for numbers that JSON cannot
    /// hold; the other kinds of [`Error`] as for every call.
    pub async fn send(self) -> Result<Response<FineTuningJob>, Error> {
        let client = &self.client;
        let body = request_body::json(&self.request, &self.extra)?;
        Call::new(client, &self.options)
            .json(|api| async move { api.fine_tuning_jobs_create(body).await })
            .await
    }
}

send_on_await!(FineTuningJobRequest => FineTuningJob);
