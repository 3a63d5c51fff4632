//! `POST /files/import`.

use std::time::Duration;

use serde::Serialize;

use openai_azure_sys::raw;

use super::file::{FileObject, FilePurpose};
use crate::engine::call::Call;
use crate::engine::client::Client;
use crate::engine::expiry::ExpiresAfter;
use crate::engine::options::CallOptions;
use crate::engine::request_body;
use crate::engine::setters::{extra_setter, option_setters, send_on_await};
use crate::error::Error;
use crate::extra::Extra;
use crate::response::Response;

/// A file to be fetched by the service; made by [`Files::import`](super::Files::import).
#[derive(Debug, Clone)]
#[must_use = "nothing is sent before `send`"]
pub struct FileImportRequest {
    client: Client,
    options: CallOptions,
    body: ImportBody,
    extra: Extra,
}

/// The URL may hold a SAS signature.
#[derive(Clone, Serialize)]
struct ImportBody {
    content_url: String,
    filename: String,
    purpose: FilePurpose,
    #[serde(skip_serializing_if = "Option::is_none")]
    expires_after: Option<ExpiresAfter>,
}

impl std::fmt::Debug for ImportBody {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ImportBody")
            .field("filename", &self.filename)
            .field("purpose", &self.purpose)
            .finish_non_exhaustive()
    }
}

impl FileImportRequest {
    pub(super) fn new(
        client: &Client,
        options: &CallOptions,
        content_url: String,
        filename: String,
        purpose: FilePurpose,
    ) -> Self {
        let body = ImportBody { content_url, filename, purpose, expires_after: None };
        Self { client: client.clone(), options: options.clone(), body, extra: Extra::default() }
    }

    /// Lets the service delete the file after this time, 14 to 30 days.
    pub fn expires_after(mut self, lifetime: Duration) -> Self {
        self.body.expires_after = Some(ExpiresAfter::created(lifetime));
        self
    }

    option_setters!(options);
    extra_setter!(extra);

    /// Asks for the file. It is there at once, but its content only when it is processed, see
    /// [`Files::wait`](super::Files::wait).
    ///
    /// # Errors
    ///
    /// Any [`Error`]; [`Error::Config`] for an api-version without the operation.
    pub async fn send(self) -> Result<Response<FileObject>, Error> {
        let body = request_body::json(&self.body, &self.extra)?;
        let call = Call::new(&self.client, &self.options);
        call.json(async |api: raw::Client| api.files_import(body).await).await
    }
}

send_on_await!(FileImportRequest => FileObject);
