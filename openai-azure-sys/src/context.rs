//! What a call carries beside its operation: credential, api-version, headers, query, time-out.

use std::borrow::Cow;
use std::fmt;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use reqwest::StatusCode;
use reqwest::header::{AUTHORIZATION, HeaderMap, HeaderName, HeaderValue, InvalidHeaderValue};

/// The header of an API key.
const API_KEY: HeaderName = HeaderName::from_static("api-key");

/// The header by which the service knows a repeated request.
const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");

/// What stands before a token.
const BEARER: &str = "Bearer ";

/// What a generated client adds to each request, and what it saw of the answer.
///
/// Credentials are marked sensitive, so that `Debug` never shows them.
///
/// ```
/// use openai_azure_sys::context::CallContext;
///
/// let context = CallContext::new().api_version("2024-10-21").api_key("SECRET")?;
/// assert!(!format!("{context:?}").contains("SECRET"));
/// # Ok::<(), reqwest::header::InvalidHeaderValue>(())
/// ```
#[derive(Clone, Default)]
pub struct CallContext {
    api_version: Option<String>,
    credential: Option<(HeaderName, HeaderValue)>,
    headers: HeaderMap,
    idempotency_key: Option<HeaderValue>,
    query: Vec<(String, String)>,
    timeout: Option<Duration>,
    observer: Option<Arc<dyn Observer>>,
    sent_to: Arc<OnceLock<String>>,
    seen: Arc<OnceLock<Seen>>,
}

/// Status and headers of an answer, kept even when its body does not decode.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Seen {
    /// The status of the answer.
    pub status: StatusCode,
    /// The headers of the answer.
    pub headers: HeaderMap,
}

/// Looks on while a call is sent and answered, such as to log it.
pub trait Observer: Send + Sync {
    /// The operation with this id is about to send a request, which is complete: its credential is
    /// in it, marked sensitive.
    fn sending(&self, operation: &'static str, request: &reqwest::Request);

    /// The head of the answer has arrived.
    fn answered(&self, response: &reqwest::Response);
}

impl CallContext {
    /// Makes a context that adds nothing.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Sends `api-version=VERSION` in the query; without it, none is sent, as `v1` wants it.
    #[must_use]
    pub fn api_version(mut self, version: impl Into<String>) -> Self {
        self.api_version = Some(version.into());
        self
    }

    /// Sends `api-key: KEY`.
    ///
    /// # Errors
    ///
    /// A key that cannot be the value of a header, such as one with a line end.
    pub fn api_key(mut self, key: &str) -> Result<Self, InvalidHeaderValue> {
        self.credential = Some((API_KEY, sensitive(key)?));
        Ok(self)
    }

    /// Sends `Authorization: Bearer TOKEN`, for Microsoft Entra ID.
    ///
    /// # Errors
    ///
    /// A token that cannot be the value of a header.
    pub fn bearer(mut self, token: &str) -> Result<Self, InvalidHeaderValue> {
        self.credential = Some((AUTHORIZATION, sensitive(&format!("{BEARER}{token}"))?));
        Ok(self)
    }

    /// Sends these headers too; they replace what the operation would send under the same names.
    #[must_use]
    pub fn headers(mut self, headers: HeaderMap) -> Self {
        self.headers = headers;
        self
    }

    /// Sends `idempotency-key: KEY` with operations that are a POST, and with no other.
    #[must_use]
    pub fn idempotency_key(mut self, key: HeaderValue) -> Self {
        self.idempotency_key = Some(key);
        self
    }

    /// Adds a query parameter; one of the same name that the operation sends is replaced.
    #[must_use]
    pub fn query(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.query.push((name.into(), value.into()));
        self
    }

    /// Limits the whole request, its answer's body included. Without it there is no limit.
    #[must_use]
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    /// Shows the request and the head of the answer to `observer`.
    #[must_use]
    pub fn observer(mut self, observer: Arc<dyn Observer>) -> Self {
        self.observer = Some(observer);
        self
    }

    /// A copy for another attempt: the same settings, and nothing seen yet.
    #[must_use]
    pub fn fresh(&self) -> Self {
        Self { sent_to: Arc::default(), seen: Arc::default(), ..self.clone() }
    }

    /// The URL of the request without query, user and password: `None` until it was made.
    #[must_use]
    pub fn sent_to(&self) -> Option<&str> {
        self.sent_to.get().map(String::as_str)
    }

    /// What was seen of the answer: `None` until its head has arrived.
    #[must_use]
    pub fn seen(&self) -> Option<&Seen> {
        self.seen.get()
    }

