//! Files of vector stores as the service describes them.

use openai_azure_sys::{open_enum, open_struct};
use serde_json::Value;

use super::store::{Attributes, FileCounts};
use crate::page::ListItem;
use crate::trace::Telemetry;

open_enum! {
    /// Where a file of a vector store, or a batch of them, is.
    pub enum VectorStoreFileStatus {
        /// It is not searchable yet.
        InProgress = "in_progress",
        /// It can be searched.
        Completed = "completed",
        /// It cannot be searched; see [`VectorStoreFile::last_error`].
        Failed = "failed",
        /// It was cancelled.
        Cancelled = "cancelled",
    }
}

open_struct! {
    /// A file of a vector store.
    pub struct VectorStoreFile {
        /// Unique ID, the one of the file itself.
        pub id: String,
        /// When it was added, in seconds since 1970.
        pub created_at: i64,
        /// Bytes that the file takes in the vector store.
        pub usage_bytes: u64,
        /// The vector store.
        pub vector_store_id: String,
        /// Where the file is.
        pub status: Option<VectorStoreFileStatus>,
        /// Why the file failed.
        pub last_error: Option<VectorStoreFileError>,
        /// Attributes, for the filters of a search.
        pub attributes: Attributes,
        /// How the file was cut into chunks.
        pub chunking_strategy: Option<Value>,
    }
}

open_struct! {
    /// Why a file failed.
    #[derive(Eq)]
    pub struct VectorStoreFileError {
        /// `server_error`, `unsupported_file` or `invalid_file`.
        pub code: String,
        /// What is wrong.
        pub message: String,
    }
}

open_struct! {
    /// Files that were added to a vector store together.
    pub struct FileBatch {
        /// Unique ID.
        pub id: String,
        /// When it was created, in seconds since 1970.
        pub created_at: i64,
        /// The vector store.
        pub vector_store_id: String,
        /// Where the batch is.
        pub status: Option<VectorStoreFileStatus>,
        /// Number of files by status.
        pub file_counts: FileCounts,
    }
}

impl VectorStoreFile {
    /// Whether the file is not in progress any more.
    #[must_use]
    pub fn is_done(&self) -> bool {
        self.status != Some(VectorStoreFileStatus::InProgress)
    }
}

impl FileBatch {
    /// Whether the batch is not in progress any more. Some of its files may have failed.
    #[must_use]
    pub fn is_done(&self) -> bool {
        self.status != Some(VectorStoreFileStatus::InProgress)
            || (self.file_counts.in_progress == 0 && self.file_counts.total > 0)
    }
}

impl ListItem for VectorStoreFile {
    fn id(&self) -> &str {
        &self.id
    }
}

impl Telemetry for VectorStoreFile {}
impl Telemetry for FileBatch {}
