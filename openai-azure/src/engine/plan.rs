//! Everything about a call that is the same in each attempt.

use std::sync::Arc;
use std::time::Duration;

use openai_azure_sys::{Body, Operation, Request};
use reqwest::Method;
use reqwest::header::{HeaderName, HeaderValue};

use super::api_version::{self, Choice};
use super::client::Inner;
use super::deadline::Deadline;
use super::options::CallOptions;
use super::reply::Expect;
use crate::endpoint::{Mode, is_v1};
use crate::error::Error;
use crate::retry::{RetryPolicy, Ticket};
use crate::sse::Limits;
use crate::trace::CallSpan;

const TIMEOUT: Duration = Duration::from_secs(600);
const IDLE_TIMEOUT: Duration = Duration::from_secs(600);
const MAX_EVENT_BYTES: usize = 64 << 20;
const CLIENT_REQUEST_ID: HeaderName = HeaderName::from_static("x-ms-client-request-id");
const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");
const API_VERSION: &str = "api-version";

/// The request, complete but for its credential, and the limits on sending it.
#[derive(Debug)]
pub(super) struct Plan {
    pub(super) request: Request,
    /// The name of the api-version.
    version: String,
    pub(super) operation: &'static str,
    pub(super) deployment: Option<Arc<str>>,
    /// The value of `api-version`, for errors.
    pub(super) api_version: Option<Box<str>>,
    pub(super) expect: Expect,
    pub(super) timeout: Duration,
    pub(super) deadline: Option<Deadline>,
    pub(super) limits: Limits,
    pub(super) body_bytes: usize,
    pub(super) retry: RetryPolicy,
    /// Of an operation whose requests share a rate limit.
    pub(super) ticket: Option<Ticket>,
    /// The body cannot be sent again, so not even a new token is tried.
    pub(super) is_once: bool,
}

impl Plan {
    /// Completes the request of a generated client with the options of the client and of the call.
    ///
    /// # Errors
    ///
    /// [`Error::Config`] for options that cannot be sent, and for an operation that the api-version
    /// is known to lack.
    pub(super) fn new(
        inner: &Inner,
        call: &CallOptions,
        deployment: Option<Arc<str>>,
        typed: Option<&'static str>,
        expect: Expect,
        mut request: Request,
        span: &CallSpan,
    ) -> Result<Self, Error> {
        call.check()?;
        let client = &inner.options;
        // Those of a builder were checked; `Client::with_options` leaves it to the call.
        client.check()?;
        let (version, api_version) = set_version(&mut request, inner, call, typed)?;
        // Backends of a pool have their own, see `pool/rewrite.rs`.
        if inner.pool.is_none() {
            for (name, value) in inner.resource.endpoint.query() {
                request.set_query(&name, &value);
            }
        }
        for (name, value) in client.query.iter().chain(&call.query) {
            request.set_query(name, value);
        }
        let is_post = request.method() == Method::POST;
        let headers = request.headers_mut();
        for (name, value) in client.headers.iter().chain(&call.headers) {
            headers.insert(name, value.clone());
        }
        let mut own_id = None;
        let id =
            headers.entry(CLIENT_REQUEST_ID).or_insert_with(|| own_id.insert(random_id()).clone());
        span.client_request_id(id);
        if is_post {
            let key = call.idempotency_key.as_ref().or(client.idempotency_key.as_ref());
            // The ID is the key, too, unless the caller's requests may have one ID together.
            let key = key.cloned().or(own_id).unwrap_or_else(random_id);
            headers.insert(IDEMPOTENCY_KEY, key);
        }
        let deadline = call.deadline.or(client.deadline).map(|deadline| deadline.started());
        Ok(Self {
            version,
            operation: request.operation().map_or("request", |operation| operation.name),
            deployment,
            api_version,
            expect,
            timeout: call.timeout.or(client.timeout).unwrap_or(TIMEOUT),
            deadline,
            limits: Limits {
                end: deadline.and_then(|deadline| deadline.end()),
                idle: call.idle_timeout.or(client.idle_timeout).unwrap_or(IDLE_TIMEOUT),
                event_bytes: call
                    .max_event_bytes
                    .or(client.max_event_bytes)
                    .unwrap_or(MAX_EVENT_BYTES),
            },
            body_bytes: client.body_bytes(call.max_body_bytes),
            ticket: call.ticket.clone(),
            retry: call.retry.as_ref().or(client.retry.as_ref()).cloned().unwrap_or_default(),
            is_once: match request.body() {
                Body::Source(source) => !source.is_repeatable(),
                _ => false,
            },
            request,
        })
    }