    /// Takes the credential out of a text that repeats it, such as a gateway's account of a failed
    /// request. Keys of less than 8 bytes are left, since they may be part of any word.
    #[must_use]
    pub fn without_credential<'a>(&self, text: &'a [u8]) -> Cow<'a, [u8]> {
        let value = self.credential.as_ref().map_or(&b""[..], |(_, value)| value.as_bytes());
        let secret = value.strip_prefix(BEARER.as_bytes()).unwrap_or(value);
        if secret.len() < 8 {
            return Cow::Borrowed(text);
        }
        let mut clean = Vec::new();
        let mut rest = text;
        while let Some(at) = rest.windows(secret.len()).position(|window| window == secret) {
            clean.extend_from_slice(&rest[..at]);
            clean.extend_from_slice(b"REDACTED");
            rest = &rest[at + secret.len()..];
        }
        if rest.len() == text.len() {
            return Cow::Borrowed(text);
        }
        clean.extend_from_slice(rest);
        Cow::Owned(clean)
    }

    /// Puts everything into `request`. The generated clients call this before they send.
    pub fn apply(&self, request: &mut reqwest::Request) {
        self.apply_query(request);
        let is_post = request.method() == reqwest::Method::POST;
        let headers = request.headers_mut();
        for (name, value) in &self.headers {
            headers.insert(name, value.clone());
        }
        if let Some(key) = self.idempotency_key.as_ref().filter(|_| is_post) {
            headers.insert(IDEMPOTENCY_KEY, key.clone());
        }
        if let Some((name, value)) = &self.credential {
            headers.insert(name, value.clone());
        }
        let url = request.url();
        // A context serves one call; a second one would keep the first URL and answer.
        let _ = self.sent_to.set(format!("{}{}", url.origin().ascii_serialization(), url.path()));
        if let Some(timeout) = self.timeout {
            *request.timeout_mut() = Some(timeout);
        }
    }

    fn apply_query(&self, request: &mut reqwest::Request) {
        let extra = self.query.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        let has_own_version = self.query.iter().any(|(name, _)| name == "api-version");
        let version = self.api_version.as_deref().filter(|_| !has_own_version);
        let version = version.map(|version| ("api-version", version));
        let added: Vec<(&str, &str)> = version.into_iter().chain(extra).collect();
        if added.is_empty() {
            return;
        }
        let kept: Vec<(String, String)> = request
            .url()
            .query_pairs()
            .filter(|(name, _)| added.iter().all(|(other, _)| name != other))
            .map(|(name, value)| (name.into_owned(), value.into_owned()))
            .collect();
        request.url_mut().query_pairs_mut().clear().extend_pairs(kept).extend_pairs(added);
    }

    /// Shows a request to the observer. The generated clients call this after [`Self::apply`].
    #[allow(dead_code, reason = "without a version there is no client")]
    pub(crate) fn sending(&self, operation: &'static str, request: &reqwest::Request) {
        if let Some(observer) = &self.observer {
            observer.sending(operation, request);
        }
    }

    /// Remembers the head of an answer. The generated clients call this.
    #[allow(dead_code, reason = "without a version there is no client")]
    pub(crate) fn record(&self, response: &reqwest::Response) {
        if let Some(observer) = &self.observer {
            observer.answered(response);
        }
        let headers = response.headers().clone();
        let _ = self.seen.set(Seen { status: response.status(), headers });
    }
}

fn sensitive(value: &str) -> Result<HeaderValue, InvalidHeaderValue> {
    let mut value = HeaderValue::from_str(value)?;
    value.set_sensitive(true);
    Ok(value)
}

impl fmt::Debug for CallContext {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CallContext")
            .field("api_version", &self.api_version)
            .field("credential", &self.credential.as_ref().map(|(name, _)| name))
            .field("headers", &self.headers.keys().collect::<Vec<_>>())
            .field("query", &self.query.iter().map(|(name, _)| name).collect::<Vec<_>>())
            .field("timeout", &self.timeout)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::CallContext;

    #[test]
    fn a_repeated_credential_is_taken_out_and_short_keys_are_left() {
        let clean = |context: &CallContext, text: &str| {
            String::from_utf8(context.without_credential(text.as_bytes()).into_owned()).unwrap()
        };
        let key = CallContext::new().api_key("hunter2hunter2").unwrap();
        assert_eq!(clean(&key, "hunter2hunter2: no, hunter2hunter2"), "REDACTED: no, REDACTED");
        assert_eq!(clean(&key, "hunter2"), "hunter2");
        let token = CallContext::new().bearer("hunter2hunter2").unwrap();
        assert_eq!(clean(&token, "Bearer hunter2hunter2!"), "Bearer REDACTED!");
        let short = CallContext::new().api_key("error").unwrap();
        assert_eq!(clean(&short, "an error"), "an error");
        assert_eq!(clean(&CallContext::new(), "text"), "text");
    }
}
