//! Keys of a resource.

use std::fmt;
use std::sync::{Arc, PoisonError, RwLock};

use super::secret::Secret;

/// A key of the resource that can be replaced while clients use it.
///
/// ```
/// use openai_azure::{ApiKey, Client};
///
/// let key = ApiKey::new("the first key");
/// let client = Client::builder()
///     .endpoint("https://example.openai.azure.com")
///     .credential(key.clone())
///     .build()?;
/// key.replace("the second key"); // from now on `client` sends this one
/// # Ok::<(), openai_azure::Error>(())
/// ```
#[derive(Clone)]
pub struct ApiKey(Arc<RwLock<Secret>>);

impl ApiKey {
    /// Takes a key. White space around it is removed.
    pub fn new(key: impl Into<String>) -> Self {
        Self(Arc::new(RwLock::new(trimmed(key.into()))))
    }

    /// Makes every client that has this key, or a clone of it, send another one from now on.
    pub fn replace(&self, key: impl Into<String>) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = trimmed(key.into());
    }

    pub(super) fn current(&self) -> Secret {
        self.0.read().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

fn trimmed(key: String) -> Secret {
    Secret::new(key.trim())
}

impl From<String> for ApiKey {
    fn from(key: String) -> Self {
        Self::new(key)
    }
}

impl From<&str> for ApiKey {
    fn from(key: &str) -> Self {
        Self::new(key)
    }
}

impl fmt::Debug for ApiKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ApiKey")
    }
}
