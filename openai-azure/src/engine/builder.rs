//! Making a client.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use super::client::{Client, Inner};
use super::clock::Clock;
use super::connections::{Change, ConnectionSettings};
use super::environment::Environment;
use super::middleware::Middleware;
use super::options::CallOptions;
use super::pool::{MOST_BACKENDS, Pool, PoolBackend};
use super::resource::{Connections, Resource};
use crate::auth::Credential;
use crate::endpoint::{Endpoint, Mode};
use crate::error::Error;
use crate::retry::{Budget, RetryPolicy};
#[cfg(feature = "metrics")]
use crate::trace::MetricsSettings;
use crate::trace::{Log, LogDetail, Observer};

/// How long making a connection may take.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// The settings of a [`Client`].
///
/// ```
/// use std::time::Duration;
/// use openai_azure::{Client, RetryPolicy};
///
/// let client = Client::builder()
///     .endpoint("https://example.openai.azure.com")
///     .api_key("KEY")
///     .api_version("2024-10-21")
///     .retry(RetryPolicy::new().max_retries(4))
///     .timeout(Duration::from_secs(120))
///     .build()?;
/// # let _ = client;
/// # Ok::<(), openai_azure::Error>(())
/// ```
#[derive(Default)]
#[must_use]
pub struct ClientBuilder {
    endpoint: Option<Result<Endpoint, Error>>,
    credentials: Vec<Credential>,
    environment: Environment,
    scope: Option<String>,
    options: CallOptions,
    user_agent: Option<String>,
    http_client: Option<reqwest::Client>,
    http: Vec<Change>,
    connect_timeout: Option<Duration>,
    clock: Clock,
    log: Log,
    log_detail: Option<LogDetail>,
    middleware: Vec<Arc<dyn Middleware>>,
    pool: Vec<PoolBackend>,
    captures_content: bool,
    #[cfg(feature = "metrics")]
    metrics: MetricsSettings,
}

impl ClientBuilder {
    /// Where the service is: a URL as the portal shows it, or an [`Endpoint`]. URL and api-version
    /// together decide between v1 and a dated api-version; [`Endpoint`] has the table.
    ///
    /// ```
    /// let url = String::from("https://example.openai.azure.com");
    /// let client = openai_azure::Client::builder().endpoint(&url).api_key("KEY").build()?;
    /// assert_eq!(client.endpoint().mode(), openai_azure::Mode::V1);
    /// # Ok::<(), openai_azure::Error>(())
    /// ```
    pub fn endpoint<E>(mut self, endpoint: E) -> Self
    where
        E: TryInto<Endpoint>,
        E::Error: Into<Error>,
    {
        self.endpoint = Some(endpoint.try_into().map_err(Into::into));
        self
    }

    /// Authenticates with a key of the resource.
    pub fn api_key(self, key: impl Into<String>) -> Self {
        self.credential(Credential::api_key(key.into()))
    }

    /// Authenticates with any [`Credential`].
    pub fn credential(mut self, credential: impl Into<Credential>) -> Self {
        self.credentials.push(credential.into());
        self
    }

    /// Takes from the environment what is not set explicitly; see [`Client::from_env`].
    pub fn env(self) -> Self {
        self.environment_from(|name| std::env::var(name).ok())
    }

    /// Like [`ClientBuilder::env`], with the variables from a function instead of the process.
    pub fn environment_from(mut self, lookup: impl Fn(&str) -> Option<String>) -> Self {
        self.environment = Environment::read(lookup);
        self
    }

    /// The scope of tokens of Microsoft Entra ID. The default follows from the endpoint:
    ///
    /// | endpoint | scope |
    /// |---|---|
    /// | `*.azure.us`, `*.azure-api.us` | `https://cognitiveservices.azure.us/.default` |
    /// | `*.azure.cn`, `*.azure-api.cn` | `https://cognitiveservices.azure.cn/.default` |
    /// | v1 elsewhere, and Foundry projects | `https://ai.azure.com/.default` |
    /// | dated and gateways elsewhere | `https://cognitiveservices.azure.com/.default` |
    pub fn scope(mut self, scope: impl Into<String>) -> Self {
        self.scope = Some(scope.into());
        self
    }

    /// The `api-version`: `v1`, `preview`, or a date such as `2024-10-21`, which makes the client use
    /// the dated API. Default: the one in the endpoint's URL, else v1, else (for an
    /// [`Endpoint::dated`] and a gateway) [`DEFAULT_API_VERSION`](crate::DEFAULT_API_VERSION).
    ///
    /// On v1 no `api-version` is sent, but `preview` for operations that only the preview has. `v1`
    /// switches that off; `preview` sends it with every call.
    pub fn api_version(mut self, version: impl Into<String>) -> Self {
        self.options = self.options.api_version(version);
        self
    }

