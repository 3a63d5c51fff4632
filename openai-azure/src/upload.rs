//! Files to send: from a path, from memory or from a stream.

use std::error::Error as StdError;
use std::fmt;
use std::fs::File;
use std::io::{self, Read as _, Seek as _, SeekFrom};
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use futures_core::{Stream, TryStream};
use futures_util::stream::{self, TryStreamExt as _};
use reqwest::Body;
use reqwest::multipart::Part;

use crate::error::Error;

/// How many bytes of a file are read at once.
const CHUNK: usize = 512 << 10;

/// A file to send, with its name and media type.
///
/// A plain file and bytes are sent anew in each attempt. A stream and a pipe can be sent only once,
/// so a request with one is never retried.
///
/// ```
/// use openai_azure::Upload;
///
/// let file = Upload::path("talk.mp3");
/// let bytes = Upload::bytes("talk.wav", vec![0; 44]).media_type("audio/wav");
/// assert_eq!(file.name(), "talk.mp3");
/// assert!(bytes.is_repeatable());
/// ```
#[derive(Debug, Clone)]
#[must_use]
pub struct Upload {
    source: Source,
    name: Option<String>,
    media_type: Option<String>,
    progress: Option<Progress>,
}

/// Is called with how many bytes were sent, and how many there are.
#[derive(Clone)]
struct Progress(Arc<dyn Fn(u64, Option<u64>) + Send + Sync>);

type ByteStream =
    Pin<Box<dyn Stream<Item = Result<Bytes, Box<dyn StdError + Send + Sync>>> + Send>>;

#[derive(Clone)]
enum Source {
    Path(PathBuf),
    /// A part of a file, from a byte on.
    Range {
        path: PathBuf,
        from: u64,
        length: u64,
    },
    Bytes(Bytes),
    /// Taken when it is sent. Clones share it.
    Stream {
        body: Arc<Mutex<Option<ByteStream>>>,
        length: Option<u64>,
    },
}

impl Upload {
    /// A file of this computer, opened when it is sent and read chunk by chunk.
    pub fn path(path: impl Into<PathBuf>) -> Self {
        Self { source: Source::Path(path.into()), name: None, media_type: None, progress: None }
    }

    /// Bytes in memory, which all attempts share. The ending of the name shows the service the
    /// format.
    pub fn bytes(name: impl Into<String>, bytes: impl Into<Bytes>) -> Self {
        let (source, name) = (Source::Bytes(bytes.into()), Some(name.into()));
        Self { source, name, media_type: None, progress: None }
    }

    /// A stream of bytes, read while it is sent.
    ///
    /// What has been read cannot be read again, so the call is made once, whatever the
    /// [`RetryPolicy`](crate::RetryPolicy) is set to, and sending a clone after it is an error.
    pub fn stream<S>(name: impl Into<String>, stream: S) -> Self
    where
        S: TryStream + Send + 'static,
        S::Error: Into<Box<dyn StdError + Send + Sync>>,
        Bytes: From<S::Ok>,
    {
        let stream = stream.into_stream().map_ok(Bytes::from).map_err(Into::into);
        let body: ByteStream = Box::pin(stream);
        let body = Arc::new(Mutex::new(Some(body)));
        let source = Source::Stream { body, length: None };
        Self { source, name: Some(name.into()), media_type: None, progress: None }
    }

    /// A part of a file.
    pub(crate) fn range(path: impl Into<PathBuf>, from: u64, length: u64) -> Self {
        let source = Source::Range { path: path.into(), from, length };
        Self { source, name: None, media_type: None, progress: None }
    }

    /// Calls `report` as the bytes of the file are sent, with the bytes so far and all bytes, if
    /// their number is known. Each attempt begins at 0 again.
    pub fn on_progress(
        mut self,
        report: impl Fn(u64, Option<u64>) + Send + Sync + 'static,
    ) -> Self {
        self.progress = Some(Progress(Arc::new(report)));
        self
    }

    /// How many bytes a stream has, so that its size is checked and announced. Files and bytes
    /// know it.
    pub fn length(mut self, bytes: u64) -> Self {
        if let Source::Stream { length, .. } = &mut self.source {
            *length = Some(bytes);
        }
        self
    }

