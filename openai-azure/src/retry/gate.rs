//! Requests of one operation that share a rate limit.
//!
//! A 429 for one of them holds back the others for as long as it asks to. After that they go one by
//! one; each success lets one more go beside it. The requests go in the order of their numbers, so
//! none is passed over again and again.

use std::collections::BTreeSet;
use std::pin::pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::{Instant, timeout_at};

use crate::sse::FAR;

/// What the requests of an operation pass before each attempt.
#[derive(Debug)]
pub(crate) struct Gate {
    state: Mutex<State>,
    changed: Notify,
}

#[derive(Debug)]
struct State {
    /// How many may be inside.
    width: usize,
    /// How many may be inside while nothing is refused.
    most: usize,
    inside: usize,
    /// No request goes before.
    opens: Option<Instant>,
    waiting: BTreeSet<u64>,
    /// How many have entered so far.
    entered: u64,
    /// How many were refused so far.
    refused: u64,
}

impl Gate {
    /// `most` requests go side by side until one is refused.
    pub(crate) fn new(most: usize) -> Arc<Self> {
        let most = most.max(1);
        let state = State {
            width: most,
            most,
            inside: 0,
            opens: None,
            waiting: BTreeSet::new(),
            entered: 0,
            refused: 0,
        };
        Arc::new(Self { state: Mutex::new(state), changed: Notify::new() })
    }

    /// The right of a request to pass. No two requests have the same number.
    pub(crate) fn ticket(self: &Arc<Self>, number: u64) -> Ticket {
        Ticket { gate: Arc::clone(self), number }
    }

    /// Nothing panics while the lock is held, so a poisoned one is as good as any.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The right of one request to pass a [`Gate`], once for each attempt.
#[derive(Debug, Clone)]
pub(crate) struct Ticket {
    gate: Arc<Gate>,
    number: u64,
}

impl Ticket {
    /// Waits for its turn.
    pub(crate) async fn enter(&self) -> Attempting {
        let gate = &self.gate;
        gate.lock().waiting.insert(self.number);
        let _waiting = Waiting(self);
        loop {
            let mut changed = pin!(gate.changed.notified());
            changed.as_mut().enable();
            let opens = {
                let mut state = gate.lock();
                let now = Instant::now();
                state.opens = state.opens.filter(|opens| *opens > now);
                let is_next = state.waiting.first() == Some(&self.number);
                if state.opens.is_none() && is_next && state.inside < state.width {
                    return self.pass(&mut state);
                }
                state.opens
            };
            match opens {
                Some(opens) => drop(timeout_at(opens, changed).await),
                None => changed.await,
            }
        }
    }

    fn pass(&self, state: &mut State) -> Attempting {
        state.entered += 1;
        state.inside += 1;
        Attempting {
            gate: Arc::clone(&self.gate),
            has_others: state.inside > 1,
            entered: state.entered,
            refused: state.refused,
        }
    }
}

/// A request that waits; also when it is dropped, the next one may go.
struct Waiting<'a>(&'a Ticket);

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.gate.lock().waiting.remove(&self.0.number);
        self.0.gate.changed.notify_waiters();
    }
}

/// An attempt that has passed the gate. It leaves when it is dropped.
#[derive(Debug)]
pub(crate) struct Attempting {
    gate: Arc<Gate>,
    /// Others were inside when it entered.
    has_others: bool,
    entered: u64,
    refused: u64,
}

impl Attempting {
    /// The request was served, so one more may go beside it.
    pub(crate) fn succeeded(self) {
        let mut state = self.gate.lock();
        // What was sent before a refusal says nothing about the time after it.
        if state.refused == self.refused {
            state.width = (state.width + 1).min(state.most);
        }
    }

    /// The rate limit refused it: nobody goes for this long. Returns whether others were under way
    /// beside it, so that it may have been refused because of them.
    pub(crate) fn refused(self, wait: Duration) -> bool {
        let mut state = self.gate.lock();
        let opens = Instant::now() + wait.min(FAR);
        state.opens = state.opens.max(Some(opens));
        state.width = 1;
        state.refused += 1;
        self.has_others || state.entered != self.entered
    }
}

impl Drop for Attempting {
    fn drop(&mut self) {
        self.gate.lock().inside -= 1;
        self.gate.changed.notify_waiters();
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use futures_util::FutureExt as _;
    use tokio::time::Instant;

    use super::Gate;

    const WAIT: Duration = Duration::from_secs(10);

    #[tokio::test(start_paused = true)]
    async fn a_refusal_holds_back_the_others_and_then_they_go_one_by_one() {
        let gate = Gate::new(4);
        let (one, two) = (gate.ticket(1).enter().await, gate.ticket(2).enter().await);
        assert!(two.refused(WAIT), "another one was under way");
        one.succeeded();
        let began = Instant::now();
        let first = gate.ticket(2).enter().await;
        assert_eq!(began.elapsed(), WAIT);
        let (three, four) = (gate.ticket(3), gate.ticket(4));
        assert!(three.enter().now_or_never().is_none(), "one goes at a time");
        first.succeeded();
        let _third = three.enter().now_or_never().unwrap();
        let _fourth = four.enter().now_or_never().unwrap();
        assert!(gate.ticket(5).enter().now_or_never().is_none(), "two go after one success");
    }

    #[tokio::test(start_paused = true)]
    async fn a_request_that_was_alone_is_refused_for_itself() {
        let gate = Gate::new(4);
        assert!(!gate.ticket(1).enter().await.refused(WAIT));
        let one = gate.ticket(1).enter().await;
        drop(one);
        // One that came and went meanwhile counts as well.
        let gate = Gate::new(4);
        let one = gate.ticket(1).enter().await;
        gate.ticket(2).enter().await.succeeded();
        assert!(one.refused(WAIT));
    }

    #[tokio::test(start_paused = true)]
    async fn the_lowest_number_goes_first_and_a_dropped_wait_is_passed_over() {
        let gate = Gate::new(1);
        let inside = gate.ticket(1).enter().await;
        let (two, three) = (gate.ticket(2), gate.ticket(3));
        let (mut second, mut third) = (Box::pin(two.enter()), Box::pin(three.enter()));
        assert!(third.as_mut().now_or_never().is_none());
        assert!(second.as_mut().now_or_never().is_none());
        drop(inside);
        assert!(third.as_mut().now_or_never().is_none(), "it is not its turn");
        drop(second);
        assert!(third.await.gate.lock().waiting.is_empty());
    }
}
