//! The one place where a generated call gets credential, retry, time-out and error mapping.
//!
//! One request, from call to answer:
//!
//! 1. The builder makes the body once, as bytes that all attempts share.
//! 2. [`Client::call`] lays the options of the call over those of the client, draws the ids that
//!    stay the same over retries, and starts the deadline and the span.
//! 3. Per attempt: the credential gives a header, everything goes into a [`CallContext`], the
//!    generated client is bound to it and its operation runs. The hook inside the generated client
//!    applies the context, and reqwest sends.
//! 4. A failed attempt becomes an [`Error`]; [`classify`] decides: try again after a wait, or give
//!    up. A 401 drops the cached token and is tried once more. Each attempt is an event, see
//!    [`trace`](crate::trace).
//! 5. The answer is given with its head: request ids, rate limits, headers, retries taken.

use std::borrow::Cow;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use openai_azure_sys::api::Api;
use openai_azure_sys::context::CallContext;
use openai_azure_sys::{Error as SysError, ResponseValue};
use reqwest::header::{HeaderName, HeaderValue};
use tokio::time::Instant;
use tracing::Instrument;

use crate::endpoint::Mode;
use crate::engine::attempt_error::Failure;
use crate::engine::availability;
use crate::engine::builder::DEFAULT_API_VERSION;
use crate::engine::client::Client;
use crate::engine::options::CallOptions;
use crate::error::{ApiError, Error, TimeoutError, TimeoutScope};
use crate::response::{Head, Response};
use crate::response_origin::ResponseOrigin;
use crate::retry::{Backoff, Outcome, RetryDecision, RetryPolicy, classify};
use crate::sse::Limits;
use crate::trace::{CallSpan, Log, Wire, attempt_failed, attempt_succeeded};

const TIMEOUT: Duration = Duration::from_secs(600);
const IDLE_TIMEOUT: Duration = Duration::from_secs(120);
const MAX_EVENT_BYTES: usize = 64 << 20;
const CLIENT_REQUEST_ID: HeaderName = HeaderName::from_static("x-ms-client-request-id");

/// Everything about a call that is the same in each attempt.
struct Plan<'a> {
    client: &'a Client,
    context: CallContext,
    base_url: String,
    deployment: Option<&'a str>,
    timeout: Duration,
    deadline: Option<(Instant, Duration)>,
    limits: Limits,
    retry: RetryPolicy,
    /// The body cannot be sent again.
    is_once: bool,
    span: &'a CallSpan,
    /// The operation is known only when it makes its request.
    is_unnamed: bool,
}

/// What an operation may ask of the attempt that runs it.
#[derive(Clone)]
pub(crate) struct Attempt {
    context: CallContext,
    deployment: Option<String>,
    base_url: String,
    log: Arc<Log>,
    span: CallSpan,
    pub(crate) connect_timeout: Duration,
    pub(crate) limits: Limits,
}

impl Attempt {
    /// Where the answer came from, as far as it is known by now.
    pub(crate) fn origin(&self) -> ResponseOrigin {
        let url = self.context.sent_to().unwrap_or(&self.base_url).to_owned();
        let deployment = self.deployment.clone();
        match self.context.seen() {
            Some(seen) => {
                let (status, headers) = (seen.status.as_u16(), seen.headers.clone());
                ResponseOrigin { url, deployment, status, headers }
            }
            None => ResponseOrigin { url, deployment, ..ResponseOrigin::default() },
        }
    }

    /// The span of the call.
    pub(crate) fn span(&self) -> &CallSpan {
        &self.span
    }

    /// Logs a body that has arrived, if the client logs bodies.
    pub(crate) fn log_body(&self, what: &'static str, body: &[u8]) {
        self.log.answer_body(what, &self.context, body);
    }

    /// Takes the credential out of a body that repeats it.
    pub(crate) fn without_credential(&self, body: Bytes) -> Bytes {
        match self.context.without_credential(&body) {
            Cow::Owned(clean) => clean.into(),
            Cow::Borrowed(_) => body,
        }
    }
}

impl Client {
    /// Runs any generated operation of any enabled api-version with credential, retries, time-outs
    /// and typed errors.
    ///
    /// The closure is called once per attempt with a client of the version that its argument
    /// names; that version is also what `api-version` asks for, unless the options say otherwise.
    ///
    /// ```no_run
    /// # #[cfg(feature = "2024-10-21")]
    /// # async fn example(client: openai_azure::Client) -> Result<(), openai_azure::Error> {
    /// use openai_azure::CallOptions;
    /// use openai_azure::sys::v2024_10_21 as api;
    ///
    /// let models = client
    ///     .call(&CallOptions::new(), |api: api::Client| async move { api.models_list().await })
    ///     .await?;
    /// println!("{} models", models.data.as_deref().unwrap_or_default().len());
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// Any [`Error`]. A generated operation whose answer is a stream of bytes is done when the head
    /// of the answer has arrived; what breaks after that is in the stream.
    pub async fn call<A, T, F, Fut>(
        &self,
        options: &CallOptions,
        operation: F,
    ) -> Result<Response<T>, Error>
    where
        A: Api,
        F: Fn(A) -> Fut,
        Fut: Future<Output = Result<ResponseValue<T>, SysError<()>>>,
    {
        self.run_named(None, options, None, |api, _attempt| {
            let answer = operation(api);
            async { Ok(answer.await?.into_inner()) }
        })
        .await
    }

