//! Failures that the service reports itself.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use reqwest::header::HeaderMap;
use serde_json::Value;

use super::body::{self, ErrorBody};
use super::one_line::OneLine;
use super::{ErrorKind, hint};
use crate::content_filter::ContentFilter;
use crate::rate_limit::RateLimit;
use crate::request_ids::RequestIds;
use crate::response_origin::ResponseOrigin;

/// A failure that the service, or a gateway before it, reported.
///
/// It is made from any failure status, whatever its body is: JSON of any shape, HTML, text or
/// nothing. It is also made from an `error` event inside a stream.
#[derive(Clone)]
pub struct ApiError(Box<Inner>);

#[derive(Clone)]
struct Inner {
    status: u16,
    kind: ErrorKind,
    body: ErrorBody,
    raw: Bytes,
    origin: Arc<ResponseOrigin>,
    ids: RequestIds,
    rate_limit: RateLimit,
    retry_after: Option<Duration>,
    wait_too_long: bool,
    retries: u32,
    partial: String,
    hint: Option<&'static str>,
}

impl ApiError {
    pub(crate) fn from_response(raw: Bytes, origin: &Arc<ResponseOrigin>) -> Self {
        Self::new(origin.status, body::parse(&raw), raw, origin)
    }

    /// An error event inside a stream that began with 200: its status, or the one that its code
    /// stands for.
    pub(crate) fn from_event(event: Bytes, value: Value, origin: &Arc<ResponseOrigin>) -> Self {
        let given = [&value["status"], &value["error"]["status"]].into_iter();
        let given = given.filter_map(Value::as_u64).find(|status| (400..=599).contains(status));
        let body = body::from_value(value);
        let status = given.and_then(|status| u16::try_from(status).ok());
        Self::new(status.unwrap_or_else(|| status_of_event(&body)), body, event, origin)
    }

    /// An error in the body of a response with a status of success: `{"error": …}`.
    pub(crate) fn from_success(raw: &Bytes, origin: &Arc<ResponseOrigin>) -> Option<Self> {
        let value: Value = serde_json::from_slice(raw).ok()?;
        Self::has_error(&value).then(|| Self::from_event(raw.clone(), value, origin))
    }

    /// Whether JSON holds an error: a text, or an object that is not empty.
    pub(crate) fn has_error(value: &Value) -> bool {
        match value.get("error") {
            Some(Value::Object(fields)) => !fields.is_empty(),
            Some(Value::String(text)) => !text.is_empty(),
            Some(Value::Array(_) | Value::Number(_)) => true,
            _ => false,
        }
    }

    fn new(status: u16, body: ErrorBody, raw: Bytes, origin: &Arc<ResponseOrigin>) -> Self {
        let kind = match ErrorKind::from_status(status) {
            ErrorKind::BadRequest if is_filter(&body) => ErrorKind::ContentFilter,
            kind => kind,
        };
        Self(Box::new(Inner {
            status,
            kind,
            body,
            raw,
            origin: Arc::clone(origin),
            ids: origin.request_ids(),
            rate_limit: RateLimit::from_headers(&origin.headers),
            retry_after: None,
            wait_too_long: false,
            retries: 0,
            partial: String::new(),
            hint: None,
        }))
    }

    /// The kind of failure.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// The HTTP status. For an error inside a stream: the status that its code stands for.
    #[must_use]
    pub fn status(&self) -> u16 {
        self.0.status
    }

    /// `error.code`, such as `DeploymentNotFound`; a number on the wire is given as text.
    #[must_use]
    pub fn code(&self) -> Option<&str> {
        self.0.body.code.as_deref()
    }

    /// `error.message`, or the first words of a body that has no such field.
    #[must_use]
    pub fn message(&self) -> Option<&str> {
        self.0.body.message.as_deref()
    }

    /// `error.param`: the field of the request that is wrong.
    #[must_use]
    pub fn param(&self) -> Option<&str> {
        self.0.body.param.as_deref()
    }

