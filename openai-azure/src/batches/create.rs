//! `POST /batches`.

use std::collections::BTreeMap;
use std::time::Duration;

use openai_azure_sys::raw;
use serde::Serialize;

use super::batch::{Batch, BatchEndpoint};
use crate::engine::call::Call;
use crate::engine::client::Client;
use crate::engine::expiry::ExpiresAfter;
use crate::engine::options::CallOptions;
use crate::engine::request_body;
use crate::engine::setters::{extra_setter, option_setters, send_on_await};
use crate::error::Error;
use crate::extra::Extra;
use crate::response::Response;
use crate::retry::RetryPolicy;

/// A batch to be created; made by [`Batches::create`](super::Batches::create) and
/// [`Batches::create_from_blob`](super::Batches::create_from_blob).
#[derive(Debug, Clone)]
#[must_use = "nothing is sent before `send`"]
pub struct BatchRequest {
    client: Client,
    options: CallOptions,
    body: CreateBody,
    extra: Extra,
}

#[derive(Debug, Clone, Serialize)]
struct CreateBody {
    #[serde(skip_serializing_if = "Option::is_none")]
    input_file_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    input_blob: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    output_folder: Option<Folder>,
    endpoint: BatchEndpoint,
    completion_window: String,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    metadata: BTreeMap<String, String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    output_expires_after: Option<ExpiresAfter>,
}

#[derive(Debug, Clone, Serialize)]
struct Folder {
    url: String,
}

impl BatchRequest {
    pub(super) fn new(client: &Client, options: &CallOptions, endpoint: BatchEndpoint) -> Self {
        let body = CreateBody {
            input_file_id: None,
            input_blob: None,
            output_folder: None,
            endpoint,
            completion_window: "24h".to_owned(),
            metadata: BTreeMap::new(),
            output_expires_after: None,
        };
        Self { client: client.clone(), options: options.clone(), body, extra: Extra::default() }
    }

    pub(super) fn file(mut self, id: String) -> Self {
        self.body.input_file_id = Some(id);
        self
    }

    pub(super) fn blob(mut self, input: String, output_folder: String) -> Self {
        self.body.input_blob = Some(input);
        self.body.output_folder = Some(Folder { url: output_folder });
        self
    }

    /// Time in which the batch should be done; `24h`, the only value of the service, by default.
    pub fn completion_window(mut self, window: impl Into<String>) -> Self {
        self.body.completion_window = window.into();
        self
    }

    /// Adds a key-value pair; at most 16, of 64 and 512 characters. Not for blobs.
    pub fn metadata(mut self, key: impl Into<String>, value: impl Into<String>) -> Self {
        self.body.metadata.insert(key.into(), value.into());
        self
    }

    pub(super) fn all_metadata(mut self, pairs: &BTreeMap<String, String>) -> Self {
        self.body.metadata.clone_from(pairs);
        self
    }

    /// Lets the service delete the files of results after this time, 14 to 30 days.
    pub fn output_expires_after(mut self, lifetime: Duration) -> Self {
        self.body.output_expires_after = Some(ExpiresAfter::created(lifetime));
        self
    }

    option_setters!(options);
    extra_setter!(extra);

    /// Creates the batch. Without a [`retry`](CallOptions::retry) in its own options the request is
    /// made once: a response that was lost would make a second batch. A
    /// [`BatchJob`](super::BatchJob) looks whether there is one.
    ///
    /// # Errors
    ///
    /// [`Error::Api`] with the code `token_limit_exceeded` where the enqueued tokens of the
    /// deployment are checked at once; [`Error::Config`] for an api-version without batches; any
    /// other [`Error`].
    pub async fn send(self) -> Result<Response<Batch>, Error> {
        let body = request_body::json(&self.body, &self.extra)?;
        let options = CallOptions::new().retry(RetryPolicy::none()).merged_with(&self.options);
        let call = Call::new(&self.client, &options);
        call.json(async |api: raw::Client| api.batches_create(body).await).await
    }
}

send_on_await!(BatchRequest => Batch);
