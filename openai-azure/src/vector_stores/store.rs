//! Vector stores as the service describes them.

use std::collections::BTreeMap;

use openai_azure_sys::{open_enum, open_struct};
use serde::Serialize;
use serde_json::{Map, Value, json};

use crate::page::ListItem;
use crate::trace::Telemetry;

open_enum! {
    /// Where a vector store is.
    pub enum VectorStoreStatus {
        /// It has expired; its files are gone.
        Expired = "expired",
        /// Some of its files are in progress.
        InProgress = "in_progress",
        /// It can be searched.
        Completed = "completed",
    }
}

open_struct! {
    /// A vector store.
    pub struct VectorStore {
        /// Unique ID.
        pub id: String,
        /// Name.
        pub name: String,
        /// What it is for.
        pub description: Option<String>,
        /// When it was created, in seconds since 1970.
        pub created_at: i64,
        /// When it was last used, in seconds since 1970.
        pub last_active_at: Option<i64>,
        /// When it expires, in seconds since 1970.
        pub expires_at: Option<i64>,
        /// How long it lives after it was last used.
        pub expires_after: Option<VectorStoreExpiry>,
        /// Bytes of all files.
        pub usage_bytes: u64,
        /// Number of files by status.
        pub file_counts: FileCounts,
        /// Where it is.
        pub status: Option<VectorStoreStatus>,
        /// Your key-value pairs.
        pub metadata: BTreeMap<String, Value>,
    }
}

open_struct! {
    /// How long a vector store lives.
    pub struct VectorStoreExpiry {
        /// What the days are counted from: `last_active_at`.
        pub anchor: String,
        /// Days, 1 to 365.
        pub days: u64,
    }
}

open_struct! {
    /// Number of files by status.
    #[derive(Eq)]
    pub struct FileCounts {
        /// Files that are not searchable yet.
        pub in_progress: u64,
        /// Files that can be searched.
        pub completed: u64,
        /// Files that cannot be searched.
        pub failed: u64,
        /// Files whose batch was cancelled.
        pub cancelled: u64,
        /// All files.
        pub total: u64,
    }
}

impl VectorStore {
    /// Whether no file is in progress any more.
    #[must_use]
    pub fn is_done(&self) -> bool {
        self.status != Some(VectorStoreStatus::InProgress)
    }
}

impl ListItem for VectorStore {
    fn id(&self) -> &str {
        &self.id
    }
}

/// How a file is cut into chunks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ChunkingStrategy {
    /// The default: 800 tokens with an overlap of 400.
    Auto,
    /// Chunks of a size of your own.
    Static {
        /// Tokens of a chunk, 100 to 4096.
        max_chunk_size_tokens: u32,
        /// Tokens that a chunk shares with the next, at most half of its size.
        chunk_overlap_tokens: u32,
    },
}

impl Serialize for ChunkingStrategy {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let value = match self {
            Self::Auto => json!({"type": "auto"}),
            Self::Static { max_chunk_size_tokens, chunk_overlap_tokens } => json!({
                "type": "static",
                "static": {
                    "max_chunk_size_tokens": max_chunk_size_tokens,
                    "chunk_overlap_tokens": chunk_overlap_tokens,
                },
            }),
        };
        value.serialize(serializer)
    }
}

/// Attributes of a file, which filters of a search compare: at most 16 keys; values are texts of
/// up to 512 characters, numbers or booleans.
pub type Attributes = Map<String, Value>;

impl Telemetry for VectorStore {}
