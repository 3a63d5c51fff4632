//! The runtime that drives blocking calls.

use std::fmt;
use std::future::Future;
use std::sync::Arc;

use tokio::runtime::{Builder, Handle, Runtime};

use crate::error::Error;

/// A runtime with one thread of its own, which keeps connections alive between calls.
#[derive(Clone)]
pub(super) struct Driver(Arc<Owned>);

/// `None` only while it is dropped.
struct Owned(Option<Runtime>);

impl Driver {
    pub(super) fn new() -> Result<Self, Error> {
        let runtime = Builder::new_multi_thread()
            .worker_threads(1)
            .thread_name("openai-azure")
            .enable_all()
            .build()
            .map_err(|error| Error::config(format!("no thread for blocking calls: {error}")))?;
        Ok(Self(Arc::new(Owned(Some(runtime)))))
    }

    /// Runs `future` on this thread and waits for it.
    pub(super) fn wait<F: Future>(&self, future: F) -> Result<F::Output, Error> {
        if Handle::try_current().is_ok() {
            return Err(Error::config(
                "a blocking call inside an asynchronous runtime would stop its thread: use \
                 openai_azure::Client there, or make the call on a thread of std::thread::spawn",
            ));
        }
        match &self.0.0 {
            Some(runtime) => Ok(runtime.block_on(future)),
            None => Err(Error::config("the client is being dropped")),
        }
    }
}

/// A runtime that is dropped inside another one panics, unless it need not wait for its thread.
impl Drop for Owned {
    fn drop(&mut self) {
        if let Some(runtime) = self.0.take() {
            runtime.shutdown_background();
        }
    }
}

impl fmt::Debug for Driver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Driver")
    }
}

#[cfg(test)]
mod tests {
    use super::Driver;
    use crate::error::Error;

    #[test]
    fn waits_outside_of_a_runtime() {
        assert_eq!(Driver::new().unwrap().wait(async { 7 }).unwrap(), 7);
    }

    #[tokio::test]
    async fn inside_of_a_runtime_it_is_an_error_and_dropping_does_not_panic() {
        let driver = Driver::new().unwrap();
        let error = driver.wait(async {}).unwrap_err();
        assert!(matches!(error, Error::Config(_)));
        assert!(error.to_string().contains("openai_azure::Client"), "{error}");
    }
}
