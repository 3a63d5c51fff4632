//! The tokens that a deployment has enqueued.

use crate::response::Response;

/// The enqueued tokens of a deployment, from the headers of a batch that was created; for
/// api-versions that send them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct EnqueuedTokens {
    /// `deployment-enqueued-tokens`.
    pub enqueued: u64,
    /// `deployment-maximum-enqueued-tokens`.
    pub maximum: u64,
}

impl EnqueuedTokens {
    /// Reads the headers of a response.
    #[must_use]
    pub fn of<T>(response: &Response<T>) -> Option<Self> {
        let number = |name: &str| response.headers().get(name)?.to_str().ok()?.trim().parse().ok();
        Some(Self {
            enqueued: number("deployment-enqueued-tokens")?,
            maximum: number("deployment-maximum-enqueued-tokens")?,
        })
    }
}
