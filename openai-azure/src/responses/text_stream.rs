//! The text of a response as it is made.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use futures_core::Stream;

use super::event::ResponseEvent;
use super::response::ModelResponse;
use super::stream::ResponseStream;
use crate::error::Error;

/// The text of a response, delta by delta; a [`Stream`]. No delta is empty.
///
/// Made by [`texts`](crate::Response::texts). Everything else is in
/// [`so_far`](ResponseTextStream::so_far).
#[derive(Debug)]
#[must_use = "nothing is read before the first `try_next`"]
pub struct ResponseTextStream(ResponseStream);

impl ResponseTextStream {
    pub(super) fn new(stream: ResponseStream) -> Self {
        Self(stream)
    }

    /// Returns the next delta, or `None` at the end.
    ///
    /// # Errors
    ///
    /// As for [`ResponseStream::try_next`].
    pub async fn try_next(&mut self) -> Result<Option<String>, Error> {
        std::future::poll_fn(|cx| self.poll_text(cx)).await.transpose()
    }

    /// The response as far as it has arrived.
    #[must_use]
    pub fn so_far(&self) -> &ModelResponse {
        self.0.so_far()
    }

    #[inline]
    fn poll_text(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<String, Error>>> {
        loop {
            match ready!(self.0.poll_event(cx)) {
                Some(Ok(ResponseEvent::TextDelta(delta))) if !delta.delta.is_empty() => {
                    return Poll::Ready(Some(Ok(delta.delta)));
                }
                Some(Ok(_)) => {}
                Some(Err(error)) => return Poll::Ready(Some(Err(error))),
                None => return Poll::Ready(None),
            }
        }
    }
}

impl Stream for ResponseTextStream {
    type Item = Result<String, Error>;

    #[inline]
    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.poll_text(cx)
    }
}
