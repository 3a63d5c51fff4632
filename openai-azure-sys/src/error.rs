//! What can go wrong with a call.

use std::error::Error as StdError;
use std::fmt;

use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use serde::de::DeserializeOwned;

use crate::byte_stream::ByteStream;
use crate::request_ids::RequestIds;
use crate::transport::Response;

/// How much is read of the body of a failure: 64 KiB.
const BODY_LIMIT: usize = 64 << 10;

/// Why a call failed.
///
/// [`kind`](Self::kind) is what happened. Where a response has arrived, its status, headers and
/// request IDs are at hand; the body of a failure status is read when it is asked for.
///
/// ```
/// # #[cfg(feature = "2024-10-21")]
/// # async fn example(client: openai_azure_sys::v2024_10_21::Client) {
/// use openai_azure_sys::v2024_10_21::types;
///
/// if let Err(mut error) = client.models_list().await {
///     println!("{error}, request {:?}", error.request_ids().primary());
///     if let Some(body) = error.typed::<types::ErrorResponse>().await {
///         println!("{body:?}");
///     }
/// }
/// # }
/// ```
pub struct Error(Box<Inner>);

struct Inner {
    kind: ErrorKind,
    message: String,
    head: Option<(StatusCode, HeaderMap)>,
    body: Body,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

enum Body {
    Unread(ByteStream),
    Read(Bytes),
}

/// What happened to a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The request could not be made, and nothing was sent.
    InvalidRequest,
    /// The service could not be reached, or the connection broke before the response.
    Connection,
    /// The response has a failure status.
    Status,
    /// The body of the response broke off or was too long.
    Body,
    /// The body of the response is not what the operation returns.
    Decode,
    /// What a transport of your own reported; see [`Error::other`].
    Other,
}

impl Error {
    fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self(Box::new(Inner {
            kind,
            message: message.into(),
            head: None,
            body: Body::Read(Bytes::new()),
            source: None,
        }))
    }

    /// A request that cannot be made.
    #[must_use]
    pub fn invalid_request(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::InvalidRequest, message)
    }

    /// A service that cannot be reached.
    #[must_use]
    pub fn connection(source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        Self::new(ErrorKind::Connection, "the request failed").with_source(source.into())
    }

    /// A body that broke off.
    #[must_use]
    pub fn body(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Body, message)
    }

    /// A response with a failure status; its body stays unread.
    #[must_use]
    pub fn status_of(response: Response) -> Self {
        let mut error = Self::new(ErrorKind::Status, format!("the status is {}", response.status));
        error.0.head = Some((response.status, response.headers));
        error.0.body = Body::Unread(response.body);
        error
    }

    /// A body that did not decode.
    #[must_use]
    pub fn decode(
        status: StatusCode,
        headers: HeaderMap,
        body: Bytes,
        source: impl Into<Box<dyn StdError + Send + Sync>>,
    ) -> Self {
        let mut error = Self::new(ErrorKind::Decode, "the body did not decode");
        error.0.head = Some((status, headers));
        error.0.body = Body::Read(body);
        error.with_source(source.into())
    }

    /// An error of a transport of your own, which [`into_other`](Self::into_other) returns as it
    /// was.
    #[must_use]
    pub fn other(error: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        Self::new(ErrorKind::Other, "the transport failed").with_source(error.into())
    }

    /// An error of reqwest. Its URL is left out, since a query may carry a secret.
    #[must_use]
    pub fn from_reqwest(error: reqwest::Error) -> Self {
        let error = error.without_url();
        if error.is_builder() {
            Self::invalid_request("the request cannot be made").with_source(error.into())
        } else if error.is_body() || error.is_decode() {
            Self::body("the body broke off").with_source(error.into())
        } else {
            Self::connection(error)
        }
    }

    pub(crate) fn with_source(mut self, source: Box<dyn StdError + Send + Sync>) -> Self {
        self.0.source = Some(source);
        self
    }

    /// What happened.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// The status of the response, if one has arrived.
    #[must_use]
    pub fn status(&self) -> Option<StatusCode> {
        self.0.head.as_ref().map(|(status, _)| *status)
    }

    /// The headers of the response, if one has arrived.
    #[must_use]
    pub fn headers(&self) -> Option<&HeaderMap> {
        self.0.head.as_ref().map(|(_, headers)| headers)
    }

    /// The IDs of the request, for the service's support.
    #[must_use]
    pub fn request_ids(&self) -> RequestIds<'_> {
        self.headers().map(RequestIds::of).unwrap_or_default()
    }

    /// Whether a time limit of the transport ended the call.
    #[must_use]
    pub fn is_timeout(&self) -> bool {
        self.reqwest().is_some_and(reqwest::Error::is_timeout)
    }

    /// Whether no connection could be made, so that the service has not seen the request.
    #[must_use]
    pub fn is_connect(&self) -> bool {
        self.reqwest().is_some_and(reqwest::Error::is_connect)
    }

    fn reqwest(&self) -> Option<&reqwest::Error> {
        self.0.source.as_deref()?.downcast_ref()
    }

    /// The body of the response. That of a failure status is read now, up to 64 KiB; if it breaks
    /// off, what has arrived is returned. Empty if there is none.
    pub async fn read_body(&mut self) -> &Bytes {
        if let Body::Unread(body) = &mut self.0.body {
            let body = std::mem::replace(body, ByteStream::empty());
            self.0.body = Body::Read(body.first(BODY_LIMIT).await);
        }
        self.received_body()
    }

    /// What was read of the body so far.
    #[must_use]
    pub fn received_body(&self) -> &Bytes {
        static NONE: Bytes = Bytes::new();
        match &self.0.body {
            Body::Read(body) => body,
            Body::Unread(_) => &NONE,
        }
    }

    /// The body as a type, such as the `types::ErrorResponse` of the api-version; `None` if it
    /// does not fit. Reads it as [`read_body`](Self::read_body) does.
    pub async fn typed<T: DeserializeOwned>(&mut self) -> Option<T> {
        serde_json::from_slice(self.read_body().await).ok()
    }

    /// The response of a failure status, its body unread if nobody has read it.
    ///
    /// # Errors
    ///
    /// The error itself, if no response has arrived.
    pub fn into_response(mut self) -> Result<Response, Self> {
        match self.0.head.take() {
            Some((status, headers)) => {
                let body = match self.0.body {
                    Body::Unread(body) => body,
                    Body::Read(bytes) => bytes.into(),
                };
                Ok(Response::new(status, headers, body))
            }
            None => Err(self),
        }
    }

    /// What was given to [`other`](Self::other), as it was.
    ///
    /// # Errors
    ///
    /// The error itself, if it is another one.
    pub fn into_other<E: StdError + Send + Sync + 'static>(mut self) -> Result<E, Self> {
        match self.0.source.take().map(|source| source.downcast::<E>()) {
            Some(Ok(source)) => Ok(*source),
            Some(Err(source)) => Err(self.with_source(source)),
            None => Err(self),
        }
    }

    /// What was given to [`other`](Self::other), if it is of this type.
    #[must_use]
    pub fn other_ref<E: StdError + Send + Sync + 'static>(&self) -> Option<&E> {
        self.0.source.as_deref()?.downcast_ref()
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.message)
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Error")
            .field("kind", &self.0.kind)
            .field("message", &self.0.message)
            .field("status", &self.status())
            .field("request_ids", &self.request_ids())
            .field("body", &String::from_utf8_lossy(self.received_body()))
            .field("source", &self.0.source)
            .finish()
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.0.source.as_deref().map(|source| source as &(dyn StdError + 'static))
    }
}

