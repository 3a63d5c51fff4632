//! Writes lines into files as they come, split by the limits, and checks them.

use std::path::{Path, PathBuf};

use tokio::fs::File;
use tokio::io::{AsyncWriteExt as _, BufWriter};

use super::batch::BatchEndpoint;
use super::id_set::IdSet;
use super::limits::BatchLimits;
use super::line::{BatchLine, encoded};
use super::line_reader::{LineReader, custom_id};
use super::state::{PartState, Step};
use crate::error::Error;

/// Writes the files of a job. Nothing is sent before all lines are written and found good.
#[derive(Debug)]
pub(super) struct LineWriter {
    dir: PathBuf,
    job: String,
    limits: BatchLimits,
    is_v1: bool,
    ids: IdSet,
    endpoint: Option<BatchEndpoint>,
    deployment: Option<String>,
    parts: Vec<PartState>,
    file: Option<BufWriter<File>>,
}

/// What was written.
#[derive(Debug)]
pub(super) struct Written {
    pub(super) parts: Vec<PartState>,
    pub(super) endpoint: String,
    pub(super) deployment: String,
}

impl LineWriter {
    pub(super) fn new(dir: &Path, job: &str, limits: BatchLimits, is_v1: bool) -> Self {
        Self {
            dir: dir.to_owned(),
            job: job.to_owned(),
            limits,
            is_v1,
            ids: IdSet::default(),
            endpoint: None,
            deployment: None,
            parts: Vec::new(),
            file: None,
        }
    }

    /// Writes a line.
    ///
    /// # Errors
    ///
    /// [`Error::Config`] for a line that the service would refuse, and for a full disk.
    pub(super) async fn write(&mut self, line: BatchLine) -> Result<(), Error> {
        let BatchLine { custom_id, endpoint, body } = line;
        let body = body?;
        if custom_id.is_empty() {
            return Err(Error::config("a line of a batch has an empty custom_id"));
        }
        let first = self.endpoint.get_or_insert_with(|| endpoint.clone());
        if *first != endpoint {
            return Err(Error::config(format!(
                "line {custom_id:?} is for {endpoint}, the lines before are for {first}: a batch \
                 has one URL"
            )));
        }
        let deployment = deployment(&body).ok_or_else(|| {
            Error::config(format!("line {custom_id:?} names no deployment in `model`"))
        })?;
        let first = self.deployment.get_or_insert_with(|| deployment.clone());
        if *first != deployment {
            return Err(Error::config(format!(
                "line {custom_id:?} is for the deployment {deployment:?}, the lines before are for \
                 {first:?}: a batch has one deployment"
            )));
        }
        if !self.ids.insert(&custom_id) && self.has(&custom_id).await? {
            return Err(Error::config(format!("two lines have the custom_id {custom_id:?}")));
        }
        let line = encoded(&custom_id, &url(&endpoint, self.is_v1), &body);
        self.append(&custom_id, &line).await
    }

    /// Copies a line of another job.
    pub(super) async fn copy(&mut self, custom_id: &str, line: &[u8]) -> Result<(), Error> {
        let line = [line, b"\n"].concat();
        self.append(custom_id, &line).await
    }

    async fn append(&mut self, custom_id: &str, line: &[u8]) -> Result<(), Error> {
        let length = line.len() as u64;
        if length > self.limits.bytes {
            return Err(Error::config(format!(
                "line {custom_id:?} has {length} bytes, more than a batch may have"
            )));
        }
        let limits = self.limits;
        let has_room = |part: &&mut PartState| {
            part.lines < limits.lines && part.bytes + length <= limits.bytes
        };
        if self.parts.last_mut().filter(has_room).is_none() {
            self.begin_part().await?;
        }
        let (Some(part), Some(file)) = (self.parts.last_mut(), &mut self.file) else {
            return Err(Error::config("no file is open for the lines of the batch"));
        };
        let path = self.dir.join(&part.filename);
        file.write_all(line).await.map_err(|error| unwritten(&path, &error))?;
        part.lines += 1;
        part.bytes += length;
        Ok(())
    }

    async fn begin_part(&mut self) -> Result<(), Error> {
        self.end_part().await?;
        let filename = format!("{}-{:05}.jsonl", self.job, self.parts.len());
        let path = self.dir.join(&filename);
        let file = File::create(&path).await.map_err(|error| unwritten(&path, &error))?;
        self.file = Some(BufWriter::with_capacity(64 << 10, file));
        self.parts.push(PartState {
            lines: 0,
            bytes: 0,
            filename,
            step: Step::Written,
            input_file_id: None,
            batch: None,
            given_up: Vec::new(),
        });
        Ok(())
    }

    async fn end_part(&mut self) -> Result<(), Error> {
        if let Some(mut file) = self.file.take() {
            let end = async {
                file.flush().await?;
                file.get_ref().sync_all().await
            };
            end.await.map_err(|error| unwritten(&self.dir, &error))?;
        }
        Ok(())
    }

