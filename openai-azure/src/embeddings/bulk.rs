//! Any number of texts in, their vectors out, in order.

use std::collections::VecDeque;
use std::fmt;
use std::future::{Future, poll_fn};
use std::ops::Range;
use std::pin::Pin;
use std::sync::Arc;
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
use crate::retry::{Gate, Ticket};

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
/// A 429 for one request holds back the others: they wait as long as it asks to, then go one by one,
/// and side by side again as they succeed. A refusal that others under way may have caused does not
/// count as a retry. A [deadline](crate::CallOptions::deadline) holds for the whole, from the first
/// vector that is asked for. Each request has an idempotency key of its own.
///
/// After an error the vectors before it were returned and it ends, unless
/// [`after_error`](Bulk::after_error) sets otherwise. [`Bulk::done`] is where another one can
/// [resume](Bulk::resume_at): no input is lost and none is sent twice.
///
/// ```no_run
/// # async fn example(client: openai_azure::Client, lines: Vec<String>) -> Result<(), openai_azure::Error> {
/// let mut bulk = client
///     .embed("text-embedding-3-large")
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
    /// What each request passes; made when the first one starts.
    gate: Option<Arc<Gate>>,
    /// No request starts before it has passed.
    pause: Option<Pin<Box<Sleep>>>,
    ready: VecDeque<Indexed>,
    /// Number of the next input that is taken.
    next_input: u64,
    /// Inputs that are passed over before the first request.
    skipped: u64,
    /// Number of the first input that has no outcome yet.
    done: u64,
    after_error: AfterError,
    failed: Option<Range<u64>>,
    is_over: bool,
    progress: BulkProgress,
    on_progress: Option<Report>,
}

/// A vector with the number of its input.
type Indexed = (u64, Vec<f32>);

/// What is reported of the progress.
type Report = Box<dyn FnMut(&BulkProgress) + Send>;

/// What a [`Bulk`] does after it has returned an error.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum AfterError {
    /// It ends.
    #[default]
    End,
    /// It passes over the inputs of the request that failed, and goes on with the others.
    Skip,
    /// It sends the request again when the next vector is asked for.
    Retry,
}

/// A request that came to its end, and its texts.
struct Done {
    first: u64,
    texts: EmbeddingInput,
    outcome: Result<Response<EmbeddingList>, Error>,
}

/// How far a [`Bulk`] has come.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct BulkProgress {
    /// Number of inputs, if it is known: that of a list, or what [`Bulk::total`] sets.
    pub total: Option<u64>,
    /// Number of vectors that have arrived.
    pub vectors: u64,
    /// Number of inputs that were passed over, see [`AfterError::Skip`].
    pub skipped: u64,
    /// Number of requests that succeeded.
    pub requests: u64,
    /// Token usage.
    pub tokens: u64,
    /// Number of retries.
    pub retries: u64,
}

