//! How many lines fit into one batch.

/// The limits by which lines are split into batches.
///
/// By default those of the service: 100,000 lines and 200 MB.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use]
pub struct BatchLimits {
    pub(super) lines: u64,
    pub(super) bytes: u64,
}

impl Default for BatchLimits {
    fn default() -> Self {
        Self { lines: 100_000, bytes: 200_000_000 }
    }
}

impl BatchLimits {
    /// The limits of the service.
    pub fn new() -> Self {
        Self::default()
    }

    /// The most lines of a batch, at least 1.
    pub fn lines(mut self, lines: u64) -> Self {
        self.lines = lines.max(1);
        self
    }

    /// The most bytes of a batch, at least 1.
    pub fn bytes(mut self, bytes: u64) -> Self {
        self.bytes = bytes.max(1);
        self
    }
}
