//! A connection that can be broken at a chosen byte, or taken over for bytes of our own.

use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker, ready};

use bytes::{Buf, Bytes};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;

use crate::shared::locked;

/// The socket below hyper.
#[derive(Debug)]
pub(crate) struct Wire {
    stream: TcpStream,
    breaker: Breaker,
}

/// The hand on the wire.
#[derive(Debug, Clone, Default)]
pub(crate) struct Breaker(Arc<Mutex<State>>);

#[derive(Debug, Default)]
struct State {
    fate: Fate,
    /// The task of the connection, for when another task breaks it.
    task: Option<Waker>,
}

#[derive(Debug, Default)]
enum Fate {
    #[default]
    Whole,
    /// Closed once everything is written.
    Close,
    /// Reset at once.
    Reset,
    /// Writes these bytes and nothing of hyper's; then closes or stays open.
    Raw { bytes: Bytes, close: bool },
}

impl Breaker {
    /// Closes the connection once all that hyper holds is written.
    pub(crate) fn close_when_flushed(&self) {
        self.decide(Fate::Close);
    }

    /// Resets the connection.
    pub(crate) fn reset(&self) {
        self.decide(Fate::Reset);
    }

    /// Writes `bytes` in place of what hyper would write.
    pub(crate) fn write_raw(&self, bytes: Bytes, close: bool) {
        self.decide(Fate::Raw { bytes, close });
    }

    fn decide(&self, fate: Fate) {
        let mut state = locked(&self.0);
        state.fate = fate;
        if let Some(task) = state.task.take() {
            task.wake();
        }
    }
}

impl Wire {
    pub(crate) fn new(stream: TcpStream) -> Self {
        Self { stream, breaker: Breaker::default() }
    }

    pub(crate) fn breaker(&self) -> Breaker {
        self.breaker.clone()
    }

    /// Writes the raw bytes, if it is to; breaks, if it is to.
    fn poll_fate(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let mut state = locked(&self.breaker.0);
        state.task = Some(cx.waker().clone());
        match &mut state.fate {
            Fate::Whole => Poll::Ready(Ok(())),
            Fate::Close => Poll::Ready(Err(io::ErrorKind::ConnectionAborted.into())),
            Fate::Reset => {
                // Without a lingering close the peer sees a reset, not an end.
                let _ = self.stream.set_zero_linger();
                Poll::Ready(Err(io::ErrorKind::ConnectionReset.into()))
            }
            Fate::Raw { bytes, close } => {
                while bytes.has_remaining() {
                    let written = ready!(Pin::new(&mut self.stream).poll_write(cx, bytes))?;
                    bytes.advance(written);
                }
                if *close {
                    return Poll::Ready(Err(io::ErrorKind::ConnectionAborted.into()));
                }
                Poll::Ready(Ok(()))
            }
        }
    }

    fn is_raw(&self) -> bool {
        matches!(locked(&self.breaker.0).fate, Fate::Raw { .. })
    }
}

impl AsyncRead for Wire {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        locked(&self.breaker.0).task = Some(cx.waker().clone());
        Pin::new(&mut self.stream).poll_read(cx, buf)
    }
}

impl AsyncWrite for Wire {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        if self.is_raw() {
            return Poll::Ready(Ok(buf.len()));
        }
        Pin::new(&mut self.stream).poll_write(cx, buf)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(Pin::new(&mut self.stream).poll_flush(cx))?;
        self.poll_fate(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
