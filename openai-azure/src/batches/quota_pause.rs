//! Growing waits while the enqueued tokens of a deployment are at their limit.

use std::time::Duration;

use tokio::time::{Instant, sleep};

/// The first and the longest wait, in intervals of the polling.
const INTERVALS: (u32, u32) = (5, 600);

/// Waits for the quota, with a limit on all of them.
#[derive(Debug)]
pub(super) struct QuotaPause {
    began: Instant,
    next: Duration,
    longest: Duration,
}

impl QuotaPause {
    pub(super) fn new(interval: Duration) -> Self {
        let (first, longest) = INTERVALS;
        Self {
            began: Instant::now(),
            next: interval.saturating_mul(first),
            longest: interval.saturating_mul(longest),
        }
    }

    /// Waits, each time twice as long; `false`, at once, if that would end after the limit.
    pub(super) async fn pause(&mut self, limit: Duration) -> bool {
        if self.began.elapsed().saturating_add(self.next) > limit {
            return false;
        }
        sleep(self.next).await;
        self.next = self.next.saturating_mul(2).min(self.longest);
        true
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::time::Instant;

    use super::QuotaPause;

    #[tokio::test(start_paused = true)]
    async fn waits_grow_up_to_their_longest_and_end_with_the_limit() {
        let began = Instant::now();
        let (mut pause, limit) =
            (QuotaPause::new(Duration::from_secs(1)), Duration::from_secs(7_200));
        let mut waits = Vec::new();
        while pause.pause(limit).await {
            waits.push(began.elapsed().as_secs());
        }
        let (early, late) = waits.split_at(7);
        assert_eq!(early, [5, 15, 35, 75, 155, 315, 635]);
        assert!(late.windows(2).all(|pair| pair[1] - pair[0] == 600), "{late:?}");
        assert!(began.elapsed() <= limit);
    }
}