    /// Sets the name that is sent; by default that of the file.
    pub fn named(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// Sets the media type, such as `audio/mpeg`; by default the ending of the name decides.
    pub fn media_type(mut self, media_type: impl Into<String>) -> Self {
        self.media_type = Some(media_type.into());
        self
    }

    /// The name that is sent.
    #[must_use]
    pub fn name(&self) -> String {
        let of_path = || match &self.source {
            Source::Path(path) | Source::Range { path, .. } => {
                Some(path.file_name()?.to_string_lossy().into_owned())
            }
            _ => None,
        };
        self.name.clone().or_else(of_path).unwrap_or_else(|| "file".to_owned())
    }

    /// Whether it can be sent in more than one attempt: bytes and plain files, but neither a stream
    /// nor the path of a pipe.
    #[must_use]
    pub fn is_repeatable(&self) -> bool {
        match &self.source {
            Source::Bytes(_) | Source::Range { .. } => true,
            Source::Stream { .. } => false,
            // What is not there is reported before anything is sent.
            Source::Path(path) => std::fs::metadata(path).map_or(true, |found| found.is_file()),
        }
    }

    /// Looks at what can be known before anything is sent.
    ///
    /// # Errors
    ///
    /// [`Error::Config`] for a file that is missing or a folder, for an empty one, for more than
    /// `most` bytes, and for a media type or name that cannot be sent.
    pub(crate) async fn check(&self, most: u64) -> Result<(), Error> {
        let name = self.name();
        if name.contains(char::is_control) {
            return Err(Error::config(format!("{name:?} cannot be the name of a file to send")));
        }
        if let Some(media_type) = &self.media_type
            && Part::text("").mime_str(media_type).is_err()
        {
            return Err(Error::config(format!("{name}: {media_type:?} is no media type")));
        }
        let length = match &self.source {
            Source::Path(path) => {
                let unread = |why: &dyn fmt::Display| {
                    Error::config(format!("{} cannot be read: {why}", path.display()))
                };
                let found = tokio::fs::metadata(path).await.map_err(|e| unread(&e))?;
                if found.is_dir() {
                    return Err(unread(&"it is a folder"));
                }
                // Only a plain file knows its size; a pipe does not.
                found.is_file().then_some(found.len())
            }
            Source::Range { length, .. } => Some(*length),
            Source::Bytes(bytes) => Some(bytes.len() as u64),
            Source::Stream { length, .. } => *length,
        };
        match length {
            Some(0) => Err(Error::config(format!("{name} is empty"))),
            Some(length) if length > most => Err(Error::config(format!(
                "{name} has {length} bytes: the service takes at most {most}"
            ))),
            _ => Ok(()),
        }
    }

    /// The part of a form for one attempt.
    ///
    /// # Errors
    ///
    /// [`Error::Config`] when the file cannot be opened, and for a stream that was sent before.
    pub(crate) async fn part(&self) -> Result<Part, Error> {
        let name = self.name();
        let (body, length) = match &self.source {
            Source::Path(path) => {
                let (file, length) = open(path, 0).await?;
                let read = chunks(file, length.is_some(), length.unwrap_or(u64::MAX));
                let body = self.told(read, length);
                (body, length)
            }
            Source::Range { path, from, length } => {
                let (file, size) = open(path, *from).await?;
                let read = chunks(file, size.is_some(), *length);
                (self.told(read, Some(*length)), Some(*length))
            }
            Source::Bytes(bytes) => {
                let length = Some(bytes.len() as u64);
                match &self.progress {
                    None => (bytes.clone().into(), length),
                    Some(_) => (self.told::<io::Error>(slices(bytes.clone()), length), length),
                }
            }
            Source::Stream { body, length } => {
                let body = body.lock().unwrap_or_else(PoisonError::into_inner).take();
                let body = body.ok_or_else(|| {
                    Error::config(format!("{name} is a stream that has been sent already"))
                })?;
                (self.told(body, *length), *length)
            }
        };
        let part = match length {
            Some(length) => Part::stream_with_length(body, length),
            None => Part::stream(body),
        };
        let media_type = self.media_type.as_deref().unwrap_or_else(|| media_type(&name));
        let part = part.mime_str(media_type);
        let part = part.map_err(|_| Error::config(format!("{media_type:?} is no media type")))?;
        Ok(part.file_name(name))
    }
}

impl Upload {
    /// A body that reports its progress.
    fn told<E>(
        &self,
        chunks: impl Stream<Item = Result<Bytes, E>> + Send + 'static,
        length: Option<u64>,
    ) -> Body
    where
        E: Into<Box<dyn StdError + Send + Sync>> + 'static,
    {
        let Some(Progress(report)) = self.progress.clone() else {
            return Body::wrap_stream(chunks);
        };
        let mut sent = 0;
        Body::wrap_stream(chunks.inspect_ok(move |bytes| {
            sent += bytes.len() as u64;
            report(sent, length);
        }))
    }
}

fn unread(path: &Path, why: &dyn fmt::Display) -> Error {
    Error::config(format!("{} cannot be read: {why}", path.display()))
}

/// A file from this byte on, and its size, which only a plain file knows.
async fn open(path: &Path, from: u64) -> Result<(File, Option<u64>), Error> {
    let owned = path.to_owned();
    let opened = off_thread(move || {
        let mut file = File::open(owned)?;
        if from > 0 {
            file.seek(SeekFrom::Start(from))?;
        }
        let found = file.metadata()?;
        Ok((file, found.is_file().then_some(found.len())))
    });
    opened.await.map_err(|e| unread(path, &e))
}

/// The next `left` bytes of a file. Each is copied once, which the files of tokio do twice.
fn chunks(file: File, is_plain: bool, left: u64) -> impl Stream<Item = io::Result<Bytes>> + Send {
    stream::try_unfold((file, left), move |(mut file, left)| async move {
        let wanted = usize::try_from(left).unwrap_or(CHUNK).min(CHUNK);
        if wanted == 0 {
            return Ok(None);
        }
        let (file, chunk) = off_thread(move || {
            let mut chunk = Vec::with_capacity(wanted);
            if is_plain {
                (&mut file).take(wanted as u64).read_to_end(&mut chunk)?;
            } else {
                // What a pipe has now; the rest may take long.
                chunk.resize(wanted, 0);
                let read = file.read(&mut chunk)?;
                chunk.truncate(read);
            }
            Ok((file, chunk))
        })
        .await?;
        let next = (file, left - chunk.len() as u64);
        Ok((!chunk.is_empty()).then(|| (chunk.into(), next)))
    })
}

/// Runs what may block where it may.
async fn off_thread<T: Send + 'static>(
    work: impl FnOnce() -> io::Result<T> + Send + 'static,
) -> io::Result<T> {
    tokio::task::spawn_blocking(work).await.map_err(io::Error::other)?
}

