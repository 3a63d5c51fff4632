//! `POST /fine_tuning/jobs`.

use std::collections::BTreeMap;

use openai_azure_sys::raw;
use serde::Serialize;
use serde_json::{Map, Value, json};

use super::job::FineTuningJob;
use crate::engine::call::Call;
use crate::engine::client::Client;
use crate::engine::options::CallOptions;
use crate::engine::request_body;
use crate::engine::setters::{extra_setter, option_setters, send_on_await};
use crate::error::Error;
use crate::extra::Extra;
use crate::response::Response;

/// How a model learns.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum FineTuningMethod {
    /// From examples of good responses.
    Supervised,
    /// From pairs of a preferred and another response (direct preference optimization).
    Dpo,
    /// From the grades that a grader returns to its responses, for reasoning models.
    Reinforcement {
        /// The grader, as its JSON; the generated types of `v1` have graders too.
        grader: Value,
    },
}

/// A fine-tuning job to be created; made by
/// [`FineTuningJobs::create`](super::FineTuningJobs::create).
///
/// Hyperparameters that are not set are chosen by the service.
#[derive(Debug, Clone)]
#[must_use = "nothing is sent before `send`"]
pub struct FineTuningJobRequest {
    client: Client,
    options: CallOptions,
    body: JobBody,
    method: Option<FineTuningMethod>,
    hyperparameters: Map<String, Value>,
    extra: Extra,
}

#[derive(Debug, Clone, Serialize)]
struct JobBody {
    model: String,
    training_file: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    validation_file: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    suffix: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    seed: Option<i32>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    metadata: BTreeMap<String, String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    hyperparameters: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    method: Option<Value>,
}

impl FineTuningJobRequest {
    pub(super) fn new(
        client: &Client,
        options: &CallOptions,
        model: String,
        training_file: String,
    ) -> Self {
        let body = JobBody {
            model,
            training_file,
            validation_file: None,
            suffix: None,
            seed: None,
            metadata: BTreeMap::new(),
            hyperparameters: None,
            method: None,
        };
        Self {
            client: client.clone(),
            options: options.clone(),
            body,
            method: None,
            hyperparameters: Map::new(),
            extra: Extra::default(),
        }
    }

    /// A file of examples that the model is measured with.
    pub fn validation_file(mut self, file_id: impl Into<String>) -> Self {
        self.body.validation_file = Some(file_id.into());
        self
    }

    /// A part of the name of the new model, 1 to 64 characters.
    pub fn suffix(mut self, suffix: impl Into<String>) -> Self {
        self.body.suffix = Some(suffix.into());
        self
    }

    /// The seed of the training. The same seed and settings give the same model, mostly.
    pub fn seed(mut self, seed: i32) -> Self {
        self.body.seed = Some(seed);
        self
    }

    /// Adds a key-value pair; at most 16, of 64 and 512 characters.
    pub fn metadata(mut self, key: impl Into<String>, value: impl Into<String>) -> Self {
        self.body.metadata.insert(key.into(), value.into());
        self
    }

    /// How the model learns. Without it the job is supervised, and hyperparameters are sent the
    /// way that all api-versions understand.
    pub fn method(mut self, method: FineTuningMethod) -> Self {
        self.method = Some(method);
        self
    }

    /// How often all examples are learned from.
    pub fn n_epochs(self, epochs: u32) -> Self {
        self.hyperparameter("n_epochs", epochs)
    }

    /// Examples of a step.
    pub fn batch_size(self, examples: u32) -> Self {
        self.hyperparameter("batch_size", examples)
    }

    /// Factor of the learning rate.
    pub fn learning_rate_multiplier(self, factor: f64) -> Self {
        self.hyperparameter("learning_rate_multiplier", factor)
    }

    /// Weight of the preference, for [`FineTuningMethod::Dpo`].
    pub fn beta(self, beta: f64) -> Self {
        self.hyperparameter("beta", beta)
    }