    /// Runs an operation that may also fail after its answer's head, such as one that reads the
    /// whole body or the first event of a stream.
    ///
    /// `name` is what OpenTelemetry calls the operation, such as `chat` or `embeddings`; for
    /// operations it has no name for, the id of the operation.
    pub(crate) async fn run<A, T, F, Fut>(
        &self,
        name: &'static str,
        options: &CallOptions,
        deployment: Option<&str>,
        operation: F,
    ) -> Result<Response<T>, Error>
    where
        A: Api,
        F: Fn(A, Attempt) -> Fut,
        Fut: Future<Output = Result<T, Failure>>,
    {
        self.run_named(Some(name), options, deployment, operation).await
    }

    async fn run_named<A, T, F, Fut>(
        &self,
        name: Option<&'static str>,
        options: &CallOptions,
        deployment: Option<&str>,
        operation: F,
    ) -> Result<Response<T>, Error>
    where
        A: Api,
        F: Fn(A, Attempt) -> Fut,
        Fut: Future<Output = Result<T, Failure>>,
    {
        let span = CallSpan::start(name, deployment, self.endpoint());
        let attempts = async {
            let mut plan = Plan::new::<A>(self, name, options, deployment, &span)?;
            plan.is_unnamed = name.is_none();
            self.run_planned(&plan, operation).await
        };
        let unfinished = span.unfinished();
        let outcome = attempts.instrument(span.inner().clone()).await;
        unfinished.finished();
        match &outcome {
            Ok(answer) => span.succeeded(answer.head()),
            Err(error) => span.failed(error),
        }
        outcome
    }

    async fn run_planned<A, T, F, Fut>(
        &self,
        plan: &Plan<'_>,
        operation: F,
    ) -> Result<Response<T>, Error>
    where
        A: Api,
        F: Fn(A, Attempt) -> Fut,
        Fut: Future<Output = Result<T, Failure>>,
    {
        let inner = self.inner();
        inner.budget.earn();
        let random = &inner.clock.random;
        let mut backoff = Backoff::new(&plan.retry, || random());
        let mut retries = 0;
        let mut token_forgotten = false;
        loop {
            let began = Instant::now();
            let mut error = match plan.attempt(&operation).await {
                Ok((value, mut head)) => {
                    head.retries = retries;
                    attempt_succeeded(inner.log.detail, retries + 1, began.elapsed(), &head);
                    return Ok(Response::new(value, head));
                }
                Err(error) => error,
            };
            let took = began.elapsed();
            let wait =
                if !token_forgotten && is_unauthorized(&error) && inner.credential.forget_token() {
                    token_forgotten = true;
                    Some(Duration::ZERO)
                } else {
                    let wait = plan.decision(&mut error, backoff.next());
                    wait.filter(|_| !plan.is_once && inner.budget.spend())
                };
            let wait = wait.filter(|_| !plan.is_once);
            let wait = wait.filter(|wait| plan.left().is_none_or(|left| left > *wait));
            attempt_failed(inner.log.detail, retries + 1, took, &error, wait);
            let Some(wait) = wait else { return Err(error.with_retries(retries)) };
            retries += 1;
            tokio::time::sleep(wait).await;
        }
    }
}

impl<'a> Plan<'a> {
    fn new<A: Api>(
        client: &'a Client,
        name: Option<&'static str>,
        call: &CallOptions,
        deployment: Option<&'a str>,
        span: &'a CallSpan,
    ) -> Result<Self, Error> {
        let inner = client.inner();
        let options = inner.options.merged_with(call).checked()?;
        let mode = if A::VERSION == Some("v1") { Mode::V1 } else { Mode::Dated };
        let version = match mode {
            Mode::V1 => None,
            _ => call
                .api_version
                .as_deref()
                .or(A::VERSION)
                .or(inner.options.api_version.as_deref())
                .or(Some(DEFAULT_API_VERSION)),
        };
        if let Some(name) = name
            && !options.any_version
        {
            let asked = options.query.iter().find(|(name, _)| name == "api-version");
            let version = asked.map(|(_, version)| version.as_str()).or(version);
            availability::check(name, inner.endpoint.mode(), version)?;
        }
        let mut headers = options.headers;
        let id = headers.entry(CLIENT_REQUEST_ID).or_insert_with(random_id);
        span.client_request_id(id.to_str().unwrap_or_default());
        let idempotency_key = options.idempotency_key.unwrap_or_else(random_id);
        let mut context = CallContext::new().headers(headers).idempotency_key(idempotency_key);
        if let Some(version) = version {
            context = context.api_version(version);
        }
        for (name, value) in inner.endpoint.query().chain(options.query) {
            context = context.query(name, value);
        }
        let limits = Limits {
            idle: options.idle_timeout.unwrap_or(IDLE_TIMEOUT),
            event_bytes: options.max_event_bytes.unwrap_or(MAX_EVENT_BYTES),
        };
        Ok(Self {
            client,
            context,
            base_url: inner.endpoint.base_url(mode),
            deployment,
            timeout: options.timeout.unwrap_or(TIMEOUT),
            deadline: options.deadline.map(|limit| (Instant::now() + limit, limit)),
            limits,
            retry: options.retry.unwrap_or_default(),
            is_once: options.is_once,
            span,
            is_unnamed: false,
        })
    }

