//! Files that are added to a vector store together.

use serde::Serialize;
use serde_json::{Map, Value};

use openai_azure_sys::raw;

use super::file::FileBatch;
use super::list::VectorStoreFileListRequest;
use super::store::{Attributes, ChunkingStrategy};
use crate::engine::call::Call;
use crate::engine::client::Client;
use crate::engine::options::CallOptions;
use crate::engine::polling::Polling;
use crate::engine::request_body;
use crate::engine::setters::{extra_setter, option_setters, send_on_await};
use crate::engine::wait_request::WaitRequest;
use crate::error::Error;
use crate::extra::Extra;
use crate::response::Response;

/// Batches of files of a vector store; made by
/// [`VectorStores::file_batches`](super::VectorStores::file_batches).
#[derive(Debug, Clone)]
#[must_use]
pub struct FileBatches {
    client: Client,
    options: CallOptions,
    polling: Polling,
    store: String,
}

impl FileBatches {
    pub(super) fn new(
        client: Client,
        options: CallOptions,
        polling: Polling,
        store: String,
    ) -> Self {
        Self { client, options, polling, store }
    }

    /// Adds files of the resource together, at most 500:
    /// `POST /vector_stores/{id}/file_batches`.
    ///
    /// Api-versions: 2024-08-01-preview to 2025-04-01-preview without 2024-10-21, v1.
    pub fn create<I: IntoIterator<Item: Into<String>>>(&self, file_ids: I) -> FileBatchRequest {
        let body = FileBatchBody {
            file_ids: file_ids.into_iter().map(Into::into).collect(),
            attributes: Map::new(),
            chunking_strategy: None,
        };
        FileBatchRequest {
            client: self.client.clone(),
            options: self.options.clone(),
            store: self.store.clone(),
            body,
            extra: Extra::default(),
        }
    }

    /// Returns a batch: `GET /vector_stores/{id}/file_batches/{batch_id}`.
    ///
    /// Api-versions: 2024-08-01-preview to 2025-04-01-preview without 2024-10-21, v1.
    ///
    /// # Errors
    ///
    /// [`Error::Api`] with status 404 when there is no such batch, and any other [`Error`].
    pub async fn get(&self, id: impl AsRef<str>) -> Result<Response<FileBatch>, Error> {
        let (store, id) = (&self.store, id.as_ref());
        let call = Call::new(&self.client, &self.options);
        call.json(async |api: raw::Client| api.vector_stores_file_batches_get(store, id).await)
            .await
    }

    /// Cancels what of a batch is in progress:
    /// `POST /vector_stores/{id}/file_batches/{batch_id}/cancel`.
    ///
    /// Api-versions: 2024-08-01-preview to 2025-04-01-preview without 2024-10-21, v1.
    ///
    /// # Errors
    ///
    /// As for [`get`](Self::get).
    pub async fn cancel(&self, id: impl AsRef<str>) -> Result<Response<FileBatch>, Error> {
        let (store, id) = (&self.store, id.as_ref());
        let call = Call::new(&self.client, &self.options);
        call.json(async |api: raw::Client| api.vector_stores_file_batches_cancel(store, id).await)
            .await
    }

    /// Lists the files of a batch: `GET /vector_stores/{id}/file_batches/{batch_id}/files`.
    ///
    /// Api-versions: 2024-08-01-preview to 2025-04-01-preview without 2024-10-21, v1.
    pub fn files(&self, id: impl Into<String>) -> VectorStoreFileListRequest {
        let batch = Some(id.into());
        VectorStoreFileListRequest::new(&self.client, &self.options, &self.store, batch)
    }

    /// Requests a batch until none of its files is in progress; some may have failed. Its
    /// `file_counts` show how far it is.
    pub fn wait(&self, id: impl Into<String>) -> WaitRequest<FileBatch> {
        let batches = self.timed();
        let (options, of) = (batches.options.clone(), (batches, id.into()));
        let get = |batches: Self, id: String| async move { batches.get(id).await };
        WaitRequest::new(&self.client, &self.polling, options, of, get, |batch| Ok(batch.is_done()))
    }

    /// The same with a deadline that runs, for operations of several requests.
    fn timed(&self) -> Self {
        let client = &self.client.inner().options;
        Self { options: self.options.clone().with_running_deadline(client), ..self.clone() }
    }
}

/// A batch of files to be added; made by [`FileBatches::create`].
#[derive(Debug, Clone)]
#[must_use = "nothing is sent before `send`"]
pub struct FileBatchRequest {
    client: Client,
    options: CallOptions,
    store: String,
    body: FileBatchBody,
    extra: Extra,
}

#[derive(Debug, Clone, Serialize)]
struct FileBatchBody {
    file_ids: Vec<String>,
    #[serde(skip_serializing_if = "Map::is_empty")]
    attributes: Attributes,
    #[serde(skip_serializing_if = "Option::is_none")]
    chunking_strategy: Option<ChunkingStrategy>,
}

impl FileBatchRequest {
    /// Adds an attribute of all files, for the filters of a search.
    pub fn attribute(mut self, key: impl Into<String>, value: impl Into<Value>) -> Self {
        self.body.attributes.insert(key.into(), value.into());
        self
    }

    /// How the files are cut into chunks.
    pub fn chunking_strategy(mut self, strategy: ChunkingStrategy) -> Self {
        self.body.chunking_strategy = Some(strategy);
        self
    }

    option_setters!(options);
    extra_setter!(extra);

    /// Adds the files. They are in progress then, see [`FileBatches::wait`].
    ///
    /// # Errors
    ///
    /// Any [`Error`].
    pub async fn send(self) -> Result<Response<FileBatch>, Error> {
        let body = request_body::json(&self.body, &self.extra)?;
        let (store, call) = (&self.store, Call::new(&self.client, &self.options));
        call.json(async |api: raw::Client| api.vector_stores_file_batches_create(store, body).await)
            .await
    }
}

send_on_await!(FileBatchRequest => FileBatch);
