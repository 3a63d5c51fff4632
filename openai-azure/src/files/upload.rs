//! `POST /files`.

use std::time::Duration;

use openai_azure_sys::raw;

use super::file::{FileObject, FilePurpose};
use crate::endpoint::Mode;
use crate::engine::call::Call;
use crate::engine::client::Client;
use crate::engine::form::Form;
use crate::engine::options::CallOptions;
use crate::engine::setters::{extra_setter, option_setters, send_on_await};
use crate::error::Error;
use crate::extra::Extra;
use crate::response::Response;
use crate::upload::Upload;

/// The most bytes of a file: 512 MB.
const MAX_BYTES: u64 = 512_000_000;

/// A file to be uploaded; made by [`Files::upload`](super::Files::upload).
///
/// A file of a path or of bytes is sent again after a failure; a stream is sent once.
#[derive(Debug, Clone)]
#[must_use = "nothing is sent before `send`"]
pub struct FileUploadRequest {
    client: Client,
    options: CallOptions,
    file: Upload,
    purpose: FilePurpose,
    lifetime: Option<Duration>,
    extra: Extra,
}

impl FileUploadRequest {
    pub(super) fn new(
        client: &Client,
        options: &CallOptions,
        file: Upload,
        purpose: FilePurpose,
    ) -> Self {
        let (client, options) = (client.clone(), options.clone());
        Self { client, options, file, purpose, lifetime: None, extra: Extra::default() }
    }

    /// Lets the service delete the file after this time, counted from its creation. Input of
    /// batches: 14 to 30 days; it also raises the limit of 500 input files of a resource to
    /// 10,000.
    pub fn expires_after(mut self, lifetime: Duration) -> Self {
        self.lifetime = Some(lifetime);
        self
    }

    /// Calls `report` as the bytes of the file are sent, with the bytes so far and all bytes, if
    /// their number is known. A retry begins at 0 again.
    pub fn on_progress(
        mut self,
        report: impl Fn(u64, Option<u64>) + Send + Sync + 'static,
    ) -> Self {
        self.file = self.file.on_progress(report);
        self
    }

    option_setters!(options);
    extra_setter!(extra);

    /// Uploads the file.
    ///
    /// # Errors
    ///
    /// [`Error::Config`] for a file that is missing, empty or too large; the other kinds of
    /// [`Error`] as for every request.
    pub async fn send(self) -> Result<Response<FileObject>, Error> {
        self.file.check(MAX_BYTES).await?;
        let seconds = self.lifetime.map(|lifetime| lifetime.as_secs());
        // The dated documents write nested fields with a dot, v1 has an object.
        let (anchor_field, seconds_field) = match self.client.endpoint().mode() {
            Mode::V1 => ("expires_after[anchor]", "expires_after[seconds]"),
            _ => ("expires_after.anchor", "expires_after.seconds"),
        };
        let form = Form::default()
            .field("purpose", Some(self.purpose))
            .field(anchor_field, seconds.map(|_| "created_at"))
            .field(seconds_field, seconds)
            .file("file", self.file)
            .extra(&self.extra)?;
        let call = Call::new(&self.client, &self.options);
        call.json(async |api: raw::Client| api.files_upload(form).await).await
    }
}

send_on_await!(FileUploadRequest => FileObject);
