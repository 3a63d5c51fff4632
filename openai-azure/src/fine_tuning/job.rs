//! Fine-tuning jobs as the service describes them.

use std::collections::BTreeMap;

use openai_azure_sys::{open_enum, open_struct};
use serde_json::Value;

use crate::page::ListItem;
use crate::trace::Telemetry;

open_enum! {
    /// Where a job is.
    pub enum FineTuningStatus {
        /// It was created.
        Created = "created",
        /// It waits for its turn (dated api-versions).
        Pending = "pending",
        /// Its files are validated.
        ValidatingFiles = "validating_files",
        /// It waits for its turn.
        Queued = "queued",
        /// The model is trained.
        Running = "running",
        /// It will be paused.
        Pausing = "pausing",
        /// It is paused until it is resumed.
        Paused = "paused",
        /// It will go on.
        Resuming = "resuming",
        /// The model is there.
        Succeeded = "succeeded",
        /// It failed; see [`FineTuningJob::error`].
        Failed = "failed",
        /// It was cancelled.
        Cancelled = "cancelled",
    }
}

open_struct! {
    /// A fine-tuning job.
    pub struct FineTuningJob {
        /// Unique ID.
        pub id: String,
        /// Where the job is.
        pub status: Option<FineTuningStatus>,
        /// Base model.
        pub model: String,
        /// The new model, once the job has succeeded; it is deployed under this name.
        pub fine_tuned_model: Option<String>,
        /// File with the examples.
        pub training_file: String,
        /// File that the model is measured with.
        pub validation_file: Option<String>,
        /// Files with metrics.
        pub result_files: Vec<String>,
        /// Billed tokens of examples.
        pub trained_tokens: Option<u64>,
        /// When it was created, in seconds since 1970.
        pub created_at: i64,
        /// When it ended.
        pub finished_at: Option<i64>,
        /// When it is expected to end.
        pub estimated_finish: Option<i64>,
        /// Method with its hyperparameters.
        pub method: Option<Value>,
        /// Hyperparameters of jobs without a method.
        pub hyperparameters: Option<Value>,
        /// Seed of the training.
        pub seed: Option<i64>,
        /// Why it failed.
        pub error: Option<FineTuningError>,
        /// Your key-value pairs.
        pub metadata: BTreeMap<String, Value>,
    }
}

open_struct! {
    /// Why a job failed.
    pub struct FineTuningError {
        /// Code, such as `invalid_training_file`.
        pub code: String,
        /// What went wrong.
        pub message: String,
        /// Parameter at fault.
        pub param: Option<String>,
    }
}

open_struct! {
    /// An event of a job.
    pub struct FineTuningEvent {
        /// Unique ID.
        pub id: String,
        /// When it happened, in seconds since 1970.
        pub created_at: i64,
        /// `info`, `warn` or `error`.
        pub level: String,
        /// What happened.
        pub message: String,
        /// `message` or `metrics`.
        pub kind: Option<String> = "type",
        /// Metrics, such as `train_loss`.
        pub data: Option<Value>,
    }
}

open_struct! {
    /// The model as it was after a step of the training.
    pub struct FineTuningCheckpoint {
        /// Unique ID.
        pub id: String,
        /// The model; it can be deployed under this name.
        pub fine_tuned_model_checkpoint: String,
        /// Job that made it.
        pub fine_tuning_job_id: String,
        /// Step.
        pub step_number: u64,
        /// Metrics, such as `train_loss`.
        pub metrics: BTreeMap<String, Option<f64>>,
        /// When it was created, in seconds since 1970.
        pub created_at: i64,
    }
}

open_struct! {
    /// Copies of a checkpoint in other resources.
    pub struct CheckpointCopy {
        /// The model of the checkpoint.
        pub checkpointed_model_name: String = "checkpointedModelName",
        /// Job that made it.
        pub fine_tuning_job_id: String = "fineTuningJobId",
        /// The copies.
        pub copied_account_details: Vec<CopiedAccount> = "copiedAccountDetails",
    }
}

open_struct! {
    /// A copy of a checkpoint.
    pub struct CopiedAccount {
        /// ID of the resource that it is copied to.
        pub destination_resource_id: String = "destinationResourceId",
        /// Region of that resource.
        pub region: String,
        /// `InProgress`, `Completed` or `Failed`.
        pub status: String,
    }
}

impl FineTuningJob {
    /// Whether the status will not change any more.
    #[must_use]
    pub fn is_done(&self) -> bool {
        let terminal =
            [FineTuningStatus::Succeeded, FineTuningStatus::Failed, FineTuningStatus::Cancelled];
        self.status.as_ref().is_some_and(|status| terminal.contains(status))
    }
}

impl ListItem for FineTuningJob {
    fn id(&self) -> &str {
        &self.id
    }
}

impl ListItem for FineTuningEvent {
    fn id(&self) -> &str {
        &self.id
    }
}

impl ListItem for FineTuningCheckpoint {
    fn id(&self) -> &str {
        &self.id
    }
}

impl Telemetry for FineTuningJob {}
impl Telemetry for CheckpointCopy {}