    /// `error.type`, such as `invalid_request_error`.
    #[must_use]
    pub fn error_type(&self) -> Option<&str> {
        self.0.body.kind.as_deref()
    }

    /// The ids to give to support.
    #[must_use]
    pub fn request_ids(&self) -> &RequestIds {
        &self.0.ids
    }

    /// `x-request-id`, else `apim-request-id`.
    #[must_use]
    pub fn request_id(&self) -> Option<&str> {
        self.0.ids.request_id()
    }

    /// All headers of the response.
    #[must_use]
    pub fn headers(&self) -> &HeaderMap {
        &self.0.origin.headers
    }

    /// The rate limits in the headers.
    #[must_use]
    pub fn rate_limit(&self) -> &RateLimit {
        &self.0.rate_limit
    }

    /// How long the service asks to wait before the next try.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        self.0.retry_after
    }

    /// The URL that was called: without query, user and password.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.0.origin.url
    }

    /// The body as it arrived, at most 64 KiB of it.
    #[must_use]
    pub fn body(&self) -> &[u8] {
        &self.0.raw
    }

    /// How often the call was tried again before it ended so.
    #[must_use]
    pub fn retries_taken(&self) -> u32 {
        self.0.retries
    }

    /// The text that a stream had brought before the error; empty for other calls.
    #[must_use]
    pub fn partial_text(&self) -> &str {
        &self.0.partial
    }

    /// Whether the content filter blocked the prompt or the response.
    #[must_use]
    pub fn is_content_filter(&self) -> bool {
        self.0.kind == ErrorKind::ContentFilter
    }

    /// What the content filter found, by category.
    ///
    /// It stands in `error.innererror` as `content_filter_result` or `content_filter_results`.
    #[must_use]
    pub fn content_filter(&self) -> Option<ContentFilter> {
        let members = &self.0.body.members;
        let inner = ["innererror", "inner_error"].iter().find_map(|name| members.get(*name));
        [inner, members.get("error")]
            .into_iter()
            .flatten()
            .filter_map(Value::as_object)
            .chain([members])
            .find_map(|object| {
                ["content_filter_result", "content_filter_results"]
                    .iter()
                    .find_map(|name| object.get(*name))
            })
            .and_then(|value| serde_json::from_value(value.clone()).ok())
    }

    /// The text that an image model made of the one it was given, when the content filter blocked
    /// that.
    #[must_use]
    pub fn revised_prompt(&self) -> Option<&str> {
        let members = &self.0.body.members;
        let inner = ["innererror", "inner_error"].iter().find_map(|name| members.get(*name));
        inner?.get("revised_prompt")?.as_str()
    }

    pub(crate) fn set_retries(&mut self, retries: u32) {
        self.0.retries = retries;
    }

    pub(crate) fn set_partial(&mut self, text: &str) {
        text.clone_into(&mut self.0.partial);
    }

    /// Records the wait that the service asked for, and whether it is longer than the policy allows.
    pub(crate) fn record_wait(&mut self, asked: Option<Duration>, too_long: bool) {
        self.0.retry_after = asked;
        self.0.wait_too_long = too_long;
    }

    /// Sets what to do about it, instead of what the kind of the error suggests.
    #[cfg(feature = "realtime")]
    pub(crate) fn set_hint(&mut self, hint: &'static str) {
        self.0.hint = Some(hint);
    }

    fn hint(&self) -> Option<String> {
        let Inner { kind, body, origin, wait_too_long, hint: set, .. } = &*self.0;
        match set {
            Some(set) => Some((*set).to_owned()),
            None => hint::of(*kind, body, origin, *wait_too_long),
        }
    }
}

fn is_filter(body: &ErrorBody) -> bool {
    body.code.as_deref() == Some("content_filter")
}