    /// How often and after how long calls are tried again.
    pub fn retry(mut self, policy: RetryPolicy) -> Self {
        self.options = self.options.retry(policy);
        self
    }

    /// The limit of each attempt; see [`CallOptions::timeout`]. Default 600 s.
    pub fn timeout(mut self, limit: Duration) -> Self {
        self.options = self.options.timeout(limit);
        self
    }

    /// All other settings that a call can have, as default for every call.
    pub fn options(mut self, options: CallOptions) -> Self {
        self.options = self.options.merged_with(&options);
        self
    }

    /// How long making a connection may take. Default 5 s.
    pub fn connect_timeout(mut self, limit: Duration) -> Self {
        self.connect_timeout = Some(limit);
        self
    }

    /// What follows `openai-azure/VERSION` in `User-Agent`, such as `my-app/1.2`.
    pub fn user_agent_suffix(mut self, suffix: impl Into<String>) -> Self {
        self.user_agent = Some(suffix.into());
        self
    }

    /// Changes how connections are made: proxy, certificates, HTTP/2, pool sizes. It is called again
    /// for the connections of the feature `realtime`, which speak HTTP/1.1, and for those to Microsoft
    /// Entra ID. Credentials of azure_identity ([`Credential::entra`]) have connections of their own.
    ///
    /// ```
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let proxy = reqwest::Proxy::all("http://127.0.0.1:3128")?.basic_auth("user", "password");
    /// let client = openai_azure::Client::builder()
    ///     .endpoint("https://example.openai.azure.com")
    ///     .api_key("KEY")
    ///     .http(move |http| http.proxy(proxy.clone()).pool_max_idle_per_host(4))
    ///     .build()?;
    /// # let _ = client;
    /// # Ok(())
    /// # }
    /// ```
    pub fn http(
        mut self,
        change: impl Fn(reqwest::ClientBuilder) -> reqwest::ClientBuilder + Send + Sync + 'static,
    ) -> Self {
        self.http.push(Arc::new(change));
        self
    }

    /// Sends over a client of your own, with all its settings. Requests for tokens of Microsoft Entra
    /// ID go over it too, but for those of [`Credential::entra`].
    ///
    /// Its redirect policy counts then: reqwest keeps `api-key` when it follows a redirect to
    /// another origin. Use [`redirect::Policy::none`](reqwest::redirect::Policy::none), or
    /// [`ClientBuilder::http`] instead.
    pub fn http_client(mut self, client: reqwest::Client) -> Self {
        self.http_client = Some(client);
        self
    }

    /// Sends calls to several endpoints in place of one: to others of the same service in another
    /// region or subscription, to provisioned deployments first and to standard ones when these have
    /// no room. See [`pool`](crate::pool).
    ///
    /// It takes the place of [`endpoint`](Self::endpoint). The [`credential`](Self::credential) of the
    /// client is that of the backends that have none. At most 64 backends.
    ///
    /// ```
    /// use openai_azure::{Client, PoolBackend};
    ///
    /// let client = Client::builder()
    ///     .pool([
    ///         PoolBackend::new("https://contoso-east.openai.azure.com").api_key("KEY-1"),
    ///         PoolBackend::new("https://contoso-west.openai.azure.com").api_key("KEY-2").priority(1),
    ///     ])
    ///     .build()?;
    /// # let _ = client;
    /// # Ok::<(), openai_azure::Error>(())
    /// ```
    pub fn pool(mut self, backends: impl IntoIterator<Item = PoolBackend>) -> Self {
        self.pool.extend(backends);
        self
    }

    /// Adds a hook around each attempt: a cache, a rate limiter, a recorder, headers, measurements.
    /// The first one that is added is the outermost. See [`middleware`](crate::middleware).
    pub fn middleware(mut self, middleware: impl Middleware) -> Self {
        self.middleware.push(Arc::new(middleware));
        self
    }

    /// How much of each attempt is logged; see [`trace`](crate::trace). Default:
    /// `AZURE_HTTP_LOG_DETAIL_LEVEL` if the environment is read, else [`LogDetail::Basic`].
    pub fn log_detail(mut self, detail: LogDetail) -> Self {
        self.log_detail = Some(detail);
        self
    }

    /// Shows the value of another header in logs. Keys, tokens and cookies stay hidden.
    pub fn log_header(mut self, name: impl Into<String>) -> Self {
        self.log.headers.push(name.into());
        self
    }

