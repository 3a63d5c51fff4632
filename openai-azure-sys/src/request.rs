//! A call of an operation, ready to be sent.

use std::fmt;

use http::header::{ACCEPT, CONTENT_LENGTH, CONTENT_TYPE};
use http::{Extensions, HeaderMap, HeaderName, HeaderValue, Method};
use serde::Serialize;
use serde_json::Value;

use crate::base::Base;
use crate::body::{Body, OpenedBody};
use crate::error::Error;
use crate::multipart::Form;
use crate::operation::Operation;
use crate::url;

/// A request of a generated client, or one of your own.
///
/// It can be sent any number of times with [`to_reqwest`](Self::to_reqwest), if its body is
/// [repeatable](Body::is_repeatable).
#[derive(Clone)]
pub struct Request {
    operation: Option<&'static Operation>,
    api_version: Option<&'static str>,
    method: Method,
    url: String,
    query: String,
    headers: HeaderMap,
    body: Body,
    reads: Reads,
    extensions: Extensions,
}

/// How the generated client reads the response.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Reads {
    /// As a whole, to decode it.
    Whole,
    /// As a stream of bytes, which the caller gets.
    Stream,
}

impl Request {
    /// Makes a request of any method and URL; the URL is encoded and has no query.
    #[must_use]
    pub fn new(method: Method, url: impl Into<String>) -> Self {
        Self {
            operation: None,
            api_version: None,
            method,
            url: url.into(),
            query: String::new(),
            headers: HeaderMap::new(),
            body: Body::Empty,
            reads: Reads::Stream,
            extensions: Extensions::new(),
        }
    }

    /// Makes a request of an operation; `values` are its path parameters in their order.
    ///
    /// The deployment goes into the path if the base [has it there](Base::deployments_in_path) and
    /// the operation is [deployment-scoped](Operation::is_deployment_scoped).
    ///
    /// # Errors
    ///
    /// [`InvalidRequest`](crate::ErrorKind::InvalidRequest) for a value that is empty, `.` or
    /// `..`.
    pub fn of(
        operation: &'static Operation,
        base: &Base,
        deployment: Option<&str>,
        values: &[&str],
    ) -> Result<Self, Error> {
        let in_path = operation.is_deployment_scoped && base.deployments_in_path();
        let url = url::build(base, deployment.filter(|_| in_path), operation.path, values)?;
        let mut request = Self::new(operation.method.clone(), url);
        request.operation = Some(operation);
        Ok(request)
    }

