//! An upload from begin to end: parts side by side, a checkpoint after each.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime};

use futures_util::stream::{self, StreamExt as _};

use super::checkpoint::{Checkpoint, SourceFile};
use super::parts::{Part, cut};
use super::{MAX_PART_BYTES, StartBody, UploadObject, Uploads};
use crate::engine::expiry::ExpiresAfter;
use crate::engine::options::CallOptions;
use crate::engine::setters::send_on_await;
use crate::error::Error;
use crate::files::{FileObject, FilePurpose};
use crate::response::Response;
use crate::upload::Upload;

/// How many parts are sent at once by default.
const CONCURRENCY: usize = 4;

type Report = Arc<dyn Fn(u64, u64) + Send + Sync>;

/// A file to be uploaded in parts; made by [`Uploads::create`].
#[derive(Clone)]
#[must_use = "nothing is sent before `send`"]
pub struct UploadRequest {
    uploads: Uploads,
    path: PathBuf,
    purpose: FilePurpose,
    filename: Option<String>,
    mime_type: Option<String>,
    lifetime: Option<Duration>,
    part_bytes: u64,
    concurrency: usize,
    checkpoint: Option<PathBuf>,
    report: Option<Report>,
}

impl UploadRequest {
    pub(super) fn new(uploads: Uploads, path: PathBuf, purpose: FilePurpose) -> Self {
        Self {
            uploads,
            path,
            purpose,
            filename: None,
            mime_type: None,
            lifetime: None,
            part_bytes: MAX_PART_BYTES,
            concurrency: CONCURRENCY,
            checkpoint: None,
            report: None,
        }
    }

    /// Name of the file at the service; that of the path by default.
    pub fn filename(mut self, filename: impl Into<String>) -> Self {
        self.filename = Some(filename.into());
        self
    }

    /// The media type; by default the one of the extension of the name.
    pub fn mime_type(mut self, mime_type: impl Into<String>) -> Self {
        self.mime_type = Some(mime_type.into());
        self
    }

    /// Lets the service delete the file after this time, counted from its creation.
    pub fn expires_after(mut self, lifetime: Duration) -> Self {
        self.lifetime = Some(lifetime);
        self
    }

    /// Bytes of a part, 1 to 64,000,000, which is the default.
    pub fn part_bytes(mut self, bytes: u64) -> Self {
        self.part_bytes = bytes.clamp(1, MAX_PART_BYTES);
        self
    }

    /// How many parts are sent at once, at least 1; 4 by default. A part is read from the disk
    /// while it is sent, so parts need no memory.
    pub fn concurrency(mut self, parts: usize) -> Self {
        self.concurrency = parts.max(1);
        self
    }

    /// Writes into this file which parts have arrived, so that the same request, made again after
    /// a crash or an error, sends only the missing ones. An upload that has expired, or of a file
    /// that has changed, begins anew. The checkpoint is removed when the upload is complete.
    pub fn checkpoint(mut self, path: impl Into<PathBuf>) -> Self {
        self.checkpoint = Some(path.into());
        self
    }

    /// Calls `report` as bytes are sent, with the bytes so far and all bytes. A part that is sent
    /// again takes its bytes back.
    pub fn on_progress(mut self, report: impl Fn(u64, u64) + Send + Sync + 'static) -> Self {
        self.report = Some(Arc::new(report));
        self
    }

    /// Sets timeouts, retries, headers and query of the requests; the retries count for each part.
    pub fn options(mut self, options: CallOptions) -> Self {
        self.uploads = self.uploads.options(options);
        self
    }

    /// Uploads the file and returns it.
    ///
    /// Dropping the future ends the requests; the upload stays pending at the service until it
    /// expires, or until it is continued by a [`checkpoint`](Self::checkpoint).
    ///
    /// # Errors
    ///
    /// [`Error::Config`] for what is no plain file or empty; the error of a part after its own
    /// retries; parts that run then are dropped.
    pub async fn send(self) -> Result<Response<FileObject>, Error> {
        let source = SourceFile::of(&self.path).await?;
        if source.bytes == 0 {
            return Err(Error::config(format!("{} is empty", self.path.display())));
        }
        let mut state = self.begin(source).await?;
        self.send_parts(&mut state).await?;
        let part_ids: Vec<String> = state.part_ids.into_iter().flatten().collect();
        let upload = self.uploads.complete(&state.upload_id, &part_ids).await?;
        if let Some(path) = &self.checkpoint {
            // The upload is complete whether or not this succeeds.
            let _ = tokio::fs::remove_file(path).await;
        }
        Ok(upload.map_value(|upload: UploadObject| upload.file.unwrap_or_default()))
    }