    /// How many bytes of a body are shown in logs. Default 4 KiB.
    pub fn log_body_limit(mut self, bytes: usize) -> Self {
        self.log.body_limit = bytes;
        self
    }

    /// Whether spans have what people and models say: messages, instructions, tools and search
    /// queries. Default: false, which is what the privacy of your users needs. See
    /// [`trace`](crate::trace#content).
    pub fn capture_content(mut self, capture: bool) -> Self {
        self.captures_content = capture;
        self
    }

    /// Where metrics go; see [`trace`](crate::trace#metrics). Default: the global provider of the
    /// crate `opentelemetry`, as it is when the client is built.
    ///
    /// The argument is of `opentelemetry` 0.33; another version of that crate has other types.
    ///
    /// ```
    /// let provider = opentelemetry::global::meter_provider();
    /// let client = openai_azure::Client::builder()
    ///     .endpoint("https://example.openai.azure.com")
    ///     .api_key("KEY")
    ///     .meter_provider(&*provider)
    ///     .build()?;
    /// # let _ = client;
    /// # Ok::<(), openai_azure::Error>(())
    /// ```
    #[cfg(feature = "metrics")]
    pub fn meter_provider(
        mut self,
        provider: &(impl opentelemetry::metrics::MeterProvider + ?Sized),
    ) -> Self {
        self.metrics.set_provider(provider);
        self
    }

    /// The clock against which tokens and dates are held. For tests.
    pub fn clock(mut self, now: impl Fn() -> SystemTime + Send + Sync + 'static) -> Self {
        self.clock.now = Arc::new(now);
        self
    }

    /// Where chance comes from: a number from 0 to 1 for each wait. For tests.
    pub fn random(mut self, random: impl Fn() -> f64 + Send + Sync + 'static) -> Self {
        self.clock.random = Arc::new(random);
        self
    }

    /// Makes the client. Nothing is sent.
    ///
    /// # Errors
    ///
    /// [`Error::Config`] for an endpoint that is missing, no URL or not https; for no credential or
    /// two; for settings that cannot be sent; for TLS that cannot be set up; for backends of a pool
    /// that do not fit together.
    pub fn build(mut self) -> Result<Client, Error> {
        let environment = self.environment;
        let mut backends = self.pool;
        if !backends.is_empty() && self.endpoint.is_some() {
            return Err(Error::config("set either `endpoint` or `pool`, not both"));
        }
        if backends.len() > MOST_BACKENDS {
            return Err(Error::config(format!("a pool has at most {MOST_BACKENDS} backends")));
        }
        let is_pool = !backends.is_empty();
        if !is_pool {
            let endpoint = self
                .endpoint
                .unwrap_or_else(|| Endpoint::parse(&environment.endpoint.unwrap_or_default()));
            backends.push(PoolBackend::new(endpoint?));
        }
        if backends.iter().any(|backend| backend.credential.is_none()) {
            let shared = one_credential(self.credentials, environment.credential)?;
            for backend in &mut backends {
                backend.credential.get_or_insert_with(|| shared.clone());
            }
        }
        let named = self.options.api_version.take();
        self.options.api_version = match named {
            Some(named) => Some(named),
            None => api_version_of(&backends)?.or(environment.api_version.filter(|version| {
                // The variable may be there for another program; the URL says what it is.
                let fits = backends.iter().flat_map(|it| &it.endpoint).all(|it| it.takes(version));
                if !fits {
                    tracing::warn!(
                        version,
                        "the endpoint's form contradicts the environment's \
                        api-version, which is ignored"
                    );
                }
                fits
            })),
        };
        let options = self.options;
        options.check()?;
        let connect_timeout = self.connect_timeout.unwrap_or(CONNECT_TIMEOUT);
        let settings = ConnectionSettings {
            changes: self.http,
            connect_timeout,
            user_agent: self.user_agent,
            own: self.http_client,
        };
        let mut parts = Parts { settings, scope: self.scope, connections: [None, None] };
        let version = options.api_version.as_deref();
        let mut resources = Vec::with_capacity(backends.len());
        for backend in backends {
            let resource = Arc::new(parts.resource(&backend, version)?);
            resources.push((backend, resource));
        }
        let resource = match &resources[..] {
            [(_, first), ..] => Arc::clone(first),
            [] => return Err(Error::config("the pool is empty")),
        };
        let is_v1 = |resource: &Resource| resource.endpoint.mode() == Mode::V1;
        if resources.iter().any(|(_, other)| is_v1(other) != is_v1(&resource)) {
            return Err(Error::config(
                "the backends of a pool are all called by v1, or all by a dated api-version",
            ));
        }
        let budget = Budget::new(options.retry.as_ref().and_then(|policy| policy.budget));
        let mut log = self.log;
        log.detail = self.log_detail.or(environment.log_detail).unwrap_or_default();
        #[cfg(feature = "metrics")]
        let metrics = Some(self.metrics.build(&resource.endpoint));
        #[cfg(not(feature = "metrics"))]
        let metrics = None;
        let observer = Observer { captures_content: self.captures_content, metrics };
        Ok(Client::new(Inner {
            resource,
            pool: is_pool.then(|| Arc::new(Pool::new(resources))),
            connect_timeout,
            options,
            budget: Arc::new(budget),
            clock: self.clock,
            default_deployment: environment.deployment,
            log: Arc::new(log),
            middleware: self.middleware.into(),
            observer,
        }))
    }
}

