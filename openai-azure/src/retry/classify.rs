//! Whether a failed attempt is tried again.

use std::time::Duration;
#[cfg(any(feature = "realtime", test))]
use std::time::SystemTime;

use reqwest::header::HeaderMap;

use super::RetryPolicy;
#[cfg(any(feature = "realtime", test))]
use super::retry_after;

/// How an attempt failed, as far as retrying is concerned.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Outcome<'a> {
    /// No response arrived, or it broke off.
    NoAnswer,
    /// A response with a failure status, or with an error as first event of a stream.
    Status(u16, &'a HeaderMap),
    /// Anything that would fail the same way again.
    Final,
}

/// What to do about it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum RetryDecision {
    /// Try again after this.
    Retry(Duration),
    /// Give up.
    Fail,
    /// Give up, because the service asks for a longer wait than the policy allows.
    WaitTooLong,
}

/// Decides over a failed attempt. `backoff` is the wait when the service names none; `None` when no
/// retries are left.
#[cfg(any(feature = "realtime", test))]
pub(crate) fn classify(
    outcome: Outcome<'_>,
    policy: &RetryPolicy,
    backoff: Option<Duration>,
    now: SystemTime,
) -> RetryDecision {
    let asked = match outcome {
        Outcome::Status(status, headers) => retry_after(status, headers, now),
        Outcome::NoAnswer | Outcome::Final => None,
    };
    decide(outcome, policy, backoff, asked)
}

/// The same with another wait than the response asks for.
pub(crate) fn decide(
    outcome: Outcome<'_>,
    policy: &RetryPolicy,
    backoff: Option<Duration>,
    asked: Option<Duration>,
) -> RetryDecision {
    let worth_it = match outcome {
        Outcome::NoAnswer => true,
        Outcome::Final => false,
        Outcome::Status(status, headers) => is_worth_it(status, headers),
    };
    match (backoff, asked) {
        _ if !worth_it => RetryDecision::Fail,
        (_, Some(asked)) if asked > policy.max_retry_after => RetryDecision::WaitTooLong,
        (None, _) => RetryDecision::Fail,
        (Some(_), Some(asked)) => RetryDecision::Retry(asked),
        (Some(backoff), None) => RetryDecision::Retry(backoff),
    }
}

fn is_worth_it(status: u16, headers: &HeaderMap) -> bool {
    match headers.get("x-should-retry").map(|value| value.as_bytes()) {
        Some(b"true") => true,
        Some(b"false") => false,
        _ => matches!(status, 408 | 409 | 429 | 500..),
    }
}

#[cfg(test)]
mod tests {
    use super::{Outcome, RetryDecision, RetryPolicy, classify};
    use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
    use std::time::{Duration, SystemTime};

    const BACKOFF: Duration = Duration::from_millis(7);

    fn decision(outcome: Outcome<'_>) -> RetryDecision {
        classify(outcome, &RetryPolicy::new(), Some(BACKOFF), SystemTime::UNIX_EPOCH)
    }

    fn headers(name: &'static str, value: &'static str) -> HeaderMap {
        HeaderMap::from_iter([(HeaderName::from_static(name), HeaderValue::from_static(value))])
    }

    #[test]
    fn retries_the_statuses_that_may_pass() {
        let none = HeaderMap::new();
        for status in 300..600 {
            let expected = if matches!(status, 408 | 409 | 429) || status >= 500 {
                RetryDecision::Retry(BACKOFF)
            } else {
                RetryDecision::Fail
            };
            assert_eq!(decision(Outcome::Status(status, &none)), expected, "{status}");
        }
        assert_eq!(decision(Outcome::NoAnswer), RetryDecision::Retry(BACKOFF));
        assert_eq!(decision(Outcome::Final), RetryDecision::Fail);
    }

    #[test]
    fn x_should_retry_is_obeyed_first() {
        let (yes, no) = (headers("x-should-retry", "true"), headers("x-should-retry", "false"));
        assert_eq!(decision(Outcome::Status(400, &yes)), RetryDecision::Retry(BACKOFF));
        assert_eq!(decision(Outcome::Status(503, &no)), RetryDecision::Fail);
    }

    #[test]
    fn waits_as_long_as_retry_after_asks() {
        let asked = headers("retry-after", "20");
        let wait = Duration::from_secs(20);
        assert_eq!(decision(Outcome::Status(429, &asked)), RetryDecision::Retry(wait));
    }

    #[test]
    fn a_wait_above_the_ceiling_ends_the_call() {
        for (value, expected) in [
            ("120", RetryDecision::Retry(Duration::from_secs(120))),
            ("121", RetryDecision::WaitTooLong),
            ("86400", RetryDecision::WaitTooLong),
        ] {
            let asked = headers("retry-after", value);
            assert_eq!(decision(Outcome::Status(429, &asked)), expected, "{value}");
        }
    }

    #[test]
    fn without_retries_left_it_fails() {
        let policy = RetryPolicy::new();
        let decision = classify(Outcome::NoAnswer, &policy, None, SystemTime::UNIX_EPOCH);
        assert_eq!(decision, RetryDecision::Fail);
    }
}
