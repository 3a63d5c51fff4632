//! Batches: many chats at half the price, answered within a day.
//!
//! They need a deployment of the kind Global Batch, and are in api-versions since
//! `2024-10-01-preview`, but not in `v1`.
//!
//! ```no_run
//! # async fn example(client: openai_azure::Client, reviews: Vec<String>) -> Result<(), openai_azure::Error> {
//! use openai_azure::batches::BatchInput;
//!
//! let mut input = BatchInput::new();
//! for (number, review) in reviews.iter().enumerate() {
//!     let chat = client.chat("gpt-4o-batch").system("Good or bad?").user(review);
//!     input.chat(format!("review-{number}"), &chat)?;
//! }
//! for result in client.batches().run(input).await? {
//!     match result.answer {
//!         Ok(answer) => println!("{}: {}", result.custom_id, answer.text()),
//!         Err(failure) => println!("{} failed: {failure}", result.custom_id),
//!     }
//! }
//! # Ok(())
//! # }
//! ```

mod batch;
mod input;
mod output;

pub use batch::{Batch, BatchCounts, BatchErrors, BatchFault, BatchStatus};
pub use input::BatchInput;
pub use output::{BatchFailure, BatchOutput, BatchResult};

use bytes::Bytes;
use openai_azure_sys::raw;
use serde_json::json as object;

use crate::engine::call::Call;
use crate::engine::client::Client;
use crate::engine::options::CallOptions;
use crate::engine::polling::Polling;
use crate::engine::setters::option_setters;
use crate::error::Error;
use crate::files::FilePurpose;
use crate::page::Page;
use crate::response::Response;
use crate::upload::Upload;

/// Starts, follows and cancels batches; made by [`Client::batches`].
#[derive(Debug, Clone)]
#[must_use]
pub struct Batches {
    pub(crate) client: Client,
    options: CallOptions,
    polling: Polling,
}

impl Client {
    /// Starts, follows and cancels batches: `/batches`.
    ///
    /// ```no_run
    /// # async fn example(client: openai_azure::Client, id: &str) -> Result<(), openai_azure::Error> {
    /// let batch = client.batches().wait(id).await?;
    /// println!("{:?}: {} done", batch.status, batch.request_counts.completed);
    /// # Ok(())
    /// # }
    /// ```
    pub fn batches(&self) -> Batches {
        Batches::new(self.clone())
    }
}

impl Batches {
    pub(crate) fn new(client: Client) -> Self {
        Self { client, options: CallOptions::default(), polling: Polling::default() }
    }

    option_setters!(options);

    /// How often [`wait`](Batches::wait) and [`run`](Batches::run) ask, and for how long.
    pub fn polling(mut self, polling: Polling) -> Self {
        self.polling = polling;
        self
    }
}

impl Batches {
    /// Runs a batch from beginning to end: sends the input in as many files as it needs, starts a
    /// batch for each, waits for all, and gives the results in the order of the input.
    ///
    /// The files stay at the service. Dropping the future does not cancel batches that have begun.
    ///
    /// # Errors
    ///
    /// [`Error::Config`] for no input, [`Error::Timeout`] when it takes longer than the polling
    /// allows, and any other [`Error`]. A batch that the service refuses is an entry of
    /// [`BatchResult`] for each of its requests.
    pub async fn run(&self, input: BatchInput) -> Result<Vec<BatchResult>, Error> {
        if input.is_empty() {
            return Err(Error::config("a batch needs at least one request"));
        }
        let mut begun = Vec::new();
        for (number, part) in input.parts().enumerate() {
            let name = format!("batch-{number}.jsonl");
            let file = Upload::bytes(name, part.lines.clone());
            let files = self.client.files().options(self.options.clone());
            let file = files.upload(file, FilePurpose::Batch).await?.into_inner();
            if !file.is_done() {
                files.polling(self.polling.clone()).wait(&file.id).await?;
            }
            begun.push((self.create(&file.id).await?.into_inner().id, part));
        }
        let mut results = Vec::new();
        for (id, part) in begun {
            let batch = self.wait(&id).await?.into_inner();
            let mut answers = BatchOutput::default();
            for file in [&batch.output_file_id, &batch.error_file_id].into_iter().flatten() {
                answers.read(&self.file(file).await?);
            }
            results.extend(part.ids.iter().map(|id| answers.take(id, &batch)));
        }
        Ok(results)
    }

    async fn file(&self, id: &str) -> Result<Bytes, Error> {
        let files = self.client.files().options(self.options.clone());
        Ok(files.content(id).await?.into_inner())
    }

    /// Starts a batch of chats from a file that was uploaded for the purpose `batch`:
    /// `POST /batches`.
    ///
    /// # Errors
    ///
    /// [`Error::Config`] for an api-version without batches; the other kinds of [`Error`] as for
    /// every call.
    pub async fn create(&self, input_file_id: impl AsRef<str>) -> Result<Response<Batch>, Error> {
        let body = object!({
            "input_file_id": input_file_id.as_ref(),
            "endpoint": "/chat/completions",
            "completion_window": "24h",
        });
        let body = Bytes::from(body.to_string());
        Call::new(&self.client, &self.options)
            .json(|api| async move { api.batches_create(body).await })
            .await
    }

    /// Gives a page of the batches, newest first: `GET /batches`. `after` is the id of the last one
    /// of the page before.
    ///
    /// # Errors
    ///
    /// As for [`Batches::create`].
    pub async fn list(&self, after: Option<&str>) -> Result<Response<Page<Batch>>, Error> {
        let mut params = raw::BatchesListParams::default();
        params.after = after.map(str::to_owned);
        Call::new(&self.client, &self.options)
            .json(|api| async move { api.batches_list(&params).await })
            .await
    }

    /// Describes a batch: `GET /batches/{id}`.
    ///
    /// # Errors
    ///
    /// [`Error::Api`] with status 404 when there is no such batch, and as for [`Batches::create`].
    pub async fn get(&self, id: impl AsRef<str>) -> Result<Response<Batch>, Error> {
        let id = id.as_ref();
        Call::new(&self.client, &self.options)
            .json(|api| async move { api.batches_get(id).await })
            .await
    }

    /// Asks for a batch until it is completed, failed, expired or cancelled.
    ///
    /// # Errors
    ///
    /// [`Error::Timeout`] when it takes longer than the polling allows, and the errors of
    /// [`Batches::get`].
    pub async fn wait(&self, id: impl AsRef<str>) -> Result<Response<Batch>, Error> {
        let id = id.as_ref();
        self.polling.until(&self.client, || self.get(id), Batch::is_done).await
    }

    /// Cancels a batch: `POST /batches/{id}/cancel`. What was answered until then can be had.
    ///
    /// # Errors
    ///
    /// [`Error::Api`] with status 409 when it is over, and as for [`Batches::get`].
    pub async fn cancel(&self, id: impl AsRef<str>) -> Result<Response<Batch>, Error> {
        let id = id.as_ref();
        Call::new(&self.client, &self.options)
            .json(|api| async move { api.batches_cancel(id).await })
            .await
    }
}