/// What resources are made of.
struct Parts {
    settings: ConnectionSettings,
    scope: Option<String>,
    /// To other machines, and to this one.
    connections: [Option<Connections>; 2],
}

impl Parts {
    fn resource(
        &mut self,
        backend: &PoolBackend,
        version: Option<&str>,
    ) -> Result<Resource, Error> {
        let endpoint = match &backend.endpoint {
            Ok(endpoint) => endpoint.clone().with_api_version(version)?,
            Err(error) => return Err(Error::config(error.to_string())),
        };
        let Some(credential) = backend.credential.clone() else {
            return Err(Error::config(NO_CREDENTIAL));
        };
        credential.check()?;
        let is_loopback = endpoint.is_loopback();
        let connections = match &mut self.connections[usize::from(is_loopback)] {
            Some(connections) => connections.clone(),
            none => none.insert(self.settings.open(is_loopback)?).clone(),
        };
        Ok(Resource::new(endpoint, credential, self.scope.as_deref(), connections))
    }
}

/// The api-version that the URLs name.
///
/// # Errors
///
/// [`Error::Config`] when they name several.
fn api_version_of(backends: &[PoolBackend]) -> Result<Option<String>, Error> {
    let endpoints = backends.iter().flat_map(|backend| &backend.endpoint);
    let mut versions = endpoints.filter_map(Endpoint::api_version);
    let first = versions.next();
    match versions.find(|version| Some(*version) != first) {
        Some(other) => Err(Error::config(format!(
            "the URLs of the pool name the api-versions {} and {other}; a client has one",
            first.unwrap_or_default()
        ))),
        None => Ok(first.map(str::to_owned)),
    }
}

/// Microsoft Entra ID is never asked unless told to: it would be a surprise, and takes its time.
#[cfg(feature = "entra")]
const NO_CREDENTIAL: &str = "no credential: set AZURE_OPENAI_API_KEY or AZURE_OPENAI_AD_TOKEN, or \
    call `api_key` or `credential` of the builder, such as \
    `.credential(Credential::default_chain()?)` for Microsoft Entra ID";
#[cfg(not(feature = "entra"))]
const NO_CREDENTIAL: &str = "no credential: set AZURE_OPENAI_API_KEY or AZURE_OPENAI_AD_TOKEN, or \
    call `api_key` or `credential` of the builder; Microsoft Entra ID needs the feature `entra`";

/// # Errors
///
/// [`Error::Config`] when there is none, or more than one explicit one.
fn one_credential(
    explicit: Vec<Credential>,
    environment: Option<Credential>,
) -> Result<Credential, Error> {
    let mut explicit = explicit.into_iter();
    match (explicit.next(), explicit.next(), environment) {
        (Some(_), Some(_), _) => Err(Error::config(
            "two credentials are set; a client sends one: either a key or a token",
        )),
        (Some(credential), None, _) | (None, _, Some(credential)) => Ok(credential),
        (None, _, None) => Err(Error::config(NO_CREDENTIAL)),
    }
}

impl std::fmt::Debug for ClientBuilder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ClientBuilder")
            .field("endpoint", &self.endpoint)
            .field("credentials", &self.credentials)
            .field("options", &self.options)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use crate::Client;

    #[test]
    fn making_a_connection_may_take_5_seconds_unless_told_otherwise() {
        let builder = || Client::builder().endpoint("https://r.example").api_key("k");
        let limit = |client: Client| client.inner().connect_timeout;
        assert_eq!(limit(builder().build().unwrap()), Duration::from_secs(5));
        let slow = builder().connect_timeout(Duration::from_secs(9));
        assert_eq!(limit(slow.build().unwrap()), Duration::from_secs(9));
    }
}
