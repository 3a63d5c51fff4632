//! The waits between attempts when the service names none.

use std::time::Duration;

use super::RetryPolicy;

/// The most that chance adds to a wait that was asked for.
const MOST_SPREAD: Duration = Duration::from_secs(2);

/// A wait that the service asked for, made longer by chance: callers that were refused together do
/// not come back together. `random` is a number from 0 to 1.
pub(crate) fn spread(asked: Duration, policy: &RetryPolicy, random: f64) -> Duration {
    let share = policy.jitter * random.clamp(0.0, 1.0);
    // Beyond a minute the most is added anyway.
    let more = asked.min(Duration::from_secs(60)).mul_f64(share).min(MOST_SPREAD);
    asked.saturating_add(more)
}

/// Returns one wait per retry; it ends when there are no retries left.
#[derive(Debug)]
pub(crate) struct Backoff<R> {
    left: u32,
    next: Duration,
    longest: Duration,
    jitter: f64,
    random: R,
}

impl<R: FnMut() -> f64> Backoff<R> {
    /// `random` returns numbers from 0 to 1.
    pub(crate) fn new(policy: &RetryPolicy, random: R) -> Self {
        Self {
            left: policy.max_retries,
            next: policy.first_backoff.min(policy.max_backoff),
            longest: policy.max_backoff,
            jitter: policy.jitter,
            random,
        }
    }
}

impl<R: FnMut() -> f64> Iterator for Backoff<R> {
    type Item = Duration;

    fn next(&mut self) -> Option<Duration> {
        self.left = self.left.checked_sub(1)?;
        let wait = self.next;
        self.next = wait.saturating_mul(2).min(self.longest);
        let share = 1.0 - self.jitter * (self.random)().clamp(0.0, 1.0);
        // A share of a duration that was valid is valid.
        Some(Duration::try_from_secs_f64(wait.as_secs_f64() * share).unwrap_or(wait))
    }
}

#[cfg(test)]
mod tests {
    use super::{Backoff, Duration, RetryPolicy, spread};

    #[test]
    fn a_wait_that_was_asked_for_is_never_shorter_and_a_little_longer() {
        let (policy, second) = (RetryPolicy::new(), Duration::from_secs(1));
        assert_eq!(spread(second, &policy, 0.0), second);
        assert_eq!(spread(second, &policy, 1.0), Duration::from_millis(1250));
        assert_eq!(spread(second * 60, &policy, 1.0), second * 62);
        assert_eq!(spread(second, &policy.clone().jitter(0.0), 1.0), second);
        assert_eq!(spread(Duration::MAX, &policy, 1.0), Duration::MAX);
    }

    fn millis(policy: RetryPolicy, random: f64) -> Vec<u128> {
        Backoff::new(&policy, || random).map(|wait| wait.as_millis()).collect()
    }

    #[test]
    fn waits_double_up_to_the_cap() {
        let policy = RetryPolicy::new().max_retries(7);
        assert_eq!(millis(policy, 0.0), [500, 1000, 2000, 4000, 8000, 8000, 8000]);
    }

    #[test]
    fn chance_takes_off_at_most_a_quarter() {
        assert_eq!(millis(RetryPolicy::new(), 1.0), [375, 750]);
        assert_eq!(millis(RetryPolicy::new().jitter(0.0), 1.0), [500, 1000]);
    }

    #[test]
    fn no_retries_are_no_waits() {
        assert!(millis(RetryPolicy::none(), 0.5).is_empty());
    }

    #[test]
    fn the_longest_duration_does_not_overflow() {
        let policy = RetryPolicy::new()
            .max_retries(3)
            .first_backoff(std::time::Duration::MAX)
            .max_backoff(std::time::Duration::MAX);
        assert_eq!(millis(policy, 0.0).len(), 3);
    }
}
