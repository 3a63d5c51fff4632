//! The clock of the jobs: files, batches, vector stores and fine-tuning jobs live by it.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// Real time from the start, multiplied by a factor.
#[derive(Debug)]
pub(crate) struct Clock {
    started: Instant,
    epoch: Duration,
    factor: Option<f64>,
}

impl Clock {
    /// Without a factor, time is real and jobs advance with each request that reads them.
    pub(crate) fn new(factor: Option<f64>) -> Self {
        let epoch = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Self { started: Instant::now(), epoch, factor }
    }

    /// Seconds since 1970 on this clock.
    pub(crate) fn now(&self) -> u64 {
        self.precise() as u64
    }

    fn precise(&self) -> f64 {
        let elapsed = self.started.elapsed().as_secs_f64();
        self.epoch.as_secs_f64() + elapsed * self.factor.unwrap_or(1.0)
    }
}

/// How far a job is.
#[derive(Debug, Clone)]
pub(crate) struct Progress {
    began: f64,
    reads: usize,
    /// When it was paused.
    paused: Option<f64>,
}

/// A stage of a job.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Stage {
    /// Which one, from 0.
    pub(crate) at: usize,
    /// The share of it that is over.
    pub(crate) share: f64,
}

impl Progress {
    pub(crate) fn new(clock: &Clock) -> Self {
        Self { began: clock.precise(), reads: 0, paused: None }
    }

    /// The stage of a job that is read now. The stages before the last have these lengths in
    /// seconds; without a time factor each read is a stage of its own, half of it over.
    pub(crate) fn read(&mut self, clock: &Clock, lengths: &[f64]) -> Stage {
        if clock.factor.is_none() {
            self.reads += usize::from(self.paused.is_none());
            return Stage { at: self.reads.min(lengths.len()), share: 0.5 };
        }
        let mut left = self.paused.unwrap_or_else(|| clock.precise()) - self.began;
        for (at, length) in lengths.iter().enumerate() {
            if left < *length {
                return Stage { at, share: (left / length).clamp(0.0, 1.0) };
            }
            left -= length;
        }
        Stage { at: lengths.len(), share: 1.0 }
    }

    /// Stops the time of the job.
    pub(crate) fn pause(&mut self, clock: &Clock) {
        self.paused.get_or_insert(clock.precise());
    }

    /// Lets the time of the job go on.
    pub(crate) fn resume(&mut self, clock: &Clock) {
        if let Some(since) = self.paused.take() {
            self.began += clock.precise() - since;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Clock, Progress};
    use std::time::Duration;

    #[test]
    fn without_a_factor_each_read_is_a_stage() {
        let clock = Clock::new(None);
        let mut progress = Progress::new(&clock);
        let stages: Vec<_> = (0..4).map(|_| progress.read(&clock, &[1.0, 1.0]).at).collect();
        assert_eq!(stages, [1, 2, 2, 2]);
    }

    #[test]
    fn with_a_factor_a_day_is_over_in_a_moment_and_a_pause_does_not_count() {
        let mut clock = Clock::new(Some(86_400.0));
        let mut progress = Progress::new(&clock);
        clock.started -= Duration::from_millis(500);
        let stage = progress.read(&clock, &[3_600.0, 86_400.0]);
        assert!(stage.at == 1 && stage.share > 0.4 && stage.share < 0.6, "{stage:?}");
        progress.pause(&clock);
        clock.started -= Duration::from_secs(10);
        assert_eq!(progress.read(&clock, &[3_600.0, 86_400.0]).at, 1);
        progress.resume(&clock);
        assert_eq!(progress.read(&clock, &[3_600.0, 86_400.0]).at, 1);
        clock.started -= Duration::from_secs(1);
        assert_eq!(progress.read(&clock, &[3_600.0, 86_400.0]).at, 2);
    }
}
