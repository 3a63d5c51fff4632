//! Files in forms: what the typed forms hold, and how they become `multipart/form-data`.

use std::fmt;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use reqwest::Body;
use reqwest::multipart::Form;
use serde::Serialize;
use serde_json::Value;

/// A file to upload: its bytes, a path to read it from, or a stream.
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
}

impl Part {
    /// Makes a part of bytes in memory.
    #[must_use]
    pub fn bytes(file_name: impl Into<String>, bytes: impl Into<Bytes>) -> Self {
        Self {
            source: Source::Bytes(bytes.into()),
            file_name: Some(file_name.into()),
            content_type: None,
        }
    }

    /// Makes a part of a file, which is read while it is sent.
    ///
    /// Its name is that of the file, its content type is guessed from the name.
    #[must_use]
    pub fn path(path: impl Into<PathBuf>) -> Self {
        Self { source: Source::Path(path.into()), file_name: None, content_type: None }
    }

    /// Makes a part of a stream of bytes, such as [`Body::wrap_stream`] gives.
    ///
    /// It can be sent once; a second try is an error.
    #[must_use]
    pub fn stream(file_name: impl Into<String>, body: impl Into<Body>) -> Self {
        Self {
            source: Source::Stream(Arc::new(Mutex::new(Some(body.into())))),
            file_name: Some(file_name.into()),
            content_type: None,
        }
    }

    /// Gives the file another name.
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
        !matches!(self.source, Source::Stream(_))
    }

    #[allow(dead_code, reason = "not every set of features has a form with a file")]
    async fn build(&self) -> Result<reqwest::multipart::Part, String> {
        let mut part = match &self.source {
            Source::Bytes(bytes) => reqwest::multipart::Part::stream(bytes.clone()),
            Source::Path(path) => reqwest::multipart::Part::file(path)
                .await
                .map_err(|error| format!("cannot read {}: {error}", path.display()))?,
            Source::Stream(body) => {
                let body = body.lock().unwrap_or_else(PoisonError::into_inner).take();
                reqwest::multipart::Part::stream(body.ok_or("the stream has been sent already")?)
            }
        };
        if let Some(name) = &self.file_name {
            part = part.file_name(name.clone());
        }
        if let Some(kind) = &self.content_type {
            part = part.mime_str(kind).map_err(|error| format!("`{kind}`: {error}"))?;
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
        }
    }
}

/// A form in the making. The typed forms write themselves into one.
#[derive(Debug, Default)]
pub(crate) struct Fields {
    form: Form,
}

#[allow(dead_code, reason = "not every set of features has a form")]
impl Fields {
    /// Adds a file, or one of several under the same name.
    pub(crate) async fn file(self, name: &'static str, part: &Part) -> Result<Self, String> {
        let part = part.build().await.map_err(|error| format!("`{name}`: {error}"))?;
        Ok(Self { form: self.form.part(name, part) })
    }

    /// Adds a value: text as it is, numbers and booleans as text, a list as `name[]` for each of
    /// its items, an object as JSON, and nothing for null.
    pub(crate) fn value(
        mut self,
        name: &'static str,
        value: &(impl Serialize + ?Sized),
    ) -> Result<Self, String> {
        match serde_json::to_value(value).map_err(|error| format!("`{name}`: {error}"))? {
            Value::Array(items) => {
                let name = if name.ends_with("[]") { name.to_owned() } else { format!("{name}[]") };
                for item in items {
                    self.form = self.form.text(name.clone(), text(item));
                }
            }
            Value::Null => {}
            other => self.form = self.form.text(name, text(other)),
        }
        Ok(self)
    }

    /// The finished form.
    pub(crate) fn finish(self) -> Form {
        self.form
    }
}

#[allow(dead_code, reason = "not every set of features has a form")]
fn text(value: Value) -> String {
    match value {
        Value::String(text) => text,
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::{Fields, Part};

    #[test]
    fn values_become_fields_of_the_form() {
        let form = Fields::default()
            .value("model", "whisper")
            .and_then(|form| form.value("temperature", &0.5))
            .and_then(|form| form.value("timestamp_granularities", &["word", "segment"]))
            .and_then(|form| form.value("none", &None::<String>))
            .unwrap();
        let shown = format!("{:?}", form.finish());
        for name in ["model", "temperature", "timestamp_granularities[]"] {
            assert!(shown.contains(name), "{shown}");
        }
        assert!(!shown.contains("none"), "{shown}");
    }

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
}
