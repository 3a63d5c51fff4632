//! The files of a vector store.

use openai_azure_sys::{open_struct, raw};
use serde::Serialize;
use serde_json::{Map, Value};

use super::file::VectorStoreFile;
use super::list::VectorStoreFileListRequest;
use super::store::{Attributes, ChunkingStrategy};
use super::upload::UploadAndWaitRequest;
use crate::engine::call::Call;
use crate::engine::client::Client;
use crate::engine::options::CallOptions;
use crate::engine::polling::Polling;
use crate::engine::request_body;
use crate::engine::setters::{extra_setter, option_setters, send_on_await};
use crate::engine::wait_request::WaitRequest;
use crate::error::Error;
use crate::extra::Extra;
use crate::files::Deleted;
use crate::page::{ListItem, Page};
use crate::response::Response;
use crate::upload::Upload;

/// The files of a vector store; made by [`VectorStores::files`](super::VectorStores::files).
#[derive(Debug, Clone)]
#[must_use]
pub struct VectorStoreFiles {
    pub(super) client: Client,
    pub(super) options: CallOptions,
    pub(super) polling: Polling,
    pub(super) store: String,
}

open_struct! {
    /// A chunk of the content of a file.
    #[derive(Eq)]
    pub struct FileChunk {
        /// `text`.
        pub kind: String = "type",
        /// The text.
        pub text: String,
    }
}

impl ListItem for FileChunk {
    fn id(&self) -> &str {
        ""
    }
}

impl VectorStoreFiles {
    pub(super) fn new(
        client: Client,
        options: CallOptions,
        polling: Polling,
        store: String,
    ) -> Self {
        Self { client, options, polling, store }
    }

    /// Adds a file of the resource: `POST /vector_stores/{id}/files`.
    ///
    /// Api-versions: 2024-08-01-preview to 2025-04-01-preview without 2024-10-21, v1.
    pub fn add(&self, file_id: impl Into<String>) -> AddFileRequest {
        AddFileRequest::new(self, file_id.into())
    }

    /// Uploads files, adds them and waits until each is searchable or has failed.
    pub fn upload_and_wait<I: IntoIterator<Item = Upload>>(
        &self,
        files: I,
    ) -> UploadAndWaitRequest {
        UploadAndWaitRequest::new(self.clone(), files.into_iter().collect())
    }

    /// Lists files: `GET /vector_stores/{id}/files`.
    ///
    /// Api-versions: 2024-08-01-preview to 2025-04-01-preview without 2024-10-21, v1.
    pub fn list(&self) -> VectorStoreFileListRequest {
        VectorStoreFileListRequest::new(&self.client, &self.options, &self.store, None)
    }

    /// Returns a file: `GET /vector_stores/{id}/files/{file_id}`.
    ///
    /// Api-versions: 2024-08-01-preview to 2025-04-01-preview without 2024-10-21, v1.
    ///
    /// # Errors
    ///
    /// [`Error::Api`] with status 404 when there is no such file, and any other [`Error`].
    pub async fn get(&self, file_id: impl AsRef<str>) -> Result<Response<VectorStoreFile>, Error> {
        let (store, id) = (&self.store, file_id.as_ref());
        let call = Call::new(&self.client, &self.options);
        call.json(async |api: raw::Client| api.vector_stores_files_get(store, id).await).await
    }

    /// Replaces the attributes of a file: `POST /vector_stores/{id}/files/{file_id}`.
    ///
    /// Api-versions: 2025-03-01-preview to 2025-04-01-preview, v1.
    ///
    /// # Errors
    ///
    /// As for [`get`](Self::get).
    pub async fn update(
        &self,
        file_id: impl AsRef<str>,
        attributes: Attributes,
    ) -> Result<Response<VectorStoreFile>, Error> {
        #[derive(Serialize)]
        struct UpdateBody {
            attributes: Attributes,
        }
        let body = request_body::json(&UpdateBody { attributes }, &Map::new())?;
        let (store, id) = (&self.store, file_id.as_ref());
        let call = Call::new(&self.client, &self.options);
        call.json(async |api: raw::Client| api.vector_stores_files_update(store, id, body).await)
            .await
    }

