//! The client.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use crate::endpoint::{Endpoint, Mode};
use crate::engine::api_version::check_form;
use crate::engine::builder::ClientBuilder;
use crate::engine::clock::Clock;
use crate::engine::middleware::Middleware;
use crate::engine::options::CallOptions;
use crate::engine::pool::Pool;
use crate::engine::resource::Resource;
use crate::error::Error;
use crate::retry::Budget;
use crate::trace::{Log, Observer};

/// A client of one Azure OpenAI resource.
///
/// It is cheap to clone; clones share connections, credential and retry budget. Make one and keep
/// it.
///
/// ```no_run
/// # async fn example() -> Result<(), openai_azure::Error> {
/// let client = openai_azure::Client::from_env()?;
/// let answer = client.chat("gpt-5.6-terra").developer("Be brief.").user("Why is the sky blue?").send().await?;
/// println!("{}", answer.text());
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Client(Arc<Inner>);

/// What the clones of a client share. What clones of this share is behind pointers.
#[derive(Clone)]
pub(crate) struct Inner {
    /// The resource of the client; of a pool, the first one.
    pub(crate) resource: Arc<Resource>,
    pub(super) pool: Option<Arc<Pool>>,
    pub(crate) connect_timeout: Duration,
    pub(crate) options: CallOptions,
    pub(crate) budget: Arc<Budget>,
    pub(crate) clock: Clock,
    pub(crate) default_deployment: Option<String>,
    pub(crate) log: Arc<Log>,
    pub(super) middleware: Arc<[Arc<dyn Middleware>]>,
    pub(crate) observer: Observer,
}

impl Client {
    /// Makes a client of what the environment sets.
    ///
    /// | variable | what |
    /// |---|---|
    /// | `AZURE_OPENAI_ENDPOINT` | the URL of the resource, see [`Endpoint`] |
    /// | `AZURE_OPENAI_AD_TOKEN` | a token of Microsoft Entra ID; comes before the key |
    /// | `AZURE_OPENAI_API_KEY` | a key of the resource |
    /// | `OPENAI_API_VERSION`, else `AZURE_OPENAI_API_VERSION` | the api-version; default v1, see [`ClientBuilder::api_version`] |
    /// | `AZURE_OPENAI_DEPLOYMENT` | the deployment for calls that are given an empty name |
    /// | `AZURE_HTTP_LOG_DETAIL_LEVEL` | how much is logged, see [`LogDetail`](crate::LogDetail) |
    ///
    /// The variables of OpenAI's own service are never read.
    ///
    /// # Errors
    ///
    /// [`Error::Config`] when endpoint or credential are missing or cannot work.
    pub fn from_env() -> Result<Self, Error> {
        Self::builder().env().build()
    }

    /// Starts a client with explicit settings.
    pub fn builder() -> ClientBuilder {
        ClientBuilder::default()
    }

    pub(crate) fn new(inner: Inner) -> Self {
        Self(Arc::new(inner))
    }

    pub(crate) fn inner(&self) -> &Inner {
        &self.0
    }

    /// Where the service is; for a [pool](crate::pool), its first backend.
    #[must_use]
    pub fn endpoint(&self) -> &Endpoint {
        &self.0.resource.endpoint
    }

    /// Makes a client with other options for its calls, which shares everything else with this one:
    /// connections, credential and its tokens, retry budget, middleware.
    ///
    /// What `options` sets wins over what this client has; headers and parameters of the query are
    /// merged by name. The options of a call win over both. The share of the
    /// [retry budget](crate::RetryPolicy::budget) stays that of this client, and an
    /// [idempotency key](CallOptions::idempotency_key) is sent with every POST of the new client, so
    /// set one only for a client that makes one call. It is cheap enough for each request.
    ///
    /// Options that cannot be sent, and an api-version of the other form of URL, are an
    /// [`Error::Config`] of each call.
    ///
    /// ```no_run
    /// # async fn example(client: openai_azure::Client) -> Result<(), openai_azure::Error> {
    /// use std::time::Duration;
    /// use openai_azure::{CallOptions, RetryPolicy};
    ///
    /// let patient = CallOptions::new()
    ///     .timeout(Duration::from_secs(1800))
    ///     .retry(RetryPolicy::new().max_retries(8))
    ///     .header("x-team", "nightly-reports");
    /// let nightly = client.with_options(patient);
    /// let response = nightly.respond("gpt-5.6-terra").user("Summarize the day.").send().await?;
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn with_options(&self, options: CallOptions) -> Self {
        let mut merged = self.0.options.merged_with(&options);
        if let Some(version) = &options.api_version
            && let Err(error) = check_form(self.endpoint().mode(), version)
        {
            merged.record_error(error.to_string());
        }
        let options = merged;
        Self::new(Inner { options, ..Inner::clone(&self.0) })
    }

    /// The field `model` of a body, where the deployment is not in the path.
    pub(crate) fn model_field(&self, deployment: &str) -> Option<String> {
        (self.endpoint().mode() == Mode::V1).then(|| deployment.to_owned())
    }

    /// # Errors
    ///
    /// [`Error::Config`] for an empty name without a default, and for names that cannot be one
    /// segment of a path.
    pub(crate) fn deployment(&self, name: &str) -> Result<String, Error> {
        let name = match (name, &self.0.default_deployment) {
            ("", Some(default)) => default,
            ("", None) => {
                return Err(Error::config(
                    "no deployment: name one in the call or set AZURE_OPENAI_DEPLOYMENT",
                ));
            }
            (name, _) => name,
        };
        if matches!(name, "." | "..") {
            return Err(Error::config(format!("a deployment cannot be called {name:?}")));
        }
        Ok(name.to_owned())
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("endpoint", self.endpoint())
            .field("credential", &self.0.resource.credential)
            .finish_non_exhaustive()
    }
}
