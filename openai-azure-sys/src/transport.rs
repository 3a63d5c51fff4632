//! The border between the generated clients and whatever sends their requests.

use std::future::Future;
use std::pin::Pin;

use http::{Extensions, HeaderMap, StatusCode};

use crate::byte_stream::ByteStream;
use crate::error::Error;
use crate::request::Request;

/// A future on the heap.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Sends the requests of the generated clients.
///
/// [`HttpTransport`](crate::HttpTransport) is a ready one. One of your own may add a credential,
/// retry, log, or return responses without a network at all.
///
/// ```
/// use openai_azure_sys::http::{HeaderMap, StatusCode};
/// use openai_azure_sys::{BoxFuture, Error, Request, Response, Transport};
///
/// struct Offline;
///
/// impl Transport for Offline {
///     fn send(&self, request: Request) -> BoxFuture<'_, Result<Response, Error>> {
///         Box::pin(async move {
///             println!("{} {}", request.method(), request.url());
///             Ok(Response::new(StatusCode::OK, HeaderMap::new(), "{}".into()))
///         })
///     }
/// }
/// ```
pub trait Transport: Send + Sync {
    /// Sends a request and returns the response as soon as its head has arrived.
    ///
    /// It is called once per call. A response of a failure status may be returned as it is: the
    /// generated client makes an [`Error`] of it. A transport that knows better returns
    /// [`Error::other`].
    fn send(&self, request: Request) -> BoxFuture<'_, Result<Response, Error>>;
}

/// The response to a [`Request`].
#[derive(Debug)]
#[non_exhaustive]
pub struct Response {
    /// The status.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The body, as it arrives.
    pub body: ByteStream,
    /// What a transport hands on to the caller, who finds it in
    /// [`ResponseValue::extensions`](crate::ResponseValue::extensions).
    pub extensions: Extensions,
}

impl Response {
    /// Makes a response.
    #[must_use]
    pub fn new(status: StatusCode, headers: HeaderMap, body: ByteStream) -> Self {
        Self { status, headers, body, extensions: Extensions::new() }
    }

    /// Makes a response of one of reqwest.
    #[must_use]
    pub fn from_reqwest(mut response: reqwest::Response) -> Self {
        let status = response.status();
        let headers = std::mem::take(response.headers_mut());
        Self::new(status, headers, ByteStream::from_reqwest(response))
    }
}
