//! A limit on the share of calls that may be retries.

use std::sync::atomic::{AtomicU64, Ordering};

/// One retry, in the unit of the balance.
const RETRY: u64 = 1_000_000;
/// What a client starts with, and the most it saves.
const RESERVE: u64 = 10 * RETRY;

/// Saves a share of a retry with each call, and spends a whole one with each retry.
#[derive(Debug)]
pub(crate) struct Budget {
    earned: Option<u64>,
    balance: AtomicU64,
}

impl Budget {
    /// `share` retries are earned by each call; `None` for no limit.
    pub(crate) fn new(share: Option<f64>) -> Self {
        // A finite share that is not negative; `as` saturates.
        let earned = share.map(|share| (share * RETRY as f64) as u64);
        Self { earned, balance: AtomicU64::new(RESERVE) }
    }

    /// Notes a call.
    pub(crate) fn earn(&self) {
        if let Some(earned) = self.earned {
            let more = |balance: u64| Some(balance.saturating_add(earned).min(RESERVE));
            let _ = self.balance.fetch_update(Ordering::Relaxed, Ordering::Relaxed, more);
        }
    }

    /// Takes a retry, if there is one left.
    pub(crate) fn spend(&self) -> bool {
        self.earned.is_none()
            || self
                .balance
                .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |balance| {
                    balance.checked_sub(RETRY)
                })
                .is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::Budget;

    #[test]
    fn a_tenth_of_the_calls_may_be_retries() {
        let budget = Budget::new(Some(0.1));
        let mut retries = 0;
        for _ in 0..1000 {
            budget.earn();
            retries += u32::from(budget.spend());
        }
        assert!((100..=110).contains(&retries), "{retries}");
    }

    #[test]
    fn without_a_share_there_is_no_limit() {
        let budget = Budget::new(None);
        assert!((0..100).all(|_| budget.spend()));
    }

    #[test]
    fn a_share_of_zero_leaves_the_reserve_only() {
        let budget = Budget::new(Some(0.0));
        assert_eq!((0..100).filter(|_| budget.spend()).count(), 10);
    }
}