    /// The upload of the checkpoint, or a new one.
    async fn begin(&self, source: SourceFile) -> Result<Checkpoint, Error> {
        if let Some(path) = &self.checkpoint
            && let Some(found) = Checkpoint::read(path).await
            && found.fits(&source, self.purpose.as_str(), SystemTime::now())
        {
            return Ok(found);
        }
        let named = Upload::path(&self.path);
        let filename = self.filename.clone().unwrap_or_else(|| named.name());
        let mime_type = self.mime_type.clone();
        let body = StartBody {
            bytes: source.bytes,
            mime_type: mime_type.unwrap_or_else(|| crate::upload::media_type(&filename).to_owned()),
            filename,
            purpose: self.purpose.clone(),
            expires_after: self.lifetime.map(ExpiresAfter::created),
        };
        let upload = self.uploads.start_with(body).await?;
        let parts = cut(source.bytes, self.part_bytes).count();
        let state = Checkpoint {
            upload_id: upload.id.clone(),
            source,
            purpose: self.purpose.as_str().to_owned(),
            part_bytes: self.part_bytes,
            expires_at: upload.expires_at,
            part_ids: vec![None; parts],
        };
        self.remember(&state).await?;
        Ok(state)
    }

    async fn remember(&self, state: &Checkpoint) -> Result<(), Error> {
        match &self.checkpoint {
            Some(path) => state.write(path).await,
            None => Ok(()),
        }
    }

    /// Sends the parts that are missing; a first error ends the others.
    async fn send_parts(&self, state: &mut Checkpoint) -> Result<(), Error> {
        let total = state.source.bytes;
        let parts: Vec<Part> = cut(total, state.part_bytes).collect();
        let is_there = |part: &Part| state.part_ids.get(part.number).is_some_and(Option::is_some);
        let there = parts.iter().filter(|part| is_there(part)).map(|part| part.length).sum();
        let missing: Vec<Part> = parts.into_iter().filter(|part| !is_there(part)).collect();
        let sent = Arc::new(AtomicU64::new(there));
        let id = state.upload_id.clone();
        let requests = missing.into_iter().map(|part| self.send_part(&id, part, total, &sent));
        let mut running = stream::iter(requests).buffer_unordered(self.concurrency);
        while let Some(outcome) = running.next().await {
            let (number, id) = outcome?;
            if let Some(slot) = state.part_ids.get_mut(number) {
                *slot = Some(id);
            }
            self.remember(state).await?;
        }
        Ok(())
    }

    async fn send_part(
        &self,
        id: &str,
        part: Part,
        total: u64,
        sent: &Arc<AtomicU64>,
    ) -> Result<(usize, String), Error> {
        let mut data = Upload::range(&self.path, part.from, part.length);
        if let Some(report) = self.report.clone() {
            let (sent, own) = (Arc::clone(sent), AtomicU64::new(0));
            data = data.on_progress(move |now, _| {
                // A retry begins at 0 again: what was counted before is taken back.
                let before = own.swap(now, Ordering::Relaxed);
                let sum = sent.fetch_add(now.wrapping_sub(before), Ordering::Relaxed);
                report(sum.wrapping_add(now.wrapping_sub(before)), total);
            });
        }
        let part_object = self.uploads.add_part(id, data).await?;
        Ok((part.number, part_object.into_inner().id))
    }
}

send_on_await!(UploadRequest => FileObject);

impl std::fmt::Debug for UploadRequest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("UploadRequest")
            .field("path", &self.path)
            .field("purpose", &self.purpose)
            .field("part_bytes", &self.part_bytes)
            .field("concurrency", &self.concurrency)
            .finish_non_exhaustive()
    }
}
