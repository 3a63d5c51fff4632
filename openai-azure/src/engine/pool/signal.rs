//! What an outcome shows of the backend that was asked.

use std::time::{Duration, SystemTime};

use super::breaker::Signal;
use crate::error::{ApiError, Error, TimeoutScope};
use crate::rate_limit::{Quota, RateLimit};
use crate::response_origin::ResponseOrigin;
use crate::retry::retry_after;

/// How long a deployment that does not exist is left alone.
const MISSING: Duration = Duration::from_secs(60);

/// What an outcome shows; `None` for nothing.
pub(super) fn signal(outcome: Result<&ResponseOrigin, &Error>, now: SystemTime) -> Option<Signal> {
    let error = match outcome {
        Ok(origin) => return Some(of_success(&RateLimit::from_headers(&origin.headers))),
        Err(error) => error,
    };
    match error {
        Error::Api(error) => Some(of_failure(error, now)),
        Error::Connection(_) | Error::Auth(_) => Some(Signal::Failed(None)),
        Error::Timeout(error) if error.scope() != TimeoutScope::Deadline => {
            Some(Signal::Failed(None))
        }
        _ => None,
    }
}

/// The last request or the last tokens of a period may have been used.
fn of_success(limits: &RateLimit) -> Signal {
    let exhausted = |quota: Quota| quota.reset().filter(|_| quota.remaining() == Some(0));
    match exhausted(limits.requests()).max(exhausted(limits.tokens())) {
        Some(reset) if !reset.is_zero() => Signal::Limited(Some(reset)),
        _ => Signal::Healthy,
    }
}

fn of_failure(error: &ApiError, now: SystemTime) -> Signal {
    let wait = retry_after(error.status(), error.headers(), now);
    match error.status() {
        429 => Signal::Limited(wait),
        408 | 500.. => Signal::Failed(wait),
        401 | 403 => Signal::Failed(None),
        404 if error.code() == Some("DeploymentNotFound") => Signal::Limited(Some(MISSING)),
        _ => Signal::Healthy,
    }
}

/// Whether another backend may do better: it is another resource, with another credential, other
/// limits, other deployments and other stored objects.
pub(super) fn may_do_elsewhere(error: &Error) -> bool {
    match error {
        Error::Api(error) => {
            matches!(error.status(), 401 | 403 | 404 | 408 | 429 | 500..)
                || error.code() == Some("previous_response_not_found")
        }
        Error::Connection(_) | Error::Auth(_) => true,
        Error::Timeout(error) => error.scope() != TimeoutScope::Deadline,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::{Signal, may_do_elsewhere, signal};
    use crate::error::{ApiError, AuthError, Error, TimeoutError, TimeoutScope};
    use crate::response_origin::ResponseOrigin;
    use bytes::Bytes;
    use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
    use std::sync::Arc;
    use std::time::{Duration, SystemTime};

    const SECOND: Duration = Duration::from_secs(1);

    fn origin(status: u16, headers: &[(&'static str, &'static str)]) -> Arc<ResponseOrigin> {
        let header = |(name, value): &(&'static str, &'static str)| {
            (HeaderName::from_static(name), HeaderValue::from_static(value))
        };
        let headers: HeaderMap = headers.iter().map(header).collect();
        let headers = Arc::new((&headers).into());
        Arc::new(ResponseOrigin { status, headers, ..ResponseOrigin::default() })
    }

    fn api(status: u16, headers: &[(&'static str, &'static str)], code: &str) -> Error {
        let body = format!(r#"{{"error":{{"code":"{code}","message":"no"}}}}"#);
        Error::Api(ApiError::from_response(Bytes::from(body), &origin(status, headers)))
    }

    fn of(error: &Error) -> Option<Signal> {
        signal(Err(error), SystemTime::UNIX_EPOCH)
    }

    #[test]
    fn statuses_show_limits_failures_and_health() {
        let asked: &[_] = &[("retry-after", "7")];
        for (status, headers, code, expected, elsewhere) in [
            (429, asked, "429", Signal::Limited(Some(7 * SECOND)), true),
            (429, &[], "429", Signal::Limited(None), true),
            (503, asked, "busy", Signal::Failed(Some(7 * SECOND)), true),
            (500, &[], "", Signal::Failed(None), true),
            (408, &[], "", Signal::Failed(None), true),
            (401, &[], "", Signal::Failed(None), true),
            (403, &[], "", Signal::Failed(None), true),
            (404, &[], "DeploymentNotFound", Signal::Limited(Some(60 * SECOND)), true),
            (404, &[], "not_found", Signal::Healthy, true),
            (400, &[], "previous_response_not_found", Signal::Healthy, true),
            (400, &[], "content_filter", Signal::Healthy, false),
            (409, &[], "", Signal::Healthy, false),
        ] {
            let error = api(status, headers, code);
            assert_eq!(of(&error), Some(expected), "{status} {code}");
            assert_eq!(may_do_elsewhere(&error), elsewhere, "{status} {code}");
        }
    }

    #[test]
    fn what_keeps_a_response_from_arriving_is_a_failure_but_for_the_deadline() {
        let timeout = |scope| Error::Timeout(TimeoutError::new(scope, SECOND, "https://h"));
        let failures = [
            timeout(TimeoutScope::Attempt),
            timeout(TimeoutScope::Connect),
            Error::Auth(AuthError::new("no token")),
        ];
        for error in &failures {
            assert_eq!(of(error), Some(Signal::Failed(None)), "{error}");
            assert!(may_do_elsewhere(error), "{error}");
        }
        for error in [timeout(TimeoutScope::Deadline), Error::config("no")] {
            assert_eq!((of(&error), may_do_elsewhere(&error)), (None, false), "{error}");
        }
    }

    #[test]
    fn a_success_that_used_up_the_limit_is_one_without_room() {
        let of = |headers: &[_]| signal(Ok(&origin(200, headers)), SystemTime::UNIX_EPOCH);
        assert_eq!(of(&[]), Some(Signal::Healthy));
        let some = &[("x-ratelimit-remaining-requests", "1"), ("x-ratelimit-reset-requests", "9")];
        assert_eq!(of(some), Some(Signal::Healthy));
        let none = &[("x-ratelimit-remaining-tokens", "0"), ("x-ratelimit-reset-tokens", "9")];
        assert_eq!(of(none), Some(Signal::Limited(Some(9 * SECOND))));
        assert_eq!(of(&none[..1]), Some(Signal::Healthy), "nobody knows for how long");
    }
}
