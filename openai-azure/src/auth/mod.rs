//! What proves to the service who is calling.
//!
//! | credential | header | when it is made |
//! |---|---|---|
//! | [`Credential::api_key`] | `api-key` | per attempt, so that a replaced key is used at once |
//! | [`Credential::token`] | `Authorization: Bearer` | never: it is sent as it is |
//! | [`Credential::provider`] | `Authorization: Bearer` | per attempt, by awaiting the provider |
//! | [`Credential::entra`] | `Authorization: Bearer` | cached, 5 minutes before it expires, one refresh at a time |
//! | [`Credential::default_chain`] | `Authorization: Bearer` | the same, from the first source that works |
//! | [`Credential::managed_identity`], [`Credential::client_secret`], … | `Authorization: Bearer` | the same, from one source |
//! | [`Credential::header`] | of that name | never: it is sent as it is |
//! | [`Credential::none`] | none | |

mod api_key;
#[cfg(feature = "entra")]
mod cache;
#[cfg(feature = "entra")]
mod cached_token;
#[cfg(feature = "entra")]
mod chain;
#[cfg(feature = "entra")]
mod error_chain;
#[cfg(feature = "entra")]
mod identity;
mod provider;
#[cfg(feature = "entra")]
mod sanitize;
mod scope;
mod secret;
#[cfg(feature = "entra")]
mod source;
#[cfg(feature = "entra")]
mod token_http;

pub use api_key::ApiKey;
pub(crate) use scope::default_scope;
#[cfg(feature = "entra")]
pub(crate) use token_http::TokenHttp;

use std::fmt;
use std::future::Future;
#[cfg(feature = "entra")]
use std::sync::Arc;
use std::time::SystemTime;

use reqwest::header::{AUTHORIZATION, HeaderName, HeaderValue};

use crate::error::{AuthError, Error};
use provider::Provider;
use secret::Secret;

/// The header of an API key.
const API_KEY: HeaderName = HeaderName::from_static("api-key");

/// What a credential is asked for.
#[cfg_attr(not(feature = "entra"), expect(dead_code))]
pub(crate) struct TokenRequest<'a> {
    pub(crate) scope: &'a str,
    pub(crate) now: SystemTime,
    /// The connections of the client that asks.
    #[cfg(feature = "entra")]
    pub(crate) http: &'a TokenHttp,
}

/// A way to prove who is calling. Cheap to clone; clones share their cache.
#[derive(Clone)]
pub struct Credential(Kind);

#[derive(Clone)]
enum Kind {
    ApiKey(ApiKey),
    Token(Secret),
    Provider(Provider),
    Header(HeaderName, Secret),
    Nothing,
    #[cfg(feature = "entra")]
    Entra(Arc<cache::TokenCache>),
}

impl Credential {
    /// A key of the resource; see [`ApiKey`] for one that can be replaced while in use.
    pub fn api_key(key: impl Into<ApiKey>) -> Self {
        Self(Kind::ApiKey(key.into()))
    }

    /// A bearer token that is sent as it is until it expires.
    pub fn token(token: impl Into<String>) -> Self {
        Self(Kind::Token(Secret::new(token)))
    }

    /// Sends no credential: for gateways that know their callers otherwise, such as by their
    /// network or by a client certificate.
    #[must_use]
    pub fn none() -> Self {
        Self(Kind::Nothing)
    }

    /// A header with a secret, for gateways such as Azure API Management
    /// (`Ocp-Apim-Subscription-Key`). Its value is never printed.
    ///
    /// ```
    /// use openai_azure::{Client, Credential};
    ///
    /// let client = Client::builder()
    ///     .endpoint("https://example.azure-api.net/llm/openai/v1")
    ///     .credential(Credential::header("Ocp-Apim-Subscription-Key", "KEY")?)
    ///     .build()?;
    /// # let _ = client;
    /// # Ok::<(), openai_azure::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::Config`] when the name or the secret cannot be in a header.
    pub fn header(name: impl AsRef<str>, secret: impl Into<String>) -> Result<Self, Error> {
        let (name, secret) = (name.as_ref(), Secret::new(secret));
        let header = HeaderName::try_from(name);
        let header = header.map_err(|_| Error::config(format!("{name:?} is not a header name")))?;
        if HeaderValue::from_str(secret.expose()).is_err() {
            return Err(Error::config(format!("the value of `{header}` cannot be in a header")));
        }
        Ok(Self(Kind::Header(header, secret)))
    }

