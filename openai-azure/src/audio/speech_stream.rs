//! Audio that arrives while it is made.

use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use futures_core::Stream;

use crate::engine::body_stream::BodyStream;
use crate::error::Error;
use crate::request_ids::RequestIds;

/// The audio of a text, as it arrives.
///
/// It reads only when asked and spawns nothing; dropping it closes the response at once. After an
/// error it is at its end. It is also a [`Stream`].
#[derive(Debug)]
#[must_use = "nothing is read before the first `try_next`"]
pub struct SpeechStream(BodyStream);

impl SpeechStream {
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

impl Stream for SpeechStream {
    type Item = Result<Bytes, Error>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.0.poll_bytes(cx)
    }
}
