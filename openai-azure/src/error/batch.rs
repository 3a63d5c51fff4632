//! Failures of batch jobs.

use serde_json::Value;

use super::Error;

/// Why a batch job could not go on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum BatchErrorReason {
    /// The enqueued tokens of the deployment are at their limit (`token_limit_exceeded`).
    TokenLimit,
    /// The service refused the input or failed the batch.
    Failed,
    /// A request failed; its error is the [`source`](std::error::Error::source).
    Request,
}

/// A batch job could not go on. What it had begun at the service is still there.
#[derive(Debug, thiserror::Error)]
#[error("{message}{}", list(.batch_ids))]
pub struct BatchError {
    message: String,
    reason: BatchErrorReason,
    batch_ids: Vec<String>,
    file_ids: Vec<String>,
    job: Box<Value>,
    #[source]
    source: Option<Box<Error>>,
}

fn list(batch_ids: &[String]) -> String {
    if batch_ids.is_empty() {
        String::new()
    } else {
        format!(" (batches {})", batch_ids.join(", "))
    }
}

impl BatchError {
    pub(crate) fn new(reason: BatchErrorReason, message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            reason,
            batch_ids: Vec::new(),
            file_ids: Vec::new(),
            job: Box::default(),
            source: None,
        }
    }

    pub(crate) fn caused_by(mut self, source: Error) -> Self {
        self.source = Some(Box::new(source));
        self
    }

    pub(crate) fn with_job(
        mut self,
        batch_ids: Vec<String>,
        file_ids: Vec<String>,
        job: Value,
    ) -> Self {
        (self.batch_ids, self.file_ids, self.job) = (batch_ids, file_ids, Box::new(job));
        self
    }

    /// Why the job could not go on.
    #[must_use]
    pub fn reason(&self) -> BatchErrorReason {
        self.reason
    }

    /// IDs of the batches that were created.
    #[must_use]
    pub fn batch_ids(&self) -> &[String] {
        &self.batch_ids
    }

    /// IDs of the input files that were uploaded.
    #[must_use]
    pub fn file_ids(&self) -> &[String] {
        &self.file_ids
    }

    /// The job as JSON, which
    /// [`BatchJobState`](crate::batches::BatchJobState) reads to go on.
    #[must_use]
    pub fn job(&self) -> &Value {
        &self.job
    }

    /// The failed request, if one was the reason.
    #[must_use]
    pub fn request(&self) -> Option<&Error> {
        self.source.as_deref()
    }
}
