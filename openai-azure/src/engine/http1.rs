//! An HTTP client that speaks HTTP/1.1 alone, for connections that become something else.

use std::fmt;
use std::sync::{Arc, OnceLock};

use crate::error::Error;

type Make = Arc<dyn Fn() -> Result<reqwest::Client, Error> + Send + Sync>;

/// A client with the settings of the other one, made when it is first needed. HTTP/2 would be
/// chosen during the TLS handshake, and its requests cannot be upgraded.
pub(crate) struct Http1 {
    made: OnceLock<reqwest::Client>,
    make: Make,
}

impl Http1 {
    pub(crate) fn new(
        make: impl Fn() -> Result<reqwest::Client, Error> + Send + Sync + 'static,
    ) -> Self {
        Self { made: OnceLock::new(), make: Arc::new(make) }
    }

    /// # Errors
    ///
    /// [`Error::Config`] when the client cannot be made.
    pub(crate) fn client(&self) -> Result<&reqwest::Client, Error> {
        if let Some(client) = self.made.get() {
            return Ok(client);
        }
        let client = (self.make)()?;
        Ok(self.made.get_or_init(|| client))
    }
}

impl fmt::Debug for Http1 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Http1")
    }
}
