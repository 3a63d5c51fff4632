//! What a call reports whose response is a stream.

use bytes::Bytes;
use tokio::time::Instant;

use super::metrics::ChunkAttributes;
use super::{CallTrace, SpanAttributes, Telemetry};
use crate::error::Error;
use crate::response_headers::ResponseHeaders;

/// The trace of a call whose response is a stream: it lives as long as the stream, and learns what
/// the events say when the stream ends or is dropped.
#[derive(Debug)]
pub(crate) struct StreamTrace {
    trace: CallTrace,
    attributes: SpanAttributes,
    state: State,
    /// When the first chunk arrived, until it is known whether it is output.
    opened: Option<Instant>,
    /// When the last chunk of output arrived.
    last_chunk: Option<Instant>,
    chunk_attributes: Option<ChunkAttributes>,
}

/// How far a stream is.
#[derive(Debug, Clone, Copy)]
enum State {
    /// The attempt waits for the first chunk.
    Opening,
    /// The caller has the stream and did not see its end.
    Open,
    /// Nothing follows; whether the response is complete, its type knows.
    AtEnd(Instant),
    /// All is recorded.
    Over,
}

impl StreamTrace {
    pub(crate) fn new(trace: CallTrace) -> Self {
        let attributes = trace.span.attributes();
        Self {
            trace,
            attributes,
            state: State::Opening,
            opened: None,
            last_chunk: None,
            chunk_attributes: None,
        }
    }

    /// Enters the span, to poll the stream inside it; `None` when nobody looks at it.
    pub(crate) fn enter(&self) -> Option<tracing::span::EnteredSpan> {
        let span = self.trace.span.inner();
        (!span.is_disabled()).then(|| span.clone().entered())
    }

    /// Logs an event as it arrived.
    pub(crate) fn received(&self, headers: &ResponseHeaders, data: &[u8]) {
        self.trace.log_body("an event of the response", headers, data);
    }

    /// Removes the credential from an event that repeats it.
    pub(crate) fn without_credential(&self, data: Bytes) -> Bytes {
        self.trace.without_credential(data)
    }

    /// The first chunk is here, and the caller gets the stream: from here on, dropping it early is
    /// its choice.
    pub(crate) fn opened(&mut self) {
        self.state = State::Open;
        self.opened = self.trace.span.is_observed().then(Instant::now);
    }

    /// Records what an event reports.
    pub(crate) fn describe(&mut self, event: &impl Telemetry) {
        if self.trace.span.is_observed() {
            event.describe(&mut self.attributes);
            self.arrived(event.is_output());
        }
    }

    /// Records that bytes have arrived.
    pub(crate) fn bytes(&mut self) {
        if self.trace.span.is_observed() {
            self.arrived(true);
        }
    }

    /// Measures the time to the first chunk, or from the last one.
    fn arrived(&mut self, is_output: bool) {
        let opened = self.opened.take();
        if !is_output {
            return;
        }
        let now = opened.unwrap_or_else(Instant::now);
        let span = &self.trace.span;
        let last = self.last_chunk.replace(now);
        if last.is_none() {
            let seconds = span.seconds(now);
            self.attributes.time_to_first_chunk = Some(seconds);
            self.chunk_attributes = span.chunk_attributes(self.attributes.model.as_deref());
        }
        if let (Some(metrics), Some(attributes)) = (span.metrics(), &self.chunk_attributes) {
            match last {
                None => metrics.first_chunk(span.seconds(now), attributes),
                Some(last) => {
                    metrics.output_chunk(now.duration_since(last).as_secs_f64(), attributes);
                }
            }
        }
    }

    /// Notes the failure that ends the stream, also one that is seen at its end.
    pub(crate) fn failed(&mut self, error: &Error) {
        let span = &self.trace.span;
        match std::mem::replace(&mut self.state, State::Over) {
            State::Open => span.described(&self.attributes),
            State::AtEnd(_) => {}
            state @ (State::Opening | State::Over) => {
                self.state = state;
                return;
            }
        }
        span.failed_after(error, &self.attributes);
    }

    /// Records what was learned, because nothing follows.
    pub(crate) fn ended(&mut self) {
        if matches!(self.state, State::Open) {
            self.trace.span.described(&self.attributes);
            let is_observed = self.trace.span.is_observed();
            self.state = if is_observed { State::AtEnd(Instant::now()) } else { State::Over };
        }
    }

    /// The response is complete. Without this, it is when the stream is dropped.
    pub(crate) fn completed(&mut self) {
        if let State::AtEnd(ended) = self.state {
            self.state = State::Over;
            self.trace.span.measure(&self.attributes, None, Some(ended));
        }
    }
}

impl Drop for StreamTrace {
    fn drop(&mut self) {
        if matches!(self.state, State::Open) {
            self.trace.span.described(&self.attributes);
            self.trace.span.cancelled(&self.attributes);
        }
        self.completed();
    }
}
