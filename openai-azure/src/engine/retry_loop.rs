//! The attempts of a call, until one succeeds or another one makes no sense.

use std::time::Duration;

use tokio::time::Instant;

use super::attempt::{Attempted, attempt};
use super::client::Inner;
use super::middleware::AttemptOutcome;
use super::plan::Plan;
use crate::error::{ApiError, Error, TimeoutScope};
use crate::response_origin::ResponseOrigin;
use crate::retry::{Backoff, Outcome, RetryDecision, classify, retry_after};
use crate::trace::{CallTrace, attempt_failed, attempt_succeeded};

/// Makes attempts; returns the one that succeeded, and how many retries came before it.
///
/// # Errors
///
/// The error of the last attempt.
pub(super) async fn run(
    inner: &Inner,
    plan: &Plan,
    trace: &CallTrace,
) -> Result<(Attempted, u32), Error> {
    inner.budget.earn();
    let random = &inner.clock.random;
    let mut backoff = Backoff::new(&plan.retry, || random());
    let mut retries = 0;
    let mut may_renew_token = true;
    loop {
        let began = Instant::now();
        let mut error = match attempt(inner, plan, trace, retries + 1).await {
            Ok(done) => {
                let took = began.elapsed();
                attempt_succeeded(inner.log.detail, retries + 1, took, &done.origin);
                ended(inner, plan, retries + 1, took, Ok(&done.origin), None);
                return Ok((done, retries));
            }
            Err(error) => error,
        };
        let renewed = may_renew_token && is_unauthorized(&error) && inner.credential.forget_token();
        may_renew_token &= !renewed;
        let wait = wait(inner, plan, &mut error, renewed, || backoff.next());
        let took = began.elapsed();
        attempt_failed(inner.log.detail, retries + 1, took, &error, wait);
        ended(inner, plan, retries + 1, took, Err(&error), wait);
        let Some(wait) = wait else { return Err(error.with_retries(retries)) };
        retries += 1;
        tokio::time::sleep(wait).await;
    }
}

/// Reports the outcome of an attempt to each middleware.
fn ended(
    inner: &Inner,
    plan: &Plan,
    attempt: u32,
    duration: Duration,
    result: Result<&ResponseOrigin, &Error>,
    wait: Option<Duration>,
) {
    for middleware in &*inner.middleware {
        middleware.attempt_ended(&AttemptOutcome { plan, attempt, result, duration, wait });
    }
}

/// The wait before the next attempt; `None` to give up. Records in the error what the service asked
/// for.
fn wait(
    inner: &Inner,
    plan: &Plan,
    error: &mut Error,
    has_new_token: bool,
    next_backoff: impl FnOnce() -> Option<Duration>,
) -> Option<Duration> {
    let now = inner.clock.now();
    let outcome = match &*error {
        Error::Api(e) => Outcome::Status(e.status(), e.headers()),
        Error::Connection(_) => Outcome::NoAnswer,
        Error::Timeout(e) if e.scope() != TimeoutScope::Deadline => Outcome::NoAnswer,
        _ => Outcome::Final,
    };
    let decision = if has_new_token {
        RetryDecision::Retry(Duration::ZERO)
    } else {
        classify(outcome, &plan.retry, next_backoff(), now)
    };
    if let Error::Api(e) = error {
        let asked = retry_after(e.status(), e.headers(), now);
        e.record_wait(asked, decision == RetryDecision::WaitTooLong);
    }
    match decision {
        RetryDecision::Fail | RetryDecision::WaitTooLong => None,
        RetryDecision::Retry(_) if plan.is_once => None,
        RetryDecision::Retry(wait) if plan.left() <= wait => None,
        RetryDecision::Retry(_) if !has_new_token && !inner.budget.spend() => None,
        RetryDecision::Retry(wait) => Some(wait),
    }
}

fn is_unauthorized(error: &Error) -> bool {
    error.as_api().map(ApiError::status) == Some(401)
}
