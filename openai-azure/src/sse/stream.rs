//! From an answer's body to its events, with a limit on silence and on size.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use futures_core::Stream;
use openai_azure_sys::ByteStream;
use serde::de::DeserializeOwned;
use serde_json::Value;
use tokio::time::{Instant, Sleep};

use super::{Decoder, Event};
use crate::error::{ApiError, ConnectionError, Error, StreamError, TimeoutError, TimeoutScope};
use crate::request_ids::RequestIds;
use crate::response_origin::ResponseOrigin;
use crate::trace::{CallTrace, StreamTrace, Telemetry};

/// The limits of a stream.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limits {
    /// The longest silence between two pieces.
    pub(crate) idle: Duration,
    /// The most bytes of one event.
    pub(crate) event_bytes: usize,
}

/// The events of an answer. It reads only when polled; dropping it closes the answer at once.
pub(crate) struct EventStream {
    /// `None` once the stream has ended: by `[DONE]`, by the end of the body or by an error.
    body: Option<ByteStream>,
    decoder: Decoder,
    first: Option<Event>,
    idle: Duration,
    silence: Pin<Box<Sleep>>,
    origin: Arc<ResponseOrigin>,
    trace: StreamTrace,
}

impl EventStream {
    /// Waits for the first event, so that an answer which opens with an error is still that error.
    ///
    /// # Errors
    ///
    /// An error event, a connection that breaks, silence over the limit, an event over the limit.
    pub(crate) async fn open(
        body: ByteStream,
        origin: Arc<ResponseOrigin>,
        limits: Limits,
        trace: CallTrace,
    ) -> Result<Self, Error> {
        let mut stream = Self {
            body: Some(body),
            decoder: Decoder::new(limits.event_bytes),
            first: None,
            idle: limits.idle,
            silence: Box::pin(tokio::time::sleep(limits.idle)),
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
        stream.trace.opened();
        Ok(stream)
    }

    /// Gives the next event as a `T`. Unknown members are the business of `T`.
    pub(crate) fn poll_next<T: DeserializeOwned + Telemetry>(
        &mut self,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<T, Error>>> {
        let _inside = self.trace.span().clone().entered();
        let next = ready!(self.poll_decoded(cx));
        match &next {
            Some(Ok(event)) => self.trace.describe(event),
            Some(Err(error)) => self.trace.failed(error),
            None => self.trace.ended(),
        }
        Poll::Ready(next)
    }

    fn poll_decoded<T: DeserializeOwned>(
        &mut self,
        cx: &mut Context<'_>,
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
            self.body = None;
            return Poll::Ready(Some(Err(error)));
        }
        Poll::Ready(Some(decode(&event.data).map_err(|source| {
            self.body = None;
            Error::Stream(
                self.error("an event is not what the operation sends")
                    .because_of(source)
                    .with_event(event.data),
            )
        })))
    }

    /// The ids of the answer.
    pub(crate) fn request_ids(&self) -> RequestIds {
        RequestIds::from_headers(&self.origin.headers)
    }

    fn poll_raw(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Event, Error>>> {
        loop {
            match self.decoder.next_event() {
                Ok(Some(event)) => return Poll::Ready(self.unless_done(event)),
                Ok(None) => {}
                Err(too_long) => return Poll::Ready(self.broken("too much", too_long)),
            }
            let Some(body) = &mut self.body else { return Poll::Ready(None) };
            match Pin::new(body).poll_next(cx) {
                Poll::Ready(Some(Ok(bytes))) => {
                    self.silence.as_mut().reset(Instant::now() + self.idle);
                    self.decoder.push(bytes);
                }
                Poll::Ready(Some(Err(source))) => {
                    self.body = None;
                    let error = ConnectionError::new(&self.origin.url, source);
                    return Poll::Ready(self.broken("the connection broke", error));
                }
                Poll::Ready(None) => {
                    self.body = None;
                    return Poll::Ready(match self.decoder.finish() {
                        Ok(event) => event.and_then(|event| self.unless_done(event)),
                        Err(too_long) => self.broken("too much", too_long),
                    });
                }
                Poll::Pending => {
                    ready!(self.silence.as_mut().poll(cx));
                    self.body = None;
                    let url = &self.origin.url;
                    let error = TimeoutError::new(TimeoutScope::Idle, self.idle, url);
                    return Poll::Ready(Some(Err(Error::Timeout(error))));
                }
            }
        }
    }

    fn unless_done(&mut self, event: Event) -> Option<Result<Event, Error>> {
        self.trace.received(&self.origin.headers, &event.data);
        if event.data.trim_ascii() == b"[DONE]" {
            self.body = None;
            self.decoder = Decoder::new(0);
            return None;
        }
        Some(Ok(event))
    }

    fn broken(
        &mut self,
        what: &str,
        source: impl Into<Box<dyn std::error::Error + Send + Sync>>,
    ) -> Option<Result<Event, Error>> {
        self.body = None;
        Some(Err(Error::Stream(self.error(what).because_of(source))))
    }

    fn error(&self, what: &str) -> StreamError {
        StreamError::new(what, self.origin.status, self.request_ids())
    }

    /// The error that an event is: `{"error":…}`, `{"type":"error"…}` or one named `error`.
    fn failure(&self, event: &Event) -> Option<Error> {
        let named = event.name.as_deref() == Some(b"error");
        // Inside a JSON string the quotes would be escaped, so most events are not parsed here.
        let names_it = |data: &str| data.contains("\"error\"");
        if !named && !std::str::from_utf8(&event.data).is_ok_and(names_it) {
            return None;
        }
        let data = self.trace.without_credential(event.data.clone());
        let value: Value = match serde_json::from_slice(&data) {
            Ok(value) => value,
            Err(_) if named => Value::String(String::from_utf8_lossy(&data).into_owned()),
            Err(_) => return None,
        };
        let has_error = value.get("error").is_some_and(|error| !error.is_null());
        let is_error = value.get("type").is_some_and(|tag| tag == "error");
        (named || has_error || is_error)
            .then(|| Error::Api(ApiError::from_event(data, value, &self.origin)))
    }
}

/// All characters are checked at once, which is much faster than string by string.
fn decode<T: DeserializeOwned>(data: &[u8]) -> serde_json::Result<T> {
    match std::str::from_utf8(data) {
        Ok(text) => serde_json::from_str(text),
        // That tells where it is wrong.
        Err(_) => serde_json::from_slice(data),
    }
}

impl std::fmt::Debug for EventStream {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("EventStream")
            .field("request_ids", &self.request_ids())
            .field("ended", &self.body.is_none())
            .finish_non_exhaustive()
    }
}
