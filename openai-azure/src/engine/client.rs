//! The client.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use crate::auth::Credential;
use crate::endpoint::{Endpoint, Mode};
use crate::engine::builder::ClientBuilder;
use crate::engine::clock::Clock;
use crate::engine::options::CallOptions;
use crate::error::Error;
use crate::retry::Budget;
use crate::trace::Log;

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

/// What the clones of a client share.
pub(crate) struct Inner {
    pub(crate) endpoint: Endpoint,
    pub(crate) credential: Credential,
    pub(crate) scope: String,
    pub(crate) http: reqwest::Client,
    #[cfg(feature = "realtime")]
    pub(super) http1: super::http1::Http1,
    pub(crate) connect_timeout: Duration,
    pub(crate) options: CallOptions,
    pub(crate) budget: Budget,
    pub(crate) clock: Clock,
    pub(crate) default_deployment: Option<String>,
    pub(crate) log: Arc<Log>,
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

    /// Where the service is.
    #[must_use]
    pub fn endpoint(&self) -> &Endpoint {
        &self.0.endpoint
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
            .field("endpoint", &self.0.endpoint)
            .field("credential", &self.0.credential)
            .finish_non_exhaustive()
    }
}