    /// The operation, if a generated client made the request.
    #[must_use]
    pub fn operation(&self) -> Option<&'static Operation> {
        self.operation
    }

    /// What the client's api-version sends as `api-version`; the transport adds it to the query.
    #[must_use]
    pub fn api_version(&self) -> Option<&'static str> {
        self.api_version
    }

    /// The HTTP method.
    #[must_use]
    pub fn method(&self) -> &Method {
        &self.method
    }

    /// The URL, percent-encoded, without the query.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The query, percent-encoded, without a question mark.
    #[must_use]
    pub fn query(&self) -> &str {
        &self.query
    }

    /// The headers.
    #[must_use]
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// The headers, to change them.
    pub fn headers_mut(&mut self) -> &mut HeaderMap {
        &mut self.headers
    }

    /// The body.
    #[must_use]
    pub fn body(&self) -> &Body {
        &self.body
    }

    /// How the response will be read.
    #[must_use]
    pub fn reads(&self) -> Reads {
        self.reads
    }

    /// What goes from the caller to the transport beside the request.
    #[must_use]
    pub fn extensions(&self) -> &Extensions {
        &self.extensions
    }

    /// The extensions, to change them.
    pub fn extensions_mut(&mut self) -> &mut Extensions {
        &mut self.extensions
    }

    /// Replaces the URL, which is encoded and has no query, such as for another resource.
    pub fn set_url(&mut self, url: impl Into<String>) {
        self.url = url.into();
    }

    /// Replaces the body.
    pub fn set_body(&mut self, body: impl Into<Body>) {
        self.body = body.into();
    }

    /// Sets the body and its media type.
    #[must_use]
    pub fn with_body(mut self, content_type: HeaderValue, body: impl Into<Body>) -> Self {
        self.headers.insert(CONTENT_TYPE, content_type);
        self.body = body.into();
        self
    }

    /// Sets a body of JSON.
    ///
    /// # Errors
    ///
    /// [`InvalidRequest`](crate::ErrorKind::InvalidRequest) if the value cannot be JSON.
    pub fn with_json(self, value: &(impl Serialize + ?Sized)) -> Result<Self, Error> {
        Ok(self.with_body(HeaderValue::from_static("application/json"), Body::json(value)?))
    }

    /// Sets the header `accept`.
    pub fn set_accept(&mut self, accept: &'static str) {
        self.headers.insert(ACCEPT, HeaderValue::from_static(accept));
    }

    /// Adds a parameter to the query.
    pub fn push_query(&mut self, name: &str, value: &str) {
        url::push_pair(&mut self.query, name, value);
    }

    /// Sets a parameter of the query: what it has under this name goes.
    pub fn set_query(&mut self, name: &str, value: &str) {
        if !self.query.is_empty() {
            let name = url::encoded(name);
            let is_other = |pair: &&str| !is_named(pair, &name);
            let kept: Vec<&str> = self.query.split('&').filter(is_other).collect();
            self.query = kept.join("&");
        }
        self.push_query(name, value);
    }

    /// Whether the query has a parameter of this name.
    #[must_use]
    pub fn has_query(&self, name: &str) -> bool {
        let name = url::encoded(name);
        self.query.split('&').any(|pair| is_named(pair, &name))
    }

    /// The URL with its query, parsed.
    ///
    /// # Errors
    ///
    /// [`InvalidRequest`](crate::ErrorKind::InvalidRequest) for a URL that cannot be parsed.
    pub fn parsed_url(&self) -> Result<reqwest::Url, Error> {
        let mut text = String::with_capacity(self.url.len() + self.query.len() + 1);
        text.push_str(&self.url);
        if !self.query.is_empty() {
            text.push('?');
            text.push_str(&self.query);
        }
        reqwest::Url::parse(&text).map_err(|error| {
            Error::invalid_request(format!("`{}` is no URL", self.url)).with_source(error.into())
        })
    }

    /// The request of reqwest for one attempt: the body is opened, the headers are copied.
    ///
    /// # Errors
    ///
    /// [`InvalidRequest`](crate::ErrorKind::InvalidRequest) for a URL that cannot be parsed, and a
    /// body that cannot be opened.
    pub async fn to_reqwest(&self, http: &reqwest::Client) -> Result<reqwest::Request, Error> {
        self.to_reqwest_at(self.parsed_url()?, http).await
    }

    /// As [`to_reqwest`](Self::to_reqwest), with the [parsed URL](Self::parsed_url) at hand, such as
    /// from an earlier request.
    ///
    /// # Errors
    ///
    /// [`InvalidRequest`](crate::ErrorKind::InvalidRequest) for a body that cannot be opened.
    pub async fn to_reqwest_at(
        &self,
        url: reqwest::Url,
        http: &reqwest::Client,
    ) -> Result<reqwest::Request, Error> {
        let mut request = reqwest::Request::new(self.method.clone(), url);
        *request.headers_mut() = self.headers.clone();
        match &self.body {
            Body::Empty => {}
            Body::Bytes(bytes) => *request.body_mut() = Some(bytes.clone().into()),
            Body::Source(source) => match source.open().await? {
                OpenedBody::Body { body, content_type, length } => {
                    *request.body_mut() = Some(body);
                    if let Some(content_type) = content_type {
                        request.headers_mut().insert(CONTENT_TYPE, content_type);
                    }
                    if let Some(length) = length {
                        request.headers_mut().insert(CONTENT_LENGTH, length.into());
                    }
                }
                OpenedBody::Form(form) => {
                    request.headers_mut().remove(CONTENT_TYPE);
                    let builder = reqwest::RequestBuilder::from_parts(http.clone(), request);
                    return builder.multipart(form).build().map_err(Error::from_reqwest);
                }
            },
        }
        Ok(request)
    }
}

/// What the generated clients call.
#[allow(dead_code, reason = "not every set of features has each kind of operation")]
impl Request {
    pub(crate) fn set_api_version(&mut self, version: Option<&'static str>) {
        self.api_version = version;
    }

    pub(crate) fn set_reads(&mut self, reads: Reads) {
        self.reads = reads;
    }

    /// Adds a header. Tokens are never shown.
    pub(crate) fn with_header(mut self, name: &str, value: &str) -> Result<Self, Error> {
        let invalid = || Error::invalid_request(format!("the header `{name}` cannot be sent"));
        let header = HeaderName::try_from(name).map_err(|e| invalid().with_source(e.into()))?;
        let mut value =
            HeaderValue::from_str(value).map_err(|e| invalid().with_source(e.into()))?;
        value.set_sensitive(name.ends_with("token"));
        self.headers.insert(header, value);
        Ok(self)
    }

    /// Adds a header whose value is set.
    pub(crate) fn with_optional_header(
        self,
        name: &str,
        value: Option<&str>,
    ) -> Result<Self, Error> {
        match value {
            Some(value) => self.with_header(name, value),
            None => Ok(self),
        }
    }

    /// Sets a form.
    pub(crate) fn with_form(self, form: Form) -> Self {
        self.with_body(HeaderValue::from_static("multipart/form-data"), form)
    }

    /// Sets a body of this media type.
    pub(crate) fn with_bytes(self, kind: &str, body: impl Into<Body>) -> Result<Self, Error> {
        let kind = HeaderValue::from_str(kind).map_err(|error| {
            Error::invalid_request("the media type cannot be sent").with_source(error.into())
        })?;
        Ok(self.with_body(kind, body))
    }

