//! Any number of texts in, their vectors out, in order.

use std::collections::VecDeque;
use std::fmt;
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use futures_core::Stream;
use futures_util::StreamExt as _;
use futures_util::future::BoxFuture;
use futures_util::stream::FuturesOrdered;
use tokio::time::Sleep;

use super::batch::Batch;
use super::embedding::EmbeddingList;
use super::input::EmbeddingInput;
use super::{EmbeddingRequest, MAX_INPUTS};
use crate::error::{DecodeError, Error};
use crate::rate_limit::RateLimit;
use crate::response::Response;

/// How many requests run at once unless told otherwise.
const CONCURRENCY: usize = 4;

/// The longest pause that a header can ask for.
const LONGEST_PAUSE: Duration = Duration::from_secs(60);

/// Vectors of any number of texts, in the order of the texts; made by [`EmbeddingRequest::bulk`].
///
/// It is a [`Stream`]. It works only while it is asked for the next vector and spawns nothing;
/// dropping it ends its requests. Texts are taken as requests have room for them, so a source of
/// any length needs the memory of a few requests.
///
/// After an error the vectors before it were given, [`Bulk::done`] tells how many, and asking
/// again sends the request that failed again: no text is lost and none is done twice.
///
/// ```no_run
/// # async fn example(client: openai_azure::Client, lines: Vec<String>) -> Result<(), openai_azure::Error> {
/// let mut bulk = client
///     .embed("text-embedding-3-small")
///     .dimensions(256)
///     .bulk_of(lines)
///     .concurrency(8)
///     .on_progress(|progress| eprintln!("{} vectors, {} tokens", progress.vectors, progress.tokens));
/// while let Some(vector) = bulk.try_next().await? {
///     println!("{vector:?}");
/// }
/// # Ok(())
/// # }
/// ```
#[must_use = "nothing is sent before the first vector is asked for"]
pub struct Bulk {
    request: EmbeddingRequest,
    texts: Option<Pin<Box<dyn Stream<Item = String> + Send>>>,
    batch: Batch,
    concurrency: usize,
    running: FuturesOrdered<BoxFuture<'static, Done>>,
    /// No request starts before it has passed.
    pause: Option<Pin<Box<Sleep>>>,
    ready: VecDeque<Vec<f32>>,
    progress: BulkProgress,
    on_progress: Option<Report>,
}

/// What is told of the progress.
type Report = Box<dyn FnMut(&BulkProgress) + Send>;

/// A request that came to its end, and its texts.
struct Done {
    texts: EmbeddingInput,
    outcome: Result<Response<EmbeddingList>, Error>,
}

/// How far a [`Bulk`] has come.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct BulkProgress {
    /// How many vectors have arrived.
    pub vectors: u64,
    /// How many requests were answered.
    pub requests: u64,
    /// How many tokens they cost.
    pub tokens: u64,
    /// How often requests were tried again.
    pub retries: u64,
}

impl Bulk {
    pub(super) fn new(
        request: EmbeddingRequest,
        texts: Pin<Box<dyn Stream<Item = String> + Send>>,
    ) -> Self {
        Self {
            request,
            texts: Some(texts),
            batch: Batch::new(),
            concurrency: CONCURRENCY,
            running: FuturesOrdered::new(),
            pause: None,
            ready: VecDeque::new(),
            progress: BulkProgress::default(),
            on_progress: None,
        }
    }

    /// How many requests run at once, at least 1; 4 by default.
    pub fn concurrency(mut self, requests: usize) -> Self {
        self.concurrency = requests.max(1);
        self
    }

    /// The most texts of a request, 1 to [`MAX_INPUTS`], which is the default.
    pub fn inputs_per_request(mut self, inputs: usize) -> Self {
        self.batch.max_inputs = inputs.clamp(1, MAX_INPUTS);
        self
    }

    /// The most bytes of text in a request, 512 KiB by default. A longer text is sent alone.
    pub fn bytes_per_request(mut self, bytes: usize) -> Self {
        self.batch.max_bytes = bytes.max(1);
        self
    }

    /// Calls `report` after each request that was answered.
    pub fn on_progress(mut self, report: impl FnMut(&BulkProgress) + Send + 'static) -> Self {
        self.on_progress = Some(Box::new(report));
        self
    }

    /// How many vectors were given: the number of the first text that is not done.
    #[must_use]
    pub fn done(&self) -> u64 {
        self.progress.vectors - self.ready.len() as u64
    }

    /// How far it has come.
    #[must_use]
    pub fn progress(&self) -> &BulkProgress {
        &self.progress
    }

