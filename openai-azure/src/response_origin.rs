//! Where a response came from.

use std::sync::Arc;

use bytes::{Bytes, BytesMut};
use reqwest::header::{HeaderMap, HeaderValue};

use crate::request_ids::RequestIds;

/// What errors, streams and traces know of the call behind a response.
#[derive(Debug, Clone, Default)]
pub(crate) struct ResponseOrigin {
    /// Without query, user and password.
    pub(crate) url: String,
    /// The URL of the endpoint; `None` when a middleware returned it.
    pub(crate) endpoint: Option<Arc<str>>,
    /// The deployment that was asked for, if the operation has one.
    pub(crate) deployment: Option<Arc<str>>,
    /// The value of `api-version` in the query.
    pub(crate) api_version: Option<Box<str>>,
    pub(crate) status: u16,
    pub(crate) headers: Arc<HeaderMap>,
}

impl ResponseOrigin {
    pub(crate) fn request_ids(&self) -> RequestIds {
        RequestIds::from_headers(&self.headers).at(self.endpoint.clone())
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }
}

/// Copies the values of headers into one buffer of their own. As they arrive they are slices of
/// the connection's read buffer, and keeping one of them would keep all of it.
pub(crate) fn detached(mut headers: HeaderMap) -> HeaderMap {
    let length = headers.values().map(HeaderValue::len).sum();
    let mut buffer = BytesMut::with_capacity(length);
    for value in headers.values() {
        buffer.extend_from_slice(value.as_bytes());
    }
    let mut rest: Bytes = buffer.freeze();
    for value in headers.values_mut() {
        let bytes = rest.split_to(value.len());
        if let Ok(mut copy) = HeaderValue::from_maybe_shared(bytes) {
            copy.set_sensitive(value.is_sensitive());
            *value = copy;
        }
    }
    headers
}

#[cfg(test)]
mod tests {
    use super::detached;
    use bytes::Bytes;
    use reqwest::header::{HeaderMap, HeaderValue};

    #[test]
    fn header_values_are_copied_out_of_the_buffer_that_they_came_in() {
        let read = Bytes::from(vec![b'x'; 4096]);
        let mut headers = HeaderMap::new();
        for (at, name) in ["a", "b", "a"].into_iter().enumerate() {
            let value = HeaderValue::from_maybe_shared(read.slice(at..2 * at)).unwrap();
            headers.append(name, value);
        }
        let copy = detached(headers.clone());
        assert_eq!(copy, headers);
        drop(headers);
        assert!(read.is_unique());
    }
}
