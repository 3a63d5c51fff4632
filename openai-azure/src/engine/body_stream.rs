//! The bytes of a response, as they arrive, with a limit on idle time.

use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use futures_core::Stream;
use openai_azure_sys::ByteStream;

use crate::error::{ConnectionError, Error};
use crate::request_ids::RequestIds;
use crate::response_origin::ResponseOrigin;
use crate::sse::{IdleTimer, Limits};
use crate::trace::{CallTrace, StreamTrace};

/// The body of a response. It reads only when polled; dropping it closes the response at once.
pub(crate) struct BodyStream {
    /// `None` once the stream has ended.
    body: Option<ByteStream>,
    first: Option<Bytes>,
    /// The first bytes have arrived.
    is_open: bool,
    idle: IdleTimer,
    origin: Arc<ResponseOrigin>,
    trace: StreamTrace,
}

impl BodyStream {
    /// Waits for the first bytes, so that a connection which breaks before them is tried again.
    ///
    /// # Errors
    ///
    /// The connection breaks.
    pub(super) async fn open(
        body: ByteStream,
        origin: Arc<ResponseOrigin>,
        limits: Limits,
        trace: CallTrace,
    ) -> Result<Self, Error> {
        let mut stream = Self {
            body: Some(body),
            first: None,
            is_open: false,
            idle: IdleTimer::new(limits.idle).until(limits.end),
            origin,
            trace: StreamTrace::new(trace),
        };
        stream.first = poll_fn(|cx| stream.poll_body(cx)).await.transpose()?;
        stream.is_open = true;
        stream.trace.opened();
        Ok(stream)
    }

    /// The IDs of the response.
    pub(crate) fn request_ids(&self) -> RequestIds {
        self.origin.request_ids()
    }

    /// Returns the next bytes, or `None` at the end.
    pub(crate) fn poll_bytes(
        &mut self,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Bytes, Error>>> {
        if let Some(first) = self.first.take() {
            self.trace.bytes();
            return Poll::Ready(Some(Ok(first)));
        }
        let _inside = self.trace.enter();
        let next = self.poll_body(cx);
        match &next {
            Poll::Ready(Some(Err(error))) => self.trace.failed(error),
            Poll::Ready(Some(Ok(_))) => self.trace.bytes(),
            Poll::Ready(None) => {
                self.trace.ended();
                self.trace.completed();
            }
            Poll::Pending => {}
        }
        next
    }

    fn poll_body(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Bytes, Error>>> {
        let Some(body) = &mut self.body else { return Poll::Ready(None) };
        let url = &self.origin.url;
        if self.is_open && self.idle.is_past_deadline() {
            let error = ready!(self.idle.poll_timeout(cx, url));
            self.body = None;
            return Poll::Ready(Some(Err(error)));
        }
        let end = match Pin::new(body).poll_next(cx) {
            Poll::Ready(Some(Ok(bytes))) => {
                self.idle.start();
                return Poll::Ready(Some(Ok(bytes)));
            }
            Poll::Ready(Some(Err(source))) => {
                Some(Err(Error::Connection(ConnectionError::new(url, source))))
            }
            Poll::Ready(None) => None,
            // Before the first bytes only the timeout of the attempt counts.
            Poll::Pending if !self.is_open => return Poll::Pending,
            Poll::Pending => Some(Err(ready!(self.idle.poll_timeout(cx, url)))),
        };
        self.body = None;
        Poll::Ready(end)
    }
}

impl fmt::Debug for BodyStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BodyStream")
            .field("request_ids", &self.request_ids())
            .field("ended", &self.body.is_none())
            .finish_non_exhaustive()
    }
}