    /// A function that is awaited for a bearer token before each attempt.
    ///
    /// ```
    /// use openai_azure::Credential;
    ///
    /// let credential = Credential::provider(|| async {
    ///     Ok::<_, std::io::Error>("a token from a broker".to_owned())
    /// });
    /// # let _ = credential;
    /// ```
    pub fn provider<F, Fut, E>(provider: F) -> Self
    where
        F: Fn() -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<String, E>> + Send + 'static,
        E: Into<Box<dyn std::error::Error + Send + Sync>>,
    {
        Self(Kind::Provider(Provider::new(provider)))
    }

    /// Any credential of azure_identity, or another
    /// [`TokenCredential`](azure_core::credentials::TokenCredential).
    ///
    /// Its tokens are cached and renewed 5 minutes before they expire, once for all callers. While
    /// a renewal fails, the old token serves as long as it is valid. A 401 of the service drops
    /// the token and asks for another; note that most credentials of azure_identity keep a token
    /// themselves and may give the same one again.
    ///
    /// ```
    /// use azure_identity::ManagedIdentityCredential;
    /// use openai_azure::{Client, Credential};
    ///
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let client = Client::builder()
    ///     .endpoint("https://example.openai.azure.com")
    ///     .credential(Credential::entra(ManagedIdentityCredential::new(None)?))
    ///     .build()?;
    /// # let _ = client;
    /// # Ok(())
    /// # }
    /// ```
    #[cfg(feature = "entra")]
    pub fn entra(credential: Arc<dyn azure_core::credentials::TokenCredential>) -> Self {
        let source = source::Source::Given(credential);
        Self(Kind::Entra(Arc::new(cache::TokenCache::new(source))))
    }

    /// The first of these that returns a token, as the default credential of other languages does:
    ///
    /// 1. environment: `AZURE_TENANT_ID`, `AZURE_CLIENT_ID` and `AZURE_CLIENT_SECRET`;
    /// 2. workload identity: `AZURE_TENANT_ID`, `AZURE_CLIENT_ID` and
    ///    `AZURE_FEDERATED_TOKEN_FILE`;
    /// 3. managed identity, of `AZURE_CLIENT_ID` if that is set; where there is none, that is
    ///    known after a second;
    /// 4. Azure CLI: `az login`;
    /// 5. Azure Developer CLI: `azd auth login`.
    ///
    /// `AZURE_TOKEN_CREDENTIALS` narrows the choice to `prod` (1 to 3), `dev` (4 and 5) or one of
    /// them, such as `AzureCliCredential`. `AZURE_AUTHORITY_HOST` names another cloud's login.
    ///
    /// The environment is read here; nothing is sent before the first call. What worked is asked
    /// first from then on. If nothing works, the error names each source and why. Tokens are
    /// cached as those of [`Credential::entra`] are.
    ///
    /// ```
    /// use openai_azure::{Client, Credential};
    ///
    /// let client = Client::builder()
    ///     .endpoint("https://example.openai.azure.com")
    ///     .credential(Credential::default_chain()?)
    ///     .build()?;
    /// # let _ = client;
    /// # Ok::<(), openai_azure::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::Config`] when `AZURE_TOKEN_CREDENTIALS` names none of them.
    #[cfg(feature = "entra")]
    pub fn default_chain() -> Result<Self, Error> {
        let chain = chain::Chain::from_environment(|name| std::env::var(name).ok())?;
        let source = source::Source::Chain(chain);
        Ok(Self(Kind::Entra(Arc::new(cache::TokenCache::new(source)))))
    }

