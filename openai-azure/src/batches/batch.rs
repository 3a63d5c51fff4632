//! What the service says of a batch.

use std::collections::BTreeMap;

use openai_azure_sys::open_enum;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Map, Value};

use crate::trace::Telemetry;

/// A batch.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Batch {
    /// Names it.
    #[serde(deserialize_with = "crate::serde_ext::null_as_default")]
    pub id: String,
    /// How far it has come.
    pub status: Option<BatchStatus>,
    /// Which operation its requests are for.
    #[serde(deserialize_with = "crate::serde_ext::null_as_default")]
    pub endpoint: String,
    /// Within what time it is done: `24h`.
    #[serde(deserialize_with = "crate::serde_ext::null_as_default")]
    pub completion_window: String,
    /// The file with the requests.
    #[serde(deserialize_with = "crate::serde_ext::null_as_default")]
    pub input_file_id: String,
    /// The file with the answers, when there are any.
    #[serde(deserialize_with = "id_or_nothing")]
    pub output_file_id: Option<String>,
    /// The file with the requests that failed, when there are any.
    #[serde(deserialize_with = "id_or_nothing")]
    pub error_file_id: Option<String>,
    /// What is wrong with its input.
    pub errors: Option<BatchErrors>,
    /// How many requests it has.
    #[serde(deserialize_with = "crate::serde_ext::null_as_default")]
    pub request_counts: BatchCounts,
    /// When it was made, in seconds since 1970.
    #[serde(deserialize_with = "crate::serde_ext::null_as_default")]
    pub created_at: i64,
    /// When it ends at the latest.
    pub expires_at: Option<i64>,
    /// When it was done.
    pub completed_at: Option<i64>,
    /// Your notes.
    #[serde(deserialize_with = "crate::serde_ext::null_as_default")]
    pub metadata: BTreeMap<String, String>,
    /// Members that this crate does not know, and the times of the other states.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

open_enum! {
    /// How far a batch has come.
    pub enum BatchStatus {
        /// Its input is looked at.
        Validating = "validating",
        /// Its input is wrong; see [`Batch::errors`].
        Failed = "failed",
        /// It is being worked on.
        InProgress = "in_progress",
        /// Its results are being written.
        Finalizing = "finalizing",
        /// It is done.
        Completed = "completed",
        /// It was not done in time; what was done can be had.
        Expired = "expired",
        /// It will soon be cancelled.
        Cancelling = "cancelling",
        /// It was cancelled; what was done can be had.
        Cancelled = "cancelled",
    }
}

/// How many requests a batch has.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct BatchCounts {
    /// All of them.
    #[serde(deserialize_with = "crate::serde_ext::null_as_default")]
    pub total: u64,
    /// Those that were answered.
    #[serde(deserialize_with = "crate::serde_ext::null_as_default")]
    pub completed: u64,
    /// Those that failed.
    #[serde(deserialize_with = "crate::serde_ext::null_as_default")]
    pub failed: u64,
}

/// What is wrong with the input of a batch.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct BatchErrors {
    /// One entry for each fault.
    #[serde(deserialize_with = "crate::serde_ext::null_as_default")]
    pub data: Vec<BatchFault>,
}

/// A fault of the input.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct BatchFault {
    /// What kind of fault it is.
    #[serde(deserialize_with = "crate::serde_ext::null_as_default")]
    pub code: String,
    /// What is wrong.
    #[serde(deserialize_with = "crate::serde_ext::null_as_default")]
    pub message: String,
    /// The line, from 1.
    pub line: Option<u64>,
    /// Members that this crate does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

impl Batch {
    /// Whether nothing more will come.
    #[must_use]
    pub fn is_done(&self) -> bool {
        matches!(
            self.status,
            Some(
                BatchStatus::Completed
                    | BatchStatus::Failed
                    | BatchStatus::Expired
                    | BatchStatus::Cancelled
            )
        )
    }
}

impl Telemetry for Batch {}

/// The service writes `""` for a file that there is not.
fn id_or_nothing<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    let id = Option::<String>::deserialize(deserializer)?;
    Ok(id.filter(|id| !id.is_empty()))
}
