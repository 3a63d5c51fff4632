//! A chat that appears chunk by chunk.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use futures_core::Stream;
use openai_azure_sys::decode::ObjectSeed;

use super::accumulator::ChatAccumulator;
use super::chunk::ChatChunk;
use super::completion::ChatCompletion;
use super::event_stream::ChatEventStream;
use super::open_choices::OpenChoices;
use super::text_stream::ChatTextStream;
use crate::error::Error;
use crate::request_ids::RequestIds;
use crate::response::Response;
use crate::serde_ext::from_json_with;
use crate::sse::{EventStream, RepeatReader};

/// The chunks of a completion, as they arrive.
///
/// It reads only when asked and spawns nothing; dropping it closes the response at once. After an
/// error it is at its end. It is also a [`Stream`].
///
/// ```no_run
/// # async fn example(client: openai_azure::Client) -> Result<(), openai_azure::Error> {
/// let mut stream = client.chat("gpt-5.6-terra").user("Count to ten.").stream().await?;
/// while let Some(chunk) = stream.try_next().await? {
///     print!("{}", chunk.text());
/// }
/// println!("{:?}", stream.so_far().finish_reason());
/// # Ok(())
/// # }
/// ```
///
/// Only its text: [`texts`](Response::texts). What happens, by kind: [`events`](Response::events).
/// The whole completion: [`finish`](ChatStream::finish).
#[derive(Debug)]
#[must_use = "nothing is read before the first `try_next`"]
pub struct ChatStream {
    events: EventStream,
    answer: ChatAccumulator,
    /// What every chunk repeats, so that the chunks share it.
    repeated: ChatChunk,
    reader: RepeatReader<ChatChunk>,
    open: OpenChoices,
    is_over: bool,
}

impl ChatStream {
    pub(super) fn new(events: EventStream) -> Self {
        let open = OpenChoices::default();
        let (answer, repeated) = (ChatAccumulator::new(), ChatChunk::default());
        Self { events, answer, repeated, reader: RepeatReader::default(), open, is_over: false }
    }

    /// Returns the next chunk, or `None` at the end.
    ///
    /// # Errors
    ///
    /// [`Error::Api`] for an error that the service sends in the middle, [`Error::Stream`] when the
    /// connection breaks or an event makes no sense, [`Error::Timeout`] for too long a silence. All
    /// of them carry the text that had arrived.
    pub async fn try_next(&mut self) -> Result<Option<ChatChunk>, Error> {
        std::future::poll_fn(|cx| self.poll_chunk(cx)).await.transpose()
    }

    /// Reads the rest and returns the whole completion, as [`ChatRequest::send`](super::ChatRequest::send) would have
    /// given it.
    ///
    /// ```no_run
    /// # async fn example(client: openai_azure::Client) -> Result<(), openai_azure::Error> {
    /// let answer = client.chat("gpt-5.6-terra").user("Count to ten.").stream().await?.finish().await?;
    /// println!("{}", answer.text());
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// As for [`ChatStream::try_next`].
    pub async fn finish(&mut self) -> Result<ChatCompletion, Error> {
        while self.try_next().await?.is_some() {}
        Ok(self.so_far().clone())
    }

    /// The completion as far as it has arrived.
    #[must_use]
    pub fn so_far(&self) -> &ChatCompletion {
        self.answer.completion()
    }

    /// The text of the first choice (index 0) as far as it has arrived.
    #[must_use]
    pub fn text_so_far(&self) -> &str {
        self.answer.choice(0).map_or("", |choice| choice.text())
    }

    /// The ids to give to support.
    #[must_use]
    pub fn request_ids(&self) -> RequestIds {
        self.events.request_ids()
    }

    pub(super) fn answer(&self) -> &ChatAccumulator {
        &self.answer
    }

    #[inline]
    pub(super) fn poll_chunk(
        &mut self,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<ChatChunk, Error>>> {
        if self.is_over {
            return Poll::Ready(None);
        }
        let Self { events, repeated, reader, .. } = self;
        let decode = |data: &[u8]| from_json_with(ObjectSeed(Some(&*repeated)), data);
        let next = events.poll_next_with(cx, |data| reader.read(data, decode));
        let error = match ready!(next) {
            Some(Ok(chunk)) => {
                chunk.repeat_in(&mut self.repeated);
                self.answer.push(&chunk);
                self.open.push(&chunk);
                return Poll::Ready(Some(Ok(chunk)));
            }
            Some(Err(error)) => Some(error),
            None => self.open.fault().map(|what| self.events.fail(what)),
        };
        self.is_over = true;
        self.events.finished(error.as_ref());
        Poll::Ready(error.map(|error| Err(error.with_partial(self.text_so_far()))))
    }
}

impl Stream for ChatStream {
    type Item = Result<ChatChunk, Error>;

    #[inline]
    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.poll_chunk(cx)
    }
}

impl Response<ChatStream> {
    /// Returns only the text of the first choice, chunk by chunk.
    ///
    /// ```no_run
    /// # async fn example(client: openai_azure::Client) -> Result<(), openai_azure::Error> {
    /// let mut texts = client.chat("gpt-5.6-terra").user("Count to ten.").stream().await?.texts();
    /// while let Some(text) = texts.try_next().await? {
    ///     print!("{text}");
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn texts(self) -> Response<ChatTextStream> {
        self.map_value(ChatTextStream::new)
    }

    /// Returns what happens, by kind: text, tool calls, refusal, filter, usage, end.
    ///
    /// ```no_run
    /// # async fn example(client: openai_azure::Client) -> Result<(), openai_azure::Error> {
    /// use openai_azure::chat::ChatEvent;
    ///
    /// let mut events = client.chat("gpt-5.6-terra").user("Count to ten.").stream().await?.events();
    /// while let Some(event) = events.try_next().await? {
    ///     match event {
    ///         ChatEvent::Text { delta, .. } => print!("{delta}"),
    ///         ChatEvent::ToolCall(call) => println!("{}: {:?}", call.name, call.partial()),
    ///         ChatEvent::End(answer) => println!("\n{:?}", answer.finish_reason()),
    ///         _ => {}
    ///     }
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn events(self) -> Response<ChatEventStream> {
        self.map_value(ChatEventStream::new)
    }
}

#[cfg(test)]
mod tests;
