//! Reads files of lines without holding them in memory.

use std::io::SeekFrom;
use std::path::{Path, PathBuf};

use tokio::fs::File;
use tokio::io::{AsyncBufReadExt as _, AsyncSeekExt as _, BufReader};

use crate::error::Error;

/// The lines of a file.
#[derive(Debug)]
pub(super) struct LineReader {
    file: BufReader<File>,
    path: PathBuf,
    line: Vec<u8>,
    /// Number of the current line, from 1.
    pub(super) number: u64,
    /// Where the current line begins.
    pub(super) from: u64,
    next: u64,
}

impl LineReader {
    /// # Errors
    ///
    /// [`Error::Config`] when the file cannot be read.
    pub(super) async fn open(path: &Path) -> Result<Self, Error> {
        let file = File::open(path).await.map_err(|error| unread(path, &error))?;
        let file = BufReader::with_capacity(64 << 10, file);
        Ok(Self { file, path: path.to_owned(), line: Vec::new(), number: 0, from: 0, next: 0 })
    }

    /// The next line that is not empty, without its end.
    pub(super) async fn next(&mut self) -> Result<Option<&[u8]>, Error> {
        loop {
            self.line.clear();
            let read = self.file.read_until(b'\n', &mut self.line).await;
            let read = read.map_err(|error| unread(&self.path, &error))?;
            if read == 0 {
                return Ok(None);
            }
            self.number += 1;
            (self.from, self.next) = (self.next, self.next + read as u64);
            if !self.line.trim_ascii().is_empty() {
                return Ok(Some(self.line.trim_ascii()));
            }
        }
    }

    /// The line that begins at this byte.
    pub(super) async fn at(&mut self, from: u64) -> Result<&[u8], Error> {
        self.line.clear();
        let read = async {
            self.file.seek(SeekFrom::Start(from)).await?;
            self.file.read_until(b'\n', &mut self.line).await
        };
        read.await.map_err(|error| unread(&self.path, &error))?;
        Ok(self.line.trim_ascii())
    }
}

fn unread(path: &Path, why: &dyn std::fmt::Display) -> Error {
    Error::config(format!("{} cannot be read: {why}", path.display()))
}

/// The `custom_id` of a line.
pub(super) fn custom_id(line: &[u8]) -> Option<String> {
    #[derive(serde::Deserialize)]
    struct Named {
        custom_id: Option<String>,
    }
    serde_json::from_slice::<Named>(line).ok()?.custom_id
}
