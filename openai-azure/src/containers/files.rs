//! The files of a container.

use openai_azure_sys::raw;

use super::container::ContainerFile;
use super::list::ContainerFileListRequest;
use crate::engine::call::Call;
use crate::engine::client::Client;
use crate::engine::form::Form;
use crate::engine::options::CallOptions;
use crate::error::Error;
use crate::files::FileContentRequest;
use crate::response::Response;
use crate::upload::Upload;

/// The most bytes of a file: 512 MB.
const MAX_BYTES: u64 = 512_000_000;

/// The files of a container; made by [`Containers::files`](super::Containers::files).
#[derive(Debug, Clone)]
#[must_use]
pub struct ContainerFiles {
    client: Client,
    options: CallOptions,
    container: String,
}

impl ContainerFiles {
    pub(super) fn new(client: Client, options: CallOptions, container: String) -> Self {
        Self { client, options, container }
    }

    /// Uploads a file into the container: `POST /containers/{id}/files`.
    ///
    /// Api-versions: v1.
    ///
    /// # Errors
    ///
    /// [`Error::Config`] for a file that is missing, empty or too large, and any other [`Error`].
    pub async fn upload(&self, file: Upload) -> Result<Response<ContainerFile>, Error> {
        file.check(MAX_BYTES).await?;
        self.create(Form::default().file("file", file)).await
    }

    /// Copies a file of the resource into the container: `POST /containers/{id}/files`.
    ///
    /// Api-versions: v1.
    ///
    /// # Errors
    ///
    /// Any [`Error`].
    pub async fn add(&self, file_id: impl AsRef<str>) -> Result<Response<ContainerFile>, Error> {
        self.create(Form::default().field("file_id", Some(file_id.as_ref()))).await
    }

    async fn create(&self, form: Form) -> Result<Response<ContainerFile>, Error> {
        let (container, call) = (&self.container, Call::new(&self.client, &self.options));
        call.json(async |api: raw::Client| api.containers_files_upload(container, form).await).await
    }

    /// Lists files: `GET /containers/{id}/files`.
    ///
    /// Api-versions: v1.
    pub fn list(&self) -> ContainerFileListRequest {
        ContainerFileListRequest::new(&self.client, &self.options, &self.container)
    }

    /// Returns a file: `GET /containers/{id}/files/{file_id}`.
    ///
    /// Api-versions: v1.
    ///
    /// # Errors
    ///
    /// [`Error::Api`] with status 404 when there is no such file, and any other [`Error`].
    pub async fn get(&self, file_id: impl AsRef<str>) -> Result<Response<ContainerFile>, Error> {
        let (container, id) = (&self.container, file_id.as_ref());
        let call = Call::new(&self.client, &self.options);
        call.json(async |api: raw::Client| api.containers_files_get(container, id).await).await
    }

    /// Downloads the content of a file: `GET /containers/{id}/files/{file_id}/content`.
    ///
    /// Api-versions: v1.
    pub fn content(&self, file_id: impl Into<String>) -> FileContentRequest {
        let container = self.container.clone();
        FileContentRequest::of_container(&self.client, &self.options, container, file_id.into())
    }

    /// Deletes a file: `DELETE /containers/{id}/files/{file_id}`.
    ///
    /// Api-versions: v1.
    ///
    /// # Errors
    ///
    /// As for [`get`](Self::get).
    pub async fn delete(&self, file_id: impl AsRef<str>) -> Result<Response<()>, Error> {
        let (container, id) = (&self.container, file_id.as_ref());
        let call = Call::new(&self.client, &self.options);
        let operation = async |api: raw::Client| api.containers_files_delete(container, id).await;
        Ok(call.bytes(operation).await?.map_value(drop))
    }
}
