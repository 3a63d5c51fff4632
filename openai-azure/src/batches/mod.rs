//! Batches: many requests at half the price, done within a day.
//!
//! They need a deployment of the kind Global Batch or Data Zone Batch. A [`BatchJob`] goes all the
//! way: it splits any number of lines into batches, and can be left and resumed at any time.
//!
//! ```no_run
//! # async fn example(client: openai_azure::Client, reviews: Vec<String>) -> Result<(), openai_azure::Error> {
//! use openai_azure::batches::BatchLine;
//!
//! let ask = client.clone();
//! let lines = reviews.into_iter().enumerate().map(move |(number, review)| {
//!     let chat = ask.chat("gpt-5.6-terra").system("Good or bad?").user(review);
//!     BatchLine::chat(format!("review-{number}"), &chat)
//! });
//! let mut job = client.batches().job().dir("reviews").start(lines).await?;
//! job.wait().await?;
//! let mut results = job.results();
//! while let Some(result) = results.try_next().await? {
//!     match &result.outcome {
//!         Ok(response) => println!("{}: {}", result.custom_id, response.chat()?.text()),
//!         Err(failure) => eprintln!("{} failed: {failure}", result.custom_id),
//!     }
//! }
//! # Ok(())
//! # }
//! ```
//!
//! # Which memory it needs
//!
//! Lines are written to files as they come, and files of results are read line by line: a million
//! requests need the memory of their hashed IDs and of the IDs of one batch.
//!
//! # When the program ends in the middle
//!
//! With [`BatchJobRequest::dir`], starting the same job again goes on where it was. No request is
//! paid twice: what may have reached the service is written down before it is sent, and looked for
//! at the service before it is sent again.

mod batch;
mod create;
mod id_set;
mod input_file;
mod job;
mod job_request;
mod limits;
mod line;
mod line_reader;
mod list;
mod quota;
mod quota_pause;
mod result;
mod results;
mod state;
mod submit;
mod wait;
mod writer;

pub use batch::{Batch, BatchCounts, BatchEndpoint, BatchErrors, BatchFault, BatchStatus, FileId};
pub use create::BatchRequest;
pub use job::BatchJob;
pub use job_request::BatchJobRequest;
pub use limits::BatchLimits;
pub use line::BatchLine;
pub use list::BatchListRequest;
pub use quota::EnqueuedTokens;
pub use result::{BatchFailure, BatchResponse, BatchResult};
pub use results::{BatchResults, UnreadLine};
pub use state::{BatchJobState, BatchProgress};

use openai_azure_sys::raw;

use crate::engine::call::Call;
use crate::engine::client::Client;
use crate::engine::options::CallOptions;
use crate::engine::polling::Polling;
use crate::error::Error;
use crate::files::Files;
use crate::response::Response;

/// The batches of a resource; made by [`Client::batches`].
#[derive(Debug, Clone)]
#[must_use]
pub struct Batches {
    client: Client,
    options: CallOptions,
    polling: Polling,
}

impl Client {
    /// The batches of the resource: `/batches`.
    ///
    /// ```no_run
    /// # async fn example(client: openai_azure::Client, id: &str) -> Result<(), openai_azure::Error> {
    /// let batch = client.batches().wait(id).await?;
    /// println!("{:?}: {} done", batch.status, batch.request_counts.completed);
    /// # Ok(())
    /// # }
    /// ```
    pub fn batches(&self) -> Batches {
        let (options, polling) = (CallOptions::default(), Polling::default());
        Batches { client: self.clone(), options, polling }
    }
}

impl Batches {
    /// Sets timeouts, retries, headers and query of the requests.
    pub fn options(mut self, options: CallOptions) -> Self {
        self.options = options;
        self
    }

    /// How often waits request a batch, and for how long. Without this a wait has no limit.
    pub fn polling(mut self, polling: Polling) -> Self {
        self.polling = polling;
        self
    }

    /// The settings of a job of any number of lines.
    pub fn job(&self) -> BatchJobRequest {
        BatchJobRequest::new(self.clone())
    }

