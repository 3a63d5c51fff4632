//! Files that appear only when they are whole.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use tokio::fs::File;
use tokio::io::{AsyncSeekExt as _, AsyncWriteExt as _};

use crate::error::Error;

/// A file in the making, beside its place. It is removed unless it is kept.
///
/// A symbolic link is followed. A pipe or a device is written to directly, since it is no file that
/// can be replaced.
#[derive(Debug)]
pub(crate) struct Draft {
    file: File,
    length: u64,
    place: PathBuf,
    leftover: Leftover,
    /// It takes the place of a file when it is whole.
    is_beside: bool,
    /// How many bytes there will be, if that is known.
    total: Option<u64>,
    report: Option<WriteReport>,
}

/// Is called with how many bytes were written, and how many there will be if that is known.
#[derive(Clone)]
pub(crate) struct WriteReport(Arc<dyn Fn(u64, Option<u64>) + Send + Sync>);

impl WriteReport {
    pub(crate) fn new(report: impl Fn(u64, Option<u64>) + Send + Sync + 'static) -> Self {
        Self(Arc::new(report))
    }
}

impl fmt::Debug for WriteReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a callback")
    }
}

/// Removes the file beside the place when it is dropped.
#[derive(Debug)]
struct Leftover(Option<PathBuf>);

impl Draft {
    /// Makes an empty file beside `place`.
    ///
    /// # Errors
    ///
    /// [`Error::Config`] when nothing can be written there.
    pub(crate) async fn new(place: &Path) -> Result<Self, Error> {
        if place.file_name().is_none() {
            return Err(unwritten(place, &"it names no file"));
        }
        // What a link names is replaced, not the link.
        let place = tokio::fs::canonicalize(place).await.unwrap_or_else(|_| place.to_owned());
        let found = tokio::fs::metadata(&place).await.ok();
        let (file, beside) = match &found {
            Some(found) if found.is_dir() => return Err(unwritten(&place, &"it is a folder")),
            Some(found) if !found.is_file() => {
                (File::options().write(true).open(&place).await, None)
            }
            _ => {
                // Names of files have limits, so that of the place is no part of it.
                let name = format!(".openai-azure.{:016x}.part", fastrand::u64(..));
                let beside = place.with_file_name(name);
                let file = File::options().write(true).create_new(true).open(&beside).await;
                (file, Some(beside))
            }
        };
        let file = file.map_err(|e| unwritten(&place, &e))?;
        let (is_beside, leftover) = (beside.is_some(), Leftover(beside));
        if let Some(found) = found.filter(|_| is_beside) {
            // The file keeps the mode of the one that it replaces.
            let kept = file.set_permissions(found.permissions()).await;
            kept.map_err(|e| unwritten(&place, &e))?;
        }
        Ok(Self { file, length: 0, place, leftover, is_beside, total: None, report: None })
    }

    /// Calls `report` after each write.
    pub(crate) fn reported(mut self, report: Option<WriteReport>) -> Self {
        self.report = report;
        self
    }

    /// Discards what was written. From here on there will be `total` bytes, if that is known.
    ///
    /// # Errors
    ///
    /// [`Error::Config`] when that fails, and for a pipe to which something was written.
    pub(crate) async fn restart(&mut self, total: Option<u64>) -> Result<(), Error> {
        self.total = total;
        let length = std::mem::take(&mut self.length);
        if !self.is_beside {
            return match length {
                0 => Ok(()),
                _ => Err(unwritten(&self.place, &"what was written to it cannot be taken back")),
            };
        }
        let emptied = async {
            self.file.rewind().await?;
            self.file.set_len(0).await
        };
        emptied.await.map_err(|e| unwritten(&self.place, &e))
    }

    /// Adds bytes.
    ///
    /// # Errors
    ///
    /// [`Error::Config`] when that fails, such as on a full disk.
    pub(crate) async fn write(&mut self, bytes: &[u8]) -> Result<(), Error> {
        self.file.write_all(bytes).await.map_err(|e| unwritten(&self.place, &e))?;
        self.length += bytes.len() as u64;
        if let Some(WriteReport(report)) = &self.report {
            report(self.length, self.total);
        }
        Ok(())
    }

    /// How many bytes there are.
    pub(crate) fn length(&self) -> u64 {
        self.length
    }

