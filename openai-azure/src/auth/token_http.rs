//! The connections of token requests.

use std::fmt;
use std::sync::Arc;

use azure_core::error::ErrorKind;

use crate::error::Error;

type Open = Arc<dyn Fn() -> Result<reqwest::Client, Error> + Send + Sync>;

/// Opens connections to Microsoft Entra ID with the settings of a client: its proxies, its
/// certificates, its own HTTP client.
#[derive(Clone)]
pub(crate) struct TokenHttp(Open);

impl TokenHttp {
    /// `open` is called whenever a credential is made.
    pub(crate) fn new(
        open: impl Fn() -> Result<reqwest::Client, Error> + Send + Sync + 'static,
    ) -> Self {
        Self(Arc::new(open))
    }

    pub(super) fn open(&self) -> azure_core::Result<reqwest::Client> {
        (self.0)().map_err(|error| azure_core::Error::new(ErrorKind::Other, error))
    }

    /// Whether both are those of the same client.
    pub(super) fn is(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl fmt::Debug for TokenHttp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TokenHttp")
    }
}
