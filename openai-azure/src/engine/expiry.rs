//! When the service deletes what it stores.

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// A time after an anchor, in seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct ExpiresAfter {
    anchor: Anchor,
    seconds: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
enum Anchor {
    #[serde(rename = "created_at")]
    Created,
}

impl ExpiresAfter {
    /// Counted from the creation.
    pub(crate) fn created(lifetime: Duration) -> Self {
        Self { anchor: Anchor::Created, seconds: lifetime.as_secs() }
    }

    pub(crate) fn lifetime(self) -> Duration {
        Duration::from_secs(self.seconds)
    }
}
