//! Whether a backend of a pool is asked: a circuit breaker, and the rate limits of its deployments.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

/// The longest time for which failures take a backend out of the pool.
const LONGEST_COOL_DOWN: Duration = Duration::from_secs(60);

/// How long a deployment is left alone after a 429 that names no time.
const LIMITED: Duration = Duration::from_secs(1);

/// The most deployments whose rate limits are remembered.
const MOST_DEPLOYMENTS: usize = 64;

/// What an attempt shows of the backend that it was sent to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Signal {
    /// It works.
    Healthy,
    /// It works, but this deployment has no room for so long.
    Limited(Option<Duration>),
    /// It does not work, and asks not to be asked for so long.
    Failed(Option<Duration>),
}

/// What is known of one backend.
///
/// ```text
/// closed ── enough failures one after the other ──> open ── cool-down ──> half-open
///   ^                                                ^                       │ one attempt
///   └──────────────── it works ──────────────────────┼───────────────────────┤
///                                                    └── twice the cool-down ─┘ it fails
/// ```
#[derive(Debug)]
pub(super) struct Breaker {
    max_failures: u32,
    first_cool_down: Duration,
    /// Failures since it last worked.
    failures: u32,
    /// How long it is left alone when it fails next.
    cool_down: Duration,
    /// It is open until then, and half-open after it; `None` while it is closed.
    open_until: Option<Instant>,
    /// An attempt finds out whether it works again.
    is_probed: bool,
    /// Deployments without room, each until when.
    limited: Vec<(Option<Arc<str>>, Instant)>,
}

impl Breaker {
    pub(super) fn new(max_failures: u32, cool_down: Duration) -> Self {
        Self {
            max_failures: max_failures.max(1),
            first_cool_down: cool_down,
            failures: 0,
            cool_down,
            open_until: None,
            is_probed: false,
            limited: Vec::new(),
        }
    }

    /// When it can be asked for this deployment; `None` for now.
    pub(super) fn ready_at(&self, deployment: Option<&str>, now: Instant) -> Option<Instant> {
        let of_it = self.limited.iter().filter(|(name, _)| name.as_deref() == deployment);
        let limited = of_it.map(|(_, until)| *until).max();
        limited.max(self.open_until).filter(|until| *until > now)
    }

    /// Notes that an attempt is sent to it. While it is half-open, all others wait for that one.
    pub(super) fn chosen(&mut self, now: Instant) {
        if self.open_until.is_some_and(|until| until <= now) {
            self.is_probed = true;
            // An attempt that is dropped has no outcome: then the next one comes after this time.
            self.open_until = now.checked_add(self.cool_down);
        }
    }

    /// Notes the outcome of an attempt.
    pub(super) fn record(&mut self, deployment: Option<&Arc<str>>, signal: Signal, now: Instant) {
        match signal {
            Signal::Healthy => self.close(),
            Signal::Limited(wait) => {
                self.close();
                self.limit(deployment, now.checked_add(wait.unwrap_or(LIMITED)), now);
            }
            Signal::Failed(wait) => self.fail(wait, now),
        }
    }

    fn close(&mut self) {
        (self.failures, self.cool_down) = (0, self.first_cool_down);
        (self.open_until, self.is_probed) = (None, false);
    }

    fn limit(&mut self, deployment: Option<&Arc<str>>, until: Option<Instant>, now: Instant) {
        self.limited.retain(|(name, until)| *until > now && name.as_ref() != deployment);
        if let Some(until) = until
            && self.limited.len() < MOST_DEPLOYMENTS
        {
            self.limited.push((deployment.cloned(), until));
        }
    }

    fn fail(&mut self, wait: Option<Duration>, now: Instant) {
        let is_open = self.open_until.is_some_and(|until| until > now);
        if is_open && !self.is_probed && wait.is_none() {
            // It was sent before the breaker opened.
            return;
        }
        self.failures = self.failures.saturating_add(1);
        let opens = self.is_probed || self.failures >= self.max_failures;
        if let Some(pause) = wait.or(opens.then_some(self.cool_down)) {
            self.open_until = now.checked_add(pause);
        }
        if opens {
            self.cool_down = self.cool_down.saturating_mul(2).min(LONGEST_COOL_DOWN);
        }
        self.is_probed = false;
    }
}

#[cfg(test)]
mod tests {
    use super::{Breaker, Signal};
    use std::sync::Arc;
    use std::time::Duration;
    use tokio::time::Instant;

    const SECOND: Duration = Duration::from_secs(1);

    fn breaker() -> Breaker {
        Breaker::new(3, 5 * SECOND)
    }

    /// The seconds until it can be asked.
    fn wait(breaker: &Breaker, now: Instant) -> u64 {
        breaker.ready_at(None, now).map_or(0, |at| (at - now).as_secs())
    }

