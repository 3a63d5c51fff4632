//! Where a response came from.

use std::sync::Arc;

use crate::request_ids::RequestIds;
use crate::response_headers::ResponseHeaders;

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
    pub(crate) headers: Arc<ResponseHeaders>,
}

impl ResponseOrigin {
    pub(crate) fn request_ids(&self) -> RequestIds {
        RequestIds::from_headers(&self.headers).at(self.endpoint.clone())
    }

    /// The value of a header, whose name is in lower case, if it is text.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.text(name)
    }
}
