//! A response as it is made.

use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use futures_core::Stream;

use super::accumulator::ResponseAccumulator;
use super::event::ResponseEvent;
use super::response::ModelResponse;
use super::resumption::{Reopened, Resumption};
use super::text_stream::ResponseTextStream;
use crate::error::{DecodeError, Error, StreamError};
use crate::request_ids::RequestIds;
use crate::response::Response;
use crate::serde_ext::from_json;
use crate::sse::{EventStream, RepeatReader};

/// The events of a response while it is made; a [`Stream`].
///
/// It reads only when it is asked and spawns nothing; dropping it closes the connection. After an
/// error it is at its end.
///
/// The stream of a response in the [background](super::ResponseRequest::background) that breaks is
/// requested again behind the last event, as often in a row as the retry policy allows; no event is
/// missing and none comes twice. [`Responses::resume`](super::Responses::resume) does so in another
/// process, from [`sequence_number`](Self::sequence_number).
///
/// ```no_run
/// # async fn example(client: openai_azure::Client) -> Result<(), openai_azure::Error> {
/// let mut stream = client.respond("gpt-5.6-terra").user("Count to ten.").stream().await?;
/// while let Some(event) = stream.try_next().await? {
///     print!("{}", event.text());
/// }
/// println!("{:?}", stream.so_far().usage);
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
#[must_use = "nothing is read before the first `try_next`"]
pub struct ResponseStream {
    events: EventStream,
    reader: RepeatReader<ResponseEvent>,
    accumulator: ResponseAccumulator,
    resumption: Option<Box<Resumption>>,
    /// The number of the last event.
    last: Option<u64>,
    has_events: bool,
    is_terminal: bool,
    is_over: bool,
}

impl ResponseStream {
    pub(super) fn new(events: EventStream, resumption: Option<Resumption>) -> Self {
        Self {
            events,
            reader: RepeatReader::default(),
            accumulator: ResponseAccumulator::new(),
            last: resumption.as_ref().and_then(|resumption| resumption.after),
            resumption: resumption.map(Box::new),
            has_events: false,
            is_terminal: false,
            is_over: false,
        }
    }

    /// Returns the next event, or `None` after the last one.
    ///
    /// # Errors
    ///
    /// [`Error::Api`] for an error event, [`Error::Stream`] when the connection breaks, an event
    /// makes no sense or the last event is missing, [`Error::Timeout`] for too long a time without
    /// an event; all of them have the text so far. [`Error::Decode`] for a body without events. A
    /// response that failed is the event [`ResponseEvent::Failed`].
    pub async fn try_next(&mut self) -> Result<Option<ResponseEvent>, Error> {
        poll_fn(|cx| self.poll_event(cx)).await.transpose()
    }

    /// Reads to the end and returns the response, as [`send`](super::ResponseRequest::send) would
    /// have.
    ///
    /// # Errors
    ///
    /// As for [`ResponseStream::try_next`].
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

    /// Number of the last event, to [resume](super::Responses::resume) the stream behind it.
    #[must_use]
    pub fn sequence_number(&self) -> Option<u64> {
        self.last
    }

    /// The IDs to give to support.
    #[must_use]
    pub fn request_ids(&self) -> RequestIds {
        self.events.request_ids()
    }

    #[inline]
    pub(super) fn poll_event(
        &mut self,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<ResponseEvent, Error>>> {
        loop {
            if self.is_over {
                return Poll::Ready(None);
            }
            if let Some(resumption) = &mut self.resumption {
                match ready!(resumption.poll(cx)) {
                    None => {}
                    Some(Ok(Reopened::Events(events))) => self.events = *events,
                    Some(Ok(Reopened::Over(response))) => {
                        self.accumulator.replace(*response);
                        self.is_over = true;
                        return Poll::Ready(None);
                    }
                    Some(unopened) => match self.interrupted(unopened.err()) {
                        Some(error) => return Poll::Ready(Some(Err(error))),
                        None => continue,
                    },
                }
            }
            let error = match ready!(self.poll_decoded(cx)) {
                Some(Ok(event)) => match self.take(event) {
                    Some(event) => return Poll::Ready(Some(Ok(event))),
                    None => continue,
                },
                Some(Err(error)) => Some(error),
                None => None,
            };
            if self.is_terminal {
                // Nothing can be missing behind the last event.
                self.is_over = true;
                self.events.finished(None);
            } else if let Some(error) = self.interrupted(error) {
                return Poll::Ready(Some(Err(error)));
            }
        }
    }

    #[inline]
    fn poll_decoded(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<ResponseEvent, Error>>> {
        let Self { events, reader, .. } = self;
        events.poll_next_with(cx, |data| reader.read(data, from_json))
    }

    /// Takes an event in; `None` for one that came before.
    fn take(&mut self, event: ResponseEvent) -> Option<ResponseEvent> {
        let number = event.sequence_number();
        if let Some(resumption) = &mut self.resumption {
            if number.is_some() && number <= resumption.after {
                return None;
            }
            resumption.progressed();
            resumption.after = number.or(resumption.after);
            if let Some(response) = event.response().filter(|response| !response.id.is_empty()) {
                resumption.id = Some(response.id.clone());
            }
        }
        self.last = number.or(self.last);
        self.has_events = true;
        self.is_terminal |= event.is_terminal();
        self.accumulator.push(&event);
        Some(event)
    }

    /// The stream ended before the last event: asks for the rest, or returns the error.
    #[inline]
    fn interrupted(&mut self, error: Option<Error>) -> Option<Error> {
        let may_resume = matches!(
            error,
            None | Some(Error::Connection(_) | Error::Stream(_) | Error::Timeout(_))
        );
        if may_resume
            && let Some(resumption) = &mut self.resumption
            && resumption.begin(error.is_some())
        {
            return None;
        }
        let error = error.unwrap_or_else(|| self.unfinished());
        Some(self.failed(error))
    }

    fn failed(&mut self, error: Error) -> Error {
        self.is_over = true;
        self.events.finished(Some(&error));
        error.with_partial(&self.text_so_far())
    }

    fn unfinished(&self) -> Error {
        let ids = self.request_ids();
        if self.has_events {
            let what = "the stream ended before the last event of the response";
            return Error::Stream(StreamError::new(what, 200, ids));
        }
        Error::Decode(DecodeError::new(200, ids, Bytes::new(), "the stream has no events"))
    }
}

impl Stream for ResponseStream {
    type Item = Result<ResponseEvent, Error>;

    #[inline]
    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.poll_event(cx)
    }
}

impl Response<ResponseStream> {
    /// The text alone, delta by delta.
    ///
    /// ```no_run
    /// # async fn example(client: openai_azure::Client) -> Result<(), openai_azure::Error> {
    /// let stream = client.respond("gpt-5.6-terra").user("Count to ten.").stream().await?;
    /// let mut texts = stream.texts();
    /// while let Some(text) = texts.try_next().await? {
    ///     print!("{text}");
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn texts(self) -> Response<ResponseTextStream> {
        self.map_value(ResponseTextStream::new)
    }

    /// The events, as the stream itself; a chat has them by the same name.
    pub fn events(self) -> Self {
        self
    }
}
