//! From the body of a response to its events, with limits on idle time and on size.

use std::pin::Pin;
use std::sync::{Arc, LazyLock};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use futures_core::Stream;
use memchr::memmem::Finder;
use openai_azure_sys::ByteStream;
use serde::de::DeserializeOwned;
use serde_json::Value;
use tokio::time::Instant;

use super::{Decoder, Event, IdleTimer};
use crate::error::{ApiError, ConnectionError, DecodeError, Error, StreamError};
use crate::request_ids::RequestIds;
use crate::response_origin::ResponseOrigin;
use crate::serde_ext::from_json;
use crate::trace::{CallTrace, StreamTrace, Telemetry};

/// How much is kept of a body that turns out to be no event stream.
const MAX_OTHER_BODY: usize = 64 << 10;

/// How long the end of the body is waited for after `[DONE]`, so that the connection can be used
/// again.
const END_WAIT: Duration = Duration::from_millis(200);

/// How much is read for that.
const END_BYTES: usize = 16 << 10;

/// The limits of a stream.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limits {
    /// The longest time between two chunks of bytes, once the first event has arrived.
    pub(crate) idle: Duration,
    /// The deadline of the call, and how long it was.
    pub(crate) end: Option<(Instant, Duration)>,
    /// The most bytes of one event.
    pub(crate) event_bytes: usize,
}

/// The events of a response. It reads only when polled; dropping it closes the response at once.
pub(crate) struct EventStream {
    /// `None` once the stream has ended: by the end of the body or by an error.
    body: Option<ByteStream>,
    decoder: Decoder,
    state: State,
    first: Option<Event>,
    timer: IdleTimer,
    origin: Arc<ResponseOrigin>,
    trace: StreamTrace,
}

enum State {
    /// No event has arrived: what has, for the error that a body without events is.
    Opening(BytesMut),
    Open,
    /// `[DONE]` has arrived; this many bytes may follow.
    Draining(usize),
    Over,
}

impl EventStream {
    /// Waits for the first event, so that a response which opens with an error is still that error.
    ///
    /// # Errors
    ///
    /// An error event, a connection that breaks, an event over the limit, a body without an event.
    pub(crate) async fn open(
        body: ByteStream,
        origin: Arc<ResponseOrigin>,
        limits: Limits,
        trace: CallTrace,
    ) -> Result<Self, Error> {
        let mut stream = Self {
            body: Some(body),
            decoder: Decoder::new(limits.event_bytes),
            state: State::Opening(BytesMut::new()),
            first: None,
            timer: IdleTimer::new(limits.idle).until(limits.end),
            origin,
            trace: StreamTrace::new(trace),
        };
        match std::future::poll_fn(|cx| stream.poll_raw(cx)).await {
            Some(Ok(event)) => match stream.failure(&event) {
                Some(error) => return Err(error),
                None => stream.first = Some(event),
            },
            Some(Err(error)) => return Err(error),
            None => {}
        }
        stream.state = State::Open;
        stream.timer.start();
        stream.trace.opened();
        Ok(stream)
    }

