//! What can be set for one call, and for all calls of a client.

use std::fmt;
use std::time::Duration;

use reqwest::header::{CONTENT_LENGTH, HeaderMap, HeaderName, HeaderValue, TRANSFER_ENCODING};

use super::deadline::{Deadline, DeadlineSetting};
use crate::error::Error;
use crate::retry::{RetryPolicy, Ticket};
use crate::trace::{Shown, is_secret};

/// The most bytes of a body that is read as a whole unless set otherwise.
const MAX_BODY_BYTES: usize = 512 << 20;

/// Settings of one call. What is not set here is as the client has it.
///
/// ```no_run
/// # async fn example(client: openai_azure::Client) -> Result<(), openai_azure::Error> {
/// use std::time::Duration;
/// use openai_azure::{CallOptions, RetryPolicy};
///
/// let quick = CallOptions::new()
///     .timeout(Duration::from_secs(20))
///     .retry(RetryPolicy::none())
///     .header("x-team", "search");
/// let response = client.chat("gpt-5.6-terra").user("Hello").options(quick).send().await?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Default)]
#[must_use]
pub struct CallOptions {
    pub(crate) api_version: Option<String>,
    pub(crate) any_version: bool,
    pub(crate) timeout: Option<Duration>,
    pub(crate) idle_timeout: Option<Duration>,
    pub(crate) deadline: Option<DeadlineSetting>,
    pub(crate) max_event_bytes: Option<usize>,
    pub(crate) max_body_bytes: Option<usize>,
    pub(crate) retry: Option<RetryPolicy>,
    pub(crate) idempotency_key: Option<HeaderValue>,
    pub(crate) headers: HeaderMap,
    pub(crate) query: Vec<(String, String)>,
    /// Of an operation whose requests share a rate limit.
    pub(crate) ticket: Option<Ticket>,
    /// The first setting that cannot be sent; it is reported when the call is made.
    pub(crate) invalid: Option<String>,
}

impl CallOptions {
    /// Sets nothing.
    pub fn new() -> Self {
        Self::default()
    }

    /// The `api-version`, within the form of the client: `v1` or `preview`, or a date. Default: that
    /// of the client.
    pub fn api_version(mut self, version: impl Into<String>) -> Self {
        self.api_version = Some(version.into());
        self
    }

    /// Sends operations also to api-versions that are known to lack them; without it they are
    /// refused. An api-version that this crate does not know is never refused.
    pub fn any_version(mut self, any: bool) -> Self {
        self.any_version = any;
        self
    }

    /// The limit of each attempt: from the request to the last byte of the response, or to the first
    /// event of a stream. Default 600 s, because reasoning takes minutes.
    pub fn timeout(mut self, limit: Duration) -> Self {
        self.timeout = Some(limit);
        self
    }

    /// The longest idle time of a stream once its first event has arrived; until then
    /// [`timeout`](Self::timeout) counts. Default 600 s. A stream has no limit on its whole length
    /// but a [`deadline`](Self::deadline). `Duration::MAX` is no limit.
    pub fn idle_timeout(mut self, limit: Duration) -> Self {
        self.idle_timeout = Some(limit);
        self
    }

    /// The limit of the whole operation: all attempts, waits and further requests, and an open
    /// stream until its end. Default: none.
    pub fn deadline(mut self, limit: Duration) -> Self {
        self.deadline = Some(DeadlineSetting::Limit(limit));
        self
    }

    /// The most bytes of one event of a stream. Default 64 MiB.
    pub fn max_event_bytes(mut self, limit: usize) -> Self {
        self.max_event_bytes = Some(limit);
        self
    }

    /// The most bytes of a response that is read as a whole, after decompression. Default 512 MiB.
    pub fn max_body_bytes(mut self, limit: usize) -> Self {
        self.max_body_bytes = Some(limit);
        self
    }

    /// How often and after how long the call is tried again.
    pub fn retry(mut self, policy: RetryPolicy) -> Self {
        self.retry = Some(policy);
        self
    }

    /// Sends `idempotency-key`, the same in every attempt. Without it a POST gets a random one.
    pub fn idempotency_key(mut self, key: impl AsRef<str>) -> Self {
        match HeaderValue::from_str(key.as_ref()) {
            Ok(key) => self.idempotency_key = Some(key),
            Err(_) => self.record_error("the idempotency key cannot be sent as a header"),
        }
        self
    }

    /// Sends another header. It replaces one of the same name, but never the credential.
    pub fn header(mut self, name: impl AsRef<str>, value: impl AsRef<str>) -> Self {
        let (name, value) = (name.as_ref(), value.as_ref());
        match (HeaderName::try_from(name), HeaderValue::from_str(value)) {
            (Ok(name), Ok(_)) if is_of_body(&name) => {
                self.record_error(format!("{name} is set by the body; a call cannot set it"));
            }
            (Ok(name), Ok(mut value)) => {
                value.set_sensitive(is_secret(&name));
                self.headers.insert(name, value);
            }
            (Err(_), _) => self.record_error(format!("{name:?} is not the name of a header")),
            (_, Err(_)) => {
                self.record_error(format!("the value of header `{name}` cannot be sent"))
            }
        }
        self
    }

    /// The standard deployment that serves the request if the provisioned one has no room
    /// (`x-ms-spillover-deployment`). A spillover deployment that is configured at the service wins.
    pub fn spillover_deployment(self, deployment: impl AsRef<str>) -> Self {
        self.header("x-ms-spillover-deployment", deployment)
    }

    /// Adds a parameter to the query. It replaces one of the same name.
    pub fn query(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.query.push((name.into(), value.into()));
        self
    }

