//! What is remembered of an upload, so that another process can go on.

use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};

use crate::atomic_file::Draft;
use crate::error::Error;

/// An upload and the parts that have arrived.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Checkpoint {
    pub(super) upload_id: String,
    /// The file, which must not change.
    pub(super) source: SourceFile,
    pub(super) purpose: String,
    pub(super) part_bytes: u64,
    pub(super) expires_at: Option<i64>,
    /// IDs by the number of the part.
    pub(super) part_ids: Vec<Option<String>>,
}

/// What identifies a state of a file: a later state differs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct SourceFile {
    pub(super) bytes: u64,
    modified_nanos: u64,
}

impl SourceFile {
    /// # Errors
    ///
    /// [`Error::Config`] for what is no file.
    pub(super) async fn of(path: &Path) -> Result<Self, Error> {
        let unread = |why: &dyn std::fmt::Display| {
            Error::config(format!("{} cannot be read: {why}", path.display()))
        };
        let found = tokio::fs::metadata(path).await.map_err(|e| unread(&e))?;
        if !found.is_file() {
            return Err(unread(&"only a plain file can be cut into parts"));
        }
        let modified = found.modified().ok().and_then(|time| time.duration_since(UNIX_EPOCH).ok());
        let modified_nanos = modified.map_or(0, |since| since.as_nanos() as u64);
        Ok(Self { bytes: found.len(), modified_nanos })
    }
}

impl Checkpoint {
    /// Reads a checkpoint; nothing if there is none, or none that can be read.
    pub(super) async fn read(path: &Path) -> Option<Self> {
        serde_json::from_slice(&tokio::fs::read(path).await.ok()?).ok()
    }

    /// # Errors
    ///
    /// [`Error::Config`] when the file cannot be written.
    pub(super) async fn write(&self, path: &Path) -> Result<(), Error> {
        let text = serde_json::to_vec(self);
        let text = text.map_err(|e| Error::config(format!("the checkpoint is no JSON: {e}")))?;
        let mut draft = Draft::new(path).await?;
        draft.write(&text).await?;
        draft.keep().await
    }

    /// Whether it is of the same file, cut the same way, and has not expired.
    pub(super) fn fits(&self, source: &SourceFile, purpose: &str, now: SystemTime) -> bool {
        let now = now.duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs() as i64);
        // A minute to send what is left.
        let lives = self.expires_at.is_none_or(|expires_at| expires_at > now + 60);
        self.source == *source && self.purpose == purpose && lives
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, SystemTime, UNIX_EPOCH};

    use super::{Checkpoint, SourceFile};

    #[test]
    fn a_checkpoint_fits_the_same_file_until_it_expires() {
        let source = SourceFile { bytes: 10, modified_nanos: 7 };
        let checkpoint = Checkpoint {
            upload_id: "upload_1".into(),
            source: source.clone(),
            purpose: "batch".into(),
            part_bytes: 4,
            expires_at: Some(10_000),
            part_ids: vec![None; 3],
        };
        let at = |seconds| -> SystemTime { UNIX_EPOCH + Duration::from_secs(seconds) };
        assert!(checkpoint.fits(&source, "batch", at(1_000)));
        assert!(!checkpoint.fits(&source, "batch", at(9_990)), "it expires in a moment");
        assert!(!checkpoint.fits(&source, "evals", at(1_000)));
        let changed = SourceFile { modified_nanos: 8, ..source };
        assert!(!checkpoint.fits(&changed, "batch", at(1_000)));
    }
}
