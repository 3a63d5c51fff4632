//! Batches as the service describes them.

use std::collections::BTreeMap;

use openai_azure_sys::{open_enum, open_struct};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;

use crate::page::ListItem;
use crate::trace::Telemetry;

open_enum! {
    /// The operation that the lines of a batch are for.
    pub enum BatchEndpoint {
        /// Chat completions.
        ChatCompletions = "/v1/chat/completions",
        /// Responses.
        Responses = "/v1/responses",
        /// Embeddings.
        Embeddings = "/v1/embeddings",
    }
}

open_enum! {
    /// Where a batch is.
    pub enum BatchStatus {
        /// The input is checked.
        Validating = "validating",
        /// The input is wrong, or the batch was refused; see [`Batch::errors`].
        Failed = "failed",
        /// The lines run.
        InProgress = "in_progress",
        /// The results are being written.
        Finalizing = "finalizing",
        /// All lines have run.
        Completed = "completed",
        /// It was not done in time; the results until then are there.
        Expired = "expired",
        /// It is being cancelled, which takes up to 10 minutes.
        Cancelling = "cancelling",
        /// It was cancelled; the results until then are there.
        Cancelled = "cancelled",
    }
}

open_struct! {
    /// A batch.
    pub struct Batch {
        /// Unique ID.
        pub id: String,
        /// Where the batch is.
        pub status: Option<BatchStatus>,
        /// The operation that its lines are for.
        pub endpoint: String,
        /// Model that runs the lines.
        pub model: Option<String>,
        /// Time in which it should be done: `24h`.
        pub completion_window: String,
        /// File with the lines.
        pub input_file_id: FileId,
        /// File with the results.
        pub output_file_id: FileId,
        /// File with the failed lines. It may be empty.
        pub error_file_id: FileId,
        /// Blob with the lines.
        pub input_blob: Option<String>,
        /// Blob with the results.
        pub output_blob: Option<String>,
        /// Blob with the failed lines.
        pub error_blob: Option<String>,
        /// What is wrong with the input.
        pub errors: Option<BatchErrors>,
        /// Number of lines by state.
        pub request_counts: BatchCounts,
        /// When it was created, in seconds since 1970.
        pub created_at: i64,
        /// When it should be done at the latest.
        pub expires_at: Option<i64>,
        /// When its lines began to run.
        pub in_progress_at: Option<i64>,
        /// When its results began to be written.
        pub finalizing_at: Option<i64>,
        /// When it was done.
        pub completed_at: Option<i64>,
        /// When it failed.
        pub failed_at: Option<i64>,
        /// When it expired.
        pub expired_at: Option<i64>,
        /// When it was asked to end.
        pub cancelling_at: Option<i64>,
        /// When it was cancelled.
        pub cancelled_at: Option<i64>,
        /// Your key-value pairs.
        pub metadata: BTreeMap<String, Value>,
    }
}

open_struct! {
    /// Number of lines by state.
    #[derive(Eq)]
    pub struct BatchCounts {
        /// All lines; 0 until the input is checked.
        pub total: u64,
        /// Lines with a result.
        pub completed: u64,
        /// Lines that failed.
        pub failed: u64,
    }
}

open_struct! {
    /// What is wrong with the input of a batch.
    pub struct BatchErrors {
        /// One entry for each fault.
        pub data: Vec<BatchFault>,
    }
}

open_struct! {
    /// A fault of the input.
    pub struct BatchFault {
        /// Code, such as `invalid_json_line`, `duplicate_custom_id` or `token_limit_exceeded`.
        pub code: String,
        /// What is wrong.
        pub message: String,
        /// Field with the fault.
        pub param: Option<String>,
        /// Line, from 1.
        pub line: Option<Value>,
    }
}

/// ID of a file that may not exist; the service writes `""` or null for one that does not.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FileId(Option<String>);

impl FileId {
    /// The ID, if there is a file.
    #[must_use]
    pub fn as_deref(&self) -> Option<&str> {
        self.0.as_deref()
    }
}

impl<'de> Deserialize<'de> for FileId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let id = Option::<String>::deserialize(deserializer)?;
        Ok(Self(id.filter(|id| !id.is_empty())))
    }
}

impl Serialize for FileId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

impl Batch {
    /// Whether the status will not change any more. An unknown status counts as terminal when one
    /// of the timestamps of an end is set.
    #[must_use]
    pub fn is_done(&self) -> bool {
        match &self.status {
            Some(
                BatchStatus::Completed
                | BatchStatus::Failed
                | BatchStatus::Expired
                | BatchStatus::Cancelled,
            ) => true,
            Some(BatchStatus::Unknown(_)) => {
                let ends = [self.completed_at, self.failed_at, self.expired_at, self.cancelled_at];
                ends.into_iter().flatten().any(|at| at > 0)
            }
            _ => false,
        }
    }

    /// Whether the batch failed because the enqueued tokens of the deployment are at their limit.
    #[must_use]
    pub fn is_token_limit(&self) -> bool {
        let faults = self.errors.iter().flat_map(|errors| &errors.data);
        self.status == Some(BatchStatus::Failed)
            && faults.into_iter().any(|fault| fault.code == TOKEN_LIMIT)
    }
}

/// The code of a full quota.
pub(super) const TOKEN_LIMIT: &str = "token_limit_exceeded";

impl ListItem for Batch {
    fn id(&self) -> &str {
        &self.id
    }
}

impl Telemetry for Batch {}