    /// Starts the deadline of an operation that makes several calls, so that it holds for all of
    /// them together.
    pub(crate) fn with_running_deadline(mut self, client: &Self) -> Self {
        let deadline = self.deadline.or(client.deadline);
        self.deadline = deadline.map(|deadline| DeadlineSetting::Running(deadline.started()));
        self
    }

    /// The settings for another body than that of the call: one key stands for one body.
    pub(crate) fn without_idempotency_key(mut self) -> Self {
        self.idempotency_key = None;
        self
    }

    /// The settings of a request that shares a rate limit with others.
    pub(crate) fn with_ticket(mut self, ticket: Ticket) -> Self {
        self.ticket = Some(ticket);
        self
    }

    /// The deadline that runs already, of an operation that makes several calls.
    pub(crate) fn running_deadline(&self) -> Option<Deadline> {
        match self.deadline {
            Some(DeadlineSetting::Running(deadline)) => Some(deadline),
            _ => None,
        }
    }

    /// The most bytes of a body, as the call or these settings of the client have it.
    pub(crate) fn body_bytes(&self, call: Option<usize>) -> usize {
        call.or(self.max_body_bytes).unwrap_or(MAX_BODY_BYTES)
    }

    /// The settings without a deadline, for what happens after it.
    pub(crate) fn without_deadline(mut self) -> Self {
        self.deadline = Some(DeadlineSetting::Limit(Duration::MAX));
        self
    }

    /// These settings with those of `call` over them.
    pub(crate) fn merged_with(&self, call: &Self) -> Self {
        let mut headers = self.headers.clone();
        headers.extend(call.headers.clone());
        let mut query = self.query.clone();
        query.retain(|(name, _)| call.query.iter().all(|(other, _)| name != other));
        query.extend(call.query.iter().cloned());
        let over = |own: &Option<Duration>, call: &Option<Duration>| call.or(*own);
        Self {
            api_version: call.api_version.clone().or_else(|| self.api_version.clone()),
            any_version: self.any_version || call.any_version,
            timeout: over(&self.timeout, &call.timeout),
            idle_timeout: over(&self.idle_timeout, &call.idle_timeout),
            deadline: call.deadline.or(self.deadline),
            max_event_bytes: call.max_event_bytes.or(self.max_event_bytes),
            max_body_bytes: call.max_body_bytes.or(self.max_body_bytes),
            retry: call.retry.clone().or_else(|| self.retry.clone()),
            idempotency_key: call.idempotency_key.clone().or_else(|| self.idempotency_key.clone()),
            ticket: call.ticket.clone(),
            headers,
            query,
            invalid: call.invalid.clone().or_else(|| self.invalid.clone()),
        }
    }

    /// # Errors
    ///
    /// [`Error::Config`] when a header cannot be sent.
    pub(crate) fn check(&self) -> Result<(), Error> {
        match &self.invalid {
            Some(message) => Err(Error::config(message.clone())),
            None => Ok(()),
        }
    }

    pub(super) fn record_error(&mut self, message: impl Into<String>) {
        self.invalid.get_or_insert(message.into());
    }
}

/// Whether a header describes the body as it is sent.
pub(super) fn is_of_body(name: &HeaderName) -> bool {
    *name == CONTENT_LENGTH || *name == TRANSFER_ENCODING
}

/// Headers and parameters may be secrets: only what is known as harmless is shown.
impl fmt::Debug for CallOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let query: Vec<&str> = self.query.iter().map(|(name, _)| name.as_str()).collect();
        f.debug_struct("CallOptions")
            .field("api_version", &self.api_version)
            .field("timeout", &self.timeout)
            .field("idle_timeout", &self.idle_timeout)
            .field("deadline", &self.deadline)
            .field("max_event_bytes", &self.max_event_bytes)
            .field("retry", &self.retry)
            .field("idempotency_key", &self.idempotency_key)
            .field("headers", &Shown { headers: &self.headers, also: &[] })
            .field("query", &query)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::CallOptions;
    use std::time::Duration;

    #[test]
    fn a_call_wins_over_the_client() {
        let client = CallOptions::new()
            .timeout(Duration::from_secs(1))
            .header("x-a", "client")
            .header("x-b", "client")
            .query("q", "client")
            .api_version("2024-06-01");
        let call = CallOptions::new().header("x-a", "call").query("q", "call");
        let both = client.merged_with(&call);
        assert_eq!(both.headers["x-a"], "call");
        assert_eq!(both.headers["x-b"], "client");
        assert_eq!(both.query, [("q".to_owned(), "call".to_owned())]);
        assert_eq!(both.timeout, Some(Duration::from_secs(1)));
        assert_eq!(both.api_version.as_deref(), Some("2024-06-01"));
    }

    #[test]
    fn values_that_may_be_secret_are_not_printed() {
        let options = CallOptions::new()
            .header("authorization", "hunter1")
            .header("x-team-token", "hunter2")
            .header("accept", "application/json")
            .query("sig", "hunter3");
        let shown = format!("{options:?} {options:#?} {:?}", options.headers["authorization"]);
        assert!(!shown.contains("hunter"), "{shown}");
        for word in ["x-team-token", "sig", "application/json"] {
            assert!(shown.contains(word), "{shown}");
        }
    }

    #[test]
    fn what_cannot_be_sent_is_told_without_the_value() {
        let options = CallOptions::new().header("x-a", "secret\n");
        let error = options.check().unwrap_err().to_string();
        assert!(error.contains("x-a") && !error.contains("secret"), "{error}");
        assert!(CallOptions::new().header("no name", "v").check().is_err());
    }
}