    /// # Errors
    ///
    /// [`Error::Config`] when the api-version is known to lack the operation.
    pub(super) fn check_version(&self, inner: &Inner, call: &CallOptions) -> Result<(), Error> {
        match self.request.operation() {
            Some(operation) if !call.any_version && !inner.options.any_version => {
                api_version::check(operation, inner.resource.endpoint.mode(), &self.version)
            }
            _ => Ok(()),
        }
    }

    /// How much of the deadline is left; `Duration::MAX` without one.
    pub(super) fn left(&self) -> Duration {
        self.deadline.map_or(Duration::MAX, |deadline| deadline.left())
    }
}

/// Puts the api-version into the query. Returns its name, and what is sent.
///
/// `typed` is the version of a generated client, which decides the form of URL for its call.
fn set_version(
    request: &mut Request,
    inner: &Inner,
    call: &CallOptions,
    typed: Option<&'static str>,
) -> Result<(String, Option<Box<str>>), Error> {
    let mode = match (typed.map(is_v1), inner.resource.endpoint.mode()) {
        (Some(true), _) => Mode::V1,
        (Some(false), Mode::V1) => Mode::Dated,
        (_, mode) => mode,
    };
    let operation: Option<&'static Operation> = request.operation();
    let asked = call.query.iter().chain(&inner.options.query).find(|(name, _)| name == API_VERSION);
    let choice = Choice {
        query: asked.map(|(_, version)| version.as_str()),
        call: call.api_version.as_deref(),
        typed,
        client: inner.options.api_version.as_deref(),
    };
    let chosen = api_version::choose(mode, operation, choice)?;
    if chosen.is_automatic {
        tracing::debug!(
            operation = operation.map(|it| it.name),
            "only the preview of v1 has this operation: api-version=preview is sent"
        );
    }
    if let Some(version) = chosen.sent {
        request.set_query(API_VERSION, version);
    }
    Ok((chosen.name.to_owned(), chosen.sent.map(Box::from)))
}

/// A random UUID (version 4), as the service's other clients send.
fn random_id() -> HeaderValue {
    const HEX: &[u8; 16] = b"0123456789abcdef";
    let bits = fastrand::u128(..) & !(0xF << 76) & !(0x3 << 62) | (0x4 << 76) | (0x2 << 62);
    let mut id = [b'-'; 36];
    let mut at = 0;
    for (index, byte) in bits.to_be_bytes().into_iter().enumerate() {
        at += usize::from(matches!(index, 4 | 6 | 8 | 10));
        id[at] = HEX[usize::from(byte >> 4)];
        id[at + 1] = HEX[usize::from(byte & 0xF)];
        at += 2;
    }
    HeaderValue::from_bytes(&id).unwrap_or_else(|_| HeaderValue::from_static("unset"))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use openai_azure_sys::Request;
    use reqwest::Method;

    use super::{CallSpan, Expect, Plan, random_id};
    use crate::{CallOptions, Client};

    #[test]
    fn an_attempt_may_take_600_seconds_and_a_stream_be_idle_as_long() {
        let client = Client::builder().endpoint("https://r.example").api_key("k").build().unwrap();
        let request = Request::new(Method::GET, "https://r.example/openai/models");
        let (options, span) = (CallOptions::new(), CallSpan::none());
        let plan = Plan::new(client.inner(), &options, None, None, Expect::Whole, request, &span);
        let plan = plan.unwrap();
        assert_eq!(plan.timeout, Duration::from_secs(600));
        assert_eq!(plan.limits.idle, Duration::from_secs(600));
        assert_eq!(plan.limits.event_bytes, 64 << 20);
        assert!(plan.deadline.is_none());
    }

    #[test]
    fn request_ids_are_uuids_of_version_4() {
        let id = random_id();
        let id = id.to_str().unwrap();
        let lengths: Vec<usize> = id.split('-').map(str::len).collect();
        assert_eq!(lengths, [8, 4, 4, 4, 12]);
        assert_eq!(&id[14..15], "4");
        assert!(matches!(&id[19..20], "8" | "9" | "a" | "b"), "{id}");
        assert_ne!(random_id(), random_id());
    }
}
