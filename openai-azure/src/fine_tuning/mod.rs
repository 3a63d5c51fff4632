//! Fine-tuning: a model of your own, made of a base model and examples.
//!
//! ```no_run
//! # async fn example(client: openai_azure::Client) -> Result<(), openai_azure::Error> {
//! use openai_azure::Upload;
//!
//! let examples = client.files().upload(Upload::path("examples.jsonl"), "fine-tune").await?;
//! client.files().wait(&examples.id).await?;
//! let jobs = client.fine_tuning_jobs();
//! let job = jobs.create("gpt-4o-mini-2024-07-18", &examples.id).suffix("polite").send().await?;
//! let done = jobs.wait(&job.id).await?;
//! println!("{:?}: {:?}", done.status, done.fine_tuned_model);
//! # Ok(())
//! # }
//! ```

mod create;
mod job;

pub use create::FineTuningJobRequest;
pub use job::{FineTuningCheckpoint, FineTuningEvent, FineTuningJob, FineTuningStatus};

use openai_azure_sys::raw;

use crate::engine::call::Call;
use crate::engine::client::Client;
use crate::engine::options::CallOptions;
use crate::engine::polling::Polling;
use crate::engine::setters::option_setters;
use crate::error::Error;
use crate::page::Page;
use crate::response::Response;

/// Starts, follows and cancels fine-tuning; made by [`Client::fine_tuning_jobs`].
#[derive(Debug, Clone)]
#[must_use]
pub struct FineTuningJobs {
    pub(crate) client: Client,
    options: CallOptions,
    polling: Polling,
}

impl Client {
    /// Starts, follows and cancels fine-tuning: `/fine_tuning/jobs`.
    ///
    /// ```no_run
    /// # async fn example(client: openai_azure::Client) -> Result<(), openai_azure::Error> {
    /// for job in &client.fine_tuning_jobs().list(None).await?.data {
    ///     println!("{}: {:?}", job.id, job.status);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn fine_tuning_jobs(&self) -> FineTuningJobs {
        FineTuningJobs::new(self.clone())
    }
}

impl FineTuningJobs {
    pub(crate) fn new(client: Client) -> Self {
        Self { client, options: CallOptions::default(), polling: Polling::default() }
    }

    option_setters!(options);

    /// How often [`wait`](FineTuning::wait) asks, and for how long.
    pub fn polling(mut self, polling: Polling) -> Self {
        self.polling = polling;
        self
    }

    /// Describes a new job: a base model, and a file of examples that was uploaded for the purpose
    /// `fine-tune`.
    pub fn create(
        &self,
        model: impl Into<String>,
        training_file: impl Into<String>,
    ) -> FineTuningJobRequest {
        let (client, options) = (self.client.clone(), self.options.clone());
        FineTuningJobRequest::new(client, options, model.into(), training_file.into())
    }
}

impl FineTuningJobs {
    /// Gives a page of the jobs, newest first: `GET /fine_tuning/jobs`. `after` is the id of the
    /// last one of the page before.
    ///
    /// # Errors
    ///
    /// [`Error::Config`] for an api-version without fine-tuning; the other kinds of [`Error`] as
    /// for every call.
    pub async fn list(&self, after: Option<&str>) -> Result<Response<Page<FineTuningJob>>, Error> {
        let client = &self.client;
        let mut params = raw::FineTuningJobsListParams::default();
        params.after = after.map(str::to_owned);
        Call::new(client, &self.options)
            .json(|api| async move { api.fine_tuning_jobs_list(&params).await })
            .await
    }

    /// Describes a job: `GET /fine_tuning/jobs/{id}`.
    ///
    /// # Errors
    ///
    /// [`Error::Api`] with status 404 when there is no such job, and as for [`FineTuningJobs::list`].
    pub async fn get(&self, id: impl AsRef<str>) -> Result<Response<FineTuningJob>, Error> {
        let (client, id) = (&self.client, id.as_ref());
        Call::new(client, &self.options)
            .json(|api| async move { api.fine_tuning_jobs_get(id).await })
            .await
    }

    /// Asks for a job until it succeeded, failed or was cancelled. That takes minutes to hours.
    ///
    /// # Errors
    ///
    /// [`Error::Timeout`] when it takes longer than the polling allows, and the errors of
    /// [`FineTuningJobs::get`].
    pub async fn wait(&self, id: impl AsRef<str>) -> Result<Response<FineTuningJob>, Error> {
        let id = id.as_ref();
        self.polling.until(&self.client, || self.get(id), FineTuningJob::is_done).await
    }

    /// Cancels a job: `POST /fine_tuning/jobs/{id}/cancel`.
    ///
    /// # Errors
    ///
    /// As for [`FineTuningJobs::get`].
    pub async fn cancel(&self, id: impl AsRef<str>) -> Result<Response<FineTuningJob>, Error> {
        let (client, id) = (&self.client, id.as_ref());
        Call::new(client, &self.options)
            .json(|api| async move { api.fine_tuning_jobs_cancel(id).await })
            .await
    }

    /// Gives a page of what happened to a job, newest first:
    /// `GET /fine_tuning/jobs/{id}/events`.
    ///
    /// # Errors
    ///
    /// As for [`FineTuningJobs::get`].
    pub async fn events(
        &self,
        id: impl AsRef<str>,
        after: Option<&str>,
    ) -> Result<Response<Page<FineTuningEvent>>, Error> {
        let (client, id) = (&self.client, id.as_ref());
        let mut params = raw::FineTuningJobsEventsListParams::default();
        params.after = after.map(str::to_owned);
        Call::new(client, &self.options)
            .json(|api| async move { api.fine_tuning_jobs_events_list(id, &params).await })
            .await
    }

    /// Gives a page of the models that a job made on its way, newest first:
    /// `GET /fine_tuning/jobs/{id}/checkpoints`.
    ///
    /// # Errors
    ///
    /// As for [`FineTuningJobs::get`].
    pub async fn checkpoints(
        &self,
        id: impl AsRef<str>,
        after: Option<&str>,
    ) -> Result<Response<Page<FineTuningCheckpoint>>, Error> {
        let (client, id) = (&self.client, id.as_ref());
        let mut params = raw::FineTuningJobsCheckpointsListParams::default();
        params.after = after.map(str::to_owned);
        Call::new(client, &self.options)
            .json(|api| async move { api.fine_tuning_jobs_checkpoints_list(id, &params).await })
            .await
    }
}