/// Bytes in memory as chunks.
fn slices(bytes: Bytes) -> impl Stream<Item = io::Result<Bytes>> + Send {
    stream::unfold(bytes, |mut left| async move {
        let chunk = left.split_to(left.len().min(CHUNK));
        (!chunk.is_empty()).then(|| (Ok(chunk), left))
    })
}

impl fmt::Debug for Progress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a callback")
    }
}

impl fmt::Debug for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Path(path) => write!(f, "{}", path.display()),
            Self::Range { path, from, length } => {
                write!(f, "{} bytes of {} from {from}", length, path.display())
            }
            Self::Bytes(bytes) => write!(f, "{} bytes", bytes.len()),
            Self::Stream { .. } => f.write_str("a stream"),
        }
    }
}

/// The media type of the extension of a name.
pub(crate) fn media_type(name: &str) -> &'static str {
    let ending = name.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase());
    match ending.as_deref().unwrap_or_default() {
        "mp3" | "mpga" | "mpeg" => "audio/mpeg",
        "mp4" | "m4a" => "audio/mp4",
        "ogg" | "oga" | "opus" => "audio/ogg",
        "wav" => "audio/wav",
        "webm" => "audio/webm",
        "flac" => "audio/flac",
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "gif" => "image/gif",
        "webp" => "image/webp",
        "json" => "application/json",
        "jsonl" => "application/jsonl",
        "pdf" => "application/pdf",
        "txt" => "text/plain",
        "md" => "text/markdown",
        "csv" => "text/csv",
        "html" | "htm" => "text/html",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::Upload;
    use futures_util::stream;

    #[tokio::test]
    async fn what_cannot_be_sent_is_known_before() {
        for (upload, word) in [
            (Upload::path("no/such/talk.mp3"), "talk.mp3 cannot be read"),
            (Upload::path("src"), "folder"),
            (Upload::bytes("a.mp3", ""), "a.mp3 is empty"),
            (Upload::bytes("a.mp3", vec![0; 11]), "has 11 bytes: the service takes at most 10"),
            (Upload::bytes("a\r\nb", "x"), "cannot be the name"),
            (Upload::bytes("a.mp3", "x").media_type("no type"), "\"no type\" is no media type"),
        ] {
            let error = upload.check(10).await.unwrap_err();
            assert!(matches!(error, crate::Error::Config(_)));
            assert!(error.to_string().contains(word), "{error}");
        }
        assert!(Upload::bytes("a.mp3", vec![0; 10]).check(10).await.is_ok());
    }

    #[tokio::test]
    async fn a_stream_is_sent_once_and_checked_if_its_length_is_told() {
        let pieces = stream::iter([Ok::<_, std::io::Error>("one"), Ok("two")]);
        let upload = Upload::stream("a.wav", pieces);
        assert!(!upload.is_repeatable() && upload.check(1).await.is_ok());
        assert!(upload.clone().length(6).check(5).await.is_err());
        assert!(upload.clone().part().await.is_ok());
        let error = upload.part().await.unwrap_err().to_string();
        assert!(error.contains("sent already"), "{error}");
    }

    #[test]
    fn names_come_from_the_path_and_bytes_are_not_printed() {
        assert_eq!(Upload::path("a/b/talk.mp3").name(), "talk.mp3");
        assert_eq!(Upload::path("talk.mp3").named("x.wav").name(), "x.wav");
        assert_eq!(super::media_type("A.MP3"), "audio/mpeg");
        assert_eq!(super::media_type("mp3"), "application/octet-stream");
        let shown = format!("{:?}", Upload::bytes("a.txt", "hunter2"));
        assert!(shown.contains("7 bytes") && !shown.contains("hunter2"), "{shown}");
    }
}