impl Bulk {
    pub(super) fn new(
        request: EmbeddingRequest,
        texts: Pin<Box<dyn Stream<Item = String> + Send>>,
    ) -> Self {
        let total = match texts.size_hint() {
            (least, Some(most)) if least == most => Some(least as u64),
            _ => None,
        };
        let progress = BulkProgress { total, ..BulkProgress::default() };
        Self {
            request,
            texts: Some(texts),
            batch: Batch::new(),
            concurrency: CONCURRENCY,
            running: FuturesOrdered::new(),
            gate: None,
            pause: None,
            ready: VecDeque::new(),
            next_input: 0,
            skipped: 0,
            done: 0,
            after_error: AfterError::End,
            failed: None,
            is_over: false,
            progress,
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

    /// Calls `report` after each response.
    pub fn on_progress(mut self, report: impl FnMut(&BulkProgress) + Send + 'static) -> Self {
        self.on_progress = Some(Box::new(report));
        self
    }

    /// Number of inputs, for the progress of a stream that does not know it.
    pub fn total(mut self, inputs: u64) -> Self {
        self.progress.total = Some(inputs);
        self
    }

    /// Begins with the input of this number, from 0: those before it are taken from the source and
    /// not sent. With [`done`](Self::done) of an earlier run it goes on where that ended.
    pub fn resume_at(mut self, input: u64) -> Self {
        (self.skipped, self.done) = (input, input);
        self
    }

    /// What happens after an error of a request; by default [`Bulk`] ends.
    pub fn after_error(mut self, after_error: AfterError) -> Self {
        self.after_error = after_error;
        self
    }

    /// Number of the first input whose vector was not returned and that was not passed over.
    #[must_use]
    pub fn done(&self) -> u64 {
        self.ready.front().map_or(self.done, |(input, _)| *input)
    }

    /// Numbers of the inputs of the last request that failed.
    #[must_use]
    pub fn failed_inputs(&self) -> Option<Range<u64>> {
        self.failed.clone()
    }

    /// How far it has come.
    #[must_use]
    pub fn progress(&self) -> &BulkProgress {
        &self.progress
    }

    /// Returns the next vector, or `None` when all inputs are done.
    ///
    /// # Errors
    ///
    /// The error of a request after its own retries; [`failed_inputs`](Self::failed_inputs) are the
    /// inputs of it, and [`after_error`](Self::after_error) sets what happens then.
    pub async fn try_next(&mut self) -> Result<Option<Vec<f32>>, Error> {
        Ok(self.try_next_indexed().await?.map(|(_, vector)| vector))
    }

    /// Returns the next vector with the number of its input, from 0.
    ///
    /// # Errors
    ///
    /// As for [`try_next`](Self::try_next).
    pub async fn try_next_indexed(&mut self) -> Result<Option<(u64, Vec<f32>)>, Error> {
        poll_fn(|cx| self.poll_vector(cx)).await.transpose()
    }

    #[inline]
    fn poll_vector(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Indexed, Error>>> {
        loop {
            if let Some(vector) = self.ready.pop_front() {
                return Poll::Ready(Some(Ok(vector)));
            }
            if self.is_over {
                return Poll::Ready(None);
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
    #[inline]
    fn start_requests(&mut self, cx: &mut Context<'_>) {
        while self.running.len() < self.concurrency && !self.is_paused(cx) {
            let Some(texts) = self.next_batch(cx) else { return };
            let first = self.next_input;
            self.next_input += texts.len() as u64;
            let sent = self.send(first, EmbeddingInput::Texts(texts));
            self.running.push_back(sent);
        }
    }

    #[inline]
    fn send(&mut self, first: u64, texts: EmbeddingInput) -> BoxFuture<'static, Done> {
        let (request, concurrency) = (&mut self.request, self.concurrency);
        let gate = self.gate.get_or_insert_with(|| {
            request.begin_operation();
            Gate::new(concurrency)
        });
        send(request, first, texts, gate.ticket(first))
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
                Poll::Ready(Some(_)) if self.next_input < self.skipped => self.next_input += 1,
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

    fn finish(&mut self, Done { first, texts, outcome }: Done) -> Result<(), Error> {
        let expected = texts.len();
        let after = first + expected as u64;
        let outcome = outcome.and_then(|response| {
            let found = response.data.len();
            if found == expected {
                return Ok(response);
            }
            let what = format!("{found} vectors for {expected} texts");
            let (status, ids) = (response.status(), response.request_ids());
            Err(Error::Decode(DecodeError::new(status, ids, Bytes::new(), what)))
        });
        let answer = match outcome {
            Ok(response) => response,
            Err(error) => {
                self.failed = Some(first..after);
                match self.after_error {
                    AfterError::End => {
                        self.is_over = true;
                        self.running = FuturesOrdered::new();
                    }
                    AfterError::Skip => {
                        self.progress.skipped += expected as u64;
                        self.done = after;
                    }
                    // It goes before those that run already, and waits until it is asked for.
                    AfterError::Retry => {
                        let again = self.send(first, texts);
                        self.running.push_front(again);
                    }
                }
                return Err(error);
            }
        };
        self.done = after;
        if let Some(pause) = pause_after(&answer.rate_limit(), answer.usage.total_tokens) {
            let deadline = self.request.options.running_deadline();
            let pause = deadline.map_or(pause, |deadline| pause.min(deadline.left()));
            self.pause = Some(Box::pin(tokio::time::sleep(pause)));
        }
        let progress = &mut self.progress;
        progress.vectors += expected as u64;
        progress.requests += 1;
        progress.tokens += answer.usage.total_tokens;
        progress.retries += u64::from(answer.retries_taken());
        self.ready.extend((first..).zip(answer.into_inner().into_vectors()));
        if let Some(report) = &mut self.on_progress {
            report(&self.progress);
        }
        Ok(())
    }
}

#[inline]
fn send(
    request: &EmbeddingRequest,
    first: u64,
    texts: EmbeddingInput,
    ticket: Ticket,
) -> BoxFuture<'static, Done> {
    let mut request = request.clone();
    request.options = request.options.with_ticket(ticket);
    Box::pin(async move {
        let outcome = request.embed(&texts).await;
        Done { first, texts, outcome }
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

    #[inline]
    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.poll_vector(cx).map_ok(|(_, vector)| vector)
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

#[cfg(test)]
mod tests;
