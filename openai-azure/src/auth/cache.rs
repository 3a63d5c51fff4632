//! Tokens of Microsoft Entra ID, kept until shortly before they expire.
//!
//! - A token that is valid for more than 5 minutes (or half its lifetime) is given at once.
//! - After that, one caller at a time asks for a new one; the others go on with the old one, and
//!   so does the asker when the response fails or takes long.
//! - With no valid token, everybody waits for the same response. It is polled by all who wait, so
//!   that it goes on when some of them are dropped, and ends when all are; no task is spawned.

use std::collections::HashMap;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use futures_util::FutureExt;
use futures_util::future::{Shared, WeakShared};
use tokio::runtime::{Handle, Id};
use tokio::time::{Instant, timeout};

use super::TokenRequest;
use super::cached_token::Kept;
use super::error_chain::Failure;
use super::secret::Secret;
use super::source::Source;
use crate::error::Error;

/// How long an early refresh may hold up the call that happens to make it.
const PATIENCE: Duration = Duration::from_secs(10);
/// How long after one early refresh, and after one dropped token, there is no other.
const PAUSE: Duration = Duration::from_secs(30);
/// How long the whole search for a token may take, whatever the call allows.
const LIMIT: Duration = Duration::from_secs(120);
/// How long a failure is returned to those who come after it.
const FAILURE_SERVES: Duration = Duration::from_secs(1);

type Outcome = Result<Secret, Failure>;
type Fetch = Pin<Box<dyn Future<Output = Outcome> + Send>>;

/// Asks a source for tokens and keeps the last one of each scope.
pub(super) struct TokenCache {
    source: Arc<Source>,
    slots: Mutex<HashMap<Box<str>, Arc<Slot>>>,
}

/// What is known of one scope.
#[derive(Default)]
struct Slot(Mutex<State>);

#[derive(Default)]
struct State {
    kept: Option<Kept>,
    /// The request under way and the runtime that drives it; gone as soon as nobody waits for it.
    flight: Option<(Option<Id>, WeakShared<Fetch>)>,
    refreshed: Option<Instant>,
    forgotten: Option<Instant>,
    failed: Option<(Instant, Failure)>,
}

/// What a caller has to do for a token.
enum Step {
    Take(Secret),
    Refresh { flight: Shared<Fetch>, old: Secret, valid_for: Duration },
    Wait(Shared<Fetch>),
    Fail(Failure),
}

impl TokenCache {
    pub(super) fn new(source: Source) -> Self {
        Self { source: Arc::new(source), slots: Mutex::default() }
    }

    pub(super) fn source(&self) -> &Source {
        &self.source
    }

    /// Returns a token that is valid now.
    ///
    /// # Errors
    ///
    /// The source failed and there is no older token that is still valid.
    pub(super) async fn token(&self, request: &TokenRequest<'_>) -> Result<Secret, Error> {
        match self.step(request) {
            Step::Take(token) => Ok(token),
            Step::Fail(failure) => Err(failure.into()),
            Step::Wait(flight) => flight.await.map_err(Error::from),
            Step::Refresh { mut flight, old, valid_for } => {
                match timeout(PATIENCE.min(valid_for), &mut flight).await {
                    Ok(Ok(token)) => Ok(token),
                    Ok(Err(failure)) => {
                        let cause = Error::from(failure);
                        tracing::warn!(%cause, "the token was not renewed; the old one still serves");
                        Ok(old)
                    }
                    Err(_) if PATIENCE < valid_for => {
                        tracing::warn!("renewing the token takes long; the old one still serves");
                        Ok(old)
                    }
                    Err(_) => flight.await.map_err(Error::from),
                }
            }
        }
    }

    /// Drops the tokens, because the service does not take them.
    ///
    /// Many calls may be refused for the same token, or for a reason that no token cures: after
    /// one drop there is no other for a while, so that the token endpoint is not asked per call.
    pub(super) fn forget(&self) {
        let now = Instant::now();
        let mut dropped = false;
        for slot in lock(&self.slots).values() {
            let mut state = lock(&slot.0);
            if !within(state.forgotten, PAUSE, now) {
                state.forgotten = Some(now);
                state.kept = None;
                dropped = true;
            }
        }
        if dropped {
            self.source.forget();
        }
    }

