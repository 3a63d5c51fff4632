//! Lists of jobs, events and checkpoints.

use openai_azure_sys::raw;

use super::job::{FineTuningCheckpoint, FineTuningEvent, FineTuningJob};
use crate::engine::call::Call;
use crate::engine::client::Client;
use crate::engine::options::CallOptions;
use crate::engine::pagination::list_methods;
use crate::error::Error;
use crate::page::Page;
use crate::response::Response;

/// A list of jobs, newest first; made by [`FineTuningJobs::list`](super::FineTuningJobs::list).
#[derive(Debug, Clone)]
#[must_use = "nothing is sent before `send`, `stream` or `pages`"]
pub struct FineTuningJobListRequest {
    client: Client,
    options: CallOptions,
    after: Option<String>,
    limit: Option<u32>,
}

impl FineTuningJobListRequest {
    pub(super) fn new(client: &Client, options: &CallOptions) -> Self {
        Self { client: client.clone(), options: options.clone(), after: None, limit: None }
    }

    async fn fetch(self) -> Result<Response<Page<FineTuningJob>>, Error> {
        let mut params = raw::FineTuningJobsListParams::new();
        (params.after, params.limit) = (self.after, self.limit.map(Into::into));
        let call = Call::new(&self.client, &self.options);
        call.json(async |api: raw::Client| api.fine_tuning_jobs_list(&params).await).await
    }
}

list_methods!(FineTuningJobListRequest => FineTuningJob);

/// A list of events of a job, newest first; made by
/// [`FineTuningJobs::events`](super::FineTuningJobs::events).
#[derive(Debug, Clone)]
#[must_use = "nothing is sent before `send`, `stream` or `pages`"]
pub struct FineTuningEventListRequest {
    client: Client,
    options: CallOptions,
    job: String,
    after: Option<String>,
    limit: Option<u32>,
}

impl FineTuningEventListRequest {
    pub(super) fn new(client: &Client, options: &CallOptions, job: String) -> Self {
        Self { client: client.clone(), options: options.clone(), job, after: None, limit: None }
    }

    async fn fetch(self) -> Result<Response<Page<FineTuningEvent>>, Error> {
        let mut params = raw::FineTuningJobsEventsListParams::new();
        (params.after, params.limit) = (self.after, self.limit.map(Into::into));
        let (id, call) = (&self.job, Call::new(&self.client, &self.options));
        call.json(async |api: raw::Client| api.fine_tuning_jobs_events_list(id, &params).await)
            .await
    }
}

list_methods!(FineTuningEventListRequest => FineTuningEvent);

/// A list of checkpoints of a job, newest first; made by
/// [`FineTuningJobs::checkpoints`](super::FineTuningJobs::checkpoints).
#[derive(Debug, Clone)]
#[must_use = "nothing is sent before `send`, `stream` or `pages`"]
pub struct FineTuningCheckpointListRequest {
    client: Client,
    options: CallOptions,
    job: String,
    after: Option<String>,
    limit: Option<u32>,
}

impl FineTuningCheckpointListRequest {
    pub(super) fn new(client: &Client, options: &CallOptions, job: String) -> Self {
        Self { client: client.clone(), options: options.clone(), job, after: None, limit: None }
    }

    async fn fetch(self) -> Result<Response<Page<FineTuningCheckpoint>>, Error> {
        let mut params = raw::FineTuningJobsCheckpointsListParams::new();
        (params.after, params.limit) = (self.after, self.limit.map(Into::into));
        let (id, call) = (&self.job, Call::new(&self.client, &self.options));
        call.json(async |api: raw::Client| api.fine_tuning_jobs_checkpoints_list(id, &params).await)
            .await
    }
}

list_methods!(FineTuningCheckpointListRequest => FineTuningCheckpoint);