    /// Goes on with a job that was stored.
    pub fn resume(&self, state: BatchJobState) -> BatchJob {
        BatchJob::new(self.clone(), state, None, None)
    }

    /// Runs some lines from begin to end and returns their results in the order of the lines. What
    /// has begun at the service is not cancelled by dropping the future.
    ///
    /// # Errors
    ///
    /// As for [`BatchJobRequest::start`], [`BatchJob::wait`] and [`BatchResults::try_next`].
    pub async fn run<I>(&self, lines: I) -> Result<Vec<BatchResult>, Error>
    where
        I: IntoIterator<Item = BatchLine, IntoIter: Send>,
    {
        let mut job = self.job().start(lines).await?;
        job.wait().await?;
        let mut results = job.results().in_order();
        let mut all = Vec::new();
        while let Some(result) = results.try_next().await? {
            all.push(result);
        }
        Ok(all)
    }

    /// Creates a batch from a file that was uploaded for the purpose `batch`: `POST /batches`. The
    /// endpoint is the one of the lines.
    ///
    /// Api-versions: 2024-08-01-preview to 2025-04-01-preview, v1.
    pub fn create(
        &self,
        input_file_id: impl Into<String>,
        endpoint: impl Into<BatchEndpoint>,
    ) -> BatchRequest {
        let request = BatchRequest::new(&self.client, &self.options, endpoint.into());
        request.file(input_file_id.into())
    }

    /// Creates a batch from a blob of up to 1 GB, whose results are written into a folder of blobs:
    /// `POST /batches`. The identity of the resource needs the role Storage Blob Data Contributor.
    /// When the batch is done, its `output_blob` and `error_blob` name the results;
    /// [`BatchResult::from_line`] reads their lines.
    ///
    /// Api-versions: 2024-08-01-preview to 2025-04-01-preview, v1.
    pub fn create_from_blob(
        &self,
        input_blob: impl Into<String>,
        output_folder: impl Into<String>,
        endpoint: impl Into<BatchEndpoint>,
    ) -> BatchRequest {
        let request = BatchRequest::new(&self.client, &self.options, endpoint.into());
        request.blob(input_blob.into(), output_folder.into())
    }

    /// Lists batches, newest first: `GET /batches`.
    ///
    /// Api-versions: 2024-08-01-preview to 2025-04-01-preview, v1.
    pub fn list(&self) -> BatchListRequest {
        BatchListRequest::new(&self.client, &self.options)
    }

    /// Returns a batch: `GET /batches/{id}`.
    ///
    /// Api-versions: 2024-08-01-preview to 2025-04-01-preview, v1.
    ///
    /// # Errors
    ///
    /// [`Error::Api`] with status 404 when there is no such batch, and any other [`Error`].
    pub async fn get(&self, id: impl AsRef<str>) -> Result<Response<Batch>, Error> {
        let (id, call) = (id.as_ref(), Call::new(&self.client, &self.options));
        call.json(async |api: raw::Client| api.batches_get(id).await).await
    }

    /// Cancels a batch: `POST /batches/{id}/cancel`. The results until then are there when it is
    /// cancelled.
    ///
    /// Api-versions: 2024-08-01-preview to 2025-04-01-preview, v1.
    ///
    /// # Errors
    ///
    /// [`Error::Api`] with status 409 when it is over, and as for [`get`](Self::get).
    pub async fn cancel(&self, id: impl AsRef<str>) -> Result<Response<Batch>, Error> {
        let (id, call) = (id.as_ref(), Call::new(&self.client, &self.options));
        call.json(async |api: raw::Client| api.batches_cancel(id).await).await
    }

    fn files(&self) -> Files {
        let files = self.client.files().options(self.options.clone());
        files.polling(self.polling.clone())
    }

    /// The same with a deadline that runs, for operations of several requests.
    pub(super) fn timed(&self) -> Self {
        let client = &self.client.inner().options;
        Self { options: self.options.clone().with_running_deadline(client), ..self.clone() }
    }
}