#[cfg(test)]
mod tests {
    use std::io;

    use http::{HeaderMap, HeaderValue, StatusCode};
    use serde_json::Value;

    use super::{Error, ErrorKind};
    use crate::{ByteStream, Response};

    fn failure(body: impl Into<ByteStream>) -> Error {
        let mut headers = HeaderMap::new();
        headers.insert("apim-request-id", HeaderValue::from_static("a1"));
        Error::status_of(Response::new(StatusCode::BAD_GATEWAY, headers, body.into()))
    }

    #[tokio::test]
    async fn a_failure_has_its_head_at_hand_and_its_body_on_demand() {
        let mut error = failure("{\"error\":{\"code\":\"x\"}}");
        assert_eq!(
            (error.kind(), error.to_string()),
            (ErrorKind::Status, "the status is 502 Bad Gateway".to_owned())
        );
        assert_eq!(error.request_ids().primary(), Some("a1"));
        assert!(error.received_body().is_empty());
        assert_eq!(error.typed::<Value>().await.unwrap()["error"]["code"], "x");
        assert!(!error.received_body().is_empty());
    }

    #[tokio::test]
    async fn the_body_of_a_failure_is_bounded_and_need_not_fit() {
        let mut error = failure(vec![b'x'; 100_000]);
        assert!(error.typed::<Value>().await.is_none());
        assert_eq!(error.read_body().await.len(), 64 << 10);
    }

    #[tokio::test]
    async fn an_unread_response_comes_back_whole() {
        let response = failure(vec![b'x'; 100_000]).into_response().unwrap();
        assert_eq!(response.status, 502);
        assert_eq!(response.body.into_bytes().await.unwrap().len(), 100_000);
        assert!(Error::invalid_request("no").into_response().is_err());
    }

    #[test]
    fn the_error_of_a_transport_comes_back_as_it_was() {
        let error = Error::other(io::Error::other("mine"));
        assert!(error.other_ref::<io::Error>().is_some());
        let error = error.into_other::<std::fmt::Error>().unwrap_err();
        assert_eq!(error.into_other::<io::Error>().unwrap().to_string(), "mine");
    }

    #[test]
    fn an_error_can_cross_threads() {
        fn check<T: Send + Sync + 'static>() {}
        check::<Error>();
    }
}
