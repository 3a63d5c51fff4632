//! A completion that arrives as it is made.

use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use futures_core::Stream;

use super::completion::Completion;
use crate::error::Error;
use crate::request_ids::RequestIds;
use crate::sse::EventStream;

/// The chunks of a completion, as they arrive.
///
/// It reads only when polled and spawns nothing; dropping it closes the response at once. After an
/// error it is at its end. It is also a [`Stream`].
///
/// ```no_run
/// # async fn example(client: openai_azure::Client) -> Result<(), openai_azure::Error> {
/// let mut stream = client.complete("my-completions", "Once upon a time").stream().await?;
/// while let Some(chunk) = stream.try_next().await? {
///     print!("{}", chunk.text());
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
#[must_use]
pub struct CompletionStream {
    events: EventStream,
    text: String,
    is_complete: bool,
    is_over: bool,
}

impl CompletionStream {
    pub(super) fn new(events: EventStream) -> Self {
        Self { events, text: String::new(), is_complete: false, is_over: false }
    }

    /// Returns the next chunk, or `None` at the end.
    ///
    /// # Errors
    ///
    /// As for [`ChatStream::try_next`](crate::chat::ChatStream::try_next).
    pub async fn try_next(&mut self) -> Result<Option<Completion>, Error> {
        poll_fn(|cx| self.poll_piece(cx)).await.transpose()
    }

    /// The text of the first choice so far.
    #[must_use]
    pub fn text_so_far(&self) -> &str {
        &self.text
    }

    /// The request IDs, for the service's support.
    #[must_use]
    pub fn request_ids(&self) -> RequestIds {
        self.events.request_ids()
    }

    #[inline]
    fn poll_piece(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Completion, Error>>> {
        if self.is_over {
            return Poll::Ready(None);
        }
        let error = match ready!(self.events.poll_next::<Completion>(cx)) {
            Some(Ok(chunk)) => {
                let first = chunk.choices.iter().find(|choice| choice.index == 0);
                self.text.push_str(first.map_or("", |choice| &choice.text));
                self.is_complete |= chunk.choices.iter().any(|it| it.finish_reason.is_some());
                return Poll::Ready(Some(Ok(chunk)));
            }
            Some(Err(error)) => Some(error),
            None if self.is_complete => None,
            None => Some(self.events.fail("it ended before the text was complete")),
        };
        self.is_over = true;
        self.events.finished(error.as_ref());
        Poll::Ready(error.map(|error| Err(error.with_partial(&self.text))))
    }
}

impl Stream for CompletionStream {
    type Item = Result<Completion, Error>;

    #[inline]
    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.poll_piece(cx)
    }
}
