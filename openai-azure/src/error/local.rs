//! Failures on this side of the wire.

use std::error::Error as StdError;
use std::fmt;
use std::time::Duration;

use bytes::Bytes;

use super::json_error::without_text;
use crate::request_ids::RequestIds;

type Source = Box<dyn StdError + Send + Sync + 'static>;

/// Settings or arguments that cannot work. Nothing was sent.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub struct ConfigError {
    message: String,
}

impl ConfigError {
    /// Makes one, such as for a request that a [`Middleware`](crate::middleware::Middleware)
    /// refuses. It is not tried again.
    pub fn new(message: impl Into<String>) -> Self {
        Self { message: message.into() }
    }
}

/// No credential could be had. Nothing was sent.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub struct AuthError {
    message: String,
    #[source]
    source: Option<Source>,
    pub(super) retries: u32,
}

impl AuthError {
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), source: None, retries: 0 }
    }

    pub(crate) fn caused_by(message: impl Into<String>, source: impl Into<Source>) -> Self {
        Self { message: message.into(), source: Some(source.into()), retries: 0 }
    }

    /// How often the call was tried again before it ended so.
    #[must_use]
    pub fn retries_taken(&self) -> u32 {
        self.retries
    }
}

/// No response arrived: refused, reset, no such host, TLS.
#[derive(Debug, thiserror::Error)]
#[error("no response from {url}: {what}{}", after(*.retries))]
pub struct ConnectionError {
    url: String,
    what: &'static str,
    source: Source,
    pub(super) retries: u32,
}

impl ConnectionError {
    /// A failure of the generated client's transport.
    pub(crate) fn new(url: &str, source: openai_azure_sys::Error) -> Self {
        let what = if source.is_connect() {
            "could not connect; check the endpoint, the network and the proxy"
        } else if source.kind() == openai_azure_sys::ErrorKind::Body {
            "the connection broke while the response arrived"
        } else {
            "the connection broke"
        };
        Self { url: url.to_owned(), what, source: source.into(), retries: 0 }
    }

    /// The URL that was called: without query, user and password.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// How often the call was tried again before it ended so.
    #[must_use]
    pub fn retries_taken(&self) -> u32 {
        self.retries
    }
}

/// Which limit on time was reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TimeoutScope {
    /// Making the connection.
    Connect,
    /// One attempt, from the request to the last byte of the response, or to the first event of a stream.
    Attempt,
    /// The whole call with its retries.
    Deadline,
    /// The time between two chunks of a stream.
    Idle,
    /// Waiting for the service to finish something, see [`Polling`](crate::Polling).
    Polling,
}

/// A limit on time was reached.
#[derive(thiserror::Error)]
#[error("{} of {limit:?} reached at {url}{}", scope_name(*.scope), after(*.retries))]
pub struct TimeoutError {
    scope: TimeoutScope,
    limit: Duration,
    url: String,
    partial: String,
    #[source]
    source: Option<Source>,
    pub(super) retries: u32,
}

impl TimeoutError {
    pub(crate) fn new(scope: TimeoutScope, limit: Duration, url: &str) -> Self {
        let (url, partial) = (url.to_owned(), String::new());
        Self { scope, limit, url, partial, source: None, retries: 0 }
    }

    pub(crate) fn because_of(mut self, source: impl Into<Source>) -> Self {
        self.source = Some(source.into());
        self
    }

    pub(crate) fn set_partial(&mut self, text: &str) {
        text.clone_into(&mut self.partial);
    }

    /// Which limit it was.
    #[must_use]
    pub fn scope(&self) -> TimeoutScope {
        self.scope
    }

    /// How long it was.
    #[must_use]
    pub fn limit(&self) -> Duration {
        self.limit
    }

    /// The text that a stream had brought before; empty for other calls.
    #[must_use]
    pub fn partial_text(&self) -> &str {
        &self.partial
    }

    /// How often the call was tried again before it ended so.
    #[must_use]
    pub fn retries_taken(&self) -> u32 {
        self.retries
    }
}

/// The text may hold content of a completion, so it is not printed.
impl fmt::Debug for TimeoutError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TimeoutError")
            .field("scope", &self.scope)
            .field("limit", &self.limit)
            .field("url", &self.url)
            .field("retries", &self.retries)
            .field("source", &self.source)
            .finish_non_exhaustive()
    }
}