    /// Reasoning effort in training, for [`FineTuningMethod::Reinforcement`]: `default`, `low`,
    /// `medium` or `high`.
    pub fn reasoning_effort(self, effort: impl Into<String>) -> Self {
        self.hyperparameter("reasoning_effort", effort.into())
    }

    /// Factor of the compute that looks for responses, for [`FineTuningMethod::Reinforcement`].
    pub fn compute_multiplier(self, factor: f64) -> Self {
        self.hyperparameter("compute_multiplier", factor)
    }

    /// Steps between evaluations, for [`FineTuningMethod::Reinforcement`].
    pub fn eval_interval(self, steps: u32) -> Self {
        self.hyperparameter("eval_interval", steps)
    }

    /// Samples of an evaluation, for [`FineTuningMethod::Reinforcement`].
    pub fn eval_samples(self, samples: u32) -> Self {
        self.hyperparameter("eval_samples", samples)
    }

    /// Sets any hyperparameter by its name on the wire, also to `"auto"`.
    pub fn hyperparameter(mut self, name: impl Into<String>, value: impl Into<Value>) -> Self {
        self.hyperparameters.insert(name.into(), value.into());
        self
    }

    option_setters!(options);
    extra_setter!(extra);

    fn body(&self) -> JobBody {
        let mut body = self.body.clone();
        let hyper = (!self.hyperparameters.is_empty()).then(|| json!(self.hyperparameters));
        let Some(method) = &self.method else {
            body.hyperparameters = hyper;
            return body;
        };
        let (kind, mut settings) = match method {
            FineTuningMethod::Supervised => ("supervised", Map::new()),
            FineTuningMethod::Dpo => ("dpo", Map::new()),
            FineTuningMethod::Reinforcement { grader } => {
                ("reinforcement", Map::from_iter([("grader".to_owned(), grader.clone())]))
            }
        };
        settings.extend(hyper.map(|hyper| ("hyperparameters".to_owned(), hyper)));
        body.method = Some(match settings.is_empty() {
            true => json!({"type": kind}),
            false => json!({"type": kind, kind: settings}),
        });
        body
    }

    /// Creates the job.
    ///
    /// # Errors
    ///
    /// [`Error::Config`] for an api-version without fine-tuning; the other kinds of [`Error`] as
    /// for every request.
    pub async fn send(self) -> Result<Response<FineTuningJob>, Error> {
        let body = request_body::json(&self.body(), &self.extra)?;
        let call = Call::new(&self.client, &self.options);
        call.json(async |api: raw::Client| api.fine_tuning_jobs_create(body).await).await
    }
}

send_on_await!(FineTuningJobRequest => FineTuningJob);

#[cfg(test)]
mod tests {
    use super::FineTuningMethod;
    use crate::Client;
    use serde_json::{Value, json};

    fn body(build: impl Fn(super::FineTuningJobRequest) -> super::FineTuningJobRequest) -> Value {
        let client = Client::builder().endpoint("https://r.example").api_key("k").build().unwrap();
        let request = build(client.fine_tuning_jobs().create("m", "file-1"));
        serde_json::to_value(request.body()).unwrap()
    }

    #[test]
    fn hyperparameters_stand_in_the_method_if_there_is_one() {
        let plain = body(|job| job.n_epochs(3));
        assert_eq!(plain["hyperparameters"], json!({"n_epochs": 3}));
        assert!(plain.get("method").is_none());
        let dpo = body(|job| job.method(FineTuningMethod::Dpo).beta(0.1));
        assert_eq!(
            dpo["method"],
            json!({"type": "dpo", "dpo": {"hyperparameters": {"beta": 0.1}}})
        );
        assert!(dpo.get("hyperparameters").is_none());
        let grader = json!({"type": "string_check"});
        let method = FineTuningMethod::Reinforcement { grader: grader.clone() };
        let reinforcement = body(|job| job.method(method.clone()));
        assert_eq!(reinforcement["method"]["reinforcement"]["grader"], grader);
        assert_eq!(
            body(|job| job.method(FineTuningMethod::Supervised))["method"]["type"],
            "supervised"
        );
    }
}
