//! The way of one call through the backends of a pool.

use std::time::{Duration, SystemTime};

use tokio::time::Instant;

use super::choice::{Candidate, choose};
use super::signal::{may_do_elsewhere, signal};
use super::{Backend, Pool, rewrite, stored_ids};
use crate::engine::plan::Plan;
use crate::engine::target::Target;
use crate::error::Error;
use crate::response_origin::ResponseOrigin;

/// Which backends a call has asked, and which one it must ask.
pub(in crate::engine) struct Route<'a> {
    pool: &'a Pool,
    plan: &'a Plan,
    /// The backend that has what the request names.
    bound: Option<usize>,
    /// The backends that were asked since the last wait, as bits.
    tried: u64,
    current: usize,
}

impl<'a> Route<'a> {
    pub(in crate::engine) fn new(pool: &'a Pool, plan: &'a Plan) -> Self {
        let request = &plan.request;
        let bound = if !rewrite::is_movable(request.url(), pool.first()) {
            Some(0)
        } else if pool.stored().is_empty() {
            None
        } else {
            let body = request.body().as_bytes().map(|body| &body[..]);
            let ids = stored_ids::of_request(request.url(), request.query(), body);
            pool.stored().first(&ids)
        };
        Self { pool, plan, bound, tried: 0, current: 0 }
    }

    /// Chooses the backend of the next attempt. `random` is from 0 to 1.
    ///
    /// # Errors
    ///
    /// [`Error::Config`] for a request that cannot be turned into that of the backend.
    pub(in crate::engine) fn next(
        &mut self,
        now: Instant,
        random: f64,
    ) -> Result<Target<'a>, Error> {
        self.current = self.bound.unwrap_or_else(|| choose(&self.candidates(now), random));
        self.tried |= 1 << self.current;
        let backend = self.backend();
        backend.breaker().chosen(now);
        self.target()
    }

    /// The same backend again, such as with a new token.
    ///
    /// # Errors
    ///
    /// As for [`next`](Self::next).
    pub(in crate::engine) fn target(&self) -> Result<Target<'a>, Error> {
        let Plan { request, deployment, .. } = self.plan;
        let backend = self.backend();
        let first = self.pool.first();
        let (request, deployment) =
            rewrite::for_backend(request, deployment.as_ref(), first, backend)?;
        Ok(Target::new(request, &backend.resource, deployment))
    }

    /// Notes the outcome of an attempt at the current backend.
    pub(in crate::engine) fn record(
        &self,
        outcome: Result<&ResponseOrigin, &Error>,
        now: Instant,
        time_of_day: SystemTime,
    ) {
        if let Some(signal) = signal(outcome, time_of_day) {
            self.backend().breaker().record(self.plan.deployment.as_ref(), signal, now);
        }
    }

    /// Remembers the objects that a response of the current backend names. What a deployment returns is
    /// not stored.
    pub(in crate::engine) fn learn(&self, json: &[u8]) {
        let request = &self.plan.request;
        let is_stored = match request.operation() {
            Some(operation) => !operation.is_deployment_scoped,
            None => true,
        };
        if is_stored && !request.url().contains("/deployments/") {
            let named = stored_ids::of_response(json);
            self.pool.stored().learn(&named, self.current);
        }
    }

    /// Whether another backend can be asked at once after this failure.
    pub(in crate::engine) fn can_fail_over(&self, error: &Error, now: Instant) -> bool {
        self.bound.is_none()
            && may_do_elsewhere(error)
            && self.candidates(now).iter().any(Candidate::is_fresh)
    }

    /// The wait until a backend can be asked, in place of what the current one `asked` for; `None` for
    /// the usual backoff.
    pub(in crate::engine) fn wait(
        &self,
        asked: Option<Duration>,
        now: Instant,
    ) -> Option<Duration> {
        let asked = asked?;
        if self.bound.is_some() {
            return Some(asked);
        }
        let ready_at = |candidate: &Candidate| candidate.ready_at.unwrap_or(now);
        let soonest = self.candidates(now).iter().map(ready_at).min().unwrap_or(now);
        let soonest = soonest.saturating_duration_since(now);
        (!soonest.is_zero()).then(|| soonest.min(asked))
    }

    /// After a wait every backend can be asked again.
    pub(in crate::engine) fn waited(&mut self) {
        self.tried = 0;
    }

    fn backend(&self) -> &'a Backend {
        &self.pool.backends[self.current]
    }

    fn candidates(&self, now: Instant) -> Vec<Candidate> {
        let deployment = self.plan.deployment.as_deref();
        let candidate = |(at, backend): (usize, &Backend)| Candidate {
            priority: backend.priority,
            weight: backend.weight,
            ready_at: backend.breaker().ready_at(deployment, now),
            is_tried: self.tried & (1 << at) != 0,
        };
        self.pool.backends.iter().enumerate().map(candidate).collect()
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use openai_azure_sys::Request;
    use reqwest::Method;
    use tokio::time::Instant;

    use super::super::breaker::Signal;
    use super::{Plan, Route};
    use crate::engine::reply::Expect;
    use crate::trace::CallSpan;
    use crate::{CallOptions, Client, PoolBackend};

    const SECOND: Duration = Duration::from_secs(1);

    fn client(hosts: &[&str]) -> Client {
        let backends = hosts.iter().map(|host| PoolBackend::new(format!("https://{host}.example")));
        Client::builder().pool(backends).api_key("k").build().unwrap()
    }

    /// A request to the first backend.
    fn plan(client: &Client) -> Plan {
        let request = Request::new(Method::POST, "https://a.example/openai/v1/responses");
        let (options, span) = (CallOptions::new(), CallSpan::none());
        Plan::new(client.inner(), &options, None, None, Expect::Whole, request, &span).unwrap()
    }

    #[test]
    fn no_backend_is_asked_again_while_another_was_not() {
        let client = client(&["a", "b", "c"]);
        let (plan, pool) = (plan(&client), client.inner().pool.as_deref().unwrap());
        for random in [0.0, 0.5, 0.99] {
            let (mut route, now) = (Route::new(pool, &plan), Instant::now());
            let mut asked = [0, 1, 2].map(|_| {
                route.next(now, random).unwrap();
                route.current
            });
            asked.sort_unstable();
            assert_eq!(asked, [0, 1, 2], "{random}");
        }
    }

    #[test]
    fn the_wait_ends_when_the_first_backend_can_be_asked() {
        let client = client(&["a", "b"]);
        let (plan, pool) = (plan(&client), client.inner().pool.as_deref().unwrap());
        let (route, now) = (Route::new(pool, &plan), Instant::now());
        let has_no_room = |at: usize, time| {
            let limited = Signal::Limited(Some(time));
            pool.backends[at].breaker().record(None, limited, now);
        };
        has_no_room(0, 20 * SECOND);
        assert_eq!(route.wait(Some(20 * SECOND), now), None, "one of them has room");
        has_no_room(1, 5 * SECOND);
        assert_eq!(route.wait(Some(20 * SECOND), now), Some(5 * SECOND));
        assert_eq!(route.wait(Some(3 * SECOND), now), Some(3 * SECOND));
        assert_eq!(route.wait(None, now), None);
    }
}
