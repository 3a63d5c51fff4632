//! The limit on a whole operation, whatever it consists of.

use std::time::Duration;

use tokio::time::Instant;

/// The moment by which an operation with all its attempts, waits and further requests is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Deadline {
    /// `None` for a limit beyond what a clock can show.
    end: Option<Instant>,
    pub(crate) limit: Duration,
}

impl Deadline {
    /// Starts the clock.
    pub(crate) fn start(limit: Duration) -> Self {
        Self { end: Instant::now().checked_add(limit), limit }
    }

    /// When it is and how long it was; `None` without an end.
    pub(crate) fn end(&self) -> Option<(Instant, Duration)> {
        Some((self.end?, self.limit))
    }

    /// How much time is left; `Duration::MAX` without an end.
    pub(crate) fn left(&self) -> Duration {
        self.end.map_or(Duration::MAX, |end| end.saturating_duration_since(Instant::now()))
    }
}

/// A deadline as options hold it.
#[derive(Debug, Clone, Copy)]
pub(crate) enum DeadlineSetting {
    /// Of each call: it starts with the call.
    Limit(Duration),
    /// Of an operation of several calls: it runs already.
    Running(Deadline),
}

impl DeadlineSetting {
    /// The deadline of a call that starts now.
    pub(crate) fn started(self) -> Deadline {
        match self {
            Self::Limit(limit) => Deadline::start(limit),
            Self::Running(deadline) => deadline,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Deadline;
    use std::time::Duration;

    #[tokio::test(start_paused = true)]
    async fn a_deadline_runs_down_and_the_longest_one_has_no_end() {
        let short = Deadline::start(Duration::from_secs(2));
        let long = Deadline::start(Duration::MAX);
        tokio::time::advance(Duration::from_secs(1)).await;
        assert_eq!(short.left(), Duration::from_secs(1));
        tokio::time::advance(Duration::from_secs(5)).await;
        assert_eq!((short.left(), long.left()), (Duration::ZERO, Duration::MAX));
    }
}
