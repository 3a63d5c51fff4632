//! Files that appear only when they are whole.

use std::fmt;
use std::path::{Path, PathBuf};

use tokio::fs::File;
use tokio::io::{AsyncSeekExt as _, AsyncWriteExt as _};

use crate::error::Error;

/// A file in the making, beside its place. It is removed unless it is kept.
#[derive(Debug)]
pub(crate) struct Draft {
    file: File,
    length: u64,
    place: PathBuf,
    leftover: Leftover,
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
        let name = place.file_name().ok_or_else(|| unwritten(place, &"it names no file"))?;
        if place.is_dir() {
            return Err(unwritten(place, &"it is a folder"));
        }
        let beside = format!(".{}.{:08x}.part", name.to_string_lossy(), fastrand::u32(..));
        let beside = place.with_file_name(beside);
        let file = File::options().write(true).create_new(true).open(&beside).await;
        let file = file.map_err(|e| unwritten(place, &e))?;
        Ok(Self { file, length: 0, place: place.to_owned(), leftover: Leftover(Some(beside)) })
    }

    /// Forgets what was written.
    ///
    /// # Errors
    ///
    /// [`Error::Config`] when that fails.
    pub(crate) async fn restart(&mut self) -> Result<(), Error> {
        self.length = 0;
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
        draft.restart().await.unwrap();
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

    #[tokio::test]
    async fn what_cannot_be_a_file_is_told_at_once() {
        for place in ["no/such/folder/a.txt", "src", "/"] {
            let error = Draft::new(place.as_ref()).await.unwrap_err().to_string();
            assert!(error.contains("cannot be written"), "{error}");
        }
    }
}