fn scope_name(scope: TimeoutScope) -> &'static str {
    match scope {
        TimeoutScope::Connect => "the limit on connecting",
        TimeoutScope::Attempt => "the timeout",
        TimeoutScope::Deadline => "the deadline",
        TimeoutScope::Polling => "the limit on waiting for the service to be done",
        TimeoutScope::Idle => "the limit on the idle time of a stream",
    }
}

fn after(retries: u32) -> String {
    if retries == 0 { String::new() } else { format!(" (after {retries} retries)") }
}

/// What arrived, for a response that could not be understood.
#[derive(Debug)]
struct Received {
    status: u16,
    ids: RequestIds,
    body: Bytes,
    retries: u32,
}

/// A successful response that is not what the operation returns.
#[derive(thiserror::Error)]
#[error("the response with status {} is not what the operation returns{}", .received.status, id(.received))]
pub struct DecodeError {
    received: Box<Received>,
    source: Source,
}

impl DecodeError {
    pub(crate) fn new(
        status: u16,
        ids: RequestIds,
        body: Bytes,
        source: impl Into<Source>,
    ) -> Self {
        let received = Box::new(Received { status, ids, body, retries: 0 });
        Self { received, source: without_text(source.into()) }
    }

    /// The HTTP status.
    #[must_use]
    pub fn status(&self) -> u16 {
        self.received.status
    }

    /// The ids to give to support.
    #[must_use]
    pub fn request_ids(&self) -> &RequestIds {
        &self.received.ids
    }

    /// The body as it arrived.
    #[must_use]
    pub fn body(&self) -> &[u8] {
        &self.received.body
    }

    /// How often the call was tried again before it ended so.
    #[must_use]
    pub fn retries_taken(&self) -> u32 {
        self.received.retries
    }

    pub(super) fn set_retries(&mut self, retries: u32) {
        self.received.retries = retries;
    }
}

fn id(received: &Received) -> String {
    received.ids.request_id().map(|id| format!(" (request id {id})")).unwrap_or_default()
}

/// The body may hold content of a prompt, so it is not printed.
impl fmt::Debug for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DecodeError")
            .field("message", &self.to_string())
            .field("status", &self.received.status)
            .field("request_ids", &self.received.ids)
            .field("body_bytes", &self.received.body.len())
            .field("source", &self.source)
            .finish()
    }
}

/// A stream broke after it began.
#[derive(thiserror::Error)]
#[error("the stream broke: {what}{}", id(.received))]
pub struct StreamError {
    what: String,
    received: Box<Received>,
    partial: String,
    #[source]
    source: Option<Source>,
}

impl StreamError {
    pub(crate) fn new(what: impl Into<String>, status: u16, ids: RequestIds) -> Self {
        let received = Box::new(Received { status, ids, body: Bytes::new(), retries: 0 });
        Self { what: what.into(), received, partial: String::new(), source: None }
    }

    pub(crate) fn because_of(mut self, source: impl Into<Source>) -> Self {
        self.source = Some(without_text(source.into()));
        self
    }

    pub(crate) fn with_event(mut self, event: Bytes) -> Self {
        self.received.body = event;
        self
    }

    pub(crate) fn set_partial(&mut self, text: &str) {
        text.clone_into(&mut self.partial);
    }

    /// The ids to give to support.
    #[must_use]
    pub fn request_ids(&self) -> &RequestIds {
        &self.received.ids
    }

    /// The event that could not be understood; empty for other causes.
    #[must_use]
    pub fn event(&self) -> &[u8] {
        &self.received.body
    }

    /// The text that had arrived before.
    #[must_use]
    pub fn partial_text(&self) -> &str {
        &self.partial
    }

    /// How often the call was tried again before it ended so.
    #[must_use]
    pub fn retries_taken(&self) -> u32 {
        self.received.retries
    }

    pub(super) fn set_retries(&mut self, retries: u32) {
        self.received.retries = retries;
    }
}

/// The event and the text may hold content of a prompt or a completion, so they are not printed.
impl fmt::Debug for StreamError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StreamError")
            .field("what", &self.what)
            .field("request_ids", &self.received.ids)
            .field("event_bytes", &self.received.body.len())
            .field("source", &self.source)
            .finish_non_exhaustive()
    }
}
