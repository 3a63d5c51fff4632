//! A batch job that was started.

use std::time::Duration;

use serde_json::Value;

use super::Batches;
use super::job_request::{BatchJobRequest, Report};
use super::results::BatchResults;
use super::state::{BatchJobState, BatchProgress};
use crate::error::{BatchError, BatchErrorReason, Error};

/// A batch job: the batches of some lines, from upload to results.
///
/// Everything is at the service, and in [`state`](Self::state): a job can be dropped and
/// [resumed](Batches::resume) at any time, also by another process. Dropping it cancels nothing.
///
/// ```no_run
/// # async fn example(client: openai_azure::Client, questions: Vec<String>) -> Result<(), openai_azure::Error> {
/// use openai_azure::batches::BatchLine;
///
/// let ask = client.clone();
/// let lines = questions.into_iter().enumerate().map(move |(number, question)| {
///     BatchLine::chat(number.to_string(), &ask.chat("gpt-5.6-terra").user(question))
/// });
/// let mut job = client.batches().job().dir("questions").start(lines).await?;
/// job.wait().await?;
/// let mut results = job.results();
/// while let Some(result) = results.try_next().await? {
///     match &result.outcome {
///         Ok(response) => println!("{}: {}", result.custom_id, response.chat()?.text()),
///         Err(failure) => eprintln!("{}: {failure}", result.custom_id),
///     }
/// }
/// # Ok(())
/// # }
/// ```
#[must_use]
pub struct BatchJob {
    /// As it was given.
    origin: Batches,
    /// The same with the deadline of the operation that runs.
    pub(super) batches: Batches,
    pub(super) state: BatchJobState,
    pub(super) quota_wait: Option<Duration>,
    report: Option<Report>,
}

impl BatchJob {
    pub(super) fn new(
        batches: Batches,
        state: BatchJobState,
        quota_wait: Option<Duration>,
        report: Option<Report>,
    ) -> Self {
        Self { origin: batches.clone(), batches, state, quota_wait, report }
    }

    /// Waits up to this time while the enqueued tokens of the deployment are at their limit; see
    /// [`BatchJobRequest::wait_for_quota`].
    pub fn wait_for_quota(mut self, limit: Duration) -> Self {
        self.quota_wait = Some(limit);
        self
    }

    /// Calls `report` when the job has come further.
    pub fn on_progress(mut self, report: impl Fn(&BatchProgress) + Send + Sync + 'static) -> Self {
        self.report = Some(std::sync::Arc::new(report));
        self
    }

    /// The job as JSON, to be stored.
    #[must_use]
    pub fn state(&self) -> &BatchJobState {
        &self.state
    }

    /// How far the job is, as it was last seen.
    #[must_use]
    pub fn progress(&self) -> BatchProgress {
        self.state.progress()
    }

    /// The results of the lines, in the order in which the service wrote them: those of the first
    /// batch, then those of the second. [`BatchResults::in_order`] changes it to the order of the
    /// lines.
    ///
    /// Each `custom_id` has exactly one result; one that the service has none for is a failure. For
    /// a job that is done; a batch that is not has no results yet.
    #[inline]
    pub fn results(&self) -> BatchResults {
        BatchResults::new(&self.origin, &self.state)
    }

    /// Cancels the batches that are not over. The results until then are there when they are
    /// cancelled, which takes up to 10 minutes; see [`wait`](Self::wait).
    ///
    /// # Errors
    ///
    /// [`Error::Batch`] with the error of the request; batches that are over meanwhile are none.
    pub async fn cancel(&mut self) -> Result<(), Error> {
        self.begin_operation();
        for number in 0..self.state.parts.len() {
            let batch = self.state.parts[number].batch.as_ref();
            let Some(id) = batch.filter(|batch| !batch.is_done()).map(|batch| batch.id.clone())
            else {
                continue;
            };
            match self.batches.cancel(&id).await {
                Ok(batch) => self.state.parts[number].batch = Some(batch.into_inner()),
                Err(Error::Api(error)) if error.status() == 409 => {}
                Err(error) => return Err(self.failed(error)),
            }
        }
        self.changed().await
    }

