//! Time and chance, so that tests can give their own.

use std::fmt;
use std::sync::Arc;
use std::time::SystemTime;

/// Where a client reads the time of day and draws its random numbers.
#[derive(Clone)]
pub(crate) struct Clock {
    pub(crate) now: Arc<dyn Fn() -> SystemTime + Send + Sync>,
    pub(crate) random: Arc<dyn Fn() -> f64 + Send + Sync>,
}

impl Clock {
    pub(crate) fn now(&self) -> SystemTime {
        (self.now)()
    }
}

impl Default for Clock {
    fn default() -> Self {
        Self { now: Arc::new(SystemTime::now), random: Arc::new(fastrand::f64) }
    }
}

impl fmt::Debug for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Clock")
    }
}
