//! The IDs under which the service's support finds a request.

use http::HeaderMap;

/// The IDs of a request, from the headers of its response.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct RequestIds<'a> {
    /// `x-request-id`: of the model's back end.
    pub request_id: Option<&'a str>,
    /// `apim-request-id`: of the gateway.
    pub apim_request_id: Option<&'a str>,
    /// `x-ms-client-request-id`: what the client sent.
    pub client_request_id: Option<&'a str>,
}

impl<'a> RequestIds<'a> {
    /// Reads the IDs from the headers of a response.
    ///
    /// ```
    /// use openai_azure_sys::RequestIds;
    /// use openai_azure_sys::http::{HeaderMap, HeaderValue};
    ///
    /// let mut headers = HeaderMap::new();
    /// headers.insert("apim-request-id", HeaderValue::from_static("a1"));
    /// assert_eq!(RequestIds::of(&headers).apim_request_id, Some("a1"));
    /// ```
    #[must_use]
    pub fn of(headers: &'a HeaderMap) -> Self {
        let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
        Self {
            request_id: text("x-request-id"),
            apim_request_id: text("apim-request-id"),
            client_request_id: text("x-ms-client-request-id"),
        }
    }

    /// The one to quote first: that of the gateway, or else of the model's back end, or else the
    /// client's.
    #[must_use]
    pub fn primary(&self) -> Option<&'a str> {
        self.apim_request_id.or(self.request_id).or(self.client_request_id)
    }
}
