//! The ids by which the service and its support find a call again.

use reqwest::header::HeaderMap;

/// The ids and the region that an answer named.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RequestIds {
    request: Option<Box<str>>,
    apim: Option<Box<str>>,
    client: Option<Box<str>>,
    region: Option<Box<str>>,
}

impl RequestIds {
    pub(crate) fn from_headers(headers: &HeaderMap) -> Self {
        let text = |name: &str| Some(headers.get(name)?.to_str().ok()?.into());
        Self {
            request: text("x-request-id"),
            apim: text("apim-request-id"),
            client: text("x-ms-client-request-id"),
            region: text("x-ms-region"),
        }
    }

    /// `x-request-id`, else `apim-request-id`: the one to show when only one is wanted.
    #[must_use]
    pub fn request_id(&self) -> Option<&str> {
        self.request.as_deref().or_else(|| self.apim_request_id())
    }

    /// `apim-request-id`: the id of the gateway, present even when the model was not reached.
    #[must_use]
    pub fn apim_request_id(&self) -> Option<&str> {
        self.apim.as_deref()
    }

    /// `x-ms-client-request-id`: the id that this side had sent, if the service gives it back.
    #[must_use]
    pub fn client_request_id(&self) -> Option<&str> {
        self.client.as_deref()
    }

    /// `x-ms-region`, such as `East US 2`.
    #[must_use]
    pub fn region(&self) -> Option<&str> {
        self.region.as_deref()
    }
}

#[cfg(test)]
mod tests {
    use super::RequestIds;
    use reqwest::header::{HeaderMap, HeaderValue};

    #[test]
    fn the_gateway_id_stands_in_when_the_model_was_not_reached() {
        let mut headers = HeaderMap::new();
        headers.insert("apim-request-id", HeaderValue::from_static("a"));
        assert_eq!(RequestIds::from_headers(&headers).request_id(), Some("a"));
        headers.insert("x-request-id", HeaderValue::from_static("x"));
        let ids = RequestIds::from_headers(&headers);
        assert_eq!((ids.request_id(), ids.apim_request_id()), (Some("x"), Some("a")));
    }
}