    /// Whether a line with this ID was written; for the rare case that a hash comes again.
    async fn has(&mut self, id: &str) -> Result<bool, Error> {
        if let Some(file) = &mut self.file {
            file.flush().await.map_err(|error| unwritten(&self.dir, &error))?;
        }
        for part in &self.parts {
            let mut lines = LineReader::open(&self.dir.join(&part.filename)).await?;
            while let Some(line) = lines.next().await? {
                if custom_id(line).as_deref() == Some(id) {
                    return Ok(true);
                }
            }
        }
        Ok(false)
    }

    /// Ends the last file.
    ///
    /// # Errors
    ///
    /// [`Error::Config`] for no lines.
    pub(super) async fn finish(mut self) -> Result<Written, Error> {
        self.end_part().await?;
        if self.parts.is_empty() {
            return Err(Error::config("a batch needs at least one line"));
        }
        let endpoint = self.endpoint.map_or_else(String::new, |it| url(&it, self.is_v1));
        let deployment = self.deployment.unwrap_or_default();
        Ok(Written { parts: self.parts, endpoint, deployment })
    }
}

/// The URL of a line. Dated api-versions write chat completions and embeddings without `/v1`.
fn url(endpoint: &BatchEndpoint, is_v1: bool) -> String {
    match endpoint {
        BatchEndpoint::ChatCompletions | BatchEndpoint::Embeddings if !is_v1 => {
            endpoint.as_str().trim_start_matches("/v1").to_owned()
        }
        other => other.as_str().to_owned(),
    }
}

fn deployment(body: &[u8]) -> Option<String> {
    #[derive(serde::Deserialize)]
    struct Named {
        model: Option<String>,
    }
    serde_json::from_slice::<Named>(body).ok()?.model.filter(|model| !model.is_empty())
}

fn unwritten(path: &Path, why: &dyn std::fmt::Display) -> Error {
    Error::config(format!("{} cannot be written: {why}", path.display()))
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use serde_json::json;

    use super::{BatchLimits, LineWriter};
    use crate::batches::BatchLine;

    fn folder(name: &str) -> PathBuf {
        let name = format!("openai-azure-lines-{name}-{}", std::process::id());
        let folder = std::env::temp_dir().join(name);
        std::fs::create_dir_all(&folder).unwrap();
        folder
    }

    fn line(id: &str, model: &str, endpoint: &str) -> BatchLine {
        BatchLine::json(id, endpoint, &json!({"model": model, "input": "Hello"}))
    }

    #[tokio::test]
    async fn lines_are_split_by_number_and_by_bytes() {
        let folder = folder("split");
        for (limits, expected) in [
            (BatchLimits::new().lines(2), vec![2, 2, 1]),
            (BatchLimits::new().bytes(300), vec![3, 2]),
            (BatchLimits::new(), vec![5]),
        ] {
            let mut writer = LineWriter::new(&folder, "job", limits, true);
            for number in 0..5 {
                writer.write(line(&number.to_string(), "d", "/v1/embeddings")).await.unwrap();
            }
            let written = writer.finish().await.unwrap();
            let lines: Vec<u64> = written.parts.iter().map(|part| part.lines).collect();
            assert_eq!(lines, expected);
            for part in &written.parts {
                let content = std::fs::read(folder.join(&part.filename)).unwrap();
                assert_eq!(content.len() as u64, part.bytes);
                assert_eq!(
                    content.iter().filter(|byte| **byte == b'\n').count() as u64,
                    part.lines
                );
            }
        }
        std::fs::remove_dir_all(folder).unwrap();
    }

    #[tokio::test]
    async fn what_the_service_would_refuse_is_refused_before() {
        let folder = folder("refused");
        for (second, word) in [
            (line("a", "d", "/v1/embeddings"), "two lines have the custom_id \"a\""),
            (line("", "d", "/v1/embeddings"), "empty custom_id"),
            (line("b", "other", "/v1/embeddings"), "one deployment"),
            (line("b", "d", "/v1/responses"), "one URL"),
            (line("b", "", "/v1/embeddings"), "names no deployment"),
            (line(&"b".repeat(1_000), "d", "/v1/embeddings"), "more than a batch may have"),
        ] {
            let mut writer = LineWriter::new(&folder, "job", BatchLimits::new().bytes(500), true);
            writer.write(line("a", "d", "/v1/embeddings")).await.unwrap();
            let error = writer.write(second).await.unwrap_err().to_string();
            assert!(error.contains(word), "{error}");
        }
        let writer = LineWriter::new(&folder, "job", BatchLimits::new(), true);
        assert!(writer.finish().await.unwrap_err().to_string().contains("at least one line"));
        std::fs::remove_dir_all(folder).unwrap();
    }
}