    /// How much of the deadline is left.
    fn left(&self) -> Option<Duration> {
        self.deadline.map(|(end, _)| end.saturating_duration_since(Instant::now()))
    }

    async fn attempt<A, T, F, Fut>(&self, operation: &F) -> Result<(T, Head), Error>
    where
        A: Api,
        F: Fn(A, Attempt) -> Fut,
        Fut: Future<Output = Result<T, Failure>>,
    {
        let left = self.left().unwrap_or(Duration::MAX);
        let limit = self.timeout.min(left);
        match tokio::time::timeout(limit, self.attempt_without_limit(operation)).await {
            Ok(outcome) => outcome,
            Err(_) => {
                let (scope, limit) = match self.deadline {
                    Some((_, deadline)) if left <= self.timeout => {
                        (TimeoutScope::Deadline, deadline)
                    }
                    _ => (TimeoutScope::Attempt, self.timeout),
                };
                Err(Error::Timeout(TimeoutError::new(scope, limit, &self.base_url)))
            }
        }
    }

    async fn attempt_without_limit<A, T, F, Fut>(&self, operation: &F) -> Result<(T, Head), Error>
    where
        A: Api,
        F: Fn(A, Attempt) -> Fut,
        Fut: Future<Output = Result<T, Failure>>,
    {
        let inner = self.client.inner();
        let context = self.context.fresh();
        let now = inner.clock.now();
        let context = inner.credential.authorize(context, &inner.scope, now).await?;
        let unnamed = self.is_unnamed.then(|| self.span.clone());
        let context = Wire::tap(&inner.log, unnamed, context);
        let api = A::bind(&self.base_url, &inner.http, context.clone());
        let attempt = Attempt {
            context,
            deployment: self.deployment.map(str::to_owned),
            base_url: self.base_url.clone(),
            log: Arc::clone(&inner.log),
            span: self.span.clone(),
            connect_timeout: inner.connect_timeout,
            limits: self.limits,
        };
        match operation(api, attempt.clone()).await {
            Ok(value) => {
                let ResponseOrigin { status, headers, .. } = attempt.origin();
                Ok((value, Head { status, headers, retries: 0 }))
            }
            Err(failure) => Err(failure.into_error(&attempt).await),
        }
    }

    /// The wait before the next attempt; `None` to give up. Notes in the error what was asked for.
    fn decision(&self, error: &mut Error, backoff: Option<Duration>) -> Option<Duration> {
        let now = self.client.inner().clock.now();
        let outcome = match &*error {
            Error::Api(e) => Outcome::Status(e.status(), e.headers()),
            Error::Connection(_) => Outcome::NoAnswer,
            Error::Timeout(e) if e.scope() != TimeoutScope::Deadline => Outcome::NoAnswer,
            _ => Outcome::Final,
        };
        let decision = classify(outcome, &self.retry, backoff, now);
        if let Error::Api(e) = error {
            e.note_wait(now, decision == RetryDecision::WaitTooLong);
        }
        match decision {
            RetryDecision::Retry(wait) => Some(wait),
            RetryDecision::Fail | RetryDecision::WaitTooLong => None,
        }
    }
}

fn is_unauthorized(error: &Error) -> bool {
    error.as_api().map(ApiError::status) == Some(401)
}

/// A random UUID (version 4), as the service's other clients send.
fn random_id() -> HeaderValue {
    let bits = fastrand::u128(..) & !(0xF << 76) & !(0x3 << 62) | (0x4 << 76) | (0x2 << 62);
    let hex = format!("{bits:032x}");
    let id = [&hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..]].join("-");
    HeaderValue::try_from(id).unwrap_or_else(|_| HeaderValue::from_static("unset"))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use openai_azure_sys::raw::dated;

    use super::{CallSpan, Plan, random_id};
    use crate::{CallOptions, Client};

    #[test]
    fn an_attempt_may_take_600_seconds_and_a_stream_keep_silent_for_120() {
        let client = Client::builder().endpoint("https://r.example").api_key("k").build().unwrap();
        let span = CallSpan::start(None, None, client.endpoint());
        let plan = Plan::new::<dated::Client>(&client, None, &CallOptions::new(), None, &span);
        let plan = plan.unwrap();
        assert_eq!(plan.timeout, Duration::from_secs(600));
        assert_eq!(plan.limits.idle, Duration::from_secs(120));
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
