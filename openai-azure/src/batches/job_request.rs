//! The settings of a batch job, and its begin.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use futures_core::Stream;
use futures_util::stream::{self, StreamExt as _};

use super::Batches;
use super::job::BatchJob;
use super::limits::BatchLimits;
use super::line::BatchLine;
use super::state::{BatchJobState, BatchProgress};
use super::writer::LineWriter;
use crate::endpoint::Mode;
use crate::engine::expiry::ExpiresAfter;
use crate::error::Error;

/// What is reported of the progress.
pub(super) type Report = Arc<dyn Fn(&BatchProgress) + Send + Sync>;

/// A batch job to be started; made by [`Batches::job`].
#[derive(Clone)]
#[must_use = "nothing is sent before `start`"]
pub struct BatchJobRequest {
    batches: Batches,
    dir: Option<PathBuf>,
    limits: BatchLimits,
    completion_window: String,
    metadata: BTreeMap<String, String>,
    input_lifetime: Option<Duration>,
    output_lifetime: Option<Duration>,
    quota_wait: Option<Duration>,
    report: Option<Report>,
}

impl BatchJobRequest {
    pub(super) fn new(batches: Batches) -> Self {
        Self {
            batches,
            dir: None,
            limits: BatchLimits::default(),
            completion_window: "24h".to_owned(),
            metadata: BTreeMap::new(),
            input_lifetime: None,
            output_lifetime: None,
            quota_wait: None,
            report: None,
        }
    }

    /// Keeps the lines and the state of the job in this folder, which is made if it is missing.
    ///
    /// A program that ends at any moment and starts the job in the same folder again goes on where
    /// it was: no line is sent a second time, and the lines of the second start are not read.
    /// Without a folder one in the system's folder for temporary files is used until the batches
    /// are created.
    pub fn dir(mut self, path: impl Into<PathBuf>) -> Self {
        self.dir = Some(path.into());
        self
    }

    /// The limits by which lines are split into batches; those of the service by default.
    pub fn limits(mut self, limits: BatchLimits) -> Self {
        self.limits = limits;
        self
    }

    /// Time in which the batches should be done; `24h`, the only value of the service, by default.
    pub fn completion_window(mut self, window: impl Into<String>) -> Self {
        self.completion_window = window.into();
        self
    }

    /// Adds a key-value pair to each batch; at most 16, of 64 and 512 characters.
    pub fn metadata(mut self, key: impl Into<String>, value: impl Into<String>) -> Self {
        self.metadata.insert(key.into(), value.into());
        self
    }

    /// Lets the service delete the input files after this time, 14 to 30 days. It also raises the
    /// limit of 500 input files of a resource to 10,000.
    pub fn input_expires_after(mut self, lifetime: Duration) -> Self {
        self.input_lifetime = Some(lifetime);
        self
    }

    /// Lets the service delete the files of results after this time, 14 to 30 days.
    pub fn output_expires_after(mut self, lifetime: Duration) -> Self {
        self.output_lifetime = Some(lifetime);
        self
    }

    /// Waits up to this time, with growing intervals, while the enqueued tokens of the deployment
    /// are at their limit. By default that is an error. The time counts from the refusal of a
    /// batch; for batches that fail later, from when no other one of the job runs.
    pub fn wait_for_quota(mut self, limit: Duration) -> Self {
        self.quota_wait = Some(limit);
        self
    }

    /// Calls `report` when the job has come further.
    pub fn on_progress(mut self, report: impl Fn(&BatchProgress) + Send + Sync + 'static) -> Self {
        self.report = Some(Arc::new(report));
        self
    }

    /// Starts the job: writes the lines as they come, checks them, and then uploads them and
    /// creates the batches, one after the other.
    ///
    /// # Errors
    ///
    /// [`Error::Config`] for lines that the service would refuse; nothing is sent then.
    /// [`Error::Batch`] for what goes wrong later: it has the job as JSON, so that it can go on.
    pub async fn start<I>(self, lines: I) -> Result<BatchJob, Error>
    where
        I: IntoIterator<Item = BatchLine, IntoIter: Send>,
    {
        self.start_stream(stream::iter(lines)).await
    }

    /// The same for lines that come from a stream.
    ///
    /// # Errors
    ///
    /// As for [`start`](Self::start).
    pub async fn start_stream<S>(self, lines: S) -> Result<BatchJob, Error>
    where
        S: Stream<Item = BatchLine> + Send,
    {
        let state = match self.begun().await? {
            Some(state) => state,
            None => self.write(lines).await?,
        };
        self.submit(state).await
    }

    /// Writes all lines, and then the state that records it.
    async fn write<S>(&self, lines: S) -> Result<BatchJobState, Error>
    where
        S: Stream<Item = BatchLine> + Send,
    {
        let mut state = self.begin(None).await?;
        let mut writer = self.writer(&state);
        let mut lines = std::pin::pin!(lines);
        let written = async {
            while let Some(line) = lines.next().await {
                writer.write(line).await?;
            }
            writer.finish().await
        };
        match written.await {
            Ok(written) => {
                state.endpoint = written.endpoint;
                state.deployment = written.deployment;
                state.parts = written.parts;
                state.save().await?;
                Ok(state)
            }
            Err(error) => {
                if state.is_temporary {
                    let _ = tokio::fs::remove_dir_all(&state.dir).await;
                }
                Err(error)
            }
        }
    }

    pub(super) fn writer(&self, state: &BatchJobState) -> LineWriter {
        let is_v1 = self.batches.client.endpoint().mode() == Mode::V1;
        LineWriter::new(&state.dir, &state.id, self.limits, is_v1)
    }

    /// An empty state, and its folder.
    pub(super) async fn begin(&self, like: Option<&BatchJobState>) -> Result<BatchJobState, Error> {
        let id = format!("batch-{:016x}", fastrand::u64(..));
        let dir = self
            .dir
            .clone()
            .unwrap_or_else(|| std::env::temp_dir().join(format!("openai-azure-{id}")));
        tokio::fs::create_dir_all(&dir)
            .await
            .map_err(|error| Error::config(format!("{} cannot be made: {error}", dir.display())))?;
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Ok(BatchJobState {
            id,
            created_at: now.as_secs() as i64,
            dir,
            is_temporary: self.dir.is_none(),
            resends: like.map(|like| like.id.clone()),
            endpoint: like.map_or_else(String::new, |like| like.endpoint.clone()),
            deployment: like.map_or_else(String::new, |like| like.deployment.clone()),
            completion_window: self.completion_window.clone(),
            metadata: self.metadata.clone(),
            output_expires_after: self.output_lifetime.map(ExpiresAfter::created),
            input_seconds: self.input_lifetime.map(|lifetime| lifetime.as_secs()),
            parts: Vec::new(),
        })
    }

    /// The job that was begun in the folder, if there is one.
    pub(super) async fn begun(&self) -> Result<Option<BatchJobState>, Error> {
        match &self.dir {
            Some(dir) => BatchJobState::load(dir).await,
            None => Ok(None),
        }
    }

    /// Uploads the lines and creates the batches.
    pub(super) async fn submit(self, state: BatchJobState) -> Result<BatchJob, Error> {
        let mut job = BatchJob::new(self.batches, state, self.quota_wait, self.report);
        job.submit().await?;
        Ok(job)
    }
}

impl std::fmt::Debug for BatchJobRequest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("BatchJobRequest")
            .field("dir", &self.dir)
            .field("limits", &self.limits)
            .field("quota_wait", &self.quota_wait)
            .finish_non_exhaustive()
    }
}