    /// Adds a parameter to the query: a list as one pair for each item, an object as `name[key]`,
    /// nothing for null.
    pub(crate) fn with_query(
        mut self,
        name: &str,
        value: &(impl Serialize + ?Sized),
    ) -> Result<Self, Error> {
        match serde_json::to_value(value) {
            Ok(value) => self.push_value(name, &value),
            Err(error) => {
                let message = format!("the query parameter `{name}`");
                return Err(Error::invalid_request(message).with_source(error.into()));
            }
        }
        Ok(self)
    }

    fn push_value(&mut self, name: &str, value: &Value) {
        match value {
            Value::Null => {}
            Value::String(text) => self.push_query(name, text),
            Value::Array(items) => items.iter().for_each(|item| self.push_value(name, item)),
            Value::Object(fields) => {
                for (key, value) in fields {
                    self.push_value(&format!("{name}[{key}]"), value);
                }
            }
            other => self.push_query(name, &other.to_string()),
        }
    }
}

/// Whether a pair of a query has this name, both encoded.
fn is_named(pair: &str, name: &str) -> bool {
    pair.split_once('=').map_or(pair, |(name, _)| name) == name
}

impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Request")
            .field("operation", &self.operation.map(|operation| operation.name))
            .field("method", &self.method)
            .field("url", &self.url)
            .field("headers", &self.headers)
            .field("body", &self.body)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use http::header::{CONTENT_LENGTH, CONTENT_TYPE};
    use http::{HeaderValue, Method};
    use serde_json::json;

    use super::{Form, Request};
    use crate::multipart::Part;
    use crate::operations::{CHAT_COMPLETIONS_CREATE, RESPONSES_GET};
    use crate::{Base, Body, ErrorKind};

    fn request() -> Request {
        Request::new(Method::POST, "http://host/a")
    }

    #[test]
    fn the_base_decides_where_the_deployment_stands() {
        let chat = |base| {
            let request = Request::of(&CHAT_COMPLETIONS_CREATE, &base, Some("d"), &[]).unwrap();
            request.url().to_owned()
        };
        assert_eq!(
            chat(Base::dated("http://h/openai")),
            "http://h/openai/deployments/d/chat/completions"
        );
        assert_eq!(chat(Base::v1("http://h/openai/v1")), "http://h/openai/v1/chat/completions");
        let base = Base::dated("http://h");
        let request = Request::of(&RESPONSES_GET, &base, Some("d"), &["r/1"]).unwrap();
        assert_eq!(request.url(), "http://h/responses/r%2F1", "it is of no deployment");
    }

    #[test]
    fn values_become_pairs_of_the_query() {
        let request = request()
            .with_query("after", &None::<&str>)
            .and_then(|request| request.with_query("limit", &Some(20)))
            .and_then(|request| request.with_query("include[]", &["a", "b&c"]))
            .and_then(|request| request.with_query("metadata", &json!({"k": "v w"})))
            .unwrap();
        assert_eq!(
            request.query(),
            "limit=20&include%5B%5D=a&include%5B%5D=b%26c&metadata%5Bk%5D=v%20w"
        );
    }

    #[test]
    fn a_parameter_that_is_set_replaces_those_of_its_name() {
        let mut request = request();
        for (name, value) in [("a[]", "1"), ("b", "2"), ("a[]", "3")] {
            request.push_query(name, value);
        }
        request.set_query("a[]", "4");
        assert_eq!(request.query(), "b=2&a%5B%5D=4");
        assert!(request.has_query("a[]") && !request.has_query("a"));
    }

    #[tokio::test]
    async fn each_attempt_opens_the_body_anew() {
        let http = reqwest::Client::new();
        let form = Form::new().text("purpose", "batch").part("file", Part::bytes("a.txt", "x"));
        let kind = HeaderValue::from_static("multipart/form-data");
        let request = request().with_body(kind, form);
        let sent = [request.to_reqwest(&http).await, request.to_reqwest(&http).await];
        let [first, second] = sent.map(Result::unwrap);
        for sent in [&first, &second] {
            let kind = sent.headers()[CONTENT_TYPE].to_str().unwrap();
            assert!(kind.starts_with("multipart/form-data; boundary="), "{kind}");
            assert!(sent.headers().contains_key(CONTENT_LENGTH));
        }
        assert_ne!(first.headers()[CONTENT_TYPE], second.headers()[CONTENT_TYPE]);
    }

    #[tokio::test]
    async fn a_stream_is_sent_once() {
        let http = reqwest::Client::new();
        let mut request = request();
        request.set_body(Body::once("x"));
        assert!(request.to_reqwest(&http).await.is_ok());
        let error = request.to_reqwest(&http).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidRequest);
    }

    #[test]
    fn a_token_in_a_header_is_never_shown() {
        let request = request().with_header("mgmt-user-token", "SECRET").unwrap();
        assert!(!format!("{request:?}").contains("SECRET"));
        let error = request.with_header("mgmt-user-token", "a\nb").unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidRequest);
    }
}
