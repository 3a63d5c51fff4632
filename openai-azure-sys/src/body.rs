//! What a request sends.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use http::HeaderValue;
use serde::Serialize;

use crate::error::Error;
use crate::multipart::Form;
use crate::transport::BoxFuture;

/// The body of a request.
///
/// ```
/// use openai_azure_sys::Body;
///
/// let body = Body::json(&[1, 2])?;
/// assert!(body.is_repeatable());
/// assert!(matches!(body, Body::Bytes(bytes) if bytes == "[1,2]"));
/// # Ok::<(), openai_azure_sys::Error>(())
/// ```
#[derive(Clone, Default)]
#[non_exhaustive]
pub enum Body {
    /// Nothing.
    #[default]
    Empty,
    /// Bytes that all attempts share.
    Bytes(Bytes),
    /// What is opened anew for each attempt, such as a form with files.
    Source(Arc<dyn BodySource>),
}

/// A body that is opened for each attempt to send it.
pub trait BodySource: Send + Sync {
    /// Opens it.
    ///
    /// # Errors
    ///
    /// When it cannot be opened, such as a file that is gone or a stream that was sent before.
    fn open(&self) -> BoxFuture<'_, Result<OpenedBody, Error>>;

    /// Whether it can be opened more than once.
    fn is_repeatable(&self) -> bool;

    /// The same body with another value for a text field that it has. `None`, the default, if it
    /// has none of this name or cannot be changed.
    fn with_field(&self, name: &str, value: &str) -> Option<Arc<dyn BodySource>> {
        let _ = (name, value);
        None
    }
}

/// A body that is ready to be sent.
#[derive(Debug)]
#[non_exhaustive]
pub enum OpenedBody {
    /// Bytes, or a stream of them.
    Body {
        /// The bytes.
        body: reqwest::Body,
        /// Their media type; without it, that of the request counts.
        content_type: Option<HeaderValue>,
        /// Their number, if it is known beforehand.
        length: Option<u64>,
    },
    /// A form.
    Form(reqwest::multipart::Form),
}

impl Body {
    /// Makes a body of JSON.
    ///
    /// # Errors
    ///
    /// [`InvalidRequest`](crate::ErrorKind::InvalidRequest) if the value cannot be JSON.
    pub fn json(value: &(impl Serialize + ?Sized)) -> Result<Self, Error> {
        match serde_json::to_vec(value) {
            Ok(bytes) => Ok(bytes.into()),
            Err(error) => {
                Err(Error::invalid_request("the body cannot be JSON").with_source(error.into()))
            }
        }
    }

    /// Makes a body of a stream, which can be sent once.
    #[must_use]
    pub fn once(body: impl Into<reqwest::Body>) -> Self {
        Self::Source(Arc::new(Once(Mutex::new(Some(body.into())))))
    }

    /// Whether it can be sent more than once.
    #[must_use]
    pub fn is_repeatable(&self) -> bool {
        match self {
            Self::Empty | Self::Bytes(_) => true,
            Self::Source(source) => source.is_repeatable(),
        }
    }

    /// The bytes, if they are in memory.
    #[must_use]
    pub fn as_bytes(&self) -> Option<&Bytes> {
        match self {
            Self::Bytes(bytes) => Some(bytes),
            _ => None,
        }
    }
}

/// A stream that is sent once.
struct Once(Mutex<Option<reqwest::Body>>);

impl BodySource for Once {
    fn open(&self) -> BoxFuture<'_, Result<OpenedBody, Error>> {
        let body = self.0.lock().unwrap_or_else(PoisonError::into_inner).take();
        Box::pin(async {
            let body = body.ok_or_else(|| Error::invalid_request("the stream was sent before"))?;
            Ok(OpenedBody::Body { body, content_type: None, length: None })
        })
    }

    fn is_repeatable(&self) -> bool {
        false
    }
}

impl From<Bytes> for Body {
    fn from(bytes: Bytes) -> Self {
        Self::Bytes(bytes)
    }
}

impl From<Vec<u8>> for Body {
    fn from(bytes: Vec<u8>) -> Self {
        Self::Bytes(bytes.into())
    }
}

impl From<String> for Body {
    fn from(text: String) -> Self {
        Self::Bytes(text.into())
    }
}

impl From<&'static str> for Body {
    fn from(text: &'static str) -> Self {
        Self::Bytes(Bytes::from_static(text.as_bytes()))
    }
}

impl From<Form> for Body {
    fn from(form: Form) -> Self {
        Self::Source(Arc::new(form))
    }
}

impl From<Arc<dyn BodySource>> for Body {
    fn from(source: Arc<dyn BodySource>) -> Self {
        Self::Source(source)
    }
}

impl fmt::Debug for Body {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("Empty"),
            Self::Bytes(bytes) => write!(f, "{} bytes", bytes.len()),
            Self::Source(_) => f.write_str("Source(..)"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Body, OpenedBody};
    use crate::ErrorKind;
    use std::collections::BTreeMap;

    #[test]
    fn what_cannot_be_json_is_no_request() {
        let unfit = BTreeMap::from([([1], 2)]);
        assert_eq!(Body::json(&unfit).unwrap_err().kind(), ErrorKind::InvalidRequest);
    }

    #[tokio::test]
    async fn a_stream_is_opened_once() {
        let Body::Source(source) = Body::once("bytes") else { panic!("no source") };
        assert!(!source.is_repeatable());
        assert!(matches!(source.open().await.unwrap(), OpenedBody::Body { .. }));
        assert_eq!(source.open().await.unwrap_err().kind(), ErrorKind::InvalidRequest);
    }
}
