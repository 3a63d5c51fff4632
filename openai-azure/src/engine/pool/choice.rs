//! Which backend of a pool is asked.

use tokio::time::Instant;

/// What decides about one backend.
#[derive(Debug, Clone, Copy)]
pub(super) struct Candidate {
    /// Lower ones come first.
    pub(super) priority: u32,
    pub(super) weight: u32,
    /// When it can be asked; `None` for now.
    pub(super) ready_at: Option<Instant>,
    /// The call has asked it.
    pub(super) is_tried: bool,
}

impl Candidate {
    pub(super) fn is_fresh(&self) -> bool {
        self.ready_at.is_none() && !self.is_tried
    }
}

/// Chooses by weight among those of the first priority that can be asked and were not. If there is
/// none, the one that can be asked soonest, rather one that was not tried; then what happens is what
/// would happen without a pool. `random` is from 0 to 1.
pub(super) fn choose(candidates: &[Candidate], random: f64) -> usize {
    let fresh = || candidates.iter().enumerate().filter(|(_, it)| it.is_fresh());
    let Some(first) = fresh().map(|(_, it)| it.priority).min() else {
        let soonest = |(_, it): &(usize, &Candidate)| (it.is_tried, it.ready_at, it.priority);
        return candidates.iter().enumerate().min_by_key(soonest).map_or(0, |(at, _)| at);
    };
    let group = || fresh().filter(|(_, it)| it.priority == first);
    let total: u64 = group().map(|(_, it)| u64::from(it.weight)).sum();
    // The share of the weights below which the backend stands that is chosen.
    let mut left = random.clamp(0.0, 1.0) * total as f64;
    let mut last = 0;
    for (at, candidate) in group() {
        let weight = f64::from(candidate.weight);
        if left < weight {
            return at;
        }
        left -= weight;
        if total == 0 || candidate.weight > 0 {
            last = at;
        }
    }
    // All weights are zero, or `random` is 1.
    last
}

#[cfg(test)]
mod tests {
    use super::{Candidate, choose};
    use std::time::Duration;
    use tokio::time::Instant;

    fn backend(priority: u32, weight: u32) -> Candidate {
        Candidate { priority, weight, ready_at: None, is_tried: false }
    }

    fn busy(candidate: Candidate, seconds: u64) -> Candidate {
        let ready_at = Some(Instant::now() + Duration::from_secs(seconds));
        Candidate { ready_at, ..candidate }
    }

    fn tried(candidate: Candidate) -> Candidate {
        Candidate { is_tried: true, ..candidate }
    }

    #[test]
    fn weights_are_shares_of_the_calls() {
        let backends = [backend(0, 5), backend(0, 3), backend(0, 0), backend(0, 2)];
        let mut counts = [0; 4];
        for number in 0..10_000 {
            counts[choose(&backends, f64::from(number) / 10_000.0)] += 1;
        }
        assert_eq!(counts, [5000, 3000, 0, 2000]);
        assert_eq!(choose(&backends, 1.0), 3);
        assert_eq!(choose(&[backend(0, 2), backend(0, 0)], 1.0), 0, "no weight, no call");
    }

    #[test]
    fn a_lower_priority_comes_first_and_the_next_one_when_it_is_busy() {
        let backends = [backend(1, 1), backend(0, 1), backend(1, 1)];
        assert!((0..10).all(|n| choose(&backends, f64::from(n) / 10.0) == 1));
        let backends = [backend(1, 1), busy(backend(0, 1), 5), backend(1, 1)];
        assert_eq!((choose(&backends, 0.1), choose(&backends, 0.9)), (0, 2));
    }

    #[test]
    fn a_member_without_weight_stands_by() {
        let backends = [busy(backend(0, 3), 5), backend(0, 0)];
        assert_eq!(choose(&backends, 0.3), 1);
        assert_eq!(choose(&[backend(0, 0), backend(0, 0)], 0.0), 1);
    }

    #[test]
    fn what_was_tried_comes_after_what_was_not() {
        assert_eq!(choose(&[tried(backend(0, 1)), backend(9, 1)], 0.0), 1);
        assert_eq!(choose(&[tried(backend(0, 1)), busy(backend(9, 1), 5)], 0.0), 1);
    }

    #[test]
    fn if_none_can_be_asked_the_soonest_is() {
        let backends = [busy(backend(0, 1), 9), busy(backend(1, 1), 2), busy(backend(0, 1), 5)];
        assert_eq!(choose(&backends, 0.5), 1);
        let backends = backends.map(tried);
        assert_eq!(choose(&backends, 0.5), 1);
    }
}
