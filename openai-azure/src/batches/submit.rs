//! Uploads the lines and creates the batches, each exactly once.
//!
//! A step that may reach the service is written down before it. After a crash, and after a failure
//! that leaves open whether the request was carried out, the service is asked first: files are
//! found by their names, which are unique to the job, and batches by their input files.

use std::time::Duration;

use tokio::time::sleep;

use super::batch::{Batch, BatchEndpoint, TOKEN_LIMIT};
use super::job::BatchJob;
use super::quota_pause::QuotaPause;
use super::state::Step;
use crate::engine::options::CallOptions;
use crate::error::{BatchError, BatchErrorReason, Error};
use crate::files::{FileObject, FileStatus};
use crate::retry::RetryPolicy;
use crate::upload::Upload;

/// How often a batch is created anew after failures that leave open whether it was.
const ATTEMPTS: u32 = 4;

/// How much the clocks of the service and of this computer may differ, in seconds.
const CLOCK_SKEW: i64 = 3_600;

impl BatchJob {
    /// Uploads what is not uploaded, and creates the batches that are not created.
    pub(super) async fn submit(&mut self) -> Result<(), Error> {
        self.begin_operation();
        self.submit_all().await
    }

    pub(super) async fn submit_all(&mut self) -> Result<(), Error> {
        for number in 0..self.state.parts.len() {
            self.submit_part(number).await?;
        }
        if self.state.is_temporary {
            self.remove_dir().await;
        }
        Ok(())
    }

    /// Brings one part to the step `Created`.
    pub(super) async fn submit_part(&mut self, number: usize) -> Result<(), Error> {
        if matches!(self.state.parts[number].step, Step::Written | Step::Uploading) {
            self.upload(number).await?;
        }
        if matches!(self.state.parts[number].step, Step::Uploaded | Step::Creating) {
            self.create(number).await?;
        }
        Ok(())
    }

    async fn enter(&mut self, number: usize, step: Step) -> Result<(), Error> {
        self.state.parts[number].step = step;
        self.changed().await
    }

    async fn upload(&mut self, number: usize) -> Result<(), Error> {
        let filename = self.state.parts[number].filename.clone();
        let found = if self.state.parts[number].step == Step::Uploading {
            self.find_file(number).await.map_err(|error| self.failed(error))?
        } else {
            self.enter(number, Step::Uploading).await?;
            None
        };
        let file = match found {
            Some(file) => file,
            None => {
                let path = self.state.dir.join(&filename);
                let upload = Upload::path(path).named(&filename);
                let mut request = self.batches.files().upload(upload, "batch");
                if let Some(seconds) = self.state.input_seconds {
                    request = request.expires_after(Duration::from_secs(seconds));
                }
                request.send().await.map_err(|error| self.failed(error))?.into_inner()
            }
        };
        let file = if file.is_done() {
            file
        } else {
            let files = self.batches.files();
            files.wait(&file.id).await.map_err(|error| self.failed(error))?.into_inner()
        };
        if file.status == Some(FileStatus::Error) {
            let why = file.status_details.unwrap_or_default();
            let message = format!("the service cannot read the input file {}: {why}", file.id);
            return Err(self.with_job(BatchError::new(BatchErrorReason::Failed, message)));
        }
        self.state.parts[number].input_file_id = Some(file.id);
        self.enter(number, Step::Uploaded).await
    }

    /// The file that an upload whose response was lost has left.
    async fn find_file(&self, number: usize) -> Result<Option<FileObject>, Error> {
        let part = &self.state.parts[number];
        let mut files = self.batches.files().list().purpose("batch").stream();
        while let Some(file) = files.try_next().await? {
            if file.filename == part.filename && file.bytes == part.bytes {
                return Ok(Some(file));
            }
        }
        Ok(None)
    }

