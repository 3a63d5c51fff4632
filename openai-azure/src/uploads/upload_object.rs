//! Uploads as the service describes them.

use openai_azure_sys::{open_enum, open_struct};

use crate::files::{FileObject, FilePurpose};
use crate::trace::Telemetry;

open_enum! {
    /// Where an upload is.
    pub enum UploadStatus {
        /// It takes parts.
        Pending = "pending",
        /// It has become a file.
        Completed = "completed",
        /// It was cancelled.
        Cancelled = "cancelled",
        /// It was not completed in time.
        Expired = "expired",
    }
}

open_struct! {
    /// An upload in parts.
    pub struct UploadObject {
        /// Unique ID.
        pub id: String,
        /// Size that the file will have, in bytes.
        pub bytes: u64,
        /// When the upload was created, in seconds since 1970.
        pub created_at: i64,
        /// When the upload expires unless it is completed, in seconds since 1970.
        pub expires_at: Option<i64>,
        /// Name of the file.
        pub filename: String,
        /// What the file is for.
        pub purpose: Option<FilePurpose>,
        /// Where the upload is.
        pub status: Option<UploadStatus>,
        /// The file, once the upload is completed.
        pub file: Option<FileObject>,
    }
}

open_struct! {
    /// A part of an upload.
    pub struct UploadPart {
        /// Unique ID.
        pub id: String,
        /// When the part arrived, in seconds since 1970.
        pub created_at: i64,
        /// The upload that it belongs to.
        pub upload_id: String,
    }
}

impl Telemetry for UploadObject {}
impl Telemetry for UploadPart {}
