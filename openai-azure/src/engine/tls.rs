//! One TLS configuration for all clients of the process.

use std::sync::{Arc, OnceLock};

use rustls::crypto::CryptoProvider;
use rustls::{ALL_VERSIONS, ClientConfig};
use rustls_platform_verifier::Verifier;

use crate::error::Error;

/// The configuration as reqwest makes it: the process's provider of cryptography, the platform's
/// certificates. Reading these takes longer than a hundred calls, so it is done once. `None` if
/// it fails; then reqwest reports why.
///
/// # Errors
///
/// [`Error::Config`] when there is no provider of cryptography, which reqwest would panic for.
pub(super) fn shared() -> Result<Option<ClientConfig>, Error> {
    static CONFIG: OnceLock<Option<ClientConfig>> = OnceLock::new();
    if let Some(config) = CONFIG.get() {
        return Ok(config.clone());
    }
    let Some(provider) = provider() else { return Err(Error::config(NO_PROVIDER)) };
    Ok(CONFIG.get_or_init(|| config(provider)).clone())
}

const NO_PROVIDER: &str = "no cryptography for TLS: with the feature `rustls-no-provider` the program installs one \
    before it builds a client, such as by `rustls::crypto::ring::default_provider().install_default()`; the feature \
    `rustls` brings one";

fn provider() -> Option<Arc<CryptoProvider>> {
    let installed = CryptoProvider::get_default().cloned();
    #[cfg(feature = "rustls")]
    let installed =
        installed.or_else(|| Some(Arc::new(rustls::crypto::aws_lc_rs::default_provider())));
    installed
}

fn config(provider: Arc<CryptoProvider>) -> Option<ClientConfig> {
    let verifier = Verifier::new(Arc::clone(&provider)).ok()?;
    let mut config = ClientConfig::builder_with_provider(provider)
        .with_protocol_versions(ALL_VERSIONS)
        .ok()?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(verifier))
        .with_no_client_auth();
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Some(config)
}
