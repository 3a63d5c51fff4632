//! An HTTP client that is made when it is first needed.

use std::fmt;
use std::sync::{Arc, OnceLock};

use crate::error::Error;

type Make = Arc<dyn Fn() -> Result<reqwest::Client, Error> + Send + Sync>;

/// A client with other settings than the one of all calls, made when it is first needed.
pub(crate) struct LazyHttp {
    made: OnceLock<reqwest::Client>,
    make: Make,
}

impl LazyHttp {
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

impl fmt::Debug for LazyHttp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("LazyHttp")
    }
}
