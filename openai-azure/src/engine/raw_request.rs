//! Requests of any method and path.

use bytes::Bytes;
use openai_azure_sys::{Body, Request};
use reqwest::Method;
use reqwest::header::{ACCEPT, CONTENT_TYPE, HeaderValue};
use serde::Serialize;
use serde_json::Value;
use url::Url;

use super::call::Call;
use super::client::Client;
use super::form::Form;
use super::options::CallOptions;
use super::raw_stream::{RawByteStream, RawEventStream};
use super::reply::Expect;
use super::setters::{option_setters, send_on_await};
use crate::endpoint::Endpoint;
use crate::error::Error;
use crate::response::Response;
use crate::serde_ext::from_json;

/// A request of any method and path; made by [`Client::request`].
///
/// ```no_run
/// # async fn example(client: openai_azure::Client) -> Result<(), openai_azure::Error> {
/// use openai_azure::Method;
/// use serde_json::json;
///
/// let body = json!({"model": "gpt-5.6-terra", "input": "Count to ten.", "stream": true});
/// let mut events = client.request(Method::POST, "/responses").json(&body).stream().await?;
/// while let Some(event) = events.try_next().await? {
///     println!("{}", event["type"]);
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
#[must_use = "nothing is sent before `send`, `send_bytes`, `stream` or `stream_bytes`"]
pub struct RawRequest {
    client: Client,
    method: Method,
    path: String,
    content: Content,
    options: CallOptions,
}

#[derive(Debug, Clone)]
enum Content {
    None,
    Bytes {
        media_type: String,
        bytes: Bytes,
    },
    Form(Form),
    /// What cannot be sent; reported when the call is made.
    Invalid(String),
}

impl Client {
    /// Sends any request with the credential, retries, timeouts, errors and traces of all others:
    /// what the service has and this crate has no method for.
    ///
    /// `path` follows the base URL of the [`Endpoint`], so `/responses/compact` is
    /// `{endpoint}/openai/v1/responses/compact` on v1. It may have a query. On a dated endpoint
    /// the deployment is part of it: `/deployments/{deployment}/chat/completions`. A whole URL is
    /// accepted if its origin is the endpoint's.
    ///
    /// ```no_run
    /// # async fn example(client: openai_azure::Client) -> Result<(), openai_azure::Error> {
    /// use openai_azure::Method;
    /// use serde_json::json;
    ///
    /// let body = json!({"model": "gpt-5.6-terra", "input": "A long conversation."});
    /// let compacted = client.request(Method::POST, "/responses/compact").json(&body).send().await?;
    /// println!("{}", compacted["output"]);
    /// # Ok(())
    /// # }
    /// ```
    pub fn request(&self, method: Method, path: impl Into<String>) -> RawRequest {
        RawRequest {
            client: self.clone(),
            method,
            path: path.into(),
            content: Content::None,
            options: CallOptions::default(),
        }
    }
}

impl RawRequest {
    /// Sends a value as JSON.
    pub fn json(mut self, value: &(impl Serialize + ?Sized)) -> Self {
        self.content = match serde_json::to_vec(value) {
            Ok(bytes) => {
                Content::Bytes { media_type: "application/json".to_owned(), bytes: bytes.into() }
            }
            Err(error) => Content::Invalid(format!("the request is no JSON: {error}")),
        };
        self
    }

    /// Sends bytes of this media type.
    pub fn body(mut self, media_type: impl Into<String>, bytes: impl Into<Bytes>) -> Self {
        self.content = Content::Bytes { media_type: media_type.into(), bytes: bytes.into() };
        self
    }

    /// Sends a form with files (`multipart/form-data`).
    pub fn form(mut self, form: Form) -> Self {
        self.content = Content::Form(form);
        self
    }

    option_setters!(options);
}

impl RawRequest {
    /// Sends the request and decodes the whole response as JSON; an empty one is `null`.
    ///
    /// # Errors
    ///
    /// [`Error::Config`], before anything is sent, for a URL of another origin than the endpoint's,
    /// and for a body that cannot be sent; [`Error::Decode`] for a response that is no JSON; the
    /// other kinds of [`Error`] as for every call.
    pub async fn send(self) -> Result<Response<Value>, Error> {
        let request = self.built("application/json").await?;
        let done = self.call().request(Expect::Whole, request).await?;
        done.decoded(|body| if body.is_empty() { Ok(Value::Null) } else { from_json(body) })
    }

    /// Sends the request and returns the whole response as bytes.
    ///
    /// # Errors
    ///
    /// As for [`send`](Self::send).
    pub async fn send_bytes(self) -> Result<Response<Bytes>, Error> {
        let request = self.built("*/*").await?;
        self.call().request(Expect::Whole, request).await?.bytes()
    }

