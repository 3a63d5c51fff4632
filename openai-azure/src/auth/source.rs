//! Where tokens of Microsoft Entra ID come from.

use std::sync::Arc;
use std::time::SystemTime;

use azure_core::credentials::{AccessToken, TokenCredential};

use super::chain::Chain;
use super::error_chain::{Cause, Failure};
use super::secret::Secret;
use super::token_http::TokenHttp;

/// One credential, or the default chain of them.
pub(super) enum Source {
    Given(Arc<dyn TokenCredential>),
    Chain(Chain),
}

impl Source {
    /// Requests a token, with the time when it expires. A credential that was given has connections
    /// of its own.
    pub(super) async fn fetch(
        &self,
        scope: &str,
        http: &TokenHttp,
    ) -> Result<(Secret, SystemTime), Failure> {
        match self {
            Self::Chain(chain) => chain.fetch(scope, http).await,
            Self::Given(credential) => match credential.get_token(&[scope], None).await {
                Ok(token) => usable(token).map_err(Failure::new),
                Err(error) => {
                    let cause = Cause::copy(&error, &[]);
                    let message = format!(
                        "no token from Microsoft Entra ID ({}); sign in, or check the tenant, the \
                         client id and its secret",
                        cause.short()
                    );
                    Err(Failure::caused_by(message, Some(cause)))
                }
            },
        }
    }

    /// Drops what the source itself keeps, as far as it lets us.
    pub(super) fn forget(&self) {
        match self {
            Self::Chain(chain) => chain.forget(),
            Self::Given(_) => {}
        }
    }
}

/// Takes a token that a header can carry.
pub(super) fn usable(token: AccessToken) -> Result<(Secret, SystemTime), &'static str> {
    let text = token.token.secret();
    if text.trim().is_empty() {
        return Err("Microsoft Entra ID gave an empty token");
    }
    if !text.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err("Microsoft Entra ID gave a token that no header can carry");
    }
    Ok((Secret::new(text), SystemTime::from(token.expires_on)))
}