    /// Returns the chunks of a file: `GET /vector_stores/{id}/files/{file_id}/content`.
    ///
    /// Api-versions: 2025-03-01-preview to 2025-04-01-preview, v1.
    ///
    /// # Errors
    ///
    /// As for [`get`](Self::get).
    pub async fn content(
        &self,
        file_id: impl AsRef<str>,
    ) -> Result<Response<Page<FileChunk>>, Error> {
        let (store, id) = (&self.store, file_id.as_ref());
        let call = Call::new(&self.client, &self.options);
        call.json(async |api: raw::Client| api.vector_stores_files_get_content(store, id).await)
            .await
    }

    /// Takes a file out of the vector store; the file itself stays:
    /// `DELETE /vector_stores/{id}/files/{file_id}`.
    ///
    /// Api-versions: 2024-08-01-preview to 2025-04-01-preview without 2024-10-21, v1.
    ///
    /// # Errors
    ///
    /// As for [`get`](Self::get).
    pub async fn delete(&self, file_id: impl AsRef<str>) -> Result<Response<Deleted>, Error> {
        let (store, id) = (&self.store, file_id.as_ref());
        let call = Call::new(&self.client, &self.options);
        call.json(async |api: raw::Client| api.vector_stores_files_delete(store, id).await).await
    }

    /// Requests a file until it is searchable or has failed.
    pub fn wait(&self, file_id: impl Into<String>) -> WaitRequest<VectorStoreFile> {
        let files = self.timed();
        let (options, of) = (files.options.clone(), (files, file_id.into()));
        let get = |files: Self, id: String| async move { files.get(id).await };
        WaitRequest::new(&self.client, &self.polling, options, of, get, |file| Ok(file.is_done()))
    }

    /// The same with a deadline that runs, for operations of several requests.
    fn timed(&self) -> Self {
        let client = &self.client.inner().options;
        Self { options: self.options.clone().with_running_deadline(client), ..self.clone() }
    }
}

/// A file to be added to a vector store; made by [`VectorStoreFiles::add`].
#[derive(Debug, Clone)]
#[must_use = "nothing is sent before `send`"]
pub struct AddFileRequest {
    client: Client,
    options: CallOptions,
    store: String,
    body: AddBody,
    extra: Extra,
}

#[derive(Debug, Clone, Serialize)]
struct AddBody {
    file_id: String,
    #[serde(skip_serializing_if = "Map::is_empty")]
    attributes: Attributes,
    #[serde(skip_serializing_if = "Option::is_none")]
    chunking_strategy: Option<ChunkingStrategy>,
}

impl AddFileRequest {
    fn new(files: &VectorStoreFiles, file_id: String) -> Self {
        let body = AddBody { file_id, attributes: Map::new(), chunking_strategy: None };
        Self {
            client: files.client.clone(),
            options: files.options.clone(),
            store: files.store.clone(),
            body,
            extra: Extra::default(),
        }
    }

    /// Adds an attribute, for the filters of a search.
    pub fn attribute(mut self, key: impl Into<String>, value: impl Into<Value>) -> Self {
        self.body.attributes.insert(key.into(), value.into());
        self
    }

    /// How the file is cut into chunks.
    pub fn chunking_strategy(mut self, strategy: ChunkingStrategy) -> Self {
        self.body.chunking_strategy = Some(strategy);
        self
    }

    option_setters!(options);
    extra_setter!(extra);

    /// Adds the file. It is in progress then, see [`VectorStoreFiles::wait`].
    ///
    /// # Errors
    ///
    /// Any [`Error`].
    pub async fn send(self) -> Result<Response<VectorStoreFile>, Error> {
        let body = request_body::json(&self.body, &self.extra)?;
        let (store, call) = (&self.store, Call::new(&self.client, &self.options));
        call.json(async |api: raw::Client| api.vector_stores_files_create(store, body).await).await
    }
}

send_on_await!(AddFileRequest => VectorStoreFile);
