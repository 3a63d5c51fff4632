//! A response as it arrives over a WebSocket.

use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use futures_core::Stream;

use super::accumulator::ResponseAccumulator;
use super::event::ResponseEvent;
use super::response::ModelResponse;
use super::socket::{ResponseSocket, api_error, json_headers};
use crate::error::{Error, StreamError};
use crate::response_origin::ResponseOrigin;
use crate::serde_ext::from_json;
use crate::trace::StreamTrace;

/// The events of a response over a [`ResponseSocket`]; a [`Stream`].
///
/// They are those of [`ResponseStream`](super::ResponseStream). After an error it is at its end.
/// Dropping it early does not stop the response: its other events are read and dropped before the
/// next one.
#[must_use = "nothing is read before the first `try_next`"]
pub struct ResponseSocketStream<'a> {
    socket: &'a mut ResponseSocket,
    accumulator: ResponseAccumulator,
    origin: Arc<ResponseOrigin>,
    trace: StreamTrace,
    /// The number of the last event.
    last: Option<u64>,
    is_over: bool,
}

impl<'a> ResponseSocketStream<'a> {
    pub(super) fn new(
        socket: &'a mut ResponseSocket,
        origin: Arc<ResponseOrigin>,
        trace: StreamTrace,
    ) -> Self {
        let accumulator = ResponseAccumulator::new();
        Self { socket, accumulator, origin, trace, last: None, is_over: false }
    }

    /// Returns the next event, or `None` after the last one.
    ///
    /// # Errors
    ///
    /// [`Error::Api`] for an error event, after which the socket takes the next request;
    /// [`Error::Stream`] when the connection ends before the last event or an event makes no sense;
    /// [`Error::Timeout`] for too long a time without an event, which ends the connection. All of
    /// them have the text so far. A response that failed is the event [`ResponseEvent::Failed`].
    pub async fn try_next(&mut self) -> Result<Option<ResponseEvent>, Error> {
        poll_fn(|cx| self.poll_event(cx)).await.transpose()
    }

    /// Reads to the end and returns the response, as [`send`](super::ResponseRequest::send) would
    /// have.
    ///
    /// # Errors
    ///
    /// As for [`ResponseSocketStream::try_next`].
    pub async fn finish(&mut self) -> Result<ModelResponse, Error> {
        while self.try_next().await?.is_some() {}
        Ok(self.so_far().clone())
    }

    /// The response as far as it has arrived.
    #[must_use]
    pub fn so_far(&self) -> &ModelResponse {
        self.accumulator.response()
    }

    /// The text as far as it has arrived.
    #[must_use]
    pub fn text_so_far(&self) -> String {
        self.so_far().text()
    }

    /// Number of the last event.
    #[must_use]
    pub fn sequence_number(&self) -> Option<u64> {
        self.last
    }

    #[inline]
    fn poll_event(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<ResponseEvent, Error>>> {
        if self.is_over {
            return Poll::Ready(None);
        }
        let _inside = self.trace.enter();
        let next = match ready!(self.socket.poll_message(cx)) {
            Ok(message) => self.event(message),
            Err(error) => Err(self.truncated(error)),
        };
        match next {
            Ok(event) => {
                self.trace.describe(&event);
                self.last = event.sequence_number().or(self.last);
                self.accumulator.push(&event);
                if event.is_terminal() {
                    self.socket.done();
                    self.is_over = true;
                    self.trace.ended();
                }
                Poll::Ready(Some(Ok(event)))
            }
            Err(error) => {
                self.is_over = true;
                self.trace.failed(&error);
                Poll::Ready(Some(Err(error.with_partial(&self.text_so_far()))))
            }
        }
    }

    fn event(&mut self, message: Bytes) -> Result<ResponseEvent, Error> {
        self.trace.received(json_headers(), &message);
        match from_json(&message) {
            Ok(ResponseEvent::Other(value)) if value["type"] == "error" => {
                self.socket.done();
                let message = self.trace.without_credential(message);
                let value = serde_json::from_slice(&message).unwrap_or(value);
                Err(api_error(message, value, &self.origin))
            }
            Ok(event) => Ok(event),
            Err(source) => {
                let error = self.error("an event is not what the operation sends");
                Err(Error::Stream(error.because_of(source).with_event(message)))
            }
        }
    }

    /// The end of the connection in the middle of a response.
    fn truncated(&self, error: Error) -> Error {
        match error {
            Error::Closed(closed) => {
                let what = "the connection ended before the last event of the response";
                Error::Stream(self.error(what).because_of(closed))
            }
            other => other,
        }
    }

    fn error(&self, what: &str) -> StreamError {
        StreamError::new(what, self.origin.status, self.origin.request_ids())
    }
}

impl Stream for ResponseSocketStream<'_> {
    type Item = Result<ResponseEvent, Error>;

    #[inline]
    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.poll_event(cx)
    }
}

impl fmt::Debug for ResponseSocketStream<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ResponseSocketStream")
            .field("sequence_number", &self.last)
            .field("is_over", &self.is_over)
            .finish_non_exhaustive()
    }
}
