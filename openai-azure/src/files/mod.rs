//! Files of a resource: input of batches, fine-tuning and file search, and what these make.
//!
//! ```no_run
//! # async fn example(client: openai_azure::Client) -> Result<(), openai_azure::Error> {
//! use openai_azure::Upload;
//!
//! let files = client.files();
//! let file = files.upload(Upload::path("requests.jsonl"), "batch").send().await?;
//! files.wait(&file.id).await?;
//!
//! let mut batch_files = files.list().purpose("batch").stream();
//! while let Some(file) = batch_files.try_next().await? {
//!     println!("{}: {} bytes", file.filename, file.bytes);
//! }
//! files.content(&file.id).save("copy.jsonl").await?;
//! files.delete(&file.id).await?;
//! # Ok(())
//! # }
//! ```

mod content;
mod file;
mod import;
mod list;
mod upload;

pub use content::{ContentStream, FileContentRequest};
pub use file::{Deleted, FileObject, FilePurpose, FileStatus};
pub use import::FileImportRequest;
pub use list::FileListRequest;
pub use upload::FileUploadRequest;

use openai_azure_sys::raw;

use crate::engine::call::Call;
use crate::engine::client::Client;
use crate::engine::options::CallOptions;
use crate::engine::polling::Polling;
use crate::engine::wait_request::WaitRequest;
use crate::error::Error;
use crate::response::Response;
use crate::upload::Upload;

/// The files of a resource; made by [`Client::files`].
#[derive(Debug, Clone)]
#[must_use]
pub struct Files {
    client: Client,
    options: CallOptions,
    polling: Polling,
}

impl Client {
    /// The files of the resource: `/files`.
    ///
    /// ```no_run
    /// # async fn example(client: openai_azure::Client) -> Result<(), openai_azure::Error> {
    /// for file in &client.files().list().limit(100).send().await?.data {
    ///     println!("{}: {} bytes", file.filename, file.bytes);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn files(&self) -> Files {
        let (options, polling) = (CallOptions::default(), Polling::default());
        Files { client: self.clone(), options, polling }
    }
}

impl Files {
    /// Sets timeouts, retries, headers and query of the requests.
    pub fn options(mut self, options: CallOptions) -> Self {
        self.options = options;
        self
    }

    /// How often [`wait`](Self::wait) requests the file, and for how long.
    pub fn polling(mut self, polling: Polling) -> Self {
        self.polling = polling;
        self
    }

    /// Uploads a file of at most 512 MB: `POST /files`. Larger ones are uploaded in parts, see
    /// [`Client::uploads`].
    ///
    /// Api-versions: all.
    pub fn upload(&self, file: Upload, purpose: impl Into<FilePurpose>) -> FileUploadRequest {
        FileUploadRequest::new(&self.client, &self.options, file, purpose.into())
    }

    /// Lets the service fetch a file from a URL: `POST /files/import`, which api-versions since
    /// `2024-10-21` have and `v1` does not.
    ///
    /// Api-versions: all dated.
    pub fn import(
        &self,
        content_url: impl Into<String>,
        filename: impl Into<String>,
        purpose: impl Into<FilePurpose>,
    ) -> FileImportRequest {
        let (url, filename) = (content_url.into(), filename.into());
        FileImportRequest::new(&self.client, &self.options, url, filename, purpose.into())
    }

    /// Lists files: `GET /files`.
    ///
    /// Api-versions: all.
    pub fn list(&self) -> FileListRequest {
        FileListRequest::new(&self.client, &self.options)
    }

    /// Returns a file: `GET /files/{id}`.
    ///
    /// Api-versions: all.
    ///
    /// # Errors
    ///
    /// [`Error::Api`] with status 404 when there is no such file, and any other [`Error`].
    pub async fn get(&self, id: impl AsRef<str>) -> Result<Response<FileObject>, Error> {
        let id = id.as_ref();
        let call = Call::new(&self.client, &self.options);
        call.json(async |api: raw::Client| api.files_get(id).await).await
    }

    /// Requests a file until it is processed or failed; its `status` shows which.
    pub fn wait(&self, id: impl Into<String>) -> WaitRequest<FileObject> {
        let files = self.timed();
        let (options, of) = (files.options.clone(), (files, id.into()));
        let get = |files: Self, id: String| async move { files.get(id).await };
        WaitRequest::new(&self.client, &self.polling, options, of, get, |file| Ok(file.is_done()))
    }

    /// Downloads the content of a file: `GET /files/{id}/content`.
    ///
    /// Api-versions: all.
    pub fn content(&self, id: impl Into<String>) -> FileContentRequest {
        FileContentRequest::new(&self.client, &self.options, id.into())
    }

    /// Deletes a file: `DELETE /files/{id}`.
    ///
    /// Api-versions: all.
    ///
    /// # Errors
    ///
    /// As for [`get`](Self::get); for a file that does not exist the service may also report
    /// `deleted: false`.
    pub async fn delete(&self, id: impl AsRef<str>) -> Result<Response<Deleted>, Error> {
        let id = id.as_ref();
        let call = Call::new(&self.client, &self.options);
        call.json(async |api: raw::Client| api.files_delete(id).await).await
    }

    /// The same with a deadline that runs, for operations of several requests.
    fn timed(&self) -> Self {
        let client = &self.client.inner().options;
        Self { options: self.options.clone().with_running_deadline(client), ..self.clone() }
    }
}