    /// Puts the file in its place, instead of one that may be there.
    ///
    /// # Errors
    ///
    /// [`Error::Config`] when that fails; what was in the place stays.
    pub(crate) async fn keep(mut self) -> Result<(), Error> {
        let (place, leftover) = (self.place, &mut self.leftover);
        self.file.flush().await.map_err(|e| unwritten(&place, &e))?;
        if self.is_beside {
            // Otherwise a crash could leave the name without the bytes.
            self.file.sync_all().await.map_err(|e| unwritten(&place, &e))?;
        }
        // A file that is open cannot be renamed on every system.
        drop(self.file.into_std().await);
        if let Some(beside) = &leftover.0 {
            tokio::fs::rename(beside, &place).await.map_err(|e| unwritten(&place, &e))?;
        }
        leftover.0 = None;
        Ok(())
    }
}

impl Drop for Leftover {
    fn drop(&mut self) {
        if let Some(beside) = self.0.take() {
            // Nobody can be told, and the file does no harm.
            let _ = std::fs::remove_file(beside);
        }
    }
}

fn unwritten(place: &Path, why: &dyn fmt::Display) -> Error {
    Error::config(format!("{} cannot be written: {why}", place.display()))
}

#[cfg(test)]
mod tests {
    use super::Draft;
    use std::path::PathBuf;

    fn folder(name: &str) -> PathBuf {
        let folder =
            std::env::temp_dir().join(format!("openai-azure-save-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        folder
    }

    fn names(folder: &PathBuf) -> Vec<String> {
        let entries = std::fs::read_dir(folder).unwrap();
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
    }

    #[tokio::test]
    async fn a_draft_takes_its_place_when_it_is_kept() {
        let folder = folder("kept");
        let place = folder.join("a.txt");
        std::fs::write(&place, "old").unwrap();
        let mut draft = Draft::new(&place).await.unwrap();
        draft.write(b"half").await.unwrap();
        draft.restart(None).await.unwrap();
        draft.write(b"new").await.unwrap();
        assert_eq!(draft.length(), 3);
        assert_eq!(std::fs::read(&place).unwrap(), b"old");
        draft.keep().await.unwrap();
        assert_eq!(std::fs::read(&place).unwrap(), b"new");
        assert_eq!(names(&folder), ["a.txt"]);
        std::fs::remove_dir_all(folder).unwrap();
    }

    #[tokio::test]
    async fn a_draft_that_is_dropped_leaves_nothing() {
        let folder = folder("dropped");
        let mut draft = Draft::new(&folder.join("a.txt")).await.unwrap();
        draft.write(b"half").await.unwrap();
        assert_eq!(names(&folder).len(), 1);
        drop(draft);
        assert!(names(&folder).is_empty());
        std::fs::remove_dir_all(folder).unwrap();
    }

    #[cfg(unix)]
    #[tokio::test]
    async fn a_file_keeps_its_mode_and_a_link_still_is_one() {
        use std::os::unix::fs::PermissionsExt as _;

        let folder = folder("mode");
        let (place, link) = (folder.join("a.txt"), folder.join("link"));
        std::fs::write(&place, "old").unwrap();
        std::fs::set_permissions(&place, std::fs::Permissions::from_mode(0o600)).unwrap();
        std::os::unix::fs::symlink(&place, &link).unwrap();
        let mut draft = Draft::new(&link).await.unwrap();
        draft.write(b"new").await.unwrap();
        draft.keep().await.unwrap();
        assert_eq!(std::fs::read(&place).unwrap(), b"new");
        assert_eq!(std::fs::metadata(&place).unwrap().permissions().mode() & 0o777, 0o600);
        assert!(std::fs::symlink_metadata(&link).unwrap().is_symlink());
        std::fs::remove_dir_all(folder).unwrap();
    }

    #[cfg(unix)]
    #[tokio::test]
    async fn a_device_is_written_to_and_not_replaced() {
        let mut draft = Draft::new("/dev/null".as_ref()).await.unwrap();
        draft.write(b"bytes").await.unwrap();
        assert!(draft.restart(None).await.is_err());
        draft.keep().await.unwrap();
        assert!(!std::fs::metadata("/dev/null").unwrap().is_file());
    }

    #[tokio::test]
    async fn a_name_may_be_as_long_as_the_system_allows() {
        let folder = folder("long");
        let draft = Draft::new(&folder.join("x".repeat(255))).await.unwrap();
        draft.keep().await.unwrap();
        std::fs::remove_dir_all(folder).unwrap();
    }

    #[tokio::test]
    async fn what_cannot_be_a_file_is_told_at_once() {
        for place in ["no/such/folder/a.txt", "src", "/"] {
            let error = Draft::new(place.as_ref()).await.unwrap_err().to_string();
            assert!(error.contains("cannot be written"), "{error}");
        }
    }
}