    /// Returns the next event as a `T`. Unknown fields are the business of `T`.
    pub(crate) fn poll_next<T: DeserializeOwned + Telemetry>(
        &mut self,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<T, Error>>> {
        self.poll_next_with(cx, from_json)
    }

    /// Returns the next event as `decode` reads it.
    pub(crate) fn poll_next_with<T: Telemetry>(
        &mut self,
        cx: &mut Context<'_>,
        decode: impl FnOnce(&[u8]) -> serde_json::Result<T>,
    ) -> Poll<Option<Result<T, Error>>> {
        let _inside = self.trace.enter();
        let next = ready!(self.poll_decoded(cx, decode));
        match &next {
            Some(Ok(event)) => self.trace.describe(event),
            Some(Err(error)) => self.trace.failed(error),
            None => self.trace.ended(),
        }
        Poll::Ready(next)
    }

    /// Ends the stream with an error, such as one that ended before it was complete.
    pub(crate) fn fail(&mut self, what: &str) -> Error {
        self.end();
        let error = Error::Stream(self.error(what));
        self.trace.failed(&error);
        error
    }

    /// The data of the first event, until that is read.
    pub(crate) fn first_data(&self) -> Option<&[u8]> {
        self.first.as_ref().map(|event| &event.data[..])
    }

    /// Records in the span the failure that was seen at the end of the stream, or that it is
    /// complete.
    pub(crate) fn finished(&mut self, error: Option<&Error>) {
        match error {
            Some(error) => self.trace.failed(error),
            None => self.trace.completed(),
        }
    }

    /// The IDs of the response.
    pub(crate) fn request_ids(&self) -> RequestIds {
        self.origin.request_ids()
    }

    fn poll_decoded<T>(
        &mut self,
        cx: &mut Context<'_>,
        decode: impl FnOnce(&[u8]) -> serde_json::Result<T>,
    ) -> Poll<Option<Result<T, Error>>> {
        let event = match self.first.take() {
            Some(event) => event,
            None => match ready!(self.poll_raw(cx)) {
                Some(Ok(event)) => event,
                Some(Err(error)) => return Poll::Ready(Some(Err(error))),
                None => return Poll::Ready(None),
            },
        };
        if let Some(error) = self.failure(&event) {
            self.end();
            return Poll::Ready(Some(Err(error)));
        }
        Poll::Ready(Some(decode(&event.data).map_err(|source| {
            self.end();
            Error::Stream(
                self.error("an event is not what the operation sends")
                    .because_of(source)
                    .with_event(event.data),
            )
        })))
    }

    fn poll_raw(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Event, Error>>> {
        loop {
            if matches!(self.state, State::Over) {
                return Poll::Ready(None);
            }
            if matches!(self.state, State::Draining(_)) {
                ready!(self.poll_drained(cx));
                continue;
            }
            match self.decoder.next_event() {
                Ok(Some(event)) if is_done(&event) => {
                    self.received(&event);
                    self.drain();
                    continue;
                }
                Ok(Some(event)) => {
                    self.received(&event);
                    return Poll::Ready(Some(Ok(event)));
                }
                Ok(None) => {}
                Err(too_long) => return Poll::Ready(self.broken("too much", too_long)),
            }
            if matches!(self.state, State::Open) && self.timer.is_past_deadline() {
                let error = ready!(self.timer.poll_timeout(cx, &self.origin.url));
                self.end();
                return Poll::Ready(Some(Err(error)));
            }
            let Some(body) = &mut self.body else { return Poll::Ready(self.last()) };
            match Pin::new(body).poll_next(cx) {
                Poll::Ready(Some(Ok(bytes))) => {
                    if let State::Opening(received) = &mut self.state {
                        let room = MAX_OTHER_BODY - received.len();
                        received.extend_from_slice(&bytes[..bytes.len().min(room)]);
                    } else {
                        self.timer.start();
                    }
                    self.decoder.push(bytes);
                }
                Poll::Ready(Some(Err(source))) => {
                    let error = ConnectionError::new(&self.origin.url, source);
                    return Poll::Ready(self.broken("the connection broke", error));
                }
                Poll::Ready(None) => self.body = None,
                // Before the first event only the timeout of the attempt counts.
                Poll::Pending if matches!(self.state, State::Opening(_)) => return Poll::Pending,
                Poll::Pending => {
                    let error = ready!(self.timer.poll_timeout(cx, &self.origin.url));
                    self.end();
                    return Poll::Ready(Some(Err(error)));
                }
            }
        }
    }

    /// What the end of the body leaves: an event without its blank line, the end, or the error that
    /// a body without any event is.
    fn last(&mut self) -> Option<Result<Event, Error>> {
        match self.decoder.finish() {
            Ok(Some(event)) if !is_done(&event) => {
                self.received(&event);
                return Some(Ok(event));
            }
            Ok(_) => {}
            Err(too_long) => return self.broken("too much", too_long),
        }
        let state = std::mem::replace(&mut self.state, State::Over);
        match state {
            State::Opening(received) => Some(Err(self.no_stream(received.freeze()))),
            _ => None,
        }
    }

    /// The error that a success without an event is: one of the service, or of decoding.
    fn no_stream(&self, body: Bytes) -> Error {
        let body = self.trace.without_credential(body);
        if let Some(error) = ApiError::from_success(&body, &self.origin) {
            return Error::Api(error);
        }
        let what = if body.is_empty() {
            "the body of the event stream is empty"
        } else {
            "the body is not an event stream"
        };
        Error::Decode(DecodeError::new(self.origin.status, self.request_ids(), body, what))
    }

    /// Reads on for a bounded time after `[DONE]`.
    fn drain(&mut self) {
        self.decoder = Decoder::new(0);
        self.state = match &mut self.state {
            // A stream of nothing but its end.
            State::Opening(received) => State::Opening(std::mem::take(received)),
            _ => State::Draining(END_BYTES),
        };
        if matches!(self.state, State::Opening(_)) {
            self.body = None;
        }
        self.timer.start_for(END_WAIT);
    }

    fn poll_drained(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        while let (Some(body), State::Draining(room)) = (&mut self.body, &mut self.state) {
            match Pin::new(body).poll_next(cx) {
                Poll::Ready(Some(Ok(bytes))) if bytes.len() <= *room => *room -= bytes.len(),
                Poll::Ready(_) => break,
                Poll::Pending => {
                    ready!(self.timer.poll_over(cx));
                    break;
                }
            }
        }
        self.end();
        Poll::Ready(())
    }

    /// Nothing follows, however much has been read already.
    fn end(&mut self) {
        self.state = State::Over;
        self.body = None;
        self.decoder = Decoder::new(0);
    }

    fn received(&self, event: &Event) {
        self.trace.received(&self.origin.headers, &event.data);
    }

    fn broken(
        &mut self,
        what: &str,
        source: impl Into<Box<dyn std::error::Error + Send + Sync>>,
    ) -> Option<Result<Event, Error>> {
        self.end();
        Some(Err(Error::Stream(self.error(what).because_of(source))))
    }

    fn error(&self, what: &str) -> StreamError {
        StreamError::new(what, self.origin.status, self.request_ids())
    }

    /// The error that an event is: `{"error":…}`, `{"type":"error"…}` or one named `error`.
    fn failure(&self, event: &Event) -> Option<Error> {
        let named = event.name.as_deref() == Some(b"error");
        // Inside a JSON string the quotes would be escaped, so most events are not parsed here.
        if !named && !may_be_error(&event.data) {
            return None;
        }
        let data = self.trace.without_credential(event.data.clone());
        let value: Value = match serde_json::from_slice(&data) {
            Ok(value) => value,
            Err(_) if named => Value::String(String::from_utf8_lossy(&data).into_owned()),
            Err(_) => return None,
        };
        let is_error = value.get("type").is_some_and(|tag| tag == "error");
        (named || is_error || ApiError::has_error(&value))
            .then(|| Error::Api(ApiError::from_event(data, value, &self.origin)))
    }
}

fn is_done(event: &Event) -> bool {
    event.data.trim_ascii() == b"[DONE]"
}

/// Whether an event names an error, other than to say that there is none.
fn may_be_error(data: &[u8]) -> bool {
    const NAME: &[u8] = b"\"error\"";
    static FINDER: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new(NAME));
    FINDER.find_iter(data).any(|at| {
        let rest = data[at + NAME.len()..].trim_ascii_start();
        let value = rest.strip_prefix(b":").map(<[u8]>::trim_ascii_start);
        // `"error": null` is no error, and `"type": "error"` has no colon behind it.
        value.is_none_or(|value| !value.starts_with(b"null"))
    })
}

impl std::fmt::Debug for EventStream {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("EventStream")
            .field("request_ids", &self.request_ids())
            .field("ended", &matches!(self.state, State::Over))
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
