//! Streams of requests of any path: events or bytes.

use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use futures_core::Stream;
use serde::Deserialize;
use serde_json::Value;

use super::body_stream::BodyStream;
use crate::error::Error;
use crate::request_ids::RequestIds;
use crate::sse::EventStream;
use crate::trace::Telemetry;

/// The server-sent events of a response, each as JSON.
///
/// It reads only when polled and spawns nothing; dropping it closes the response at once. After an
/// error it is at its end. It is also a [`Stream`].
#[derive(Debug)]
#[must_use = "nothing is read before the first `try_next`"]
pub struct RawEventStream(EventStream);

#[derive(Deserialize)]
#[serde(transparent)]
struct RawEvent(Value);

impl Telemetry for RawEvent {}

impl RawEventStream {
    pub(super) fn new(events: EventStream) -> Self {
        Self(events)
    }

    /// Returns the data of the next event, or `None` at the end (`[DONE]`).
    ///
    /// # Errors
    ///
    /// [`Error::Api`] for an error event, [`Error::Stream`] when the connection breaks or an event
    /// is no JSON, [`Error::Timeout`] when no bytes arrive for longer than the
    /// [idle timeout](crate::CallOptions::idle_timeout).
    pub async fn try_next(&mut self) -> Result<Option<Value>, Error> {
        poll_fn(|cx| self.poll_event(cx)).await.transpose()
    }

    /// The request IDs, for the service's support.
    #[must_use]
    pub fn request_ids(&self) -> RequestIds {
        self.0.request_ids()
    }

    fn poll_event(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Value, Error>>> {
        let next = ready!(self.0.poll_next::<RawEvent>(cx));
        Poll::Ready(next.map(|event| event.map(|RawEvent(value)| value)))
    }
}

impl Stream for RawEventStream {
    type Item = Result<Value, Error>;

    #[inline]
    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.poll_event(cx)
    }
}

/// The bytes of a response, as they arrive.
///
/// It reads only when polled and spawns nothing; dropping it closes the response at once. After an
/// error it is at its end. It is also a [`Stream`].
#[derive(Debug)]
#[must_use = "nothing is read before the first `try_next`"]
pub struct RawByteStream(BodyStream);

impl RawByteStream {
    pub(super) fn new(body: BodyStream) -> Self {
        Self(body)
    }

    /// Returns the next bytes, or `None` at the end.
    ///
    /// # Errors
    ///
    /// [`Error::Connection`] when the connection breaks, [`Error::Timeout`] when no bytes arrive for
    /// longer than the [idle timeout](crate::CallOptions::idle_timeout).
    pub async fn try_next(&mut self) -> Result<Option<Bytes>, Error> {
        poll_fn(|cx| self.0.poll_bytes(cx)).await.transpose()
    }

    /// The request IDs, for the service's support.
    #[must_use]
    pub fn request_ids(&self) -> RequestIds {
        self.0.request_ids()
    }
}

impl Stream for RawByteStream {
    type Item = Result<Bytes, Error>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.0.poll_bytes(cx)
    }
}
