//! What is remembered of a batch job.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::batch::{Batch, BatchCounts, BatchStatus};
use crate::atomic_file::Draft;
use crate::engine::expiry::ExpiresAfter;
use crate::error::Error;

/// A batch job as JSON: what it was asked for, its files and its batches.
///
/// It holds no credential and no line. Store it, and
/// [`resume`](super::Batches::resume) the job in another process.
///
/// ```no_run
/// # async fn example(client: openai_azure::Client, text: &str) -> Result<(), openai_azure::Error> {
/// use openai_azure::batches::BatchJobState;
///
/// let state: BatchJobState = text.parse()?;
/// let mut job = client.batches().resume(state);
/// job.wait().await?;
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct BatchJobState {
    /// A random ID, part of the names of the input files.
    pub(super) id: String,
    /// When it was begun, in seconds since 1970.
    pub(super) created_at: i64,
    /// Where the lines are until they are no longer needed.
    pub(super) dir: PathBuf,
    /// Whether the folder is ours to remove.
    pub(super) is_temporary: bool,
    /// The job whose failed lines these are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) resends: Option<String>,
    pub(super) endpoint: String,
    pub(super) deployment: String,
    pub(super) completion_window: String,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(super) metadata: BTreeMap<String, String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) output_expires_after: Option<ExpiresAfter>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) input_seconds: Option<u64>,
    pub(super) parts: Vec<PartState>,
}

/// One batch of a job.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct PartState {
    pub(super) lines: u64,
    pub(super) bytes: u64,
    /// Name of the file with its lines, here and at the service.
    pub(super) filename: String,
    pub(super) step: Step,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) input_file_id: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) batch: Option<Batch>,
    /// Batches of the same input that failed for the quota and were created anew.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) given_up: Vec<String>,
}

/// How far a part is. A step that may have reached the service is written down before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Step {
    Written,
    Uploading,
    Uploaded,
    Creating,
    Created,
}

/// Name of the state in the folder of a job.
pub(super) const STATE_FILE: &str = "job.json";

impl BatchJobState {
    /// Reads the state from the folder of a job, if it was begun there.
    ///
    /// # Errors
    ///
    /// [`Error::Config`] for a file that cannot be read or is no state.
    pub async fn load(dir: impl AsRef<Path>) -> Result<Option<Self>, Error> {
        let path = dir.as_ref().join(STATE_FILE);
        match tokio::fs::read_to_string(&path).await {
            Ok(text) => text.parse().map(Some),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(Error::config(format!("{} cannot be read: {error}", path.display()))),
        }
    }

    /// Writes the state into the folder of the job.
    pub(super) async fn save(&self) -> Result<(), Error> {
        if !self.dir.is_dir() {
            // The lines are no longer needed, and whoever wants the state has it.
            return Ok(());
        }
        let mut draft = Draft::new(&self.dir.join(STATE_FILE)).await?;
        draft.write(self.to_string().as_bytes()).await?;
        draft.keep().await
    }

    /// A random ID, which stands in the names of the job's input files.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// IDs of the batches that were created, in the order of the lines.
    pub fn batch_ids(&self) -> impl Iterator<Item = &str> {
        self.batches().map(|batch| batch.id.as_str())
    }

    /// The batches as they were last seen, in the order of the lines.
    pub fn batches(&self) -> impl Iterator<Item = &Batch> {
        self.parts.iter().filter_map(|part| part.batch.as_ref())
    }

    /// IDs of the input files that were uploaded, in the order of the lines.
    pub fn input_file_ids(&self) -> impl Iterator<Item = &str> {
        self.parts.iter().filter_map(|part| part.input_file_id.as_deref())
    }

    /// Number of lines.
    #[must_use]
    pub fn lines(&self) -> u64 {
        self.parts.iter().map(|part| part.lines).sum()
    }

    /// Whether all batches are created and will not change any more.
    #[must_use]
    pub fn is_done(&self) -> bool {
        self.parts.iter().all(|part| part.batch.as_ref().is_some_and(Batch::is_done))
    }

    /// How far the job is, as it was last seen.
    #[must_use]
    pub fn progress(&self) -> BatchProgress {
        let mut progress = BatchProgress {
            lines: self.lines(),
            batches: self.parts.len(),
            ..BatchProgress::default()
        };
        for part in &self.parts {
            let uploaded = part.step != Step::Written && part.step != Step::Uploading;
            progress.uploaded += usize::from(uploaded);
            let Some(batch) = &part.batch else { continue };
            progress.created += 1;
            progress.done += usize::from(batch.is_done());
            let BatchCounts { completed, failed, .. } = batch.request_counts;
            progress.completed += completed;
            // A batch that failed as a whole has no counts.
            let is_failed = batch.status == Some(BatchStatus::Failed);
            progress.failed += if is_failed { part.lines.max(failed) } else { failed };
        }
        progress
    }
}

/// How far a batch job is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct BatchProgress {
    /// Lines of all batches.
    pub lines: u64,
    /// Lines with a result.
    pub completed: u64,
    /// Lines that failed.
    pub failed: u64,
    /// Number of batches.
    pub batches: usize,
    /// Batches whose input is uploaded.
    pub uploaded: usize,
    /// Batches that are created.
    pub created: usize,
    /// Batches that will not change any more.
    pub done: usize,
}

impl std::fmt::Display for BatchJobState {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let text = serde_json::to_string_pretty(self).map_err(|_| std::fmt::Error)?;
        f.write_str(&text)
    }
}

impl std::str::FromStr for BatchJobState {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        serde_json::from_str(text)
            .map_err(|error| Error::config(format!("this is no state of a batch job: {error}")))
    }
}
