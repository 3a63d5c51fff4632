//! How long a token serves.

use std::time::{Duration, SystemTime};

use tokio::time::Instant;

use super::secret::Secret;

/// How long before its end a token is replaced.
const AHEAD: Duration = Duration::from_secs(300);

/// A token that ends sooner than this would end on its way to the service. It is also more than
/// the clock of a busy machine is behind.
const SHORTEST: Duration = Duration::from_secs(1);

/// A token and when it arrived.
///
/// The time of day may jump, and a steady clock may stand still while the machine sleeps, so a
/// token is as old as the older of the two.
#[derive(Clone)]
pub(super) struct Kept {
    token: Secret,
    lifetime: Duration,
    since: SystemTime,
    arrived: Instant,
}

impl Kept {
    /// Keeps a token that arrives at `now`; `None` if it has expired already, or is about to.
    pub(super) fn new(
        token: Secret,
        expires: SystemTime,
        now: SystemTime,
        arrived: Instant,
    ) -> Option<Self> {
        let lifetime = expires.duration_since(now).ok().filter(|left| *left >= SHORTEST)?;
        Some(Self { token, lifetime, since: now, arrived })
    }

    pub(super) fn token(&self) -> &Secret {
        &self.token
    }

    /// How long the token is still valid; `None` once it has expired.
    pub(super) fn left(&self, now: SystemTime, instant: Instant) -> Option<Duration> {
        let by_day = now.duration_since(self.since).unwrap_or_default();
        let steady = instant.saturating_duration_since(self.arrived);
        self.lifetime.checked_sub(by_day.max(steady)).filter(|left| !left.is_zero())
    }

    /// What is left when a new token is asked for: 5 minutes, but never more than half a lifetime,
    /// or short-lived tokens would be asked for on every call.
    pub(super) fn ahead(&self) -> Duration {
        AHEAD.min(self.lifetime / 2)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: Duration = Duration::from_secs(3600);

    fn noon() -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_secs(1_800_000_000)
    }

    fn kept(lifetime: Duration, at: Instant) -> Kept {
        Kept::new(Secret::new("t"), noon() + lifetime, noon(), at).unwrap()
    }

    #[test]
    fn a_token_that_has_expired_on_arrival_is_not_kept() {
        let at = Instant::now();
        assert!(Kept::new(Secret::new("t"), noon(), noon(), at).is_none());
        assert!(Kept::new(Secret::new("t"), noon() - HOUR, noon(), at).is_none());
        let barely = SHORTEST - Duration::from_nanos(1);
        assert!(Kept::new(Secret::new("t"), noon() + barely, noon(), at).is_none());
        assert!(Kept::new(Secret::new("t"), noon() + SHORTEST, noon(), at).is_some());
    }

    #[test]
    fn a_token_is_replaced_five_minutes_ahead_and_a_short_one_at_half_its_life() {
        let at = Instant::now();
        assert_eq!(kept(HOUR, at).ahead(), Duration::from_secs(300));
        assert_eq!(kept(Duration::from_secs(600), at).ahead(), Duration::from_secs(300));
        assert_eq!(kept(Duration::from_secs(60), at).ahead(), Duration::from_secs(30));
    }

    #[test]
    fn the_older_of_both_clocks_counts() {
        let at = Instant::now();
        let kept = kept(HOUR, at);
        let minutes = |n: u64| Duration::from_secs(60 * n);
        // Both clocks go alike.
        assert_eq!(kept.left(noon() + minutes(10), at + minutes(10)), Some(minutes(50)));
        // The machine slept: only the time of day moved.
        assert_eq!(kept.left(noon() + minutes(61), at), None);
        // The time of day was set back: the steady clock goes on.
        assert_eq!(kept.left(noon() - minutes(600), at + minutes(10)), Some(minutes(50)));
        assert_eq!(kept.left(noon() - minutes(600), at + minutes(60)), None);
    }
}