    fn step(&self, request: &TokenRequest<'_>) -> Step {
        let slot = self.slot(request.scope);
        let instant = Instant::now();
        let mut state = lock(&slot.0);
        let valid = state.kept.as_ref().and_then(|kept| {
            Some((kept.token().clone(), kept.left(request.now, instant)?, kept.ahead()))
        });
        match valid {
            Some((token, left, ahead))
                if left > ahead || within(state.refreshed, PAUSE.min(left / 2), instant) =>
            {
                Step::Take(token)
            }
            Some((old, valid_for, _)) => {
                // Noted before the answer: a caller that is dropped while it waits for a slow
                // endpoint must not hand the wait to the next one.
                state.refreshed = Some(instant);
                let flight = self.flight(&slot, &mut state, request);
                Step::Refresh { flight, old, valid_for }
            }
            None => match &state.failed {
                Some((at, failure)) if within(Some(*at), FAILURE_SERVES, instant) => {
                    Step::Fail(failure.clone())
                }
                _ => Step::Wait(self.flight(&slot, &mut state, request)),
            },
        }
    }

    fn slot(&self, scope: &str) -> Arc<Slot> {
        let mut slots = lock(&self.slots);
        match slots.get(scope) {
            Some(slot) => slot.clone(),
            None => slots.entry(scope.into()).or_default().clone(),
        }
    }

    /// The request under way, or a new one.
    fn flight(
        &self,
        slot: &Arc<Slot>,
        state: &mut State,
        request: &TokenRequest<'_>,
    ) -> Shared<Fetch> {
        // Sockets and timers of a runtime end with it, so only its own callers wait for a request.
        let runtime = Handle::try_current().ok().map(|handle| handle.id());
        if let Some((of, flight)) = &state.flight
            && *of == runtime
            && let Some(flight) = flight.upgrade()
        {
            return flight;
        }
        let (source, slot) = (self.source.clone(), slot.clone());
        let (scope, now, http) = (request.scope.to_owned(), request.now, request.http.clone());
        let started = Instant::now();
        let fetch: Fetch = Box::pin(async move {
            let answer = timeout(LIMIT, source.fetch(&scope, &http)).await.unwrap_or_else(|_| {
                Err(Failure::new(format!("no token from Microsoft Entra ID within {LIMIT:?}")))
            });
            let instant = Instant::now();
            slot.land(answer, now + instant.duration_since(started), instant)
        });
        let flight = fetch.shared();
        state.flight = flight.downgrade().map(|flight| (runtime, flight));
        flight
    }
}

impl Slot {
    /// Keeps what arrived.
    fn land(
        &self,
        answer: Result<(Secret, SystemTime), Failure>,
        now: SystemTime,
        instant: Instant,
    ) -> Outcome {
        let kept = answer.and_then(|(token, expires)| {
            Kept::new(token, expires, now, instant).ok_or_else(|| {
                Failure::new(
                    "the token from Microsoft Entra ID had expired when it arrived; check the \
                     clock of this machine",
                )
            })
        });
        let mut state = lock(&self.0);
        state.flight = None;
        match kept {
            Ok(kept) => {
                let token = kept.token().clone();
                (state.kept, state.refreshed, state.failed) = (Some(kept), None, None);
                Ok(token)
            }
            Err(failure) => {
                state.failed = Some((instant, failure.clone()));
                Err(failure)
            }
        }
    }
}

/// Whether less than `span` has passed since `then`.
fn within(then: Option<Instant>, span: Duration, now: Instant) -> bool {
    then.is_some_and(|then| now.saturating_duration_since(then) < span)
}

/// Nothing panics while a lock is held, so a poisoned one is as good as any.
fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests;
