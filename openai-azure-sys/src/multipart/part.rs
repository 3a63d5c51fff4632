//! A file in a form.

use std::fmt;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use reqwest::Body;

use crate::body::{BodySource, OpenedBody};
use crate::error::Error;

/// A file to upload: its bytes, a path to read it from, a stream, or a source of your own.
///
/// Bytes and paths can be sent any number of times; a stream only once.
///
/// ```
/// use openai_azure_sys::multipart::Part;
///
/// let part = Part::bytes("talk.mp3", vec![0_u8; 4]).content_type("audio/mpeg");
/// assert_eq!(part.file_name(), Some("talk.mp3"));
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Part {
    source: Source,
    file_name: Option<String>,
    content_type: Option<String>,
}

#[derive(Clone)]
enum Source {
    Bytes(Bytes),
    Path(PathBuf),
    Stream(Arc<Mutex<Option<Body>>>),
    Opened(Arc<dyn BodySource>),
}

impl Part {
    fn new(source: Source, file_name: Option<String>) -> Self {
        Self { source, file_name, content_type: None }
    }

    /// Makes a part of bytes in memory.
    #[must_use]
    pub fn bytes(file_name: impl Into<String>, bytes: impl Into<Bytes>) -> Self {
        Self::new(Source::Bytes(bytes.into()), Some(file_name.into()))
    }

    /// Makes a part of a file, which is read while it is sent.
    ///
    /// Its name is that of the file, its content type is guessed from the name.
    #[must_use]
    pub fn path(path: impl Into<PathBuf>) -> Self {
        Self::new(Source::Path(path.into()), None)
    }

    /// Makes a part of a stream of bytes, such as [`Body::wrap_stream`] returns.
    ///
    /// It can be sent once; a second try is an error.
    #[must_use]
    pub fn stream(file_name: impl Into<String>, body: impl Into<Body>) -> Self {
        Self::new(Source::Stream(Arc::new(Mutex::new(Some(body.into())))), Some(file_name.into()))
    }

    /// Makes a part that is opened anew for each attempt.
    #[must_use]
    pub fn source(file_name: impl Into<String>, source: Arc<dyn BodySource>) -> Self {
        Self::new(Source::Opened(source), Some(file_name.into()))
    }

    /// Sets the name of the file.
    #[must_use]
    pub fn named(mut self, file_name: impl Into<String>) -> Self {
        self.file_name = Some(file_name.into());
        self
    }

    /// Sets the content type, such as `audio/mpeg`.
    #[must_use]
    pub fn content_type(mut self, content_type: impl Into<String>) -> Self {
        self.content_type = Some(content_type.into());
        self
    }

    /// The name of the file, if it is not left to the path.
    #[must_use]
    pub fn file_name(&self) -> Option<&str> {
        self.file_name.as_deref()
    }

    /// Whether the part can be sent more than once.
    #[must_use]
    pub fn is_repeatable(&self) -> bool {
        match &self.source {
            Source::Bytes(_) | Source::Path(_) => true,
            Source::Stream(_) => false,
            Source::Opened(source) => source.is_repeatable(),
        }
    }

    /// The part of one attempt, for the field `name`.
    pub(super) async fn build(&self, name: &str) -> Result<reqwest::multipart::Part, Error> {
        let invalid = |what: String| Error::invalid_request(format!("the file `{name}`: {what}"));
        let mut part = match &self.source {
            Source::Bytes(bytes) => reqwest::multipart::Part::stream(bytes.clone()),
            Source::Path(path) => reqwest::multipart::Part::file(path).await.map_err(|error| {
                invalid(format!("cannot read {}", path.display())).with_source(error.into())
            })?,
            Source::Stream(body) => {
                let body = body.lock().unwrap_or_else(PoisonError::into_inner).take();
                let body = body.ok_or_else(|| invalid("the stream was sent before".to_owned()))?;
                reqwest::multipart::Part::stream(body)
            }
            Source::Opened(source) => match source.open().await? {
                OpenedBody::Body { body, length: Some(length), .. } => {
                    reqwest::multipart::Part::stream_with_length(body, length)
                }
                OpenedBody::Body { body, .. } => reqwest::multipart::Part::stream(body),
                OpenedBody::Form(_) => return Err(invalid("it is a form".to_owned())),
            },
        };
        if let Some(file_name) = &self.file_name {
            if file_name.contains(char::is_control) {
                return Err(invalid(format!("{file_name:?} cannot be its name")));
            }
            part = part.file_name(file_name.clone());
        }
        if let Some(kind) = &self.content_type {
            part = part
                .mime_str(kind)
                .map_err(|error| invalid(format!("`{kind}`")).with_source(error.into()))?;
        }
        Ok(part)
    }
}

impl From<Bytes> for Part {
    fn from(bytes: Bytes) -> Self {
        Self::bytes("file", bytes)
    }
}

impl From<Vec<u8>> for Part {
    fn from(bytes: Vec<u8>) -> Self {
        Self::bytes("file", bytes)
    }
}

impl PartialEq for Source {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Bytes(a), Self::Bytes(b)) => a == b,
            (Self::Path(a), Self::Path(b)) => a == b,
            (Self::Stream(a), Self::Stream(b)) => Arc::ptr_eq(a, b),
            (Self::Opened(a), Self::Opened(b)) => Arc::ptr_eq(a, b),
            _ => false,
        }
    }
}

impl fmt::Debug for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bytes(bytes) => write!(f, "{} bytes", bytes.len()),
            Self::Path(path) => write!(f, "{}", path.display()),
            Self::Stream(_) => f.write_str("a stream"),
            Self::Opened(_) => f.write_str("a source"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Part;

    #[test]
    fn parts_are_compared_by_what_they_send() {
        let part = Part::bytes("a.txt", "hello");
        assert_eq!(part, part.clone());
        assert_ne!(part, part.clone().named("b.txt"));
        let stream = Part::stream("a.txt", "hello");
        assert_eq!(stream, stream.clone());
        assert_ne!(stream, Part::stream("a.txt", "hello"));
        assert!(part.is_repeatable() && !stream.is_repeatable());
    }

    #[tokio::test]
    async fn a_stream_is_sent_once() {
        let part = Part::stream("a.txt", "hello");
        assert!(part.build("file").await.is_ok());
        let error = part.build("file").await.unwrap_err();
        assert!(error.to_string().contains("sent before"), "{error}");
    }
}