/// Errors inside a 200 stream have no status of their own.
fn status_of_event(body: &ErrorBody) -> u16 {
    let code = body.code.as_deref().unwrap_or_default();
    if let Ok(status @ 400..=599) = code.parse() {
        return status;
    }
    let kind = body.kind.as_deref().unwrap_or_default();
    for word in [code, kind] {
        match word {
            "rate_limit_exceeded"
            | "rate_limit_error"
            | "too_many_requests"
            | "insufficient_quota"
            | "RateLimitReached" => return 429,
            "content_filter" | "invalid_request_error" | "context_length_exceeded" => return 400,
            "authentication_error" | "invalid_api_key" => return 401,
            "server_is_overloaded" | "overloaded_error" | "service_unavailable" => return 503,
            _ => {}
        }
    }
    500
}

impl fmt::Display for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let inner = &self.0;
        write!(f, "the service returned {}", inner.status)?;
        if let Some(code) = self.code().filter(|code| *code != inner.status.to_string()) {
            write!(f, " {}", OneLine(code))?;
        }
        if let Some(message) = self.message() {
            write!(f, ": {}", OneLine(message))?;
        }
        write!(f, " ({}", inner.origin.url)?;
        if let Some(param) = self.param() {
            write!(f, ", param {}", OneLine(param))?;
        }
        if let Some(wait) = inner.retry_after {
            write!(f, ", retry after {wait:?}")?;
        }
        if let Some(id) = self.request_id() {
            write!(f, ", request id {id}")?;
        }
        if inner.retries > 0 {
            write!(f, ", after {} retries", inner.retries)?;
        }
        f.write_str(")")?;
        match self.hint() {
            Some(hint) => write!(f, "; {hint}"),
            None => Ok(()),
        }
    }
}

impl fmt::Debug for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let inner = &self.0;
        f.debug_struct("ApiError")
            .field("status", &inner.status)
            .field("kind", &inner.kind)
            .field("code", &inner.body.code)
            .field("message", &inner.body.message)
            .field("param", &inner.body.param)
            .field("type", &inner.body.kind)
            .field("url", &inner.origin.url)
            .field("request_ids", &inner.ids)
            .field("rate_limit", &inner.rate_limit)
            .field("retry_after", &inner.retry_after)
            .field("retries_taken", &inner.retries)
            .field("hint", &self.hint().unwrap_or_default())
            .finish_non_exhaustive()
    }
}

impl std::error::Error for ApiError {}

#[cfg(test)]
mod tests {
    use super::ApiError;
    use crate::ErrorKind;
    use crate::response_origin::ResponseOrigin;
    use bytes::Bytes;
    use reqwest::header::{HeaderMap, HeaderValue};
    use std::sync::Arc;

    fn error(status: u16, body: &'static str) -> ApiError {
        let mut headers = HeaderMap::new();
        headers.insert("apim-request-id", HeaderValue::from_static("apim-1"));
        let (url, deployment) = ("https://h/openai/x".to_owned(), Some("d".into()));
        let headers = Arc::new((&headers).into());
        let origin =
            ResponseOrigin { url, deployment, status, headers, ..ResponseOrigin::default() };
        let origin = Arc::new(origin);
        ApiError::from_response(Bytes::from_static(body.as_bytes()), &origin)
    }

    #[test]
    fn an_unknown_deployment_is_named_with_what_to_do() {
        let e = error(
            404,
            r#"{"error":{"code":"DeploymentNotFound","message":"The deployment\nis missing."}}"#,
        );
        assert_eq!(
            e.to_string(),
            "the service returned 404 DeploymentNotFound: The deployment is missing. \
             (https://h/openai/x, request id apim-1); no deployment is called `d` there; use the \
             name given to the deployment, not the model's"
        );
    }

