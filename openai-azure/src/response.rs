//! A response together with what its headers report.

use std::ops::{Deref, DerefMut};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use futures_core::Stream;
use reqwest::header::HeaderMap;

use crate::rate_limit::RateLimit;
use crate::request_ids::RequestIds;
use crate::response_headers::ResponseHeaders;

/// A decoded response, with status, headers, request ids, rate limits and the retries it took.
///
/// It dereferences to the response itself.
///
/// ```no_run
/// # async fn example(client: openai_azure::Client) -> Result<(), openai_azure::Error> {
/// let answer = client.chat("gpt-5.6-terra").user("Hello").send().await?;
/// println!("{} ({:?})", answer.text(), answer.request_id());
/// println!("{:?} requests left", answer.rate_limit().requests().remaining());
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
pub struct Response<T> {
    value: T,
    head: Head,
}

/// The head of a response.
#[derive(Debug, Clone)]
pub(crate) struct Head {
    pub(crate) status: u16,
    pub(crate) headers: Arc<ResponseHeaders>,
    pub(crate) retries: u32,
    pub(crate) endpoint: Option<Arc<str>>,
}

impl Head {
    pub(crate) fn new(status: u16, headers: &HeaderMap) -> Self {
        Self { status, headers: Arc::new(headers.into()), retries: 0, endpoint: None }
    }

    pub(crate) fn request_ids(&self) -> RequestIds {
        RequestIds::from_headers(&self.headers).at(self.endpoint.clone())
    }
}

impl<T> Response<T> {
    pub(crate) fn new(value: T, head: Head) -> Self {
        Self { value, head }
    }

    pub(crate) fn head(&self) -> &Head {
        &self.head
    }

    /// Returns the response alone.
    #[must_use]
    pub fn into_inner(self) -> T {
        self.value
    }

    /// Makes something else of the response and keeps the rest.
    #[must_use]
    pub fn map_value<U>(self, f: impl FnOnce(T) -> U) -> Response<U> {
        Response { value: f(self.value), head: self.head }
    }

    /// The HTTP status.
    #[must_use]
    pub fn status(&self) -> u16 {
        self.head.status
    }

    /// All headers of the response.
    #[must_use]
    pub fn headers(&self) -> &HeaderMap {
        &self.head.headers
    }

    /// The ids to give to support.
    #[must_use]
    pub fn request_ids(&self) -> RequestIds {
        self.head.request_ids()
    }

    /// `x-request-id`, else `apim-request-id`.
    #[must_use]
    pub fn request_id(&self) -> Option<&str> {
        let text = |name| self.head.headers.text(name);
        text("x-request-id").or_else(|| text("apim-request-id"))
    }

    /// The rate limits in the headers.
    #[must_use]
    pub fn rate_limit(&self) -> RateLimit {
        RateLimit::from_headers(&self.head.headers)
    }

    /// The URL of the endpoint that served the call, as [`Endpoint::as_str`](crate::Endpoint::as_str)
    /// has it: of a [pool](crate::pool), that of one of its backends. `None` when a
    /// [middleware](crate::middleware) returned it.
    #[must_use]
    pub fn endpoint(&self) -> Option<&str> {
        self.head.endpoint.as_deref()
    }

    /// How often the call was tried again before it succeeded.
    #[must_use]
    pub fn retries_taken(&self) -> u32 {
        self.head.retries
    }
}

/// A response whose value is a stream is that stream.
impl<S: Stream + Unpin> Stream for Response<S> {
    type Item = S::Item;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<S::Item>> {
        Pin::new(&mut self.value).poll_next(cx)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.value.size_hint()
    }
}

impl<T> Deref for Response<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

impl<T> DerefMut for Response<T> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.value
    }
}
