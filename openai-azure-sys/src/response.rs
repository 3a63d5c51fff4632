//! What an operation returns: a value with the head of its response.

use http::{Extensions, HeaderMap, StatusCode};

use crate::request_ids::RequestIds;

/// A value with the status and the headers of the response that it came in.
#[derive(Debug, Clone)]
pub struct ResponseValue<T> {
    value: T,
    status: StatusCode,
    headers: HeaderMap,
    extensions: Extensions,
}

impl<T> ResponseValue<T> {
    /// Makes one, such as for a test.
    #[must_use]
    pub fn new(value: T, status: StatusCode, headers: HeaderMap) -> Self {
        Self { value, status, headers, extensions: Extensions::new() }
    }

    pub(crate) fn with_extensions(mut self, extensions: Extensions) -> Self {
        self.extensions = extensions;
        self
    }

    /// The status.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// The headers.
    #[must_use]
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// The IDs of the request, for the service's support.
    #[must_use]
    pub fn request_ids(&self) -> RequestIds<'_> {
        RequestIds::of(&self.headers)
    }

    /// What the transport put into the [`Response`](crate::Response).
    #[must_use]
    pub fn extensions(&self) -> &Extensions {
        &self.extensions
    }

    /// The value.
    #[must_use]
    pub fn get(&self) -> &T {
        &self.value
    }

    /// The value, without the head.
    pub fn into_inner(self) -> T {
        self.value
    }

    /// The value, and the head without it.
    pub fn split(self) -> (T, ResponseValue<()>) {
        let Self { value, status, headers, extensions } = self;
        (value, ResponseValue { value: (), status, headers, extensions })
    }

    /// The headers, without the value.
    pub fn into_headers(self) -> HeaderMap {
        self.headers
    }

    /// Another value with the same head.
    pub fn map<U>(self, f: impl FnOnce(T) -> U) -> ResponseValue<U> {
        let Self { value, status, headers, extensions } = self;
        ResponseValue { value: f(value), status, headers, extensions }
    }
}

impl<T> std::ops::Deref for ResponseValue<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}
