//! Tokens of Microsoft Entra ID, kept until shortly before they expire.

use std::sync::{Arc, Mutex as Lock, PoisonError};
use std::time::{Duration, SystemTime};

use azure_core::credentials::TokenCredential;
use tokio::sync::Mutex;

use super::secret::Secret;
use crate::error::{AuthError, Error};

/// How long before its end a token is replaced.
const AHEAD: Duration = Duration::from_secs(300);
/// How long after a failed refresh the old token serves before another refresh is tried.
const PAUSE: Duration = Duration::from_secs(30);

/// Asks a credential for tokens and keeps the last one.
pub(super) struct TokenCache {
    credential: Arc<dyn TokenCredential>,
    kept: Lock<Option<Kept>>,
    /// Held while a token is fetched: whoever comes meanwhile waits for that one.
    fetching: Mutex<()>,
}

#[derive(Clone)]
struct Kept {
    token: Secret,
    scope: Box<str>,
    expires: SystemTime,
    refresh: SystemTime,
}

impl TokenCache {
    pub(super) fn new(credential: Arc<dyn TokenCredential>) -> Self {
        Self { credential, kept: Lock::new(None), fetching: Mutex::new(()) }
    }

    /// Gives a token that is valid at `now`.
    ///
    /// # Errors
    ///
    /// The credential failed and there is no older token that is still valid.
    pub(super) async fn token(&self, scope: &str, now: SystemTime) -> Result<Secret, Error> {
        if let Some(kept) = self.kept(scope).filter(|kept| now < kept.refresh) {
            return Ok(kept.token);
        }
        let _turn = match self.fetching.try_lock() {
            Ok(turn) => turn,
            // Somebody fetches already: the old token serves while it is valid.
            Err(_) => match self.kept(scope).filter(|kept| now < kept.expires) {
                Some(kept) => return Ok(kept.token),
                None => self.fetching.lock().await,
            },
        };
        let old = self.kept(scope);
        if let Some(kept) = old.as_ref().filter(|kept| now < kept.refresh) {
            return Ok(kept.token.clone());
        }
        match self.credential.get_token(&[scope], None).await {
            Ok(answer) => {
                let expires = SystemTime::from(answer.expires_on);
                let token = Secret::new(answer.token.secret());
                let refresh = expires.checked_sub(AHEAD).unwrap_or(expires);
                let scope = scope.into();
                self.keep(Some(Kept { token: token.clone(), scope, expires, refresh }));
                Ok(token)
            }
            Err(source) => match old.filter(|kept| now < kept.expires) {
                Some(mut kept) => {
                    tracing::warn!("the token could not be refreshed; the old one is still valid");
                    kept.refresh = now + PAUSE;
                    let token = kept.token.clone();
                    self.keep(Some(kept));
                    Ok(token)
                }
                None => Err(Error::Auth(AuthError::caused_by(
                    "no token from Microsoft Entra ID; sign in (`az login`), or check the \
                     client id, secret and tenant",
                    source,
                ))),
            },
        }
    }

    /// Drops the token, because the service does not take it.
    pub(super) fn forget(&self) {
        self.keep(None);
    }

    fn kept(&self, scope: &str) -> Option<Kept> {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.clone().filter(|kept| *kept.scope == *scope)
    }

    fn keep(&self, token: Option<Kept>) {
        *self.kept.lock().unwrap_or_else(PoisonError::into_inner) = token;
    }
}
