//! Waiting for an object of the service until it is done.

use std::fmt;
use std::future::{Future, IntoFuture};
use std::sync::Arc;

use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;

use crate::engine::client::Client;
use crate::engine::options::CallOptions;
use crate::engine::polling::{Polling, asked_wait};
use crate::engine::tolerance::Tolerance;
use crate::error::Error;
use crate::response::Response;

type Ask<T> = Box<dyn Fn() -> BoxFuture<'static, Result<Response<T>, Error>> + Send + Sync>;

type Report<T> = Arc<dyn Fn(&T) + Send + Sync>;

/// Waits until an object of the service is done: a file, a batch, a vector store, a fine-tuning
/// job; made by the `wait` of its collection.
///
/// `.await` it. The object is requested at once and then at the intervals of the
/// [`Polling`]; requests that fail for a passing reason are made again for up to an hour.
/// Dropping the future ends the wait and cancels nothing at the service.
///
/// ```no_run
/// # async fn example(client: openai_azure::Client, id: &str) -> Result<(), openai_azure::Error> {
/// let batches = client.batches();
/// let waiting = batches.wait(id).on_progress(|batch| {
///     let counts = &batch.request_counts;
///     eprintln!("{} of {} lines are completed", counts.completed, counts.total);
/// });
/// println!("{:?}", waiting.await?.status);
/// # Ok(())
/// # }
/// ```
///
/// # Errors
///
/// [`Error::Timeout`] when it takes longer than the polling or the deadline allows; [`Error::Api`]
/// with status 404 when there is no such object; any other [`Error`] that no later request can mend.
#[must_use = "nothing is requested before it is awaited"]
pub struct WaitRequest<T> {
    client: Client,
    polling: Polling,
    /// Of the requests; their deadline is that of the wait.
    options: CallOptions,
    ask: Ask<T>,
    is_done: fn(&T) -> Result<bool, Error>,
    on_progress: Option<Report<T>>,
}

impl<T> WaitRequest<T> {
    /// Requests the object of an ID from its collection by `get`, until it `is_done`.
    pub(crate) fn new<C, F>(
        client: &Client,
        polling: &Polling,
        options: CallOptions,
        (collection, id): (C, String),
        get: impl Fn(C, String) -> F + Send + Sync + 'static,
        is_done: fn(&T) -> Result<bool, Error>,
    ) -> Self
    where
        C: Clone + Send + Sync + 'static,
        F: Future<Output = Result<Response<T>, Error>> + Send + 'static,
    {
        let ask = Box::new(move || get(collection.clone(), id.clone()).boxed());
        let (client, polling) = (client.clone(), polling.clone());
        Self { client, polling, options, ask, is_done, on_progress: None }
    }

    /// How often the object is requested, and for how long; by default as the collection has it.
    pub fn polling(mut self, polling: Polling) -> Self {
        self.polling = polling;
        self
    }

    /// Calls `report` with the object each time it was requested, also at the end.
    pub fn on_progress(mut self, report: impl Fn(&T) + Send + Sync + 'static) -> Self {
        self.on_progress = Some(Arc::new(report));
        self
    }

    async fn run(self) -> Result<Response<T>, Error> {
        let mut pace = self.polling.pace(&self.client, &self.options);
        let mut failures = Tolerance::default();
        loop {
            let mut asked = None;
            match (self.ask)().await {
                Ok(object) => {
                    failures.reset();
                    if let Some(report) = &self.on_progress {
                        report(&object);
                    }
                    if (self.is_done)(&object)? {
                        return Ok(object);
                    }
                    asked = asked_wait(&self.client, &object);
                }
                Err(error) => failures.tolerate(error)?,
            }
            pace.pause(asked).await?;
        }
    }
}

impl<T: Send + Sync + 'static> IntoFuture for WaitRequest<T> {
    type Output = Result<Response<T>, Error>;
    type IntoFuture = BoxFuture<'static, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.run())
    }
}

impl<T> fmt::Debug for WaitRequest<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WaitRequest").field("polling", &self.polling).finish_non_exhaustive()
    }
}