    /// Sends the lines that failed again, as a job of their own with these settings; `None` if none
    /// failed. The job must be done. With a [folder](BatchJobRequest::dir), which must be another
    /// one than this job's, a program that ends in the middle and calls this again goes on: no line
    /// is sent a third time.
    ///
    /// # Errors
    ///
    /// As for [`results`](Self::results) and [`BatchJobRequest::start`]; [`Error::Config`] for a
    /// folder with another job.
    pub async fn resend_failed(&self, request: BatchJobRequest) -> Result<Option<Self>, Error> {
        if let Some(state) = request.begun().await? {
            if state.resends.as_ref() != Some(&self.state.id) {
                return Err(Error::config(format!(
                    "{} is the folder of another job: failed lines need a folder of their own",
                    state.dir.display()
                )));
            }
            return Ok(Some(request.submit(state).await?));
        }
        let mut state = request.begin(Some(&self.state)).await?;
        let mut writer = request.writer(&state);
        let mut found = false;
        for number in 0..self.state.parts.len() {
            let mut results = BatchResults::of_part(&self.origin, &self.state, number);
            let mut failed = std::collections::HashSet::new();
            while let Some(result) = results.try_next().await? {
                if result.outcome.is_err() {
                    failed.insert(result.custom_id);
                }
            }
            if failed.is_empty() {
                continue;
            }
            found = true;
            let mut input = super::input_file::open(&self.origin, &self.state, number).await?;
            while let Some(line) = input.lines.next().await? {
                if let Some(id) =
                    super::line_reader::custom_id(line).filter(|id| failed.contains(id))
                {
                    writer.copy(&id, line).await?;
                }
            }
        }
        if !found {
            if state.is_temporary {
                let _ = tokio::fs::remove_dir_all(&state.dir).await;
            }
            return Ok(None);
        }
        state.parts = writer.finish().await?.parts;
        state.save().await?;
        Ok(Some(request.submit(state).await?))
    }

    /// Deletes the files of the job at the service, input and output, and its folder. Files that
    /// are gone already are no error.
    ///
    /// # Errors
    ///
    /// [`Error::Batch`] with the error of the request.
    pub async fn clean_up(mut self) -> Result<(), Error> {
        self.begin_operation();
        let files = self.batches.files();
        let mut ids: Vec<String> = self.state.input_file_ids().map(str::to_owned).collect();
        for batch in self.state.batches() {
            let made = [batch.output_file_id.as_deref(), batch.error_file_id.as_deref()];
            ids.extend(made.into_iter().flatten().map(str::to_owned));
        }
        // An upload that was repeated has left a second file.
        let mut listed = files.list().purpose("batch").stream();
        while let Some(file) = listed.try_next().await.map_err(|error| self.failed(error))? {
            if file.filename.starts_with(&self.state.id) && !ids.contains(&file.id) {
                ids.push(file.id);
            }
        }
        for id in ids {
            match files.delete(&id).await {
                Ok(_) => {}
                Err(Error::Api(error)) if error.status() == 404 => {}
                Err(error) => return Err(self.failed(error)),
            }
        }
        self.remove_dir().await;
        Ok(())
    }

    /// Removes what is in the folder of the job, and the folder if it is empty then.
    pub(super) async fn remove_dir(&mut self) {
        let dir = &self.state.dir;
        for part in &self.state.parts {
            let _ = tokio::fs::remove_file(dir.join(&part.filename)).await;
        }
        let _ = tokio::fs::remove_file(dir.join(super::state::STATE_FILE)).await;
        let _ = tokio::fs::remove_dir(dir).await;
    }

    /// Starts the deadline of an operation, if there is one.
    pub(super) fn begin_operation(&mut self) {
        self.batches = self.origin.timed();
    }

    /// Writes the state and reports the progress.
    pub(super) async fn changed(&self) -> Result<(), Error> {
        self.state.save().await?;
        self.tell();
        Ok(())
    }

    pub(super) fn tell(&self) {
        if let Some(report) = &self.report {
            report(&self.state.progress());
        }
    }

    /// The error of a request as an error of the job.
    pub(super) fn failed(&self, error: Error) -> Error {
        let error = BatchError::new(BatchErrorReason::Request, "a request of the batch job failed")
            .caused_by(error);
        self.with_job(error)
    }

    pub(super) fn with_job(&self, error: BatchError) -> Error {
        let batch_ids = self.state.batch_ids().map(str::to_owned).collect();
        let file_ids = self.state.input_file_ids().map(str::to_owned).collect();
        let job = serde_json::to_value(&self.state).unwrap_or(Value::Null);
        Error::Batch(error.with_job(batch_ids, file_ids, job))
    }
}

impl std::fmt::Debug for BatchJob {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("BatchJob")
            .field("id", &self.state.id)
            .field("progress", &self.state.progress())
            .finish_non_exhaustive()
    }
}
