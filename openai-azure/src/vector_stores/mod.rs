//! Vector stores: files that file search reads.
//!
//! In `v1`, and in the dated previews since 2024-08-01-preview; search since 2025-03-01-preview.
//!
//! ```no_run
//! # async fn example(client: openai_azure::Client) -> Result<(), openai_azure::Error> {
//! use openai_azure::Upload;
//!
//! let stores = client.vector_stores();
//! let store = stores.create().name("manuals").expires_after_days(7).send().await?;
//! let files = [Upload::path("pump.pdf"), Upload::path("valve.pdf")];
//! for outcome in stores.files(&store.id).upload_and_wait(files).send().await? {
//!     println!("{}: {:?}", outcome.filename, outcome.result);
//! }
//! let found = stores.search(&store.id, "How is the valve opened?").send().await?;
//! for result in &found.data {
//!     println!("{:.2} {}", result.score, result.filename);
//! }
//! # Ok(())
//! # }
//! ```

mod file;
mod file_batches;
mod files;
mod filter;
mod list;
mod request;
mod search;
mod store;
mod upload;

pub use file::{FileBatch, VectorStoreFile, VectorStoreFileError, VectorStoreFileStatus};
pub use file_batches::{FileBatchRequest, FileBatches};
pub use files::{AddFileRequest, FileChunk, VectorStoreFiles};
pub use filter::SearchFilter;
pub use list::{VectorStoreFileListRequest, VectorStoreListRequest};
pub use request::{VectorStoreRequest, VectorStoreUpdateRequest};
pub use search::{SearchRequest, SearchResult, SearchResults};
pub use store::{
    Attributes, ChunkingStrategy, FileCounts, VectorStore, VectorStoreExpiry, VectorStoreStatus,
};
pub use upload::{FileOutcome, UploadAndWaitRequest, UploadProgress};

use openai_azure_sys::raw;

use crate::engine::call::Call;
use crate::engine::client::Client;
use crate::engine::options::CallOptions;
use crate::engine::polling::Polling;
use crate::engine::wait_request::WaitRequest;
use crate::error::Error;
use crate::files::Deleted;
use crate::response::Response;

/// The vector stores of a resource; made by [`Client::vector_stores`].
#[derive(Debug, Clone)]
#[must_use]
pub struct VectorStores {
    client: Client,
    options: CallOptions,
    polling: Polling,
}

impl Client {
    /// The vector stores of the resource: `/vector_stores`.
    ///
    /// ```no_run
    /// # async fn example(client: openai_azure::Client) -> Result<(), openai_azure::Error> {
    /// let store = client.vector_stores().create().name("manuals").send().await?;
    /// println!("{}", store.id);
    /// # Ok(())
    /// # }
    /// ```
    pub fn vector_stores(&self) -> VectorStores {
        let (options, polling) = (CallOptions::default(), Polling::default());
        VectorStores { client: self.clone(), options, polling }
    }
}

impl VectorStores {
    /// Sets timeouts, retries, headers and query of the requests.
    pub fn options(mut self, options: CallOptions) -> Self {
        self.options = options;
        self
    }

    /// How often [`wait`](Self::wait) and the collections of files request what they wait for, and
    /// for how long.
    pub fn polling(mut self, polling: Polling) -> Self {
        self.polling = polling;
        self
    }

    /// Creates a vector store: `POST /vector_stores`.
    ///
    /// Api-versions: 2024-08-01-preview to 2025-04-01-preview without 2024-10-21, v1.
    pub fn create(&self) -> VectorStoreRequest {
        VectorStoreRequest::new(&self.client, &self.options)
    }

    /// Lists vector stores: `GET /vector_stores`.
    ///
    /// Api-versions: 2024-08-01-preview to 2025-04-01-preview without 2024-10-21, v1.
    pub fn list(&self) -> VectorStoreListRequest {
        VectorStoreListRequest::new(&self.client, &self.options)
    }

    /// Returns a vector store: `GET /vector_stores/{id}`.
    ///
    /// Api-versions: 2024-08-01-preview to 2025-04-01-preview without 2024-10-21, v1.
    ///
    /// # Errors
    ///
    /// [`Error::Api`] with status 404 when there is no such vector store, and any other [`Error`].
    pub async fn get(&self, id: impl AsRef<str>) -> Result<Response<VectorStore>, Error> {
        let (id, call) = (id.as_ref(), Call::new(&self.client, &self.options));
        call.json(async |api: raw::Client| api.vector_stores_get(id).await).await
    }

    /// Changes name, expiry and metadata: `POST /vector_stores/{id}`.
    ///
    /// Api-versions: 2024-08-01-preview to 2025-04-01-preview without 2024-10-21, v1.
    pub fn update(&self, id: impl Into<String>) -> VectorStoreUpdateRequest {
        VectorStoreUpdateRequest::new(&self.client, &self.options, id.into())
    }

    /// Deletes a vector store; its files stay: `DELETE /vector_stores/{id}`.
    ///
    /// Api-versions: 2024-08-01-preview to 2025-04-01-preview without 2024-10-21, v1.
    ///
    /// # Errors
    ///
    /// As for [`get`](Self::get).
    pub async fn delete(&self, id: impl AsRef<str>) -> Result<Response<Deleted>, Error> {
        let (id, call) = (id.as_ref(), Call::new(&self.client, &self.options));
        call.json(async |api: raw::Client| api.vector_stores_delete(id).await).await
    }

    /// Searches a vector store: `POST /vector_stores/{id}/search`.
    ///
    /// Api-versions: 2025-03-01-preview to 2025-04-01-preview, v1.
    pub fn search(&self, id: impl Into<String>, query: impl Into<String>) -> SearchRequest {
        SearchRequest::new(&self.client, &self.options, id.into(), query.into())
    }

    /// Requests a vector store until none of its files is in progress.
    pub fn wait(&self, id: impl Into<String>) -> WaitRequest<VectorStore> {
        let stores = self.timed();
        let (options, of) = (stores.options.clone(), (stores, id.into()));
        let get = |stores: Self, id: String| async move { stores.get(id).await };
        WaitRequest::new(&self.client, &self.polling, options, of, get, |store| Ok(store.is_done()))
    }

    /// The files of a vector store: `/vector_stores/{id}/files`.
    pub fn files(&self, id: impl Into<String>) -> VectorStoreFiles {
        let (client, options) = (self.client.clone(), self.options.clone());
        VectorStoreFiles::new(client, options, self.polling.clone(), id.into())
    }

    /// Files that are added together: `/vector_stores/{id}/file_batches`.
    pub fn file_batches(&self, id: impl Into<String>) -> FileBatches {
        let (client, options) = (self.client.clone(), self.options.clone());
        FileBatches::new(client, options, self.polling.clone(), id.into())
    }

    /// The same with a deadline that runs, for operations of several requests.
    fn timed(&self) -> Self {
        let client = &self.client.inner().options;
        Self { options: self.options.clone().with_running_deadline(client), ..self.clone() }
    }
}
