//! Failed requests of a long wait.

use std::time::Duration;

use tokio::time::Instant;

use crate::error::{Error, TimeoutScope};

/// How long requests may fail one after the other before a wait ends.
const PATIENCE: Duration = Duration::from_secs(3_600);

/// Failures of requests that wait for something, one after the other.
#[derive(Debug, Default)]
pub(crate) struct Tolerance {
    since: Option<Instant>,
}

impl Tolerance {
    /// Passes over a failure that may end by itself.
    ///
    /// # Errors
    ///
    /// The failure, if no later request can succeed, or none has for an hour.
    pub(crate) fn tolerate(&mut self, error: Error) -> Result<(), Error> {
        let since = *self.since.get_or_insert_with(Instant::now);
        if may_pass(&error) && since.elapsed() < PATIENCE { Ok(()) } else { Err(error) }
    }

    /// A request has succeeded.
    pub(crate) fn reset(&mut self) {
        self.since = None;
    }
}

/// Whether a later request may succeed.
fn may_pass(error: &Error) -> bool {
    match error {
        // No request can be made after the deadline.
        Error::Timeout(timeout) => timeout.scope() != TimeoutScope::Deadline,
        Error::Connection(_) | Error::Auth(_) | Error::Decode(_) => true,
        Error::Api(api) => api.status() >= 500 || matches!(api.status(), 401 | 408 | 409 | 429),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use std::sync::Arc;

    use bytes::Bytes;

    use super::{Tolerance, may_pass};
    use crate::error::{ApiError, Error, TimeoutError, TimeoutScope};
    use crate::response_origin::ResponseOrigin;

    fn timeout(scope: TimeoutScope) -> Error {
        Error::Timeout(TimeoutError::new(scope, Duration::from_secs(1), "u"))
    }

    fn passing() -> Error {
        timeout(TimeoutScope::Attempt)
    }

    #[tokio::test]
    async fn nothing_is_passed_over_after_the_deadline() {
        let over = timeout(TimeoutScope::Deadline);
        assert!(Tolerance::default().tolerate(over).is_err());
    }

    #[tokio::test(start_paused = true)]
    async fn failures_are_passed_over_for_an_hour_and_a_success_begins_anew() {
        let mut tolerance = Tolerance::default();
        for _ in 0..3 {
            for _ in 0..5 {
                assert!(tolerance.tolerate(passing()).is_ok());
                tokio::time::advance(Duration::from_secs(600)).await;
            }
            tolerance.reset();
        }
        assert!(tolerance.tolerate(passing()).is_ok());
        tokio::time::advance(Duration::from_secs(3_601)).await;
        assert!(tolerance.tolerate(passing()).is_err());
        assert!(Tolerance::default().tolerate(Error::config("wrong")).is_err());
    }

    #[test]
    fn statuses_of_a_moment_are_passed_over() {
        for (status, passes) in [
            (400, false),
            (401, true),
            (404, false),
            (429, true),
            (499, false),
            (500, true),
            (503, true),
        ] {
            let origin = ResponseOrigin { status, ..ResponseOrigin::default() };
            let error = Error::Api(ApiError::from_response(Bytes::new(), &Arc::new(origin)));
            assert_eq!(may_pass(&error), passes, "{status}");
        }
    }
}
