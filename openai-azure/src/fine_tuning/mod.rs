//! Fine-tuning: a model of your own, from a base model and examples.
//!
//! ```no_run
//! # async fn example(client: openai_azure::Client) -> Result<(), openai_azure::Error> {
//! use openai_azure::Upload;
//! use openai_azure::fine_tuning::{ExampleKind, check_examples};
//!
//! let report = check_examples("examples.jsonl", ExampleKind::Chat).await?;
//! for problem in &report.problems {
//!     eprintln!("{problem}");
//! }
//! let file = client.files().upload(Upload::path("examples.jsonl"), "fine-tune").await?;
//! client.files().wait(&file.id).await?;
//!
//! let jobs = client.fine_tuning_jobs();
//! let job = jobs.create("gpt-5.6-luna", &file.id).n_epochs(3).suffix("polite").await?;
//! let mut events = jobs.follow(&job.id);
//! while let Some(event) = events.try_next().await? {
//!     println!("{}", event.message);
//! }
//! println!("{:?}", jobs.get(&job.id).await?.fine_tuned_model);
//! # Ok(())
//! # }
//! ```

mod checkpoints;
mod examples;
mod follow;
mod job;
mod list;
mod permissions;
mod request;

pub use examples::{ExampleKind, ExampleProblem, ExampleReport, check_examples};
pub use follow::FineTuningEvents;
pub use job::{
    CheckpointCopy, CopiedAccount, FineTuningCheckpoint, FineTuningError, FineTuningEvent,
    FineTuningJob, FineTuningStatus,
};
pub use list::{
    FineTuningCheckpointListRequest, FineTuningEventListRequest, FineTuningJobListRequest,
};
pub use permissions::{
    CheckpointPermission, CheckpointPermissionListRequest, CheckpointPermissions,
};
pub use request::{FineTuningJobRequest, FineTuningMethod};

use openai_azure_sys::raw;

use crate::engine::call::Call;
use crate::engine::client::Client;
use crate::engine::options::CallOptions;
use crate::engine::polling::Polling;
use crate::engine::wait_request::WaitRequest;
use crate::error::Error;
use crate::response::Response;

/// The fine-tuning jobs of a resource; made by [`Client::fine_tuning_jobs`].
#[derive(Debug, Clone)]
#[must_use]
pub struct FineTuningJobs {
    client: Client,
    options: CallOptions,
    polling: Polling,
}

impl Client {
    /// The fine-tuning jobs of the resource: `/fine_tuning/jobs`.
    ///
    /// ```no_run
    /// # async fn example(client: openai_azure::Client) -> Result<(), openai_azure::Error> {
    /// let mut jobs = client.fine_tuning_jobs().list().stream();
    /// while let Some(job) = jobs.try_next().await? {
    ///     println!("{}: {:?}", job.id, job.status);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn fine_tuning_jobs(&self) -> FineTuningJobs {
        let (options, polling) = (CallOptions::default(), Polling::default());
        FineTuningJobs { client: self.clone(), options, polling }
    }
}

impl FineTuningJobs {
    /// Sets timeouts, retries, headers and query of the requests.
    pub fn options(mut self, options: CallOptions) -> Self {
        self.options = options;
        self
    }

    /// How often [`wait`](Self::wait) and [`follow`](Self::follow) make requests, and for how long.
    pub fn polling(mut self, polling: Polling) -> Self {
        self.polling = polling;
        self
    }

    /// Creates a job from a base model and a file of examples that was uploaded for the purpose
    /// `fine-tune`: `POST /fine_tuning/jobs`.
    ///
    /// Api-versions: all.
    pub fn create(
        &self,
        model: impl Into<String>,
        training_file: impl Into<String>,
    ) -> FineTuningJobRequest {
        let (model, training_file) = (model.into(), training_file.into());
        FineTuningJobRequest::new(&self.client, &self.options, model, training_file)
    }

    /// Lists jobs, newest first: `GET /fine_tuning/jobs`.
    ///
    /// Api-versions: all.
    pub fn list(&self) -> FineTuningJobListRequest {
        FineTuningJobListRequest::new(&self.client, &self.options)
    }

