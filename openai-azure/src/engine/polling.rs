//! Asking again and again until something is done.

use std::future::Future;
use std::time::Duration;

use tokio::time::{Instant, sleep};

use crate::engine::client::Client;
use crate::error::{Error, TimeoutError, TimeoutScope};
use crate::response::Response;
use crate::retry::retry_after;

/// How often to ask whether something is done, and for how long.
///
/// ```no_run
/// # async fn example(client: openai_azure::Client, id: &str) -> Result<(), openai_azure::Error> {
/// use std::time::Duration;
/// use openai_azure::Polling;
///
/// let polling = Polling::new().every(Duration::from_secs(5)).at_most(Duration::from_secs(600));
/// let done = client.responses().polling(polling).wait(id).await?;
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
#[must_use]
pub struct Polling {
    first: Duration,
    longest: Duration,
    limit: Option<Duration>,
}

impl Polling {
    /// Asks after 1 second, then at growing intervals of up to 10 seconds, without an end.
    pub fn new() -> Self {
        Self { first: Duration::from_secs(1), longest: Duration::from_secs(10), limit: None }
    }

    /// Asks at this interval, at least 1 ms.
    pub fn every(mut self, interval: Duration) -> Self {
        let interval = interval.max(Duration::from_millis(1));
        (self.first, self.longest) = (interval, interval);
        self
    }

    /// Gives up after this time.
    pub fn at_most(mut self, limit: Duration) -> Self {
        self.limit = Some(limit);
        self
    }

    /// Gives the first answer that `is_done`.
    pub(crate) async fn until<T, F, Fut>(
        &self,
        client: &Client,
        ask: F,
        is_done: impl Fn(&T) -> bool,
    ) -> Result<Response<T>, Error>
    where
        F: Fn() -> Fut,
        Fut: Future<Output = Result<Response<T>, Error>>,
    {
        let began = Instant::now();
        let mut interval = self.first;
        loop {
            let answer = ask().await?;
            if is_done(&answer) {
                return Ok(answer);
            }
            // The service may know better how long it takes.
            let now = client.inner().clock.now();
            let asked = retry_after(answer.status(), answer.headers(), now);
            let wait = asked.unwrap_or(interval).min(self.longest.max(interval));
            if let Some(limit) = self.limit
                && began.elapsed() + wait > limit
            {
                let url = client.endpoint().as_str();
                return Err(Error::Timeout(TimeoutError::new(TimeoutScope::Polling, limit, url)));
            }
            sleep(wait).await;
            interval = (interval * 3 / 2).min(self.longest);
        }
    }
}

impl Default for Polling {
    fn default() -> Self {
        Self::new()
    }
}
