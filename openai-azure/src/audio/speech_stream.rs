//! Sound that arrives piece by piece.

use std::fmt;
use std::future::{Future as _, poll_fn};
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use futures_core::Stream;
use openai_azure_sys::ByteStream;
use tokio::time::{Instant, Sleep};

use crate::engine::call::Attempt;
use crate::error::{ConnectionError, Error, TimeoutError, TimeoutScope};
use crate::request_ids::RequestIds;
use crate::response_origin::ResponseOrigin;
use crate::trace::StreamSpan;

type Body = Pin<Box<dyn Stream<Item = reqwest::Result<Bytes>> + Send + Sync>>;

/// The sound of a text, as it arrives.
///
/// It reads only when asked and spawns nothing; dropping it closes the answer at once. After an
/// error it is at its end. It is also a [`Stream`].
#[must_use]
pub struct SpeechStream {
    /// `None` once the stream has ended.
    body: Option<Body>,
    first: Option<Bytes>,
    idle: Duration,
    silence: Pin<Box<Sleep>>,
    origin: ResponseOrigin,
    ids: RequestIds,
    span: StreamSpan,
}

impl SpeechStream {
    /// Waits for the first bytes, so that a connection which breaks before them is tried again.
    ///
    /// # Errors
    ///
    /// The connection breaks, or is silent for too long.
    pub(super) async fn open(body: ByteStream, attempt: Attempt) -> Result<Self, Error> {
        let (origin, idle) = (attempt.origin(), attempt.limits.idle);
        let ids = RequestIds::from_headers(&origin.headers);
        let mut stream = Self {
            body: Some(body.into_inner()),
            first: None,
            idle,
            silence: Box::pin(tokio::time::sleep(idle)),
            origin,
            ids,
            span: StreamSpan::new(attempt),
        };
        stream.first = poll_fn(|cx| stream.poll_body(cx)).await.transpose()?;
        stream.span.opened();
        Ok(stream)
    }

    /// Gives the next bytes, or `None` at the end.
    ///
    /// # Errors
    ///
    /// [`Error::Connection`] when the connection breaks, [`Error::Timeout`] for too long a silence.
    pub async fn try_next(&mut self) -> Result<Option<Bytes>, Error> {
        poll_fn(|cx| self.poll_piece(cx)).await.transpose()
    }

    /// The ids to give to support.
    #[must_use]
    pub fn request_ids(&self) -> &RequestIds {
        &self.ids
    }

    fn poll_piece(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Bytes, Error>>> {
        if let Some(first) = self.first.take() {
            return Poll::Ready(Some(Ok(first)));
        }
        let _inside = self.span.inner().clone().entered();
        let next = self.poll_body(cx);
        match &next {
            Poll::Ready(Some(Err(error))) => self.span.failed(error),
            Poll::Ready(None) => self.span.ended(),
            _ => {}
        }
        next
    }

    fn poll_body(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Bytes, Error>>> {
        let Some(body) = &mut self.body else { return Poll::Ready(None) };
        let url = &self.origin.url;
        let end = match body.as_mut().poll_next(cx) {
            Poll::Ready(Some(Ok(bytes))) => {
                self.silence.as_mut().reset(Instant::now() + self.idle);
                return Poll::Ready(Some(Ok(bytes)));
            }
            Poll::Ready(Some(Err(source))) => {
                Some(Err(Error::Connection(ConnectionError::new(url, source))))
            }
            Poll::Ready(None) => None,
            Poll::Pending if self.silence.as_mut().poll(cx).is_pending() => return Poll::Pending,
            Poll::Pending => {
                Some(Err(Error::Timeout(TimeoutError::new(TimeoutScope::Idle, self.idle, url))))
            }
        };
        self.body = None;
        Poll::Ready(end)
    }
}

impl Stream for SpeechStream {
    type Item = Result<Bytes, Error>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.poll_piece(cx)
    }
}

impl fmt::Debug for SpeechStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SpeechStream")
            .field("request_ids", &self.ids)
            .field("ended", &self.body.is_none())
            .finish_non_exhaustive()
    }
}
