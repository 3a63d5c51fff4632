//! The settings of one backend of a pool.

use std::fmt;
use std::time::Duration;

use crate::auth::Credential;
use crate::endpoint::Endpoint;
use crate::error::Error;

/// How many failures one after the other take a backend out of the pool.
const MAX_FAILURES: u32 = 5;

/// For how long they do the first time.
const COOL_DOWN: Duration = Duration::from_secs(5);

/// One endpoint of a [pool](crate::ClientBuilder::pool): a resource in another region, of another
/// subscription, or another deployment of the same resource.
///
/// ```
/// use openai_azure::PoolBackend;
///
/// let provisioned = PoolBackend::new("https://contoso-east.openai.azure.com")
///     .api_key("KEY-1")
///     .deployment("gpt-5.6-terra", "terra-provisioned");
/// let standard = PoolBackend::new("https://contoso-west.openai.azure.com")
///     .api_key("KEY-2")
///     .priority(1)
///     .weight(3);
/// # let _ = (provisioned, standard);
/// ```
#[must_use]
pub struct PoolBackend {
    pub(in crate::engine) endpoint: Result<Endpoint, Error>,
    pub(in crate::engine) credential: Option<Credential>,
    pub(super) deployments: Vec<(String, String)>,
    pub(super) priority: u32,
    pub(super) weight: u32,
    pub(super) max_failures: u32,
    pub(super) cool_down: Duration,
}

impl PoolBackend {
    /// Makes a backend of priority 0 and weight 1, with the credential of the client. `endpoint` is a
    /// URL as the portal shows it, or an [`Endpoint`]. What cannot work is reported by
    /// [`ClientBuilder::build`](crate::ClientBuilder::build).
    pub fn new<E>(endpoint: E) -> Self
    where
        E: TryInto<Endpoint>,
        E::Error: Into<Error>,
    {
        Self {
            endpoint: endpoint.try_into().map_err(Into::into),
            credential: None,
            deployments: Vec::new(),
            priority: 0,
            weight: 1,
            max_failures: MAX_FAILURES,
            cool_down: COOL_DOWN,
        }
    }

    /// Authenticates with a key of this resource.
    pub fn api_key(self, key: impl Into<String>) -> Self {
        self.credential(Credential::api_key(key.into()))
    }

    /// Authenticates with this credential. Default: that of the client.
    pub fn credential(mut self, credential: impl Into<Credential>) -> Self {
        self.credential = Some(credential.into());
        self
    }

    /// Sends calls of the deployment `name` to the deployment `there` of this backend. Default: the
    /// same name.
    ///
    /// The name is replaced in the path, in the field `model` of a JSON body or a form, and in the
    /// query of a realtime session; for [`Client::call`](crate::Client::call) in the path alone.
    pub fn deployment(mut self, name: impl Into<String>, there: impl Into<String>) -> Self {
        self.deployments.push((name.into(), there.into()));
        self
    }

    /// Backends of a lower priority are asked first; the others when none of these can be asked.
    /// Default 0.
    pub fn priority(mut self, priority: u32) -> Self {
        self.priority = priority;
        self
    }

    /// The share of the calls among backends of the same priority. Default 1. A backend of weight 0
    /// stands by: it is asked when no other of its priority can be.
    pub fn weight(mut self, weight: u32) -> Self {
        self.weight = weight;
        self
    }

    /// How many failures, one after the other, take the backend out of the pool for the
    /// [cool-down](Self::cool_down). Default 5, at least 1.
    pub fn max_failures(mut self, failures: u32) -> Self {
        self.max_failures = failures;
        self
    }

    /// For how long failures take the backend out of the pool. Then one attempt finds out whether it
    /// works again; each time that fails, the time doubles, up to 60 s. Default 5 s.
    pub fn cool_down(mut self, time: Duration) -> Self {
        self.cool_down = time;
        self
    }
}

impl fmt::Debug for PoolBackend {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PoolBackend")
            .field("endpoint", &self.endpoint)
            .field("credential", &self.credential)
            .field("deployments", &self.deployments)
            .field("priority", &self.priority)
            .field("weight", &self.weight)
            .finish_non_exhaustive()
    }
}
