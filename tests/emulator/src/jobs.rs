//! Jobs: what a test sets and sees of files, batches, vector stores and fine-tuning.

use std::collections::BTreeMap;
use std::sync::Mutex;

use bytes::Bytes;

use crate::clock::Clock;
use crate::emulator::{Builder, Emulator};
use crate::job_fault::{JobFault, JobFaults, Step};
use crate::shared::locked;

/// The tokens that may be enqueued.
#[derive(Debug, Clone, Copy)]
pub(crate) struct BatchQuota {
    pub(crate) tokens: u64,
    /// Whether `POST /batches` is refused, or the batch fails later.
    pub(crate) is_checked_at_once: bool,
}

/// What all jobs of an emulator share.
#[derive(Debug)]
pub(crate) struct Jobs {
    pub(crate) clock: Clock,
    pub(crate) batch_quota: Option<BatchQuota>,
    pub(crate) max_batch_lines: usize,
    faults: Mutex<JobFaults>,
    /// How often a line with this `custom_id` was run.
    lines: Mutex<BTreeMap<String, u64>>,
    /// Files of a storage account, by URL.
    blobs: Mutex<BTreeMap<String, Bytes>>,
}

/// What the builder was told about jobs.
#[derive(Debug, Default, Clone, Copy)]
pub(crate) struct JobSettings {
    time_factor: Option<f64>,
    batch_quota: Option<BatchQuota>,
    max_batch_lines: Option<usize>,
}

impl Jobs {
    pub(crate) fn new(settings: JobSettings) -> Self {
        Self {
            clock: Clock::new(settings.time_factor),
            batch_quota: settings.batch_quota,
            max_batch_lines: settings.max_batch_lines.unwrap_or(100_000),
            faults: Mutex::default(),
            lines: Mutex::default(),
            blobs: Mutex::default(),
        }
    }

    /// The failure of what comes to this step now.
    pub(crate) fn fault(&self, step: Step, key: &str) -> Option<JobFault> {
        locked(&self.faults).take(step, key)
    }

    /// Writes down that a line runs.
    pub(crate) fn ran(&self, custom_id: &str) {
        *locked(&self.lines).entry(custom_id.to_owned()).or_default() += 1;
    }

    pub(crate) fn blob(&self, url: &str) -> Option<Bytes> {
        locked(&self.blobs).get(url).cloned()
    }

    pub(crate) fn put_blob(&self, url: String, content: Bytes) {
        locked(&self.blobs).insert(url, content);
    }
}

impl Emulator {
    /// Lets a job fail.
    pub fn fail(&self, fault: JobFault) {
        locked(&self.shared.jobs.faults).push(fault);
    }

    /// The lines of batches that were run, by `custom_id`, and how often.
    #[must_use]
    pub fn batch_lines(&self) -> BTreeMap<String, u64> {
        locked(&self.shared.jobs.lines).clone()
    }

    /// Puts a file into the storage account of batches with `input_blob`.
    pub fn put_blob(&self, url: impl Into<String>, content: impl Into<Bytes>) {
        self.shared.jobs.put_blob(url.into(), content.into());
    }

    /// A file of the storage account, such as the results of a batch with `output_folder`.
    #[must_use]
    pub fn blob(&self, url: &str) -> Option<Bytes> {
        self.shared.jobs.blob(url)
    }
}

impl Builder {
    /// Runs the clock of jobs this many times as fast: at 86,400 a day is over in a second.
    /// Timestamps and expiry follow it. Without a factor the clock is real, and each request that
    /// reads a job moves it to its next state.
    pub fn time_factor(mut self, factor: f64) -> Self {
        self.settings.jobs.time_factor = Some(factor);
        self
    }

    /// Limits the enqueued tokens of batches that are not over yet, per deployment. A batch above
    /// the limit is refused with 400 when `is_checked_at_once`, and otherwise ends as `failed`;
    /// both with `token_limit_exceeded`.
    pub fn batch_quota(mut self, tokens: u64, is_checked_at_once: bool) -> Self {
        self.settings.jobs.batch_quota = Some(BatchQuota { tokens, is_checked_at_once });
        self
    }

    /// The most lines of a batch; 100,000 by default.
    pub fn max_batch_lines(mut self, lines: usize) -> Self {
        self.settings.jobs.max_batch_lines = Some(lines);
        self
    }
}
