//! The body of a response: chunk by chunk, with pauses, to its end or to where it breaks.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use hyper::body::{Body, Frame, SizeHint};
use tokio::time::Sleep;

use crate::reply::{Ending, Reply};
use crate::shared::Open;
use crate::wire::Breaker;

/// A body that hyper pulls from; it does no work ahead.
#[derive(Debug)]
pub(crate) struct ReplyBody {
    pieces: VecDeque<Bytes>,
    length: Option<u64>,
    pause: Duration,
    waiting: Option<Pin<Box<Sleep>>>,
    ending: Ending,
    breaker: Breaker,
    /// Counts the response as open until hyper drops the body.
    _open: Open,
}

impl ReplyBody {
    pub(crate) fn new(reply: &Reply, breaker: Breaker, open: Open) -> Self {
        let mut pieces = VecDeque::from(reply.chunked());
        let total: usize = pieces.iter().map(Bytes::len).sum();
        let ending = reply.ending_in_bytes();
        if let Ending::Cut(limit) | Ending::SilentAfter(limit) = ending {
            cut(&mut pieces, limit);
        }
        Self {
            pieces,
            length: reply.sized.then_some(total as u64),
            pause: reply.pause,
            waiting: None,
            ending,
            breaker,
            _open: open,
        }
    }
}

/// Leaves the first `limit` bytes.
fn cut(pieces: &mut VecDeque<Bytes>, limit: usize) {
    let mut left = limit;
    for piece in pieces.iter_mut() {
        piece.truncate(left);
        left -= piece.len();
    }
    pieces.retain(|piece| !piece.is_empty());
}

impl Body for ReplyBody {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        if let Some(sleep) = &mut self.waiting {
            ready!(sleep.as_mut().poll(cx));
            self.waiting = None;
        }
        if let Some(piece) = self.pieces.pop_front() {
            if !self.pause.is_zero() && !self.pieces.is_empty() {
                self.waiting = Some(Box::pin(tokio::time::sleep(self.pause)));
            }
            return Poll::Ready(Some(Ok(Frame::data(piece))));
        }
        match self.ending {
            Ending::Complete => Poll::Ready(None),
            Ending::Cut(_) => {
                // hyper flushes what it has before it waits for us; then the wire breaks.
                self.breaker.close_when_flushed();
                Poll::Pending
            }
            // hyper still watches the connection, and drops us when the client is gone.
            _ => Poll::Pending,
        }
    }

    fn size_hint(&self) -> SizeHint {
        self.length.map_or_else(SizeHint::default, SizeHint::with_exact)
    }

    fn is_end_stream(&self) -> bool {
        self.pieces.is_empty() && self.ending == Ending::Complete
    }
}
