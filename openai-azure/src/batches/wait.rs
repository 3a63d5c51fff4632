//! Waits for batches, however long that takes.

use super::Batches;
use super::batch::Batch;
use super::job::BatchJob;
use super::quota_pause::QuotaPause;
use super::state::Step;
use crate::engine::polling::asked_wait;
use crate::engine::tolerance::Tolerance;
use crate::engine::wait_request::WaitRequest;
use crate::error::{BatchError, BatchErrorReason, Error};

impl Batches {
    /// Requests a batch until it is completed, failed, expired or cancelled. Its `request_counts`
    /// show how far it is.
    pub fn wait(&self, id: impl Into<String>) -> WaitRequest<Batch> {
        let batches = self.timed();
        let (options, of) = (batches.options.clone(), (batches, id.into()));
        let get = |batches: Self, id: String| async move { batches.get(id).await };
        WaitRequest::new(&self.client, &self.polling, options, of, get, |batch| {
            match &batch.status {
                None => Err(no_status(&batch.id)),
                Some(_) => Ok(batch.is_done()),
            }
        })
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
    /// [`start`](super::BatchJobRequest::start), are created first. Batches that fail for the quota
    /// are created anew, when no other one of the job runs, if the job
    /// [waits for it](Self::wait_for_quota).
    ///
    /// # Errors
    ///
    /// [`Error::Batch`]: with the reason [`TokenLimit`](BatchErrorReason::TokenLimit) when all is
    /// over and a batch has failed for the quota; otherwise with the error of the request. The job
    /// stays as it is and can be waited for again.
    pub async fn wait(&mut self) -> Result<(), Error> {
        self.begin_operation();
        self.submit_all().await?;
        let mut pace = self.batches.polling.pace(&self.batches.client, &self.batches.options);
        let mut failures = Tolerance::default();
        let mut quota = None;
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
            if self.state.is_done() && !self.recreate(&mut quota).await? {
                return self.checked();
            }
            pace.pause(asked).await.map_err(|error| self.failed(error))?;
        }
    }

    /// Creates batches anew that failed for the quota, if the job waits for it and has not waited
    /// for too long. The wait begins anew when other batches of the job were run meanwhile.
    async fn recreate(&mut self, quota: &mut Option<(usize, QuotaPause)>) -> Result<bool, Error> {
        let Some(limit) = self.quota_wait else { return Ok(false) };
        let is_refused = |batch: &Option<Batch>| batch.as_ref().is_some_and(Batch::is_token_limit);
        let refused: Vec<usize> = (0..self.state.parts.len())
            .filter(|number| is_refused(&self.state.parts[*number].batch))
            .collect();
        if refused.is_empty() {
            return Ok(false);
        }
        let begun = quota.take().filter(|(waiting, _)| *waiting == refused.len());
        let new = || (refused.len(), QuotaPause::new(self.batches.polling.first()));
        let (_, pause) = quota.insert(begun.unwrap_or_else(new));
        if !pause.pause(limit).await {
            return Ok(false);
        }
        for number in refused {
            let part = &mut self.state.parts[number];
            part.given_up.extend(part.batch.take().map(|batch| batch.id));
            part.step = Step::Uploaded;
            self.changed().await?;
            self.submit_part(number).await?;
        }
        Ok(true)
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