    async fn create(&mut self, number: usize) -> Result<(), Error> {
        let mut quota = QuotaPause::new(self.batches.polling.first());
        let mut attempts = 0;
        loop {
            if self.state.parts[number].step == Step::Creating
                && let Some(batch) = self.find_batch(number).await?
            {
                return self.created(number, batch).await;
            }
            self.enter(number, Step::Creating).await?;
            let error = match self.send_create(number).await {
                Ok(batch) => return self.created(number, batch).await,
                Err(error) => error,
            };
            if is_token_limit(&error) {
                // It was refused, so there is no batch.
                self.enter(number, Step::Uploaded).await?;
                let waits = match self.quota_wait {
                    Some(limit) => quota.pause(limit).await,
                    None => false,
                };
                if !waits {
                    let message = "the enqueued tokens of the deployment are at their limit";
                    let error =
                        BatchError::new(BatchErrorReason::TokenLimit, message).caused_by(error);
                    return Err(self.with_job(error));
                }
            } else if is_ambiguous(&error) && attempts + 1 < ATTEMPTS {
                attempts += 1;
                sleep(self.batches.polling.first().saturating_mul(attempts)).await;
            } else {
                if !is_ambiguous(&error) {
                    self.enter(number, Step::Uploaded).await?;
                }
                return Err(self.failed(error));
            }
        }
    }

    /// Creates a batch with one request: whether it is repeated is decided here.
    async fn send_create(&self, number: usize) -> Result<Batch, Error> {
        let state = &self.state;
        let input = state.parts[number].input_file_id.clone().unwrap_or_default();
        let endpoint = BatchEndpoint::from(state.endpoint.as_str());
        let mut request = self
            .batches
            .create(input, endpoint)
            .completion_window(&state.completion_window)
            .all_metadata(&state.metadata)
            .options(CallOptions::new().retry(RetryPolicy::none()));
        if let Some(expiry) = state.output_expires_after {
            request = request.output_expires_after(expiry.lifetime());
        }
        Ok(request.send().await?.into_inner())
    }

    async fn created(&mut self, number: usize, batch: Batch) -> Result<(), Error> {
        self.state.parts[number].batch = Some(batch);
        self.enter(number, Step::Created).await
    }

    /// The batch of an input file, if there is one. A batch that was created a moment ago may not
    /// be in the list yet, so it is read twice.
    async fn find_batch(&self, number: usize) -> Result<Option<Batch>, Error> {
        if let Some(batch) = self.look_for_batch(number).await? {
            return Ok(Some(batch));
        }
        sleep(self.batches.polling.first()).await;
        self.look_for_batch(number).await
    }

    async fn look_for_batch(&self, number: usize) -> Result<Option<Batch>, Error> {
        let part = &self.state.parts[number];
        let mut batches = self.batches.list().limit(100).stream();
        loop {
            let next = batches.try_next().await.map_err(|error| self.failed(error))?;
            let Some(batch) = next else { return Ok(None) };
            if batch.input_file_id.as_deref() == part.input_file_id.as_deref()
                && !part.given_up.contains(&batch.id)
            {
                return Ok(Some(batch));
            }
            // The list begins with the newest.
            if batch.created_at > 0 && batch.created_at < self.state.created_at - CLOCK_SKEW {
                return Ok(None);
            }
        }
    }
}

/// Whether the enqueued tokens are at their limit.
fn is_token_limit(error: &Error) -> bool {
    let Some(api) = error.as_api() else { return false };
    let is_named = api.code() == Some(TOKEN_LIMIT)
        || api.message().is_some_and(|message| message.contains(TOKEN_LIMIT));
    is_named && (400..500).contains(&api.status())
}

/// Whether the service may have carried out the request.
fn is_ambiguous(error: &Error) -> bool {
    match error {
        Error::Connection(_) | Error::Timeout(_) | Error::Decode(_) => true,
        Error::Api(api) => api.status() >= 500 || matches!(api.status(), 408 | 429),
        _ => false,
    }
}
