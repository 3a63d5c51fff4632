//! The limits on the time of a stream: without bytes, and as a whole.

use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::time::{Instant, Sleep};

use crate::error::{Error, TimeoutError, TimeoutScope};

/// A time beyond which a limit is none; clocks cannot show much later ones.
pub(crate) const FAR: Duration = Duration::from_secs(365 * 24 * 3600);

/// Runs while no bytes arrive, and until the deadline of the call at the most.
#[derive(Debug)]
pub(crate) struct IdleTimer {
    limit: Duration,
    /// The deadline: when it is, and how long it was.
    end: Option<(Instant, Duration)>,
    sleep: Pin<Box<Sleep>>,
}

impl IdleTimer {
    /// Makes a timer that is over until it is started.
    pub(crate) fn new(limit: Duration) -> Self {
        Self { limit, end: None, sleep: Box::pin(tokio::time::sleep(Duration::ZERO)) }
    }

    /// Sets the deadline of the call.
    pub(crate) fn until(self, end: Option<(Instant, Duration)>) -> Self {
        Self { end, ..self }
    }

    /// Whether the deadline has passed, also while bytes arrive.
    pub(crate) fn is_past_deadline(&self) -> bool {
        self.end.is_some_and(|(end, _)| end <= Instant::now())
    }

    /// Starts it anew, such as when bytes have arrived.
    pub(crate) fn start(&mut self) {
        self.start_for(self.limit);
    }

    /// Starts it for another time than its limit.
    pub(super) fn start_for(&mut self, time: Duration) {
        let at = Instant::now() + time.min(FAR);
        self.sleep.as_mut().reset(self.end.map_or(at, |(end, _)| at.min(end)));
    }

    /// Waits until it is over.
    pub(super) fn poll_over(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        self.sleep.as_mut().poll(cx)
    }

    /// Waits until it is over; returns the error for the URL that was called.
    pub(crate) fn poll_timeout(&mut self, cx: &mut Context<'_>, url: &str) -> Poll<Error> {
        ready!(self.poll_over(cx));
        let (scope, limit) = match self.end {
            Some((end, limit)) if end <= Instant::now() => (TimeoutScope::Deadline, limit),
            _ => (TimeoutScope::Idle, self.limit),
        };
        Poll::Ready(Error::Timeout(TimeoutError::new(scope, limit, url)))
    }
}

#[cfg(test)]
mod tests {
    use super::{Error, IdleTimer, Instant, TimeoutScope};
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

    #[tokio::test(start_paused = true)]
    async fn what_ends_first_is_the_scope_of_the_error() {
        let second = Duration::from_secs(1);
        let ends_first = |idle: Duration, deadline: Duration| async move {
            let end = Instant::now() + deadline;
            let mut timer = IdleTimer::new(idle).until(Some((end, deadline)));
            timer.start();
            assert!(!timer.is_past_deadline());
            let error = poll_fn(|cx| timer.poll_timeout(cx, "https://r.example/x")).await;
            assert_eq!(timer.is_past_deadline(), deadline <= idle);
            let Error::Timeout(error) = error else { panic!("{error:?}") };
            (error.scope(), error.limit())
        };
        assert_eq!(ends_first(second, 2 * second).await, (TimeoutScope::Idle, second));
        assert_eq!(ends_first(2 * second, second).await, (TimeoutScope::Deadline, second));
    }
}
