//! A chat that appears piece by piece.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use futures_core::Stream;

use super::chunk::ChatChunk;
use crate::error::Error;
use crate::request_ids::RequestIds;
use crate::sse::EventStream;

/// The pieces of an answer, as they arrive.
///
/// It reads only when asked and spawns nothing; dropping it closes the answer at once. After an
/// error it is at its end. It is also a [`Stream`].
///
/// ```no_run
/// # async fn example(client: openai_azure::Client) -> Result<(), openai_azure::Error> {
/// let mut stream = client.chat("gpt-4o").user("Count to ten.").stream().await?;
/// while let Some(chunk) = stream.try_next().await? {
///     print!("{}", chunk.text());
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
#[must_use]
pub struct ChatStream {
    events: EventStream,
    text: String,
}

impl ChatStream {
    pub(super) fn new(events: EventStream) -> Self {
        Self { events, text: String::new() }
    }

    /// Gives the next piece, or `None` at the end.
    ///
    /// # Errors
    ///
    /// [`Error::Api`] for an error that the service sends in the middle, [`Error::Stream`] when the
    /// connection breaks or an event makes no sense, [`Error::Timeout`] for too long a silence. All
    /// of them carry the text that had arrived.
    pub async fn try_next(&mut self) -> Result<Option<ChatChunk>, Error> {
        std::future::poll_fn(|cx| self.poll_chunk(cx)).await.transpose()
    }

    /// The text of the first choice as far as it has arrived.
    #[must_use]
    pub fn text_so_far(&self) -> &str {
        &self.text
    }

    /// The ids to give to support.
    #[must_use]
    pub fn request_ids(&self) -> &RequestIds {
        self.events.request_ids()
    }

    fn poll_chunk(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<ChatChunk, Error>>> {
        Poll::Ready(match ready!(self.events.poll_next::<ChatChunk>(cx)) {
            Some(Ok(chunk)) => {
                self.text.push_str(chunk.text());
                Some(Ok(chunk))
            }
            Some(Err(error)) => Some(Err(error.with_partial(&self.text))),
            None => None,
        })
    }
}

impl Stream for ChatStream {
    type Item = Result<ChatChunk, Error>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.poll_chunk(cx)
    }
}
