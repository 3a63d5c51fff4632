//! The lines of a part: in the folder of the job, else from the service.

use std::path::{Path, PathBuf};

use super::Batches;
use super::line_reader::LineReader;
use super::state::BatchJobState;
use crate::error::Error;

/// A file of lines. One that was downloaded is removed when it is dropped.
#[derive(Debug)]
pub(super) struct LineFile {
    pub(super) lines: LineReader,
    _temporary: Option<Temporary>,
}

/// A file that is removed when it is dropped.
#[derive(Debug)]
struct Temporary(PathBuf);

impl Drop for Temporary {
    fn drop(&mut self) {
        // Nobody can be told, and the file does no harm.
        let _ = std::fs::remove_file(&self.0);
    }
}

/// Opens the lines of a part.
///
/// # Errors
///
/// The errors of a download, and [`Error::Config`] for lines that are nowhere.
pub(super) async fn open(
    batches: &Batches,
    state: &BatchJobState,
    number: usize,
) -> Result<LineFile, Error> {
    let Some(part) = state.parts.get(number) else {
        return Err(Error::config("the job has no such batch"));
    };
    let local = state.dir.join(&part.filename);
    let length = tokio::fs::metadata(&local).await.map(|found| found.len()).ok();
    if length == Some(part.bytes) {
        return Ok(LineFile { lines: LineReader::open(&local).await?, _temporary: None });
    }
    match &part.input_file_id {
        Some(id) => download(batches, &state.dir, id).await,
        None => Err(Error::config(format!("the lines of {} are gone", part.filename))),
    }
}

/// Downloads a file of lines, into the folder of the job if it is still there.
///
/// # Errors
///
/// The errors of a download.
pub(super) async fn download(batches: &Batches, dir: &Path, id: &str) -> Result<LineFile, Error> {
    let dir = if dir.is_dir() { dir.to_owned() } else { std::env::temp_dir() };
    let name: String = id.chars().filter(char::is_ascii_alphanumeric).collect();
    let path = dir.join(format!("{name}-{:08x}.jsonl", fastrand::u32(..)));
    let temporary = Temporary(path.clone());
    batches.files().content(id).save(&path).await?;
    Ok(LineFile { lines: LineReader::open(&path).await?, _temporary: Some(temporary) })
}