    /// Gives the next vector, or `None` when all texts are done.
    ///
    /// # Errors
    ///
    /// The error of a request after its own retries; the next call sends the request again.
    pub async fn try_next(&mut self) -> Result<Option<Vec<f32>>, Error> {
        poll_fn(|cx| self.poll_vector(cx)).await.transpose()
    }

    fn poll_vector(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Vec<f32>, Error>>> {
        loop {
            if let Some(vector) = self.ready.pop_front() {
                return Poll::Ready(Some(Ok(vector)));
            }
            self.start_requests(cx);
            if self.running.is_empty() {
                let is_over = self.texts.is_none() && self.batch.is_empty();
                return if is_over { Poll::Ready(None) } else { Poll::Pending };
            }
            let Some(done) = ready!(self.running.poll_next_unpin(cx)) else { continue };
            if let Err(error) = self.finish(done) {
                return Poll::Ready(Some(Err(error)));
            }
        }
    }

    /// Starts as many requests as there may be. When it leaves room, something will wake the task:
    /// the texts or the pause.
    fn start_requests(&mut self, cx: &mut Context<'_>) {
        while self.running.len() < self.concurrency && !self.is_paused(cx) {
            let Some(texts) = self.next_batch(cx) else { return };
            self.running.push_back(send(&self.request, EmbeddingInput::Texts(texts)));
        }
    }

    fn is_paused(&mut self, cx: &mut Context<'_>) -> bool {
        let Some(pause) = &mut self.pause else { return false };
        if pause.as_mut().poll(cx).is_pending() {
            return true;
        }
        self.pause = None;
        false
    }

    /// The texts of the next request. Fewer than fit are sent only when no more are there and
    /// nothing else runs, so that a slow source is not kept waiting.
    fn next_batch(&mut self, cx: &mut Context<'_>) -> Option<Vec<String>> {
        while let Some(texts) = &mut self.texts {
            match texts.as_mut().poll_next(cx) {
                Poll::Ready(Some(text)) => {
                    if let Some(full) = self.batch.push(text) {
                        return Some(full);
                    }
                }
                Poll::Ready(None) => self.texts = None,
                Poll::Pending if self.running.is_empty() => break,
                Poll::Pending => return None,
            }
        }
        (!self.batch.is_empty()).then(|| self.batch.take())
    }

    fn finish(&mut self, Done { texts, outcome }: Done) -> Result<(), Error> {
        let expected = texts.len();
        let answer = match outcome {
            Ok(answer) if answer.data.len() == expected => answer,
            outcome => {
                // It goes before those that run already, and waits until it is asked for.
                self.running.push_front(send(&self.request, texts));
                let answer = outcome?;
                let found = answer.data.len();
                let what = format!("{found} vectors for {expected} texts");
                let (status, ids) = (answer.status(), answer.request_ids());
                return Err(Error::Decode(DecodeError::new(status, ids, Bytes::new(), what)));
            }
        };
        if let Some(pause) = pause_after(&answer.rate_limit(), answer.usage.total_tokens) {
            self.pause = Some(Box::pin(tokio::time::sleep(pause)));
        }
        let progress = &mut self.progress;
        progress.vectors += expected as u64;
        progress.requests += 1;
        progress.tokens += answer.usage.total_tokens;
        progress.retries += u64::from(answer.retries_taken());
        self.ready.extend(answer.into_inner().into_vectors());
        if let Some(report) = &mut self.on_progress {
            report(&self.progress);
        }
        Ok(())
    }
}

fn send(request: &EmbeddingRequest, texts: EmbeddingInput) -> BoxFuture<'static, Done> {
    let request = request.clone();
    Box::pin(async move {
        let outcome = request.embed(&texts).await;
        Done { texts, outcome }
    })
}

/// How long to wait when the next request, if it costs as much as this one, would be refused.
fn pause_after(limits: &RateLimit, tokens: u64) -> Option<Duration> {
    let is_out = |remaining: Option<u64>, needed: u64| remaining.is_some_and(|left| left < needed);
    let (requests, of_tokens) = (limits.requests(), limits.tokens());
    let reset = if is_out(requests.remaining(), 1) {
        requests.reset()
    } else if is_out(of_tokens.remaining(), tokens) {
        of_tokens.reset()
    } else {
        return None;
    };
    // Not every gateway says when: the retries know then how to wait.
    reset.or_else(|| limits.reset()).map(|reset| reset.min(LONGEST_PAUSE))
}

impl Stream for Bulk {
    type Item = Result<Vec<f32>, Error>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.poll_vector(cx)
    }
}

impl fmt::Debug for Bulk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Bulk")
            .field("progress", &self.progress)
            .field("running", &self.running.len())
            .finish_non_exhaustive()
    }
}
