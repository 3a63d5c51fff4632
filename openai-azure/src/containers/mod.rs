//! Containers, in which the code interpreter runs, and their files. In `v1`.
//!
//! ```no_run
//! # async fn example(client: openai_azure::Client) -> Result<(), openai_azure::Error> {
//! use openai_azure::Upload;
//!
//! let containers = client.containers();
//! let container = containers.create("analysis").expires_after_minutes(20).send().await?;
//! let files = containers.files(&container.id);
//! files.upload(Upload::path("sales.csv")).await?;
//! // … a response with the tool code_interpreter works in the container …
//! let mut made = files.list().stream();
//! while let Some(file) = made.try_next().await? {
//!     println!("{}: {} bytes", file.path, file.bytes);
//! }
//! containers.delete(&container.id).await?;
//! # Ok(())
//! # }
//! ```

mod container;
mod files;
mod list;
mod request;

pub use container::{Container, ContainerExpiry, ContainerFile, ContainerMemory};
pub use files::ContainerFiles;
pub use list::{ContainerFileListRequest, ContainerListRequest};
pub use request::ContainerRequest;

use openai_azure_sys::raw;

use crate::engine::call::Call;
use crate::engine::client::Client;
use crate::engine::options::CallOptions;
use crate::error::Error;
use crate::response::Response;

/// The containers of a resource; made by [`Client::containers`].
#[derive(Debug, Clone)]
#[must_use]
pub struct Containers {
    client: Client,
    options: CallOptions,
}

impl Client {
    /// The containers of the resource: `/containers`.
    ///
    /// ```no_run
    /// # async fn example(client: openai_azure::Client) -> Result<(), openai_azure::Error> {
    /// let container = client.containers().create("analysis").send().await?;
    /// println!("{}", container.id);
    /// # Ok(())
    /// # }
    /// ```
    pub fn containers(&self) -> Containers {
        Containers { client: self.clone(), options: CallOptions::default() }
    }
}

impl Containers {
    /// Sets timeouts, retries, headers and query of the requests.
    pub fn options(mut self, options: CallOptions) -> Self {
        self.options = options;
        self
    }

    /// Creates a container: `POST /containers`.
    ///
    /// Api-versions: v1.
    pub fn create(&self, name: impl Into<String>) -> ContainerRequest {
        ContainerRequest::new(&self.client, &self.options, name.into())
    }

    /// Lists containers: `GET /containers`.
    ///
    /// Api-versions: v1.
    pub fn list(&self) -> ContainerListRequest {
        ContainerListRequest::new(&self.client, &self.options)
    }

    /// Returns a container: `GET /containers/{id}`.
    ///
    /// Api-versions: v1.
    ///
    /// # Errors
    ///
    /// [`Error::Api`] with status 404 when there is no such container, and any other [`Error`].
    pub async fn get(&self, id: impl AsRef<str>) -> Result<Response<Container>, Error> {
        let (id, call) = (id.as_ref(), Call::new(&self.client, &self.options));
        call.json(async |api: raw::Client| api.containers_get(id).await).await
    }

    /// Deletes a container with its files: `DELETE /containers/{id}`.
    ///
    /// Api-versions: v1.
    ///
    /// # Errors
    ///
    /// As for [`get`](Self::get).
    pub async fn delete(&self, id: impl AsRef<str>) -> Result<Response<()>, Error> {
        let (id, call) = (id.as_ref(), Call::new(&self.client, &self.options));
        let deleted = call.bytes(async |api: raw::Client| api.containers_delete(id).await).await?;
        Ok(deleted.map_value(drop))
    }

    /// The files of a container: `/containers/{id}/files`.
    pub fn files(&self, id: impl Into<String>) -> ContainerFiles {
        ContainerFiles::new(self.client.clone(), self.options.clone(), id.into())
    }
}
