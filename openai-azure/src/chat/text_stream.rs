//! The text of a chat as it arrives.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use futures_core::Stream;

use super::completion::ChatCompletion;
use super::stream::ChatStream;
use crate::error::Error;

/// The text of the first choice (index 0), chunk by chunk; no chunk is empty.
///
/// Made by [`texts`](crate::Response::texts). A refusal, tool calls and why the model stopped are
/// in [`so_far`](ChatTextStream::so_far) only. It is also a [`Stream`].
#[derive(Debug)]
#[must_use = "nothing is read before the first `try_next`"]
pub struct ChatTextStream(ChatStream);

impl ChatTextStream {
    pub(super) fn new(stream: ChatStream) -> Self {
        Self(stream)
    }

    /// Returns the next chunk of text, or `None` at the end.
    ///
    /// # Errors
    ///
    /// As for [`ChatStream::try_next`].
    pub async fn try_next(&mut self) -> Result<Option<String>, Error> {
        std::future::poll_fn(|cx| self.poll_text(cx)).await.transpose()
    }

    /// The whole completion as far as it has arrived.
    #[must_use]
    pub fn so_far(&self) -> &ChatCompletion {
        self.0.so_far()
    }

    fn poll_text(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<String, Error>>> {
        loop {
            match ready!(self.0.poll_chunk(cx)) {
                Some(Ok(chunk)) if chunk.text().is_empty() => {}
                next => return Poll::Ready(next.map(|next| Ok(next?.text().to_owned()))),
            }
        }
    }
}

impl Stream for ChatTextStream {
    type Item = Result<String, Error>;

    #[inline]
    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.poll_text(cx)
    }
}
