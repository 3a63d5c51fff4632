//! A response that is made before your eyes.

use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use futures_core::Stream;

use super::event::ResponseEvent;
use super::response::ModelResponse;
use crate::error::Error;
use crate::request_ids::RequestIds;
use crate::sse::EventStream;

/// What happens while a response is made, as it happens.
///
/// It reads only when asked and spawns nothing; dropping it closes the answer at once. After an
/// error it is at its end. It is also a [`Stream`].
///
/// ```no_run
/// # async fn example(client: openai_azure::Client) -> Result<(), openai_azure::Error> {
/// let mut stream = client.respond("gpt-4o").user("Count to ten.").stream().await?;
/// while let Some(event) = stream.try_next().await? {
///     print!("{}", event.text());
/// }
/// println!("{:?}", stream.response().and_then(|response| response.usage.as_ref()));
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
#[must_use]
pub struct ResponseStream {
    events: EventStream,
    text: String,
    response: Option<Box<ModelResponse>>,
}

impl ResponseStream {
    pub(super) fn new(events: EventStream) -> Self {
        Self { events, text: String::new(), response: None }
    }

    /// Gives the next event, or `None` at the end.
    ///
    /// # Errors
    ///
    /// As for [`ChatStream::try_next`](crate::chat::ChatStream::try_next). A response that failed
    /// is the event [`ResponseEvent::Failed`].
    pub async fn try_next(&mut self) -> Result<Option<ResponseEvent>, Error> {
        poll_fn(|cx| self.poll_event(cx)).await.transpose()
    }

    /// Reads to the end and gives the response, as [`send`](super::Respond::send) would have.
    ///
    /// # Errors
    ///
    /// As for [`ResponseStream::try_next`]. For a stream that ended before the response was done,
    /// what is given is the response as it was last told.
    pub async fn finish(&mut self) -> Result<ModelResponse, Error> {
        while self.try_next().await?.is_some() {}
        Ok(self.response.take().map(|response| *response).unwrap_or_default())
    }

    /// The response as an event last told it: without output before the end.
    #[must_use]
    pub fn response(&self) -> Option<&ModelResponse> {
        self.response.as_deref()
    }

    /// The text as far as it has arrived.
    #[must_use]
    pub fn text_so_far(&self) -> &str {
        &self.text
    }

    /// The ids to give to support.
    #[must_use]
    pub fn request_ids(&self) -> RequestIds {
        self.events.request_ids()
    }

    fn poll_event(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<ResponseEvent, Error>>> {
        Poll::Ready(match ready!(self.events.poll_next::<ResponseEvent>(cx)) {
            Some(Ok(event)) => {
                self.text.push_str(event.text());
                if let Some(response) = event.response() {
                    self.response = Some(Box::new(response.clone()));
                }
                Some(Ok(event))
            }
            Some(Err(error)) => Some(Err(error.with_partial(&self.text))),
            None => None,
        })
    }
}

impl Stream for ResponseStream {
    type Item = Result<ResponseEvent, Error>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.poll_event(cx)
    }
}
