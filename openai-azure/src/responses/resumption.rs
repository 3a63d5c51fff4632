//! Going on with the stream of a response in the background after its connection broke.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use futures_util::future::BoxFuture;
use openai_azure_sys::raw;

use super::response::ModelResponse;
use super::stored;
use crate::engine::call::Call;
use crate::engine::client::Client;
use crate::engine::options::CallOptions;
use crate::error::Error;
use crate::response::Response;
use crate::retry::{Backoff, RetryPolicy};
use crate::sse::EventStream;

type Random = Box<dyn FnMut() -> f64 + Send + Sync>;

/// What is known of a stream that can be continued.
pub(super) struct Resumption {
    client: Client,
    options: CallOptions,
    policy: RetryPolicy,
    backoff: Backoff<Random>,
    /// The response, once an event has named it.
    pub(super) id: Option<String>,
    /// The number of the last event.
    pub(super) after: Option<u64>,
    /// Whether the stream that was opened last has brought no event.
    is_idle: bool,
    /// Only polled through `&mut self`: the lock makes it `Sync`.
    opening: Option<Mutex<BoxFuture<'static, Result<Reopened, Error>>>>,
}

/// What became of a request for the rest of a stream.
pub(super) enum Reopened {
    /// The rest, up to the next break.
    Events(Box<EventStream>),
    /// Nothing more will come: the response is over.
    Over(Box<ModelResponse>),
    /// Neither.
    Nothing,
}

impl Resumption {
    pub(super) fn new(client: &Client, options: &CallOptions) -> Self {
        let inner = client.inner();
        let options = options.clone().with_running_deadline(&inner.options);
        let policy = options.retry.as_ref().or(inner.options.retry.as_ref());
        let policy = policy.cloned().unwrap_or_default();
        Self {
            backoff: backoff(client, &policy),
            client: client.clone(),
            options,
            policy,
            id: None,
            after: None,
            is_idle: false,
            opening: None,
        }
    }

    /// An event arrived: the retries are counted from here.
    pub(super) fn progressed(&mut self) {
        if self.is_idle {
            self.is_idle = false;
            self.backoff = backoff(&self.client, &self.policy);
        }
    }

    /// Begins to ask for the rest, after a wait; `is_broken` separates a stream that broke from one
    /// that ended in order. `false` when the retries are used up, or no event had the response's ID.
    #[inline]
    pub(super) fn begin(&mut self, is_broken: bool) -> bool {
        let Some(id) = self.id.clone() else { return false };
        let Some(wait) = self.backoff.next() else { return false };
        let (client, options) = (self.client.clone(), self.options.clone());
        // Nothing new, and no break that could have lost it.
        let has_no_news = self.is_idle && !is_broken;
        self.is_idle = true;
        let opening = reopen(client, options, id, self.after, wait, has_no_news);
        self.opening = Some(Mutex::new(Box::pin(opening)));
        true
    }

    /// What became of [`begin`](Self::begin); `None` if nothing was begun.
    pub(super) fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Reopened, Error>>> {
        let Some(opening) = &mut self.opening else { return Poll::Ready(None) };
        let opening = opening.get_mut().unwrap_or_else(PoisonError::into_inner);
        let reopened = std::task::ready!(opening.as_mut().poll(cx));
        self.opening = None;
        Poll::Ready(Some(reopened))
    }
}

fn backoff(client: &Client, policy: &RetryPolicy) -> Backoff<Random> {
    let random = Arc::clone(&client.inner().clock.random);
    Backoff::new(policy, Box::new(move || random()))
}

async fn reopen(
    client: Client,
    options: CallOptions,
    id: String,
    after: Option<u64>,
    wait: Duration,
    has_no_news: bool,
) -> Result<Reopened, Error> {
    tokio::time::sleep(wait).await;
    // The response may be over, as one that was cancelled, whose stream just ends.
    if has_no_news {
        let response = stored::get(&client, &options, &id, &[]).await?.into_inner();
        if response.is_done() {
            return Ok(Reopened::Over(Box::new(response)));
        }
    }
    match open(&client, &options, &id, after, &[]).await {
        Ok(events) => Ok(Reopened::Events(Box::new(events.into_inner()))),
        Err(Error::Decode(_)) => Ok(Reopened::Nothing),
        Err(error) => Err(error),
    }
}

/// The events after the one with this number: `GET /responses/{id}?stream=true`.
pub(super) async fn open(
    client: &Client,
    options: &CallOptions,
    id: &str,
    after: Option<u64>,
    include: &[String],
) -> Result<Response<EventStream>, Error> {
    let mut params = raw::ResponsesGetParams::default();
    params.include2 = (!include.is_empty()).then(|| include.to_vec());
    let mut options = options.clone().query("stream", "true").header("accept", "text/event-stream");
    if let Some(after) = after {
        options = options.query("starting_after", after.to_string());
    }
    let call = Call::new(client, &options);
    call.events(|api| async move { api.responses_get(id, &params).await }).await
}

impl fmt::Debug for Resumption {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Resumption")
            .field("id", &self.id)
            .field("after", &self.after)
            .finish_non_exhaustive()
    }
}
