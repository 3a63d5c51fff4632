//! IDs by which the service and its support find a call.

use std::sync::Arc;

use reqwest::header::HeaderMap;

/// The IDs and the region in the headers of a response.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RequestIds {
    request: Option<Box<str>>,
    apim: Option<Box<str>>,
    client: Option<Box<str>>,
    region: Option<Box<str>>,
    deployment: Option<Box<str>>,
    spillover_from: Option<Box<str>>,
    spillover_error: Option<Box<str>>,
    endpoint: Option<Arc<str>>,
}

impl RequestIds {
    pub(crate) fn from_headers(headers: &HeaderMap) -> Self {
        let text = |name: &str| Some(headers.get(name)?.to_str().ok()?.into());
        Self {
            request: text("x-request-id"),
            apim: text("apim-request-id"),
            client: text("x-ms-client-request-id"),
            region: text("x-ms-region"),
            deployment: text("x-ms-deployment-name"),
            spillover_from: text("x-ms-spillover-from-deployment"),
            spillover_error: text("x-ms-spillover-error"),
            endpoint: None,
        }
    }

    /// The same with the endpoint that served.
    pub(crate) fn at(mut self, endpoint: Option<Arc<str>>) -> Self {
        self.endpoint = endpoint;
        self
    }

    /// The URL of the endpoint that responded: of a [pool](crate::pool), that of one of its backends.
    /// `None` when a [middleware](crate::middleware) returned it.
    #[must_use]
    pub fn endpoint(&self) -> Option<&str> {
        self.endpoint.as_deref()
    }

    /// `x-request-id`, else `apim-request-id`: the one to show when only one is wanted.
    #[must_use]
    pub fn request_id(&self) -> Option<&str> {
        self.request.as_deref().or_else(|| self.apim_request_id())
    }

    /// `apim-request-id`: the ID of the gateway, present even when the model was not reached.
    #[must_use]
    pub fn apim_request_id(&self) -> Option<&str> {
        self.apim.as_deref()
    }

    /// `x-ms-client-request-id`: the ID that the client sent, if the service returns it.
    #[must_use]
    pub fn client_request_id(&self) -> Option<&str> {
        self.client.as_deref()
    }

    /// `x-ms-region`, such as `East US 2`.
    #[must_use]
    pub fn region(&self) -> Option<&str> {
        self.region.as_deref()
    }

    /// `x-ms-deployment-name`: the deployment that served the request.
    #[must_use]
    pub fn deployment(&self) -> Option<&str> {
        self.deployment.as_deref()
    }

    /// `x-ms-spillover-from-deployment`: the provisioned deployment that had no room, if the
    /// request went to its [spillover deployment](crate::CallOptions::spillover_deployment).
    #[must_use]
    pub fn spillover_from(&self) -> Option<&str> {
        self.spillover_from.as_deref()
    }

    /// `x-ms-spillover-error`: the status of the spillover deployment, if that failed. The error is
    /// then that of the provisioned deployment.
    #[must_use]
    pub fn spillover_error(&self) -> Option<&str> {
        self.spillover_error.as_deref()
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

    #[test]
    fn a_spillover_is_reported() {
        let mut headers = HeaderMap::new();
        for (name, value) in [
            ("x-ms-spillover-from-deployment", "ptu"),
            ("x-ms-deployment-name", "standard"),
            ("x-ms-spillover-error", "429"),
        ] {
            headers.insert(name, HeaderValue::from_static(value));
        }
        let ids = RequestIds::from_headers(&headers);
        assert_eq!((ids.spillover_from(), ids.deployment()), (Some("ptu"), Some("standard")));
        assert_eq!(ids.spillover_error(), Some("429"));
    }
}
