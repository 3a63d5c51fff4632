//! How long the events of a response over a WebSocket may take.

use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::time::{Instant, Sleep};

use crate::engine::client::Client;
use crate::engine::options::CallOptions;
use crate::error::TimeoutScope;
use crate::sse::FAR;

/// How long the first event and each later one may take, unless the options say otherwise.
const EVENT_TIMEOUT: Duration = Duration::from_secs(600);

/// How long the events of one response may take.
#[derive(Debug, Clone, Copy)]
pub(super) struct Limits {
    /// Up to the first event.
    first: (TimeoutScope, Duration),
    /// How long until that is over, which is less where the deadline began earlier.
    left: Duration,
    /// From one event to the next.
    pub(super) idle: Duration,
}

impl Limits {
    pub(super) fn new(request: &CallOptions, socket: &CallOptions, client: &Client) -> Self {
        let client = &client.inner().options;
        let timeout = request.timeout.or(client.timeout).unwrap_or(EVENT_TIMEOUT);
        let idle = request.idle_timeout.or(socket.idle_timeout).or(client.idle_timeout);
        let deadline = request.deadline.or(client.deadline).map(|deadline| deadline.started());
        let (first, left) = match deadline {
            Some(deadline) if deadline.left() <= timeout => {
                ((TimeoutScope::Deadline, deadline.limit), deadline.left())
            }
            _ => ((TimeoutScope::Attempt, timeout), timeout),
        };
        Self { first, left, idle: idle.unwrap_or(EVENT_TIMEOUT) }
    }
}

/// Runs while a response is made and no event arrives.
#[derive(Debug)]
pub(super) struct EventTimer {
    sleep: Pin<Box<Sleep>>,
    current: (TimeoutScope, Duration),
    idle: Duration,
}

impl EventTimer {
    pub(super) fn new() -> Self {
        let sleep = Box::pin(tokio::time::sleep(Duration::ZERO));
        let current = (TimeoutScope::Idle, EVENT_TIMEOUT);
        Self { sleep, current, idle: EVENT_TIMEOUT }
    }

    /// Starts for the first event of a response.
    pub(super) fn limits(&mut self, limits: Limits) {
        self.idle = limits.idle;
        self.current = limits.first;
        self.reset(limits.left);
    }

    /// Starts for the rest of the events of a response that nobody reads.
    pub(super) fn start(&mut self, idle: Duration) {
        self.idle = idle;
        self.restart();
    }

    /// Starts for the next event.
    pub(super) fn restart(&mut self) {
        self.current = (TimeoutScope::Idle, self.idle);
        self.reset(self.idle);
    }

    fn reset(&mut self, time: Duration) {
        self.sleep.as_mut().reset(Instant::now() + time.min(FAR));
    }

    pub(super) fn poll_over(&mut self, cx: &mut Context<'_>) -> Poll<(TimeoutScope, Duration)> {
        ready!(self.sleep.as_mut().poll(cx));
        Poll::Ready(self.current)
    }
}
