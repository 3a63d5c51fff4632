//! Single credentials of Microsoft Entra ID by constructors of ours.

use super::chain::{Chain, Link, link};
use super::{Credential, Kind, cache, source};
use crate::error::Error;

impl Credential {
    /// The system-assigned managed identity of this machine, app or container.
    ///
    /// ```
    /// use openai_azure::{Client, Credential};
    ///
    /// let client = Client::builder()
    ///     .endpoint("https://example.openai.azure.com")
    ///     .credential(Credential::managed_identity())
    ///     .build()?;
    /// # let _ = client;
    /// # Ok::<(), openai_azure::Error>(())
    /// ```
    #[must_use]
    pub fn managed_identity() -> Self {
        Self::of_link(link::managed_identity(None, &environment))
    }

    /// A user-assigned managed identity, by its client ID.
    pub fn user_assigned_identity(client_id: impl Into<String>) -> Self {
        Self::of_link(link::managed_identity(Some(client_id.into()), &environment))
    }

    /// The workload identity of a Kubernetes pod, by `AZURE_TENANT_ID`, `AZURE_CLIENT_ID` and
    /// `AZURE_FEDERATED_TOKEN_FILE`, which are read here.
    ///
    /// # Errors
    ///
    /// [`Error::Config`] when one of them is not set.
    pub fn workload_identity() -> Result<Self, Error> {
        match link::workload_identity(&environment) {
            Ok(link) => Ok(Self::of_link(link)),
            Err(why) => Err(Error::config(format!("no workload identity: {why}"))),
        }
    }

    /// A service principal with a secret.
    pub fn client_secret(
        tenant_id: impl Into<String>,
        client_id: impl Into<String>,
        secret: impl Into<String>,
    ) -> Self {
        Self::of_link(link::client_secret(tenant_id.into(), client_id.into(), secret.into()))
    }

    /// A service principal with a certificate: a PKCS #12 file (`.pfx`) with its private key, and
    /// the password of that. Needs OpenSSL.
    #[cfg(feature = "client-certificate")]
    pub fn client_certificate(
        tenant_id: impl Into<String>,
        client_id: impl Into<String>,
        pkcs12: impl AsRef<[u8]>,
        password: Option<&str>,
    ) -> Self {
        Self::of_link(link::client_certificate(
            tenant_id.into(),
            client_id.into(),
            pkcs12.as_ref(),
            password,
        ))
    }

    /// The account that is signed in to the Azure CLI: `az login`.
    #[must_use]
    pub fn azure_cli() -> Self {
        Self::of_link(link::azure_cli_link())
    }

    fn of_link(link: Link) -> Self {
        let source = source::Source::Chain(Chain::new(vec![link]));
        Self(Kind::Entra(std::sync::Arc::new(cache::TokenCache::new(source))))
    }
}

fn environment(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.trim().is_empty())
}
