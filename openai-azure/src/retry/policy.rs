//! The settings of retrying.

use std::time::Duration;

/// How often and after how long a call is tried again.
///
/// ```
/// use std::time::Duration;
/// use openai_azure::RetryPolicy;
///
/// let patient = RetryPolicy::new().max_retries(6).max_backoff(Duration::from_secs(30));
/// let never = RetryPolicy::none();
/// # let _ = (patient, never);
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct RetryPolicy {
    pub(crate) max_retries: u32,
    pub(crate) first_backoff: Duration,
    pub(crate) max_backoff: Duration,
    pub(crate) jitter: f64,
    pub(crate) max_retry_after: Duration,
    pub(crate) budget: Option<f64>,
}

impl Default for RetryPolicy {
    fn default() -> Self {
        Self {
            max_retries: 2,
            first_backoff: Duration::from_millis(500),
            max_backoff: Duration::from_secs(8),
            jitter: 0.25,
            max_retry_after: Duration::from_secs(120),
            budget: None,
        }
    }
}

impl RetryPolicy {
    /// The default: 2 retries, after 0.5 s and 1 s, or when the service asks to.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// No retries.
    #[must_use]
    pub fn none() -> Self {
        Self::default().max_retries(0)
    }

    /// How many retries follow the first attempt at the most. Default 2.
    #[must_use]
    pub fn max_retries(mut self, retries: u32) -> Self {
        self.max_retries = retries;
        self
    }

    /// The wait before the first retry; each later one doubles it. Default 500 ms.
    #[must_use]
    pub fn first_backoff(mut self, wait: Duration) -> Self {
        self.first_backoff = wait;
        self
    }

    /// The longest wait that doubling leads to. Default 8 s.
    #[must_use]
    pub fn max_backoff(mut self, wait: Duration) -> Self {
        self.max_backoff = wait;
        self
    }

    /// The share of each wait that chance may take off, 0 to 1. Default 0.25.
    #[must_use]
    pub fn jitter(mut self, share: f64) -> Self {
        self.jitter = if share.is_finite() { share.clamp(0.0, 1.0) } else { 0.0 };
        self
    }

    /// The longest wait that the service may ask for; above it the call ends at once with an error
    /// that reports how long was asked. Default 120 s.
    #[must_use]
    pub fn max_retry_after(mut self, wait: Duration) -> Self {
        self.max_retry_after = wait;
        self
    }

    /// Lets retries be at most this share of the calls of a client, such as 0.1 for a tenth, so
    /// that a service in trouble is not buried. A client starts with ten retries in hand. Default:
    /// no such limit. It is a setting of the client; in the options of one call it has no effect.
    #[must_use]
    pub fn budget(mut self, share: f64) -> Self {
        self.budget = (share.is_finite() && share >= 0.0).then_some(share);
        self
    }
}

#[cfg(test)]
mod tests {
    use super::RetryPolicy;

    #[test]
    fn a_budget_may_be_nothing_but_must_be_a_share() {
        let budget = |share| RetryPolicy::new().budget(share).budget;
        assert_eq!(budget(0.0), Some(0.0));
        for no_share in [-0.1, f64::INFINITY, f64::NAN] {
            assert_eq!(budget(no_share), None, "{no_share}");
        }
    }
}
