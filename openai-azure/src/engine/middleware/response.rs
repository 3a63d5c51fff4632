//! The response of one attempt, as a middleware sees it.

use std::fmt;

use bytes::Bytes;
use openai_azure_sys::{ByteStream, Error as SysError};
use reqwest::header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};

use crate::engine::attempt::{TooLong, read};
use crate::error::{ConnectionError, DecodeError, Error};
use crate::request_ids::RequestIds;
use crate::trace::Shown;

/// The response of one attempt: of the service, or of a middleware in its place.
///
/// ```
/// use openai_azure::middleware::AttemptResponse;
///
/// let busy = AttemptResponse::new(429, "").header("retry-after-ms", "250")?;
/// assert_eq!(busy.status(), 429);
/// # Ok::<(), openai_azure::Error>(())
/// ```
pub struct AttemptResponse {
    pub(in crate::engine) status: u16,
    pub(in crate::engine) headers: HeaderMap,
    pub(in crate::engine) body: ResponseBody,
    /// The most bytes that are read as a whole.
    limit: usize,
}

/// Where the body of a response is.
pub(in crate::engine) enum ResponseBody {
    Bytes(Bytes),
    Received(reqwest::Response),
}

impl AttemptResponse {
    /// Makes a response without any network. The status is that of a success or a failure, from 200
    /// on; a response that the call reads as events has the body of an event stream.
    pub fn new(status: u16, body: impl Into<Bytes>) -> Self {
        let body = ResponseBody::Bytes(body.into());
        Self { status, headers: HeaderMap::new(), body, limit: usize::MAX }
    }

    /// Makes a response of 200 with a body of JSON.
    pub fn json(body: impl Into<Bytes>) -> Self {
        let mut response = Self::new(200, body);
        response.headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        response
    }

    pub(in crate::engine) fn received(mut response: reqwest::Response, limit: usize) -> Self {
        let headers = std::mem::take(response.headers_mut());
        let status = response.status().as_u16();
        Self { status, headers, body: ResponseBody::Received(response), limit }
    }

    /// Sets a header. One of the same name is replaced.
    ///
    /// # Errors
    ///
    /// [`Error::Config`] for a name or a value that no header can have.
    pub fn header(mut self, name: impl AsRef<str>, value: impl AsRef<str>) -> Result<Self, Error> {
        match (HeaderName::try_from(name.as_ref()), HeaderValue::from_str(value.as_ref())) {
            (Ok(name), Ok(value)) => self.headers.insert(name, value),
            _ => return Err(Error::config(format!("no header: {:?}", name.as_ref()))),
        };
        Ok(self)
    }

    /// The HTTP status.
    #[must_use]
    pub fn status(&self) -> u16 {
        self.status
    }

    /// The headers.
    #[must_use]
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// Reads the whole body and keeps it, so that the caller gets it too. A stream reaches the
    /// caller when all of it is there.
    ///
    /// # Errors
    ///
    /// [`Error::Connection`] when the connection breaks, [`Error::Decode`] for more bytes than
    /// [`CallOptions::max_body_bytes`](crate::CallOptions::max_body_bytes). The body is lost then.
    pub async fn bytes(&mut self) -> Result<Bytes, Error> {
        let empty = ResponseBody::Bytes(Bytes::new());
        let whole = match std::mem::replace(&mut self.body, empty) {
            ResponseBody::Bytes(bytes) => bytes,
            ResponseBody::Received(response) => {
                let url = response.url().as_str().split('?').next().unwrap_or_default().to_owned();
                let whole = read(ResponseBody::Received(response), self.limit).await;
                whole.map_err(|error| self.unread(&url, error))?
            }
        };
        self.body = ResponseBody::Bytes(whole.clone());
        Ok(whole)
    }

    fn unread(&self, url: &str, error: SysError) -> Error {
        match error.into_other::<TooLong>() {
            Ok(too_long) => {
                let ids = RequestIds::from_headers(&self.headers);
                Error::Decode(DecodeError::new(self.status, ids, Bytes::new(), too_long))
            }
            Err(error) => Error::Connection(ConnectionError::new(url, error)),
        }
    }
}

impl ResponseBody {
    /// The length, if it is known or announced.
    pub(in crate::engine) fn length(&self) -> Option<u64> {
        match self {
            Self::Bytes(bytes) => Some(bytes.len() as u64),
            Self::Received(response) => response.content_length(),
        }
    }

    pub(in crate::engine) fn into_stream(self) -> ByteStream {
        match self {
            Self::Bytes(bytes) => bytes.into(),
            Self::Received(response) => ByteStream::from_reqwest(response),
        }
    }
}

/// Headers may be secrets, and the body is what a model wrote.
impl fmt::Debug for AttemptResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AttemptResponse")
            .field("status", &self.status)
            .field("headers", &Shown { headers: &self.headers, also: &[] })
            .finish_non_exhaustive()
    }
}
