//! Files that the service keeps: input of batches and fine-tuning, and what these make.

use bytes::Bytes;
use openai_azure_sys::{open_enum, raw};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::engine::call::Call;
use crate::engine::client::Client;
use crate::engine::form::Form;
use crate::engine::options::CallOptions;
use crate::engine::polling::Polling;
use crate::engine::setters::option_setters;
use crate::error::Error;
use crate::page::Page;
use crate::response::Response;
use crate::trace::Telemetry;
use crate::upload::Upload;

/// The most bytes of a file: 512 MB.
const MAX_BYTES: u64 = 512_000_000;

open_enum! {
    /// What a file is for.
    pub enum FilePurpose {
        /// Requests of a batch.
        Batch = "batch",
        /// Answers of a batch; the service makes them.
        BatchOutput = "batch_output",
        /// Examples to fine-tune with.
        FineTune = "fine-tune",
        /// What a fine-tuning measured; the service makes it.
        FineTuneResults = "fine-tune-results",
        /// Files that assistants read.
        Assistants = "assistants",
        /// Files that assistants make.
        AssistantsOutput = "assistants_output",
    }
}

/// Keeps, lists, gives and deletes files; made by [`Client::files`].
///
/// ```no_run
/// # async fn example(client: openai_azure::Client) -> Result<(), openai_azure::Error> {
/// use openai_azure::Upload;
///
/// let files = client.files();
/// let file = files.upload(Upload::path("requests.jsonl"), "batch").await?;
/// println!("{} has {} bytes", file.id, file.bytes);
/// let content = files.content(&file.id).await?;
/// files.delete(&file.id).await?;
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
#[must_use]
pub struct Files {
    pub(crate) client: Client,
    options: CallOptions,
    polling: Polling,
}

/// A file.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct FileObject {
    /// Names it.
    #[serde(deserialize_with = "crate::serde_ext::null_as_default")]
    pub id: String,
    /// How many bytes it has.
    #[serde(deserialize_with = "crate::serde_ext::null_as_default")]
    pub bytes: u64,
    /// When it was made, in seconds since 1970.
    #[serde(deserialize_with = "crate::serde_ext::null_as_default")]
    pub created_at: i64,
    /// Its name.
    #[serde(deserialize_with = "crate::serde_ext::null_as_default")]
    pub filename: String,
    /// What it is for.
    pub purpose: Option<FilePurpose>,
    /// `uploaded`, `pending`, `running`, `processed`, `error` and others.
    #[serde(deserialize_with = "crate::serde_ext::null_as_default")]
    pub status: String,
    /// Members that this crate does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// What became of a request to delete a file.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct FileDeleted {
    /// The file.
    #[serde(deserialize_with = "crate::serde_ext::null_as_default")]
    pub id: String,
    /// Whether it was there. The service says `false`, and no error, for one that was not.
    #[serde(deserialize_with = "crate::serde_ext::null_as_default")]
    pub deleted: bool,
    /// Members that this crate does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

impl Client {
    /// Keeps, lists, gives and deletes files: `/files`.
    ///
    /// ```no_run
    /// # async fn example(client: openai_azure::Client) -> Result<(), openai_azure::Error> {
    /// for file in &client.files().list(None).await?.data {
    ///     println!("{}: {} bytes", file.filename, file.bytes);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn files(&self) -> Files {
        Files::new(self.clone())
    }
}

impl Telemetry for FileObject {}
impl Telemetry for FileDeleted {}

impl FileObject {
    /// Whether the service is done with looking at it, for better or worse.
    #[must_use]
    pub fn is_done(&self) -> bool {
        !matches!(self.status.as_str(), "uploaded" | "pending" | "running")
    }
}

impl Files {
    pub(crate) fn new(client: Client) -> Self {
        Self { client, options: CallOptions::default(), polling: Polling::default() }
    }

    option_setters!(options);

    /// How often [`wait`](Files::wait) asks, and for how long.
    pub fn polling(mut self, polling: Polling) -> Self {
        self.polling = polling;
        self
    }
}

impl Files {
    /// Keeps a file, at most 512 MB: `POST /files`.
    ///
    /// # Errors
    ///
    /// [`Error::Config`] for a file that is missing, empty or too large; the other kinds of
    /// [`Error`] as for every call.
    pub async fn upload(
        &self,
        file: Upload,
        purpose: impl Into<FilePurpose>,
    ) -> Result<Response<FileObject>, Error> {
        file.check(MAX_BYTES).await?;
        let form = Form::default().file("file", file).field("purpose", Some(purpose.into()));
        Call::new(&self.client, &self.options)
            .json(|api| async move { api.files_upload(form).await })
            .await
    }

    /// Lists the files, those for one purpose or all: `GET /files`.
    ///
    /// # Errors
    ///
    /// Any [`Error`].
    pub async fn list(
        &self,
        purpose: Option<FilePurpose>,
    ) -> Result<Response<Page<FileObject>>, Error> {
        let purpose = purpose.as_ref().map(FilePurpose::as_str);
        let mut params = raw::FilesListParams::default();
        params.purpose = purpose.map(str::to_owned);
        Call::new(&self.client, &self.options)
            .json(|api| async move { api.files_list(&params).await })
            .await
    }

    /// Describes a file: `GET /files/{id}`.
    ///
    /// # Errors
    ///
    /// [`Error::Api`] with status 404 when there is no such file, and any other [`Error`].
    pub async fn get(&self, id: impl AsRef<str>) -> Result<Response<FileObject>, Error> {
        let (client, id) = (&self.client, id.as_ref());
        Call::new(client, &self.options).json(|api| async move { api.files_get(id).await }).await
    }

    /// Asks for a file until the service is done with looking at it; see [`FileObject::status`].
    ///
    /// # Errors
    ///
    /// [`Error::Timeout`] when it takes longer than the polling allows, and the errors of
    /// [`Files::get`].
    pub async fn wait(&self, id: impl AsRef<str>) -> Result<Response<FileObject>, Error> {
        let id = id.as_ref();
        self.polling.until(&self.client, || self.get(id), FileObject::is_done).await
    }

    /// Gives what is in a file: `GET /files/{id}/content`.
    ///
    /// # Errors
    ///
    /// As for [`Files::get`].
    pub async fn content(&self, id: impl AsRef<str>) -> Result<Response<Bytes>, Error> {
        let (client, id) = (&self.client, id.as_ref());
        Call::new(client, &self.options)
            .bytes(|api| async move { api.files_get_content(id).await })
            .await
    }

    /// Deletes a file: `DELETE /files/{id}`.
    ///
    /// # Errors
    ///
    /// As for [`Files::get`]; the service may also answer that it deleted nothing.
    pub async fn delete(&self, id: impl AsRef<str>) -> Result<Response<FileDeleted>, Error> {
        let (client, id) = (&self.client, id.as_ref());
        Call::new(client, &self.options).json(|api| async move { api.files_delete(id).await }).await
    }
}
