//! What the service says of a job.

use std::collections::BTreeMap;

use openai_azure_sys::open_enum;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::trace::Telemetry;

/// A job that makes a model.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct FineTuningJob {
    /// Names it.
    #[serde(deserialize_with = "crate::serde_ext::null_as_default")]
    pub id: String,
    /// How far it has come.
    pub status: Option<FineTuningStatus>,
    /// The base model.
    #[serde(deserialize_with = "crate::serde_ext::null_as_default")]
    pub model: String,
    /// The new model, when there is one; deploy it under this name.
    pub fine_tuned_model: Option<String>,
    /// The file of examples.
    #[serde(deserialize_with = "crate::serde_ext::null_as_default")]
    pub training_file: String,
    /// The file that the model is measured with.
    pub validation_file: Option<String>,
    /// Files with what was measured.
    #[serde(deserialize_with = "crate::serde_ext::null_as_default")]
    pub result_files: Vec<String>,
    /// How many tokens of examples were paid for.
    pub trained_tokens: Option<u64>,
    /// When it was made, in seconds since 1970.
    #[serde(deserialize_with = "crate::serde_ext::null_as_default")]
    pub created_at: i64,
    /// When it ended.
    pub finished_at: Option<i64>,
    /// When it will end, as far as the service can tell.
    pub estimated_finish: Option<i64>,
    /// Why it failed: `code` and `message`.
    pub error: Option<Value>,
    /// Members that this crate does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

open_enum! {
    /// How far a job has come.
    pub enum FineTuningStatus {
        /// It was made.
        Created = "created",
        /// It waits for its turn.
        Pending = "pending",
        /// Its files are looked at.
        ValidatingFiles = "validating_files",
        /// It waits for its turn.
        Queued = "queued",
        /// The model learns.
        Running = "running",
        /// It rests until it is resumed.
        Paused = "paused",
        /// The model is there.
        Succeeded = "succeeded",
        /// It failed; see [`FineTuningJob::error`].
        Failed = "failed",
        /// Somebody cancelled it.
        Cancelled = "cancelled",
    }
}

/// Something that happened to a job.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct FineTuningEvent {
    /// Names it.
    #[serde(deserialize_with = "crate::serde_ext::null_as_default")]
    pub id: String,
    /// When, in seconds since 1970.
    #[serde(deserialize_with = "crate::serde_ext::null_as_default")]
    pub created_at: i64,
    /// `info`, `warning` or `error`.
    #[serde(deserialize_with = "crate::serde_ext::null_as_default")]
    pub level: String,
    /// What happened.
    #[serde(deserialize_with = "crate::serde_ext::null_as_default")]
    pub message: String,
    /// Members that this crate does not know, such as `data` with what was measured.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// A model as it was at some step of a job.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct FineTuningCheckpoint {
    /// Names it.
    #[serde(deserialize_with = "crate::serde_ext::null_as_default")]
    pub id: String,
    /// The model; it can be deployed under this name.
    #[serde(deserialize_with = "crate::serde_ext::null_as_default")]
    pub fine_tuned_model_checkpoint: String,
    /// The step.
    #[serde(deserialize_with = "crate::serde_ext::null_as_default")]
    pub step_number: u64,
    /// What was measured, such as `train_loss`.
    #[serde(deserialize_with = "crate::serde_ext::null_as_default")]
    pub metrics: BTreeMap<String, Option<f64>>,
    /// When, in seconds since 1970.
    #[serde(deserialize_with = "crate::serde_ext::null_as_default")]
    pub created_at: i64,
    /// Members that this crate does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

impl FineTuningJob {
    /// Whether nothing more will happen.
    #[must_use]
    pub fn is_done(&self) -> bool {
        matches!(
            self.status,
            Some(
                FineTuningStatus::Succeeded
                    | FineTuningStatus::Failed
                    | FineTuningStatus::Cancelled
            )
        )
    }
}

impl Telemetry for FineTuningJob {}
