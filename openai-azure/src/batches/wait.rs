//! Waits for batches, however long that takes.

use super::Batches;
use super::batch::Batch;
use super::job::BatchJob;
use super::state::Step;
use crate::engine::polling::asked_wait;
use crate::engine::tolerance::Tolerance;
use crate::error::{BatchError, BatchErrorReason, Error};
use crate::response::Response;

impl Batches {
    /// Requests a batch until it is completed, failed, expired or cancelled. Requests that fail for
    /// a passing reason are made again for up to an hour.
    ///
    /// # Errors
    ///
    /// [`Error::Timeout`] when it takes longer than [`polling`](Self::polling) allows, and the
    /// errors of [`get`](Self::get).
    pub async fn wait(&self, id: impl AsRef<str>) -> Result<Response<Batch>, Error> {
        let id = id.as_ref();
        let timed = self.timed();
        let mut pace = self.polling.pace(&self.client);
        let mut failures = Tolerance::default();
        loop {
            let mut asked = None;
            match timed.get(id).await {
                Ok(batch) if batch.is_done() => return Ok(batch),
                Ok(batch) if batch.status.is_none() => return Err(no_status(id)),
                Ok(batch) => {
                    failures.reset();
                    asked = asked_wait(&self.client, &batch);
                }
                Err(error) => failures.tolerate(error)?,
            }
            pace.pause(asked).await?;
        }
    }
}

fn no_status(id: &str) -> Error {
    let message = format!("the batch {id} has no status");
    Error::Batch(BatchError::new(BatchErrorReason::Failed, message))
}

impl BatchJob {
    /// Waits until all batches are completed, failed, expired or cancelled, with the
    /// [`polling`](Batches::polling) of the collection. Requests that fail for a passing reason are
    /// made again for up to an hour.
    ///
    /// Batches that were not created yet, as after an error of
    /// [`start`](super::BatchJobRequest::start), are created first. A batch that fails for the
    /// quota is created anew if the job [waits for it](Self::wait_for_quota).
    ///
    /// # Errors
    ///
    /// [`Error::Batch`]: with the reason [`TokenLimit`](BatchErrorReason::TokenLimit) when all is
    /// over and a batch has failed for the quota; otherwise with the error of the request. The job
    /// stays as it is and can be waited for again.
    pub async fn wait(&mut self) -> Result<(), Error> {
        self.begin_operation();
        self.submit_all().await?;
        let mut pace = self.batches.polling.pace(&self.batches.client);
        let mut failures = Tolerance::default();
        loop {
            let mut asked = None;
            let mut is_changed = false;
            for number in 0..self.state.parts.len() {
                let batch = self.state.parts[number].batch.as_ref();
                let Some(id) = batch.filter(|batch| !batch.is_done()).map(|batch| batch.id.clone())
                else {
                    continue;
                };
                match self.batches.get(&id).await {
                    Ok(batch) if batch.status.is_none() => return Err(self.failed(no_status(&id))),
                    Ok(batch) => {
                        failures.reset();
                        asked = asked.max(asked_wait(&self.batches.client, &batch));
                        is_changed |= self.state.parts[number].batch.as_ref() != Some(&*batch);
                        self.state.parts[number].batch = Some(batch.into_inner());
                    }
                    Err(error) => failures.tolerate(error).map_err(|error| self.failed(error))?,
                }
            }
            if is_changed {
                self.changed().await?;
            }
            if self.state.is_done() && !self.recreate().await? {
                return self.checked();
            }
            pace.pause(asked).await.map_err(|error| self.failed(error))?;
        }
    }

    /// Creates batches anew that failed for the quota, if the job waits for it.
    async fn recreate(&mut self) -> Result<bool, Error> {
        if self.quota_wait.is_none() {
            return Ok(false);
        }
        let mut found = false;
        for number in 0..self.state.parts.len() {
            let part = &mut self.state.parts[number];
            if let Some(batch) = part.batch.take_if(|batch| batch.is_token_limit()) {
                part.given_up.push(batch.id);
                part.step = Step::Uploaded;
                found = true;
                self.changed().await?;
                tokio::time::sleep(self.batches.polling.first()).await;
                self.submit_part(number).await?;
            }
        }
        Ok(found)
    }

    fn checked(&self) -> Result<(), Error> {
        let full = self.state.batches().find(|batch| batch.is_token_limit());
        let Some(batch) = full else { return Ok(()) };
        let message = format!(
            "the batch {} failed: the enqueued tokens of the deployment are at their limit",
            batch.id
        );
        Err(self.with_job(BatchError::new(BatchErrorReason::TokenLimit, message)))
    }
}
