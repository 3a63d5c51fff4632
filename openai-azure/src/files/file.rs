//! Files as the service describes them.

use openai_azure_sys::{open_enum, open_struct};

use crate::page::ListItem;
use crate::trace::Telemetry;

open_enum! {
    /// What a file is for.
    pub enum FilePurpose {
        /// Requests of a batch.
        Batch = "batch",
        /// Results of a batch; made by the service.
        BatchOutput = "batch_output",
        /// Examples for fine-tuning.
        FineTune = "fine-tune",
        /// Metrics of a fine-tuning job; made by the service.
        FineTuneResults = "fine-tune-results",
        /// Input of file search, of the code interpreter, and of models that read files.
        Assistants = "assistants",
        /// Output of the code interpreter; made by the service.
        AssistantsOutput = "assistants_output",
        /// Items of an eval.
        Evals = "evals",
    }
}

open_enum! {
    /// Where a file is in its processing.
    pub enum FileStatus {
        /// It has arrived.
        Uploaded = "uploaded",
        /// It waits to be processed.
        Pending = "pending",
        /// It is being processed.
        Running = "running",
        /// It can be used.
        Processed = "processed",
        /// It cannot be used; see [`FileObject::status_details`].
        Error = "error",
        /// It is being deleted.
        Deleting = "deleting",
        /// It is deleted.
        Deleted = "deleted",
    }
}

impl FileStatus {
    /// Whether the status will not change by itself any more. An unknown status will not, as far
    /// as this crate can tell.
    #[must_use]
    pub fn is_terminal(&self) -> bool {
        !matches!(self, Self::Uploaded | Self::Pending | Self::Running | Self::Deleting)
    }
}

open_struct! {
    /// A file of the resource.
    pub struct FileObject {
        /// Unique ID.
        pub id: String,
        /// Size, in bytes.
        pub bytes: u64,
        /// When the file was created, in seconds since 1970.
        pub created_at: i64,
        /// When the file is deleted by the service, in seconds since 1970.
        pub expires_at: Option<i64>,
        /// Name of the file.
        pub filename: String,
        /// What the file is for.
        pub purpose: Option<FilePurpose>,
        /// Where the file is in its processing.
        pub status: Option<FileStatus>,
        /// Why the file cannot be used.
        pub status_details: Option<String>,
    }
}

impl FileObject {
    /// Whether the file is processed, or will never be; see [`FileStatus::is_terminal`].
    #[must_use]
    pub fn is_done(&self) -> bool {
        self.status.as_ref().is_none_or(FileStatus::is_terminal)
    }
}

impl ListItem for FileObject {
    fn id(&self) -> &str {
        &self.id
    }
}

open_struct! {
    /// The result of a request to delete something.
    pub struct Deleted {
        /// Unique ID of what was to be deleted.
        pub id: String,
        /// Whether it was there. For a file that was not, the service reports `false` and no
        /// error.
        pub deleted: bool,
    }
}

impl Telemetry for FileObject {}
impl Telemetry for Deleted {}
