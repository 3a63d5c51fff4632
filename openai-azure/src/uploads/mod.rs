//! Uploads in parts, for files that are too large or too slow for one request.
//!
//! The service takes parts of up to 64 MB and files of up to 8 GB (dated api-versions: 9 GB); an
//! upload that is not completed expires after one or two hours.
//!
//! ```no_run
//! # async fn example(client: openai_azure::Client) -> Result<(), openai_azure::Error> {
//! let file = client
//!     .uploads()
//!     .create("examples.jsonl", "fine-tune")
//!     .concurrency(4)
//!     .on_progress(|sent, total| eprintln!("{sent} of {total} bytes"))
//!     .send()
//!     .await?;
//! println!("{}", file.id);
//! # Ok(())
//! # }
//! ```

mod checkpoint;
mod parts;
mod request;
mod upload_object;

pub use request::UploadRequest;
pub use upload_object::{UploadObject, UploadPart, UploadStatus};

use std::path::PathBuf;

use serde::Serialize;
use serde_json::Map;

use openai_azure_sys::raw;

use crate::engine::call::Call;
use crate::engine::client::Client;
use crate::engine::expiry::ExpiresAfter;
use crate::engine::form::Form;
use crate::engine::options::CallOptions;
use crate::engine::request_body;
use crate::error::Error;
use crate::files::FilePurpose;
use crate::response::Response;
use crate::upload::Upload;

/// The most bytes of a part: 64 MB.
pub const MAX_PART_BYTES: u64 = 64_000_000;

/// Uploads in parts; made by [`Client::uploads`].
#[derive(Debug, Clone)]
#[must_use]
pub struct Uploads {
    client: Client,
    options: CallOptions,
}

/// What an upload begins with.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct StartBody {
    bytes: u64,
    filename: String,
    mime_type: String,
    purpose: FilePurpose,
    #[serde(skip_serializing_if = "Option::is_none")]
    expires_after: Option<ExpiresAfter>,
}

#[derive(Debug, Serialize)]
struct CompleteBody<'a> {
    part_ids: &'a [String],
}

impl Client {
    /// Uploads in parts: `/uploads`.
    ///
    /// ```no_run
    /// # async fn example(client: openai_azure::Client) -> Result<(), openai_azure::Error> {
    /// let file = client.uploads().create("large.jsonl", "fine-tune").send().await?;
    /// println!("{}", file.id);
    /// # Ok(())
    /// # }
    /// ```
    pub fn uploads(&self) -> Uploads {
        Uploads { client: self.clone(), options: CallOptions::default() }
    }
}

impl Uploads {
    /// Sets timeouts, retries, headers and query of the requests.
    pub fn options(mut self, options: CallOptions) -> Self {
        self.options = options;
        self
    }

    /// Uploads a file from a path: begins, sends the parts side by side with retries of their own,
    /// and completes.
    pub fn create(
        &self,
        path: impl Into<PathBuf>,
        purpose: impl Into<FilePurpose>,
    ) -> UploadRequest {
        UploadRequest::new(self.clone(), path.into(), purpose.into())
    }

    /// Begins an upload of so many bytes, by hand: `POST /uploads`.
    ///
    /// Api-versions: 2024-08-01-preview to 2025-04-01-preview.
    ///
    /// # Errors
    ///
    /// Any [`Error`]; [`Error::Config`] for an api-version without the operation.
    pub async fn start(
        &self,
        filename: impl Into<String>,
        bytes: u64,
        mime_type: impl Into<String>,
        purpose: impl Into<FilePurpose>,
    ) -> Result<Response<UploadObject>, Error> {
        self.start_with(StartBody {
            bytes,
            filename: filename.into(),
            mime_type: mime_type.into(),
            purpose: purpose.into(),
            expires_after: None,
        })
        .await
    }

    async fn start_with(&self, body: StartBody) -> Result<Response<UploadObject>, Error> {
        let body = request_body::json(&body, &Map::new())?;
        let call = Call::new(&self.client, &self.options);
        call.json(async |api: raw::Client| api.uploads_start(body).await).await
    }

    /// Adds a part of at most 64 MB: `POST /uploads/{id}/parts`. Parts may arrive in any order.
    ///
    /// Api-versions: 2024-08-01-preview to 2025-04-01-preview.
    ///
    /// # Errors
    ///
    /// [`Error::Config`] for a part that is empty or too large, and any other [`Error`].
    pub async fn add_part(
        &self,
        id: impl AsRef<str>,
        data: Upload,
    ) -> Result<Response<UploadPart>, Error> {
        data.check(MAX_PART_BYTES).await?;
        let (id, form) = (id.as_ref(), Form::default().file("data", data));
        let call = Call::new(&self.client, &self.options);
        call.json(async |api: raw::Client| api.uploads_add_part(id, form).await).await
    }

    /// Makes a file of the parts, in this order: `POST /uploads/{id}/complete`. The bytes of the
    /// parts must be as many as were announced.
    ///
    /// Api-versions: 2024-08-01-preview to 2025-04-01-preview.
    ///
    /// # Errors
    ///
    /// Any [`Error`].
    pub async fn complete(
        &self,
        id: impl AsRef<str>,
        part_ids: &[String],
    ) -> Result<Response<UploadObject>, Error> {
        let body = request_body::json(&CompleteBody { part_ids }, &Map::new())?;
        let (id, call) = (id.as_ref(), Call::new(&self.client, &self.options));
        call.json(async |api: raw::Client| api.uploads_complete(id, body).await).await
    }

    /// Cancels an upload and deletes its parts: `POST /uploads/{id}/cancel`.
    ///
    /// Api-versions: 2024-08-01-preview to 2025-04-01-preview.
    ///
    /// # Errors
    ///
    /// Any [`Error`].
    pub async fn cancel(&self, id: impl AsRef<str>) -> Result<Response<UploadObject>, Error> {
        let (id, call) = (id.as_ref(), Call::new(&self.client, &self.options));
        call.json(async |api: raw::Client| api.uploads_cancel(id).await).await
    }
}