    #[test]
    fn it_opens_after_failures_one_after_the_other() {
        let (mut breaker, now) = (breaker(), Instant::now());
        let failed = Signal::Failed(None);
        for signal in [failed, failed, Signal::Healthy, failed, failed] {
            breaker.record(None, signal, now);
            assert_eq!(wait(&breaker, now), 0);
        }
        breaker.record(None, failed, now);
        assert_eq!(wait(&breaker, now), 5);
        breaker.record(None, failed, now + SECOND);
        assert_eq!(wait(&breaker, now), 5, "an attempt of before does not count");
        let then = now + 5 * SECOND;
        assert_eq!(breaker.ready_at(None, then), None, "it can be asked from that moment on");
        breaker.record(None, failed, then);
        assert_eq!(wait(&breaker, then), 10, "an attempt of now counts");
    }

    #[test]
    fn one_attempt_finds_out_whether_it_works_again() {
        let (mut breaker, start) = (breaker(), Instant::now());
        for _ in 0..3 {
            breaker.record(None, Signal::Failed(None), start);
        }
        let later = start + 5 * SECOND;
        assert_eq!(wait(&breaker, later), 0);
        breaker.chosen(later);
        assert!(wait(&breaker, later) > 0, "the others wait for it");
        breaker.record(None, Signal::Failed(None), later);
        assert_eq!(wait(&breaker, later), 10, "twice as long");
        let later = later + 10 * SECOND;
        breaker.chosen(later);
        breaker.record(None, Signal::Healthy, later);
        assert_eq!(wait(&breaker, later), 0);
        for _ in 0..3 {
            breaker.record(None, Signal::Failed(None), later);
        }
        assert_eq!(wait(&breaker, later), 5, "from the beginning");
    }

    #[test]
    fn an_attempt_that_was_dropped_does_not_keep_it_half_open() {
        let (mut breaker, start) = (breaker(), Instant::now());
        for _ in 0..3 {
            breaker.record(None, Signal::Failed(None), start);
        }
        let later = start + 5 * SECOND;
        breaker.chosen(later);
        assert_eq!(wait(&breaker, later), 10);
        assert_eq!(wait(&breaker, later + 10 * SECOND), 0);
    }

    #[test]
    fn the_cool_down_has_a_limit() {
        let (mut breaker, mut now) = (breaker(), Instant::now());
        for _ in 0..20 {
            breaker.chosen(now);
            breaker.record(None, Signal::Failed(None), now);
            now += Duration::from_secs(wait(&breaker, now));
        }
        breaker.chosen(now);
        breaker.record(None, Signal::Failed(None), now);
        assert_eq!(wait(&breaker, now), 60);
    }

    #[test]
    fn a_rate_limit_is_one_of_the_deployment_and_ends_when_the_service_says() {
        let (mut breaker, now) = (breaker(), Instant::now());
        let (a, b): (Arc<str>, Arc<str>) = ("a".into(), "b".into());
        breaker.record(Some(&a), Signal::Limited(Some(20 * SECOND)), now);
        breaker.record(Some(&b), Signal::Limited(None), now);
        let wait = |breaker: &Breaker, name, at: Instant| {
            breaker.ready_at(Some(name), at).map_or(0, |until| (until - at).as_secs())
        };
        assert_eq!((wait(&breaker, "a", now), wait(&breaker, "b", now)), (20, 1));
        assert_eq!((wait(&breaker, "c", now), breaker.ready_at(None, now)), (0, None));
        assert_eq!(wait(&breaker, "a", now + 20 * SECOND), 0);
        breaker.record(Some(&a), Signal::Healthy, now);
        assert_eq!(wait(&breaker, "a", now), 20, "another call that was served does not end it");
        breaker.record(Some(&a), Signal::Limited(Some(5 * SECOND)), now);
        assert_eq!(wait(&breaker, "a", now), 5);
    }

    #[test]
    fn the_number_of_rate_limits_is_bounded() {
        let (mut breaker, now) = (breaker(), Instant::now());
        for number in 0..1000 {
            let name: Arc<str> = format!("d{number}").into();
            breaker.record(Some(&name), Signal::Limited(Some(SECOND)), now);
        }
        assert_eq!(breaker.limited.len(), 64);
        breaker.record(None, Signal::Limited(Some(SECOND)), now + SECOND);
        assert_eq!(breaker.limited.len(), 1, "what is over makes room");
    }

    #[test]
    fn a_failure_that_names_a_time_opens_it_at_once() {
        let (mut breaker, now) = (breaker(), Instant::now());
        breaker.record(None, Signal::Failed(Some(30 * SECOND)), now);
        assert_eq!(wait(&breaker, now), 30);
    }
}
