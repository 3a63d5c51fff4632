//! Several endpoints behind one client: by priority and weight, with failover, and stored objects
//! asked for where they are.
//!
//! ```
//! use openai_azure::{Client, PoolBackend};
//!
//! let client = Client::builder()
//!     .pool([
//!         PoolBackend::new("https://contoso-east.openai.azure.com")
//!             .api_key("KEY-1")
//!             .deployment("gpt-5.6-terra", "terra-provisioned"),
//!         PoolBackend::new("https://contoso-west.openai.azure.com").api_key("KEY-2").priority(1),
//!     ])
//!     .build()?;
//! # let _ = client;
//! # Ok::<(), openai_azure::Error>(())
//! ```
//!
//! - Each attempt asks one backend: of those that can be asked, one of the lowest
//!   [`priority`](PoolBackend::priority), by [`weight`](PoolBackend::weight).
//! - A backend cannot be asked for as long as `retry-after` or `x-ratelimit-reset-*` of a 429 asks, for
//!   calls of the same deployment; and after failures one after the other
//!   ([`max_failures`](PoolBackend::max_failures)) for a [`cool_down`](PoolBackend::cool_down), after
//!   which one attempt finds out whether it works again.
//! - An attempt that fails is followed by one at another backend at once, if one can be asked: after
//!   408, 429, 5xx, a broken connection or a timeout of the attempt, and after 401, 403 and 404. It
//!   counts as a retry: [`RetryPolicy`](crate::RetryPolicy), budget and deadline bound it.
//! - A request that names a stored object, such as a response, a conversation or a file, goes to the
//!   backend that made it, and nowhere else. The last 8,192 to 16,384 IDs are known; what is not known
//!   is asked for at one backend after the other.
//! - [`Response::endpoint`](crate::Response::endpoint) and
//!   [`RequestIds::endpoint`](crate::RequestIds::endpoint) are the backend that served.
//!
//! The guide [pools.md](https://github.com/openai-azure-rs/openai-azure/blob/main/docs/pools.md) has every
//! rule.

// A `Route` is the way of one call through the pool: it chooses a backend for each attempt and learns
// of each outcome. `choice` decides by priority, weight and what is ready, `breaker` knows what is
// ready, `stored_ids` where stored objects are, `signal` reads outcomes, `rewrite` makes the request
// of a backend. All of them are functions over data; clock and chance are arguments.

mod backend;
mod breaker;
mod choice;
mod rewrite;
mod route;
mod signal;
mod stored_ids;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

pub use backend::PoolBackend;
pub(super) use route::Route;

use super::resource::Resource;
use breaker::Breaker;
use stored_ids::StoredIds;

/// The most backends of a pool: what fits into the bits of a [`Route`].
pub(super) const MOST_BACKENDS: usize = 64;

/// The backends of a client, and what is known of them. All calls share it.
pub(crate) struct Pool {
    backends: Vec<Backend>,
    stored: Mutex<StoredIds>,
}

/// A backend that is in use.
struct Backend {
    resource: Arc<Resource>,
    /// The query of a gateway's URL.
    query: Vec<(String, String)>,
    deployments: Vec<(String, Arc<str>)>,
    priority: u32,
    weight: u32,
    breaker: Mutex<Breaker>,
}

impl Pool {
    pub(super) fn new(backends: impl IntoIterator<Item = (PoolBackend, Arc<Resource>)>) -> Self {
        let backends = backends.into_iter().map(|(settings, resource)| {
            let deployments = settings.deployments.into_iter();
            Backend {
                query: resource.endpoint.query().collect(),
                deployments: deployments.map(|(name, there)| (name, there.into())).collect(),
                priority: settings.priority,
                weight: settings.weight,
                breaker: Mutex::new(Breaker::new(settings.max_failures, settings.cool_down)),
                resource,
            }
        });
        Self { backends: backends.collect(), stored: Mutex::default() }
    }

    /// The backend for which requests are made before they are rewritten.
    fn first(&self) -> &Backend {
        &self.backends[0]
    }

    fn stored(&self) -> MutexGuard<'_, StoredIds> {
        self.stored.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Backend {
    /// What a deployment is called here.
    fn deployment(&self, name: &str) -> Option<&Arc<str>> {
        let (_, there) = self.deployments.iter().find(|(known, _)| known == name)?;
        (**there != *name).then_some(there)
    }

    fn breaker(&self) -> MutexGuard<'_, Breaker> {
        self.breaker.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
