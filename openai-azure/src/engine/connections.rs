//! How connections are made.

use std::sync::Arc;
use std::time::Duration;

use reqwest::redirect;

use super::lazy_http::LazyHttp;
use super::resource::Connections;
#[cfg(feature = "entra")]
use crate::auth::TokenHttp;
use crate::error::Error;

/// How long one response of the token endpoint may take.
#[cfg(feature = "entra")]
const TOKEN_TIMEOUT: Duration = Duration::from_secs(30);

/// A change that the program makes to the settings of connections.
pub(super) type Change =
    Arc<dyn Fn(reqwest::ClientBuilder) -> reqwest::ClientBuilder + Send + Sync>;

/// The settings of all connections of a client.
#[derive(Clone)]
pub(super) struct ConnectionSettings {
    pub(super) changes: Vec<Change>,
    pub(super) connect_timeout: Duration,
    pub(super) user_agent: Option<String>,
    /// A client of the program, with all its settings.
    pub(super) own: Option<reqwest::Client>,
}

impl ConnectionSettings {
    /// Makes the clients of HTTP; nothing is connected.
    ///
    /// # Errors
    ///
    /// [`Error::Config`] for changes beside a client of the program, and for TLS that cannot be set
    /// up.
    pub(super) fn open(&self, is_loopback: bool) -> Result<Connections, Error> {
        let http = match &self.own {
            Some(client) if self.changes.is_empty() => client.clone(),
            Some(_) => return Err(Error::config("set either `http` or `http_client`, not both")),
            None => built(self.builder(is_loopback)?)?,
        };
        #[cfg(feature = "realtime")]
        let http1 = match self.own.clone() {
            Some(own) => LazyHttp::new(move || Ok(own.clone())),
            None => {
                let settings = self.clone();
                // None of its connections goes back to a pool.
                LazyHttp::new(move || {
                    let builder = settings.builder(is_loopback)?;
                    built(builder.http1_only().pool_max_idle_per_host(0))
                })
            }
        };
        #[cfg(feature = "entra")]
        let tokens = self.clone();
        let settings = Self { changes: Vec::new(), ..self.clone() };
        let other_hosts = LazyHttp::new(move || built(settings.builder(is_loopback)?));
        Ok(Connections {
            http,
            other_hosts: Arc::new(other_hosts),
            #[cfg(feature = "realtime")]
            http1: Arc::new(http1),
            #[cfg(feature = "entra")]
            tokens: TokenHttp::new(move || tokens.for_tokens()),
        })
    }

    /// The client of HTTP for Microsoft Entra ID, which is no loopback host and follows no redirect: a
    /// request has a secret in its body.
    #[cfg(feature = "entra")]
    fn for_tokens(&self) -> Result<reqwest::Client, Error> {
        match &self.own {
            Some(client) => Ok(client.clone()),
            None => {
                let builder = self.builder(false)?.timeout(TOKEN_TIMEOUT);
                built(builder.redirect(redirect::Policy::none()))
            }
        }
    }

    fn builder(&self, is_loopback: bool) -> Result<reqwest::ClientBuilder, Error> {
        let mut agent = format!("openai-azure/{}", env!("CARGO_PKG_VERSION"));
        if let Some(suffix) = &self.user_agent {
            agent = format!("{agent} {suffix}");
        }
        let base = reqwest::Client::builder()
            .connect_timeout(self.connect_timeout)
            .user_agent(agent)
            .redirect(redirects_within_origin());
        // What the caller changes may be the certificates, so it begins with what reqwest does.
        #[cfg(all(feature = "rustls-no-provider", not(feature = "native-tls")))]
        let base = match self.changes.is_empty().then(super::tls::shared).transpose()?.flatten() {
            Some(config) => base.tls_backend_preconfigured(config),
            None => base,
        };
        // A proxy is not asked for what is on this machine: it would see the key.
        let base = if is_loopback { base.no_proxy() } else { base };
        Ok(self.changes.iter().fold(base, |builder, change| change(builder)))
    }
}

fn built(builder: reqwest::ClientBuilder) -> Result<reqwest::Client, Error> {
    builder.build().map_err(|e| {
        let source = std::error::Error::source(&e).map(|s| format!(": {s}")).unwrap_or_default();
        Error::config(format!("the HTTP client cannot be made: {e}{source}"))
    })
}

/// Follows only redirects that keep the method, the body and the origin: reqwest knows
/// `Authorization` as a secret, but not `api-key`.
fn redirects_within_origin() -> redirect::Policy {
    const MOST: usize = 10;
    redirect::Policy::custom(|attempt| {
        let keeps_body = matches!(attempt.status().as_u16(), 307 | 308);
        let to = attempt.url();
        let is_plain = to.username().is_empty() && to.password().is_none();
        let same_origin = attempt.previous().iter().all(|from| from.origin() == to.origin());
        if keeps_body && is_plain && same_origin && attempt.previous().len() <= MOST {
            attempt.follow()
        } else {
            attempt.stop()
        }
    })
}
