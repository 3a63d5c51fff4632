//! A transport for users of this crate alone: one request per call, over reqwest.

use std::fmt;
use std::time::Duration;

use http::header::{AUTHORIZATION, HeaderMap, HeaderName, HeaderValue};

use crate::error::Error;
use crate::request::Request;
use crate::transport::{BoxFuture, Response, Transport};

/// The header of an API key.
const API_KEY: HeaderName = HeaderName::from_static("api-key");

/// Sends each request once, with a credential, headers and query parameters of yours.
///
/// Credentials are marked sensitive, so that `Debug` never shows them.
///
/// ```
/// use openai_azure_sys::HttpTransport;
/// use openai_azure_sys::reqwest;
///
/// let transport = HttpTransport::new(reqwest::Client::new()).api_key("SECRET")?;
/// assert!(!format!("{transport:?}").contains("SECRET"));
/// # Ok::<(), openai_azure_sys::Error>(())
/// ```
#[derive(Clone, Default)]
pub struct HttpTransport {
    http: reqwest::Client,
    api_version: Option<String>,
    headers: HeaderMap,
    query: Vec<(String, String)>,
    timeout: Option<Duration>,
}

impl HttpTransport {
    /// Creates a transport that adds nothing but the `api-version` of the client.
    #[must_use]
    pub fn new(http: reqwest::Client) -> Self {
        Self { http, ..Self::default() }
    }

    /// Sends `api-version=VERSION` in the query. Default: the api-version of the client; none for
    /// `v1` and for the raw client.
    #[must_use]
    pub fn api_version(mut self, version: impl Into<String>) -> Self {
        self.api_version = Some(version.into());
        self
    }

    /// Sends `api-key: KEY`.
    ///
    /// # Errors
    ///
    /// [`InvalidRequest`](crate::ErrorKind::InvalidRequest) for a key that cannot be the value of
    /// a header, such as one with a line end.
    pub fn api_key(self, key: &str) -> Result<Self, Error> {
        self.secret(API_KEY, key)
    }

    /// Sends `Authorization: Bearer TOKEN`, for Microsoft Entra ID.
    ///
    /// # Errors
    ///
    /// [`InvalidRequest`](crate::ErrorKind::InvalidRequest) for a token that cannot be the value
    /// of a header.
    pub fn bearer(self, token: &str) -> Result<Self, Error> {
        self.secret(AUTHORIZATION, &format!("Bearer {token}"))
    }

    fn secret(mut self, name: HeaderName, value: &str) -> Result<Self, Error> {
        let mut value = HeaderValue::from_str(value).map_err(|error| {
            Error::invalid_request(format!("the header `{name}`")).with_source(error.into())
        })?;
        value.set_sensitive(true);
        self.headers.insert(name, value);
        Ok(self)
    }

    /// Sends this header too; it replaces what the operation would send under the same name.
    #[must_use]
    pub fn header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.insert(name, value);
        self
    }

    /// Sends this query parameter too; it replaces what the operation would send under the same
    /// name.
    #[must_use]
    pub fn query(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.query.push((name.into(), value.into()));
        self
    }

    /// Limits each request, the body of its response included. Default: no limit.
    #[must_use]
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    fn complete(&self, request: &mut Request) {
        for (name, value) in &self.headers {
            request.headers_mut().insert(name, value.clone());
        }
        if let Some(version) = self.api_version.as_deref().or(request.api_version()) {
            request.set_query("api-version", version);
        }
        for (name, value) in &self.query {
            request.set_query(name, value);
        }
    }
}

impl Transport for HttpTransport {
    fn send(&self, mut request: Request) -> BoxFuture<'_, Result<Response, Error>> {
        Box::pin(async move {
            self.complete(&mut request);
            let mut request = request.to_reqwest(&self.http).await?;
            *request.timeout_mut() = self.timeout;
            let response = self.http.execute(request).await.map_err(Error::from_reqwest)?;
            Ok(Response::from_reqwest(response))
        })
    }
}

impl fmt::Debug for HttpTransport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let query: Vec<&str> = self.query.iter().map(|(name, _)| name.as_str()).collect();
        f.debug_struct("HttpTransport")
            .field("api_version", &self.api_version)
            .field("headers", &self.headers)
            .field("query", &query)
            .field("timeout", &self.timeout)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use http::{HeaderName, HeaderValue, Method};

    use super::HttpTransport;
    use crate::{ErrorKind, Request};

    fn transport() -> HttpTransport {
        HttpTransport::new(reqwest::Client::new())
    }

    #[test]
    fn secrets_are_sent_and_never_shown() {
        let transport = transport().api_key("KEY-1").unwrap().query("sig", "KEY-2");
        let transport = transport.bearer("KEY-3").unwrap();
        let mut request = Request::new(Method::GET, "http://host/a");
        transport.complete(&mut request);
        assert_eq!(request.headers()["api-key"], "KEY-1");
        assert_eq!(request.headers()["authorization"], "Bearer KEY-3");
        let shown = format!("{transport:?} {request:?}");
        assert!(!shown.contains("KEY"), "{shown}");
        assert_eq!(transport.api_key("a\nb").unwrap_err().kind(), ErrorKind::InvalidRequest);
    }

    #[test]
    fn what_the_user_sets_wins() {
        let name = HeaderName::from_static("accept");
        let transport = transport()
            .api_version("2024-10-21")
            .query("limit", "5")
            .header(name, HeaderValue::from_static("text/plain"));
        let mut request = Request::new(Method::GET, "http://host/a");
        request.set_accept("application/json");
        request.push_query("limit", "20");
        request.set_api_version(Some("2024-06-01"));
        transport.complete(&mut request);
        assert_eq!(request.query(), "api-version=2024-10-21&limit=5");
        assert_eq!(request.headers()["accept"], "text/plain");
    }

    #[test]
    fn the_version_of_the_client_is_sent_unless_another_is_set() {
        let mut request = Request::new(Method::GET, "http://host/a");
        request.set_api_version(Some("2024-06-01"));
        transport().complete(&mut request);
        assert_eq!(request.query(), "api-version=2024-06-01");
        let mut request = Request::new(Method::GET, "http://host/a");
        transport().complete(&mut request);
        assert_eq!(request.query(), "");
    }
}