    /// Sends the request and returns the server-sent events of the response. The body must ask for
    /// them, mostly with `"stream": true`.
    ///
    /// # Errors
    ///
    /// As for [`send`](Self::send).
    pub async fn stream(self) -> Result<Response<RawEventStream>, Error> {
        let request = self.built("text/event-stream").await?;
        let events = self.call().request(Expect::Events, request).await?.events()?;
        Ok(events.map_value(RawEventStream::new))
    }

    /// Sends the request and returns the bytes of the response as they arrive.
    ///
    /// # Errors
    ///
    /// As for [`send`](Self::send).
    pub async fn stream_bytes(self) -> Result<Response<RawByteStream>, Error> {
        let request = self.built("*/*").await?;
        let stream = self.call().request(Expect::Stream, request).await?.stream()?;
        Ok(stream.map_value(RawByteStream::new))
    }

    fn call(&self) -> Call<'_> {
        Call::new(&self.client, &self.options)
    }

    async fn built(&self, accept: &'static str) -> Result<Request, Error> {
        let (url, query) = located(self.client.endpoint(), &self.path)?;
        let mut request = Request::new(self.method.clone(), url);
        for (name, value) in query {
            request.push_query(&name, &value);
        }
        request.headers_mut().insert(ACCEPT, HeaderValue::from_static(accept));
        match &self.content {
            Content::None => {}
            Content::Bytes { media_type, bytes } => {
                let media_type = HeaderValue::from_str(media_type)
                    .map_err(|_| Error::config(format!("{media_type:?} is no media type")))?;
                request.headers_mut().insert(CONTENT_TYPE, media_type);
                request.set_body(Body::Bytes(bytes.clone()));
            }
            Content::Form(form) => {
                form.check(u64::MAX).await?;
                request.set_body(form.clone());
            }
            Content::Invalid(why) => return Err(Error::config(why.clone())),
        }
        Ok(request)
    }
}

/// The URL without its query, and the query.
///
/// # Errors
///
/// [`Error::Config`] for another origin than the endpoint's: the credential belongs to that alone.
fn located(endpoint: &Endpoint, path: &str) -> Result<(String, Vec<(String, String)>), Error> {
    let elsewhere = || {
        Error::config(
            "the URL of the request is of another origin than the endpoint, to which alone the \
             credential may be sent",
        )
    };
    if path.starts_with("//") || path.starts_with('\\') {
        return Err(elsewhere());
    }
    let mut url = match Url::parse(path) {
        Ok(absolute) => absolute,
        Err(_) => {
            let base = endpoint.base_url(endpoint.mode());
            let text = format!("{base}/{}", path.strip_prefix('/').unwrap_or(path));
            Url::parse(&text).map_err(|e| Error::config(format!("the path is no URL: {e}")))?
        }
    };
    if url.origin() != endpoint.origin() {
        return Err(elsewhere());
    }
    if !url.username().is_empty() || url.password().is_some() || url.fragment().is_some() {
        return Err(Error::config("the URL may not have a user, a password or a fragment"));
    }
    let query = url.query_pairs().map(|(name, value)| (name.into_owned(), value.into_owned()));
    let query = query.collect();
    url.set_query(None);
    Ok((url.into(), query))
}

send_on_await!(RawRequest => Value);

#[cfg(test)]
mod tests {
    use super::located;
    use crate::endpoint::Endpoint;

    #[test]
    fn a_path_follows_the_base_of_the_endpoint() {
        let v1 = Endpoint::v1("https://r.example/team").unwrap();
        let dated = Endpoint::dated("https://r.example").unwrap();
        for (endpoint, path, url) in [
            (&v1, "/responses/compact", "https://r.example/team/openai/v1/responses/compact"),
            (&v1, "responses/compact", "https://r.example/team/openai/v1/responses/compact"),
            (&dated, "/deployments/a%2Fb/x", "https://r.example/openai/deployments/a%2Fb/x"),
            (&v1, "https://r.example/next", "https://r.example/next"),
            (&v1, "https://R.example:443/next", "https://r.example/next"),
        ] {
            assert_eq!(located(endpoint, path).unwrap().0, url, "{path}");
        }
        let (url, query) = located(&v1, "/files?limit=2&after=a%20b").unwrap();
        assert_eq!(url, "https://r.example/team/openai/v1/files");
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        assert_eq!(query, [pair("limit", "2"), pair("after", "a b")]);
    }

    #[test]
    fn another_origin_is_refused() {
        let v1 = Endpoint::v1("https://r.example").unwrap();
        for path in [
            "https://evil.example/openai/v1/files",
            "http://r.example/openai/v1/files",
            "https://r.example:8443/files",
            "https:evil.example",
            "//evil.example/files",
            "\\\\evil.example\\files",
            "file:///etc/passwd",
            "data:text/plain,x",
            "https://user:hunter2@r.example/files",
            "https://user@r.example/files",
            "https://:hunter2@r.example/files",
            "https://r.example/files#part",
        ] {
            let error = located(&v1, path).unwrap_err().to_string();
            assert!(!error.contains("hunter2"), "{error}");
        }
    }
}
