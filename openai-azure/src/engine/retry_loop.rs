//! The attempts of a call, until one succeeds or another one makes no sense.

use std::borrow::Cow;
use std::time::Duration;

use tokio::time::Instant;

use super::attempt::{Attempted, attempt};
use super::client::Inner;
use super::middleware::AttemptOutcome;
use super::plan::Plan;
use super::pool::Route;
use super::target::Target;
use crate::error::{ApiError, Error, TimeoutError, TimeoutScope};
use crate::response_origin::ResponseOrigin;
use crate::retry::{Attempting, Backoff, Outcome, RetryDecision, decide, retry_after, spread};
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
    let mut route = inner.pool.as_deref().map(|pool| Route::new(pool, plan));
    let mut target = next_target(inner, plan, route.as_mut(), trace)?;
    loop {
        let turn = turn(plan).await?;
        let began = Instant::now();
        let outcome = attempt(inner, plan, &target, trace, retries + 1).await;
        let took = began.elapsed();
        let route_taken = route.as_ref().filter(|_| target.is_sent());
        let mut error = match outcome {
            Ok(done) => {
                if let Some(turn) = turn {
                    turn.succeeded();
                }
                if let Some(route) = route_taken {
                    route.record(Ok(&done.origin), Instant::now(), inner.clock.now());
                    if let Some(json) = done.reply.first_bytes() {
                        route.learn(json);
                    }
                }
                attempt_succeeded(inner.log.detail, retries + 1, took, &done.origin);
                ended(inner, plan, retries + 1, took, Ok(&done.origin), None);
                return Ok((done, retries));
            }
            Err(error) => error,
        };
        let credential = &target.resource.credential;
        let renewed = may_renew_token && is_unauthorized(&error) && credential.forget_token();
        may_renew_token &= !renewed;
        if let Some(route) = route_taken.filter(|_| !renewed) {
            route.record(Err(&error), Instant::now(), inner.clock.now());
        }
        let crowded = turn.is_some_and(|turn| was_crowded(inner, plan, &error, turn));
        // A refusal because of the requests beside it does not count as a retry.
        let next = || if crowded { Some(plan.retry.first_backoff) } else { backoff.next() };
        let wait = wait(inner, plan, route_taken, &mut error, renewed, crowded, next);
        attempt_failed(inner.log.detail, retries + 1, took, &error, wait);
        ended(inner, plan, retries + 1, took, Err(&error), wait);
        let Some(wait) = wait else { return Err(error.with_retries(retries)) };
        retries += 1;
        if !wait.is_zero() {
            tokio::time::sleep(wait).await;
            if let Some(route) = &mut route {
                route.waited();
            }
        }
        target = match &route {
            Some(route) if renewed => route.target()?,
            _ => next_target(inner, plan, route.as_mut(), trace)?,
        };
    }
}

/// Where the next attempt goes.
fn next_target<'a>(
    inner: &'a Inner,
    plan: &'a Plan,
    route: Option<&mut Route<'a>>,
    trace: &CallTrace,
) -> Result<Target<'a>, Error> {
    let Some(route) = route else {
        let request = Cow::Borrowed(&plan.request);
        return Ok(Target::new(request, &inner.resource, plan.deployment.clone()));
    };
    let target = route.next(Instant::now(), (inner.clock.random)())?;
    trace.span.served_by(&target.resource.endpoint);
    Ok(target)
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

/// Waits for the turn of a request that shares a rate limit with others.
///
/// # Errors
///
/// [`Error::Timeout`] when the deadline comes first.
async fn turn(plan: &Plan) -> Result<Option<Attempting>, Error> {
    let Some(ticket) = &plan.ticket else { return Ok(None) };
    let Some(deadline) = plan.deadline else { return Ok(Some(ticket.enter().await)) };
    let turn = tokio::time::timeout(deadline.left(), ticket.enter()).await;
    turn.map(Some).map_err(|_| {
        let url = plan.request.url();
        Error::Timeout(TimeoutError::new(TimeoutScope::Deadline, deadline.limit, url))
    })
}

/// Reports to the others a refusal by the rate limit. Returns whether they may be its cause, so that
/// it is no reason to give up.
fn was_crowded(inner: &Inner, plan: &Plan, error: &Error, turn: Attempting) -> bool {
    let Some(refusal) = error.as_api().filter(|error| error.status() == 429) else { return false };
    let asked = retry_after(429, refusal.headers(), inner.clock.now());
    turn.refused(asked.unwrap_or(plan.retry.first_backoff)) && plan.retry.max_retries > 0
}

/// The wait before the next attempt; `None` to give up. Records in the error what the service asked
/// for.
fn wait(
    inner: &Inner,
    plan: &Plan,
    route: Option<&Route<'_>>,
    error: &mut Error,
    has_new_token: bool,
    is_crowded: bool,
    next_backoff: impl FnOnce() -> Option<Duration>,
) -> Option<Duration> {
    let now = inner.clock.now();
    let outcome = match &*error {
        Error::Api(e) => Outcome::Status(e.status(), e.headers()),
        Error::Connection(_) => Outcome::NoAnswer,
        Error::Timeout(e) if e.scope() != TimeoutScope::Deadline => Outcome::NoAnswer,
        _ => Outcome::Final,
    };
    let asked = match &*error {
        Error::Api(e) => retry_after(e.status(), e.headers(), now),
        _ => None,
    };
    let instant = Instant::now();
    let decision = match route {
        _ if has_new_token => RetryDecision::Retry(Duration::ZERO),
        Some(route) if route.can_fail_over(error, instant) => match next_backoff() {
            Some(_) => RetryDecision::Retry(Duration::ZERO),
            None => RetryDecision::Fail,
        },
        Some(route) => decide(outcome, &plan.retry, next_backoff(), route.wait(asked, instant)),
        None => decide(outcome, &plan.retry, next_backoff(), asked),
    };
    if let Error::Api(e) = error {
        e.record_wait(asked, decision == RetryDecision::WaitTooLong);
    }
    let decision = match decision {
        RetryDecision::Retry(wait) if asked == Some(wait) => {
            RetryDecision::Retry(spread(wait, &plan.retry, (inner.clock.random)()))
        }
        other => other,
    };
    match decision {
        RetryDecision::Fail | RetryDecision::WaitTooLong => None,
        RetryDecision::Retry(_) if plan.is_once => None,
        RetryDecision::Retry(wait) if plan.left() <= wait => None,
        RetryDecision::Retry(_) if !has_new_token && !is_crowded && !inner.budget.spend() => None,
        RetryDecision::Retry(wait) => Some(wait),
    }
}

fn is_unauthorized(error: &Error) -> bool {
    error.as_api().map(ApiError::status) == Some(401)
}