    /// Looks at what can be known before anything is sent.
    ///
    /// # Errors
    ///
    /// [`Error::Config`] for an empty key or token, and for one that no header can carry.
    pub(crate) fn check(&self) -> Result<(), Error> {
        let (what, secret) = match &self.0 {
            Kind::ApiKey(key) => ("API key", key.current()),
            Kind::Token(token) => ("token", token.clone()),
            _ => return Ok(()),
        };
        if secret.expose().trim().is_empty() {
            return Err(Error::config(format!("the {what} is empty")));
        }
        match HeaderValue::from_str(secret.expose()) {
            Ok(_) => Ok(()),
            Err(_) => Err(Error::config(format!(
                "the {what} holds characters that no HTTP header can carry, such as a line end"
            ))),
        }
    }

    /// Whether a 401 may be cured by asking for another token.
    pub(crate) fn forget_token(&self) -> bool {
        match &self.0 {
            #[cfg(feature = "entra")]
            Kind::Entra(cache) => {
                cache.forget();
                true
            }
            Kind::Provider(_) => true,
            Kind::ApiKey(_) | Kind::Token(_) | Kind::Header(..) | Kind::Nothing => false,
        }
    }

    /// The header that authenticates a request, marked sensitive.
    #[cfg_attr(not(feature = "entra"), expect(unused_variables))]
    pub(crate) async fn to_header(
        &self,
        request: &TokenRequest<'_>,
    ) -> Result<Option<(HeaderName, HeaderValue)>, Error> {
        let token = match &self.0 {
            Kind::ApiKey(key) => {
                let value = HeaderValue::from_str(key.current().expose());
                return sensitive(API_KEY, value.map_err(|_| invalid("API key"))?);
            }
            Kind::Header(name, secret) => {
                let value = HeaderValue::from_str(secret.expose());
                return sensitive(name.clone(), value.map_err(|_| invalid("credential"))?);
            }
            Kind::Nothing => return Ok(None),
            Kind::Token(token) => token.clone(),
            Kind::Provider(provider) => provider.token().await?,
            #[cfg(feature = "entra")]
            Kind::Entra(cache) => cache.token(request).await?,
        };
        if token.expose().trim().is_empty() {
            return Err(Error::Auth(AuthError::new("the credential returned an empty token")));
        }
        let value = HeaderValue::try_from(format!("Bearer {}", token.expose()));
        sensitive(AUTHORIZATION, value.map_err(|_| invalid("token"))?)
    }
}

fn sensitive(
    name: HeaderName,
    mut value: HeaderValue,
) -> Result<Option<(HeaderName, HeaderValue)>, Error> {
    value.set_sensitive(true);
    Ok(Some((name, value)))
}

/// The value itself is never repeated.
fn invalid(what: &str) -> Error {
    Error::Auth(AuthError::new(format!(
        "the {what} holds characters that no HTTP header can carry, such as a line end"
    )))
}

impl From<ApiKey> for Credential {
    fn from(key: ApiKey) -> Self {
        Self::api_key(key)
    }
}

#[cfg(feature = "entra")]
impl From<Arc<dyn azure_core::credentials::TokenCredential>> for Credential {
    fn from(credential: Arc<dyn azure_core::credentials::TokenCredential>) -> Self {
        Self::entra(credential)
    }
}

impl fmt::Debug for Credential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match &self.0 {
            Kind::ApiKey(_) => "Credential::api_key",
            Kind::Token(_) => "Credential::token",
            Kind::Provider(_) => "Credential::provider",
            Kind::Header(..) => "Credential::header",
            Kind::Nothing => "Credential::none",
            #[cfg(feature = "entra")]
            Kind::Entra(cache) => match cache.source() {
                source::Source::Given(_) => "Credential::entra",
                source::Source::Chain(_) => "Credential::default_chain",
            },
        })
    }
}
