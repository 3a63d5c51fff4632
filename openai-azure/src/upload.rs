//! Files to send: from a path, from memory or from a stream.

use std::error::Error as StdError;
use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use bytes::{Bytes, BytesMut};
use futures_core::TryStream;
use reqwest::Body;
use reqwest::multipart::Part;

use tokio::fs::File;
use tokio::io::AsyncReadExt as _;

use crate::error::Error;

/// How much of a file is read at once.
const CHUNK: usize = 256 << 10;

/// A file to send, with its name and media type.
///
/// A path and bytes are sent anew in each attempt. A stream can be sent only once, so a call with
/// one is never tried again.
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
}

#[derive(Clone)]
enum Source {
    Path(PathBuf),
    Bytes(Bytes),
    /// Taken when it is sent. Clones share it.
    Stream {
        body: Arc<Mutex<Option<Body>>>,
        length: Option<u64>,
    },
}

impl Upload {
    /// A file of this computer, opened when it is sent and read piece by piece.
    pub fn path(path: impl Into<PathBuf>) -> Self {
        Self { source: Source::Path(path.into()), name: None, media_type: None }
    }

    /// Bytes in memory, which all attempts share. The ending of the name tells the service the
    /// format.
    pub fn bytes(name: impl Into<String>, bytes: impl Into<Bytes>) -> Self {
        Self { source: Source::Bytes(bytes.into()), name: Some(name.into()), media_type: None }
    }

    /// A stream of bytes, read while it is sent.
    ///
    /// What has been read cannot be read again, so the call is made once, whatever the
    /// [`RetryPolicy`](crate::RetryPolicy) says, and sending a clone after it is an error.
    pub fn stream<S>(name: impl Into<String>, stream: S) -> Self
    where
        S: TryStream + Send + 'static,
        S::Error: Into<Box<dyn StdError + Send + Sync>>,
        Bytes: From<S::Ok>,
    {
        let body = Arc::new(Mutex::new(Some(Body::wrap_stream(stream))));
        let source = Source::Stream { body, length: None };
        Self { source, name: Some(name.into()), media_type: None }
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

    /// Sets the media type, such as `audio/mpeg`; by default the ending of the name tells it.
    pub fn media_type(mut self, media_type: impl Into<String>) -> Self {
        self.media_type = Some(media_type.into());
        self
    }

    /// The name that is sent.
    #[must_use]
    pub fn name(&self) -> String {
        let of_path = || match &self.source {
            Source::Path(path) => Some(path.file_name()?.to_string_lossy().into_owned()),
            _ => None,
        };
        self.name.clone().or_else(of_path).unwrap_or_else(|| "file".to_owned())
    }

    /// Whether it can be sent in more than one attempt: everything but a stream and a path that is
    /// no plain file, such as a pipe.
    #[must_use]
    pub fn is_repeatable(&self) -> bool {
        match &self.source {
            Source::Bytes(_) => true,
            Source::Path(path) => std::fs::metadata(path).is_ok_and(|found| found.is_file()),
            Source::Stream { .. } => false,
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
        let part = match &self.source {
            Source::Path(path) => opened(path)
                .await
                .map_err(|e| Error::config(format!("{} cannot be read: {e}", path.display())))?,
            Source::Bytes(bytes) => Part::stream(bytes.clone()),
            Source::Stream { body, length } => {
                let body = body.lock().unwrap_or_else(PoisonError::into_inner).take();
                let body = body.ok_or_else(|| {
                    Error::config(format!("{name} is a stream that has been sent already"))
                })?;
                match length {
                    Some(length) => Part::stream_with_length(body, *length),
                    None => Part::stream(body),
                }
            }
        };
        let media_type = self.media_type.as_deref().unwrap_or_else(|| media_type(&name));
        let part = part.mime_str(media_type);
        let part = part.map_err(|_| Error::config(format!("{media_type:?} is no media type")))?;
        Ok(part.file_name(name))
    }
}

/// A file, read while it is sent. A pipe has no length that could be announced.
async fn opened(path: &Path) -> io::Result<Part> {
    let file = File::open(path).await?;
    let found = file.metadata().await?;
    let body = Body::wrap_stream(futures_util::stream::try_unfold(file, next_chunk));
    Ok(if found.is_file() {
        Part::stream_with_length(body, found.len())
    } else {
        Part::stream(body)
    })
}

async fn next_chunk(mut file: File) -> io::Result<Option<(Bytes, File)>> {
    let mut chunk = BytesMut::with_capacity(CHUNK);
    let read = file.read_buf(&mut chunk).await?;
    Ok((read > 0).then(|| (chunk.freeze(), file)))
}

impl fmt::Debug for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Path(path) => write!(f, "{}", path.display()),
            Self::Bytes(bytes) => write!(f, "{} bytes", bytes.len()),
            Self::Stream { .. } => f.write_str("a stream"),
        }
    }
}

/// What the ending of a name says.
fn media_type(name: &str) -> &'static str {
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
