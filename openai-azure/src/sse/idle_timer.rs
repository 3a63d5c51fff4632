//! The limit on the idle time of a stream.

use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::time::{Instant, Sleep};

use crate::error::{Error, TimeoutError, TimeoutScope};

/// A time beyond which a limit is none; clocks cannot show much later ones.
pub(crate) const FAR: Duration = Duration::from_secs(365 * 24 * 3600);

/// Runs while no bytes arrive.
#[derive(Debug)]
pub(crate) struct IdleTimer {
    limit: Duration,
    sleep: Pin<Box<Sleep>>,
}

impl IdleTimer {
    /// Makes a timer that is over until it is started.
    pub(crate) fn new(limit: Duration) -> Self {
        Self { limit, sleep: Box::pin(tokio::time::sleep(Duration::ZERO)) }
    }

    /// Starts it anew, such as when bytes have arrived.
    pub(crate) fn start(&mut self) {
        self.start_for(self.limit);
    }

    /// Starts it for another time than its limit.
    pub(super) fn start_for(&mut self, time: Duration) {
        self.sleep.as_mut().reset(Instant::now() + time.min(FAR));
    }

    /// Waits until it is over.
    pub(super) fn poll_over(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        self.sleep.as_mut().poll(cx)
    }

    /// Waits until it is over; returns the error for the URL that was called.
    pub(crate) fn poll_timeout(&mut self, cx: &mut Context<'_>, url: &str) -> Poll<Error> {
        ready!(self.poll_over(cx));
        Poll::Ready(Error::Timeout(TimeoutError::new(TimeoutScope::Idle, self.limit, url)))
    }
}

#[cfg(test)]
mod tests {
    use super::IdleTimer;
    use std::future::poll_fn;
    use std::time::Duration;

    #[tokio::test(start_paused = true)]
    async fn it_runs_from_its_last_start_and_the_longest_limit_does_not_overflow() {
        let mut timer = IdleTimer::new(Duration::from_secs(2));
        timer.start();
        tokio::time::advance(Duration::from_secs(1)).await;
        timer.start();
        let began = tokio::time::Instant::now();
        let error = poll_fn(|cx| timer.poll_timeout(cx, "https://r.example/x")).await;
        assert_eq!(began.elapsed(), Duration::from_secs(2));
        assert!(error.to_string().contains("https://r.example/x"), "{error}");
        IdleTimer::new(Duration::MAX).start();
    }
}
