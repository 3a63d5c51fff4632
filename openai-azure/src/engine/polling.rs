//! Requests that are repeated until something is done.

use std::future::Future;
use std::time::Duration;

use tokio::time::{Instant, sleep};

use crate::engine::client::Client;
use crate::engine::deadline::Deadline;
use crate::engine::options::CallOptions;
use crate::error::{Error, TimeoutError, TimeoutScope};
use crate::response::Response;
use crate::retry::retry_after;

/// How often something is requested until it is done, and for how long.
///
/// ```no_run
/// # async fn example(client: openai_azure::Client, id: &str) -> Result<(), openai_azure::Error> {
/// use std::time::Duration;
/// use openai_azure::Polling;
///
/// let polling = Polling::new().every(Duration::from_secs(5)).at_most(Duration::from_secs(600));
/// let done = client.responses().wait(id).polling(polling).await?;
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
    /// Requests at once, then after 1 second and at growing intervals of up to 10 seconds, without
    /// an end. A response that asks for another wait gets it.
    pub fn new() -> Self {
        Self { first: Duration::from_secs(1), longest: Duration::from_secs(10), limit: None }
    }

    /// Requests at this interval, at least 1 ms.
    pub fn every(mut self, interval: Duration) -> Self {
        let interval = interval.max(Duration::from_millis(1));
        (self.first, self.longest) = (interval, interval);
        self
    }

    /// Stops with a timeout after this time.
    pub fn at_most(mut self, limit: Duration) -> Self {
        self.limit = Some(limit);
        self
    }

    /// Requests until the response `is_done`, and returns that.
    pub(crate) async fn until<T, F, Fut>(
        &self,
        client: &Client,
        options: &CallOptions,
        ask: F,
        is_done: impl Fn(&T) -> bool,
    ) -> Result<Response<T>, Error>
    where
        F: Fn() -> Fut,
        Fut: Future<Output = Result<Response<T>, Error>>,
    {
        let mut pace = self.pace(client, options);
        loop {
            let response = ask().await?;
            if is_done(&response) {
                return Ok(response);
            }
            pace.pause(asked_wait(client, &response)).await?;
        }
    }

    /// The waits between requests that are made with these options.
    pub(crate) fn pace(&self, client: &Client, options: &CallOptions) -> Pace {
        Pace {
            polling: self.clone(),
            interval: self.first,
            began: Instant::now(),
            deadline: options.running_deadline(),
            url: client.endpoint().as_str().to_owned(),
        }
    }

    /// The wait after the first request.
    pub(crate) fn first(&self) -> Duration {
        self.first
    }
}

/// What a response asks to wait: `openai-poll-after-ms`, else `retry-after`.
pub(crate) fn asked_wait<T>(client: &Client, response: &Response<T>) -> Option<Duration> {
    let millis = response.headers().get("openai-poll-after-ms");
    let millis = millis.and_then(|value| value.to_str().ok()?.trim().parse().ok());
    let now = client.inner().clock.now();
    millis
        .map(Duration::from_millis)
        .or_else(|| retry_after(response.status(), response.headers(), now))
}

/// Growing waits with a limit on all of them.
#[derive(Debug)]
pub(crate) struct Pace {
    polling: Polling,
    interval: Duration,
    began: Instant,
    deadline: Option<Deadline>,
    url: String,
}

impl Pace {
    /// Waits as long as was asked, else for the next interval.
    ///
    /// # Errors
    ///
    /// [`Error::Timeout`] when the wait would end after the limit or after the deadline.
    pub(crate) async fn pause(&mut self, asked: Option<Duration>) -> Result<(), Error> {
        let wait = asked.unwrap_or(self.interval);
        if let Some(limit) = self.polling.limit
            && self.began.elapsed().saturating_add(wait) > limit
        {
            return Err(self.over(TimeoutScope::Polling, limit));
        }
        if let Some(deadline) = self.deadline.filter(|deadline| deadline.left() <= wait) {
            return Err(self.over(TimeoutScope::Deadline, deadline.limit));
        }
        sleep(wait).await;
        self.interval = (self.interval.saturating_mul(3) / 2).min(self.polling.longest);
        Ok(())
    }

    fn over(&self, scope: TimeoutScope, limit: Duration) -> Error {
        Error::Timeout(TimeoutError::new(scope, limit, &self.url))
    }
}

impl Default for Polling {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::{CallOptions, Client, Duration, Error, Polling, TimeoutScope};

    #[tokio::test(start_paused = true)]
    async fn a_wait_that_would_end_at_the_deadline_is_not_begun() {
        let client = Client::builder().endpoint("https://r.example").api_key("k").build().unwrap();
        let limit = Duration::from_secs(2);
        let options = CallOptions::new().deadline(limit).with_running_deadline(&CallOptions::new());
        let mut pace = Polling::new().every(limit).pace(&client, &options);
        let error = pace.pause(None).await.unwrap_err();
        assert!(matches!(error, Error::Timeout(e) if e.scope() == TimeoutScope::Deadline));
        pace.pause(Some(limit / 2)).await.unwrap();
    }
}
