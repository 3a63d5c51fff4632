//! A chat as a stream of what happens.

use std::collections::VecDeque;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use futures_core::Stream;

use super::completion::ChatCompletion;
use super::event::{self, ArgumentsSoFar, ChatEvent};
use super::stream::ChatStream;
use crate::error::Error;
use crate::request_ids::RequestIds;

/// What happens while a chat is streamed, by kind.
///
/// Made by [`events`](crate::Response::events). The last event is [`ChatEvent::End`], unless there
/// is an error. It is also a [`Stream`].
#[derive(Debug)]
#[must_use = "nothing is read before the first `try_next`"]
pub struct ChatEventStream {
    stream: ChatStream,
    arguments: ArgumentsSoFar,
    /// The rest of one chunk.
    waiting: VecDeque<ChatEvent>,
    is_over: bool,
}

impl ChatEventStream {
    pub(super) fn new(stream: ChatStream) -> Self {
        Self {
            stream,
            arguments: ArgumentsSoFar::default(),
            waiting: VecDeque::new(),
            is_over: false,
        }
    }

    /// Returns the next event, or `None` after the end.
    ///
    /// # Errors
    ///
    /// As for [`ChatStream::try_next`].
    pub async fn try_next(&mut self) -> Result<Option<ChatEvent>, Error> {
        std::future::poll_fn(|cx| self.poll_event(cx)).await.transpose()
    }

    /// The whole completion as far as it has arrived.
    #[must_use]
    pub fn so_far(&self) -> &ChatCompletion {
        self.stream.so_far()
    }

    /// The ids to give to support.
    #[must_use]
    pub fn request_ids(&self) -> RequestIds {
        self.stream.request_ids()
    }

    fn poll_event(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<ChatEvent, Error>>> {
        loop {
            if let Some(event) = self.waiting.pop_front() {
                return Poll::Ready(Some(Ok(event)));
            }
            if self.is_over {
                return Poll::Ready(None);
            }
            match ready!(self.stream.poll_chunk(cx)) {
                Some(Ok(chunk)) => {
                    let Self { stream, arguments, waiting, .. } = self;
                    event::of_chunk(chunk, stream.answer(), arguments, waiting);
                }
                Some(Err(error)) => {
                    self.is_over = true;
                    return Poll::Ready(Some(Err(error)));
                }
                None => {
                    self.is_over = true;
                    let answer = Box::new(self.so_far().clone());
                    return Poll::Ready(Some(Ok(ChatEvent::End(answer))));
                }
            }
        }
    }
}

impl Stream for ChatEventStream {
    type Item = Result<ChatEvent, Error>;

    #[inline]
    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.poll_event(cx)
    }
}