    #[test]
    fn an_unsupported_parameter_names_what_to_use() {
        for (code, param, hint) in [
            ("unsupported_parameter", "max_tokens", "`max_completion_tokens`"),
            ("unsupported_parameter", "max_completion_tokens", "`max_tokens`"),
            ("unsupported_value", "temperature", "leave `temperature` out"),
            ("unsupported_parameter", "stop", "leave it out"),
        ] {
            let body =
                format!(r#"{{"error":{{"code":"{code}","message":"no","param":"{param}"}}}}"#);
            let e = ApiError::from_response(
                body.into(),
                &Arc::new(ResponseOrigin { status: 400, ..Default::default() }),
            );
            assert!(e.to_string().contains(hint), "{e}");
        }
        let other = error(400, r#"{"error":{"code":"invalid_value","param":"max_tokens"}}"#);
        assert!(!other.to_string().contains("max_completion_tokens"), "{other}");
    }

    #[test]
    fn an_error_about_the_api_version_names_the_one_that_was_sent() {
        let sent = |status, version: Option<&str>, body: &'static str| {
            let version = version.map(Box::from);
            let origin = ResponseOrigin { status, api_version: version, ..Default::default() };
            ApiError::from_response(Bytes::from_static(body.as_bytes()), &Arc::new(origin))
        };
        let body = r#"{"error":{"code":"BadRequest","message":"API version not supported"}}"#;
        let e = sent(400, Some("2024-13-01"), body).to_string();
        assert!(e.contains("the api-version 2024-13-01 was sent"), "{e}");
        let body = r#"{"error":{"code":"404","message":"Resource not found"}}"#;
        let e = sent(404, Some("2024-10-21"), body).to_string();
        assert!(e.contains("2024-10-21 was sent"), "{e}");
        assert!(sent(404, None, body).to_string().contains("no api-version was sent"));
    }

    #[test]
    fn of_a_redirect_only_the_address_is_told() {
        for (location, shown) in [
            ("https://me:hunter1@h.example/x?sig=hunter2#hunter3", "https://h.example/x"),
            ("//me:hunter1@h.example", "//h.example"),
            ("/x/@y?sig=hunter2", "/x/@y"),
        ] {
            let headers = HeaderMap::from_iter([(
                reqwest::header::LOCATION,
                HeaderValue::from_static(location),
            )]);
            let headers = Arc::new((&headers).into());
            let origin = ResponseOrigin { status: 307, headers, ..ResponseOrigin::default() };
            let line = ApiError::from_response(Bytes::new(), &Arc::new(origin)).to_string();
            assert!(line.contains(&format!("redirects to {shown} are")), "{line}");
            assert!(!line.contains("hunter"), "{line}");
        }
    }

    #[test]
    fn filter_results_are_found_in_both_spellings() {
        for member in ["innererror", "inner_error"] {
            for results in ["content_filter_result", "content_filter_results"] {
                let body = format!(
                    r#"{{"error":{{"code":"content_filter","{member}":{{"{results}":{{"hate":{{"filtered":true,"severity":"high"}}}}}}}}}}"#
                );
                let e = error(400, Box::leak(body.into_boxed_str()));
                assert!(e.is_content_filter());
                assert!(e.content_filter().unwrap().is_filtered());
            }
        }
    }

    #[test]
    fn an_error_event_stands_for_a_status() {
        for (event, status, kind) in [
            (r#"{"error":{"code":"rate_limit_exceeded"}}"#, 429, ErrorKind::RateLimit),
            (r#"{"error":{"code":429}}"#, 429, ErrorKind::RateLimit),
            (r#"{"error":{"type":"server_error"}}"#, 500, ErrorKind::InternalServer),
            (
                r#"{"type":"error","error":{"code":"content_filter"}}"#,
                400,
                ErrorKind::ContentFilter,
            ),
            (
                r#"{"type":"error","code":"server_is_overloaded"}"#,
                503,
                ErrorKind::ServiceUnavailable,
            ),
        ] {
            let value = serde_json::from_str(event).unwrap();
            let e =
                ApiError::from_event(Bytes::from_static(event.as_bytes()), value, &Arc::default());
            assert_eq!((e.status(), e.kind()), (status, kind), "{event}");
        }
    }
}