    /// Returns a job: `GET /fine_tuning/jobs/{id}`.
    ///
    /// Api-versions: all.
    ///
    /// # Errors
    ///
    /// [`Error::Api`] with status 404 when there is no such job, and any other [`Error`].
    pub async fn get(&self, id: impl AsRef<str>) -> Result<Response<FineTuningJob>, Error> {
        let (id, call) = (id.as_ref(), Call::new(&self.client, &self.options));
        call.json(async |api: raw::Client| api.fine_tuning_jobs_get(id).await).await
    }

    /// Cancels a job: `POST /fine_tuning/jobs/{id}/cancel`.
    ///
    /// Api-versions: all.
    ///
    /// # Errors
    ///
    /// As for [`get`](Self::get).
    pub async fn cancel(&self, id: impl AsRef<str>) -> Result<Response<FineTuningJob>, Error> {
        let (id, call) = (id.as_ref(), Call::new(&self.client, &self.options));
        call.json(async |api: raw::Client| api.fine_tuning_jobs_cancel(id).await).await
    }

    /// Pauses a job that runs: `POST /fine_tuning/jobs/{id}/pause`.
    ///
    /// Api-versions: 2025-04-01-preview, v1.
    ///
    /// # Errors
    ///
    /// As for [`get`](Self::get); [`Error::Config`] for an api-version without the operation.
    pub async fn pause(&self, id: impl AsRef<str>) -> Result<Response<FineTuningJob>, Error> {
        let (id, call) = (id.as_ref(), Call::new(&self.client, &self.options));
        call.json(async |api: raw::Client| api.fine_tuning_jobs_pause(id).await).await
    }

    /// Lets a paused job go on: `POST /fine_tuning/jobs/{id}/resume`.
    ///
    /// Api-versions: 2025-04-01-preview, v1.
    ///
    /// # Errors
    ///
    /// As for [`pause`](Self::pause).
    pub async fn resume(&self, id: impl AsRef<str>) -> Result<Response<FineTuningJob>, Error> {
        let (id, call) = (id.as_ref(), Call::new(&self.client, &self.options));
        call.json(async |api: raw::Client| api.fine_tuning_jobs_resume(id).await).await
    }

    /// Deletes a job that is over: `DELETE /fine_tuning/jobs/{id}`, for api-versions that have it.
    ///
    /// Api-versions: all dated.
    ///
    /// # Errors
    ///
    /// As for [`pause`](Self::pause).
    pub async fn delete(&self, id: impl AsRef<str>) -> Result<Response<()>, Error> {
        let (id, call) = (id.as_ref(), Call::new(&self.client, &self.options));
        let operation = async |api: raw::Client| api.fine_tuning_jobs_delete(id).await;
        Ok(call.bytes(operation).await?.map_value(drop))
    }

    /// Lists the events of a job, newest first: `GET /fine_tuning/jobs/{id}/events`.
    ///
    /// Api-versions: all.
    pub fn events(&self, id: impl Into<String>) -> FineTuningEventListRequest {
        FineTuningEventListRequest::new(&self.client, &self.options, id.into())
    }

    /// Lists the checkpoints of a job, newest first: `GET /fine_tuning/jobs/{id}/checkpoints`.
    ///
    /// Api-versions: 2024-06-01 to 2025-04-01-preview, v1.
    pub fn checkpoints(&self, id: impl Into<String>) -> FineTuningCheckpointListRequest {
        FineTuningCheckpointListRequest::new(&self.client, &self.options, id.into())
    }

    /// The events of a job as they happen, oldest first, until the job is over.
    pub fn follow(&self, id: impl Into<String>) -> FineTuningEvents {
        FineTuningEvents::new(self.timed(), id.into())
    }

    /// Requests a job until it has succeeded, failed or was cancelled, which takes minutes to days.
    pub fn wait(&self, id: impl Into<String>) -> WaitRequest<FineTuningJob> {
        let jobs = self.timed();
        let (options, of) = (jobs.options.clone(), (jobs, id.into()));
        let get = |jobs: Self, id: String| async move { jobs.get(id).await };
        WaitRequest::new(&self.client, &self.polling, options, of, get, |job| Ok(job.is_done()))
    }

    /// The same with a deadline that runs, for operations of several requests.
    fn timed(&self) -> Self {
        let client = &self.client.inner().options;
        Self { options: self.options.clone().with_running_deadline(client), ..self.clone() }
    }
}
