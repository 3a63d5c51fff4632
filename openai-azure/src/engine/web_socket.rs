//! A WebSocket: its messages, pings, idle time and end.
//!
//! Nothing runs by itself: reading drives pings, their replies and the limits on time. One message
//! at the most is queued, the one that is being written.

use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use futures_util::sink::Sink as _;
use futures_util::stream::Stream as _;
use reqwest::Upgraded;
use tokio::time::{Instant, Sleep};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::error::ProtocolError;
use tokio_tungstenite::tungstenite::protocol::{CloseFrame, Role, WebSocketConfig};
use tokio_tungstenite::tungstenite::{Error as WsError, Message, Utf8Bytes};

use crate::error::{CloseCode, ClosedError, Error, StreamError, TimeoutError, TimeoutScope};
use crate::request_ids::RequestIds;
use crate::response::Head;
use crate::sse::FAR;

/// How long the other side may take to reply to a close message.
const CLOSE_TIMEOUT: Duration = Duration::from_secs(5);

/// Room for one message of the largest size, as base64, and for control messages.
const WRITE_BUFFER: usize = 48 << 20;

/// The limits of a WebSocket.
#[derive(Debug, Clone, Copy)]
pub(crate) struct SocketLimits {
    /// How long nothing may arrive, not even the reply to a ping.
    pub(crate) idle_timeout: Duration,
    /// After which idle time a ping is sent.
    pub(crate) ping_interval: Duration,
    /// The most bytes of one message that arrives.
    pub(crate) message_bytes: usize,
}

impl Default for SocketLimits {
    fn default() -> Self {
        Self {
            idle_timeout: Duration::from_secs(60),
            ping_interval: Duration::from_secs(20),
            message_bytes: 64 << 20,
        }
    }
}

/// What arrived.
pub(crate) enum Incoming {
    /// A text message.
    Text(Utf8Bytes),
    /// A binary message.
    Binary(Bytes),
    /// The end: closed by either side, broken or idle. The error describes it.
    Ended { code: CloseCode, reason: String, error: Error },
    /// What arrived is no message: the end, and the fault of the other side.
    Fault(Error),
}

/// A connection after its handshake.
pub(crate) struct WebSocket {
    socket: WebSocketStream<Upgraded>,
    limits: SocketLimits,
    /// For errors.
    url: String,
    status: u16,
    ids: RequestIds,
    opened_at: Instant,
    /// When something arrived last.
    seen: Instant,
    pinged: Instant,
    timer: Pin<Box<Sleep>>,
    unflushed: bool,
    closing_since: Option<Instant>,
}

impl WebSocket {
    /// Takes over the connection of a handshake that has succeeded.
    pub(crate) async fn new(
        stream: Upgraded,
        head: &Head,
        url: impl Into<String>,
        limits: SocketLimits,
    ) -> Self {
        let config = WebSocketConfig::default()
            .read_buffer_size(32 << 10)
            .write_buffer_size(0)
            .max_write_buffer_size(WRITE_BUFFER)
            .max_message_size(Some(limits.message_bytes))
            .max_frame_size(Some(limits.message_bytes));
        let now = Instant::now();
        let mut socket = Self {
            socket: WebSocketStream::from_raw_socket(stream, Role::Client, Some(config)).await,
            limits,
            url: url.into(),
            status: head.status,
            ids: head.request_ids(),
            opened_at: now,
            seen: now,
            pinged: now,
            timer: Box::pin(tokio::time::sleep(Duration::ZERO)),
            unflushed: false,
            closing_since: None,
        };
        socket.reset_timer(now);
        socket
    }

    /// How long the connection has lasted.
    pub(crate) fn age(&self) -> Duration {
        self.opened_at.elapsed()
    }

    /// Whether this side has begun to close.
    pub(crate) fn is_closing(&self) -> bool {
        self.closing_since.is_some()
    }

    /// Counts the idle time from now, after a time in which nobody has read.
    pub(crate) fn reading_again(&mut self) {
        let now = Instant::now();
        (self.seen, self.pinged) = (now, now);
        self.reset_timer(now);
    }

    /// The next message. Nothing may be asked for after the end.
    pub(crate) fn poll_message(&mut self, cx: &mut Context<'_>) -> Poll<Incoming> {
        loop {
            match Pin::new(&mut self.socket).poll_next(cx) {
                Poll::Ready(Some(Ok(Message::Text(text)))) => {
                    self.seen = Instant::now();
                    return Poll::Ready(Incoming::Text(text));
                }
                Poll::Ready(Some(Ok(Message::Binary(bytes)))) => {
                    self.seen = Instant::now();
                    return Poll::Ready(Incoming::Binary(bytes));
                }
                Poll::Ready(Some(Ok(Message::Close(frame)))) => {
                    // The reply is queued by now; it is enough to try.
                    let _ = Pin::new(&mut self.socket).poll_flush(cx);
                    return Poll::Ready(match frame {
                        Some(frame) => self.closed(u16::from(frame.code), frame.reason.as_str()),
                        None => self.closed(CloseCode::NoStatus, ""),
                    });
                }
                Poll::Ready(Some(Ok(_))) => self.seen = Instant::now(),
                Poll::Ready(None) => return Poll::Ready(self.closed(CloseCode::Abnormal, "")),
                Poll::Ready(Some(Err(error))) => return Poll::Ready(self.broke(error)),
                Poll::Pending => {
                    if self.unflushed && Pin::new(&mut self.socket).poll_flush(cx).is_ready() {
                        self.unflushed = false;
                    }
                    ready!(self.timer.as_mut().poll(cx));
                    if let Some(end) = self.tick(cx) {
                        return Poll::Ready(end);
                    }
                }
            }
        }
    }

    /// A moment at which something is due: a ping, the end of the idle time, the end of closing.
    fn tick(&mut self, cx: &mut Context<'_>) -> Option<Incoming> {
        let now = Instant::now();
        if self.closing_since.is_some_and(|since| now - since >= CLOSE_TIMEOUT) {
            return Some(self.closed(CloseCode::Abnormal, ""));
        }
        if now - self.seen >= self.limits.idle_timeout {
            let limit = self.limits.idle_timeout;
            let error = TimeoutError::new(TimeoutScope::Idle, limit, &self.url);
            let (code, reason) = (CloseCode::Abnormal, "idle".to_owned());
            return Some(Incoming::Ended { code, reason, error: error.into() });
        }
        if now - self.seen.max(self.pinged) >= self.limits.ping_interval {
            self.pinged = now;
            let mut socket = Pin::new(&mut self.socket);
            if socket.as_mut().poll_ready(cx).is_ready() {
                let _ = socket.as_mut().start_send(Message::Ping(Bytes::new()));
                self.unflushed = socket.poll_flush(cx).is_pending();
            }
        }
        self.reset_timer(now);
        None
    }

    fn reset_timer(&mut self, now: Instant) {
        let ping = self.seen.max(self.pinged) + self.limits.ping_interval.min(FAR);
        let idle = self.seen + self.limits.idle_timeout.min(FAR);
        let close = self.closing_since.map(|since| since + CLOSE_TIMEOUT);
        let due = close.into_iter().fold(ping.min(idle), Instant::min).max(now);
        // Not in a loop without a pause, whatever the settings are.
        self.timer.as_mut().reset(due.max(now + Duration::from_millis(1)));
    }

    fn closed(&self, code: impl Into<CloseCode>, reason: &str) -> Incoming {
        let code = code.into();
        let error = Error::Closed(ClosedError::new(code, reason, self.ids.clone()));
        Incoming::Ended { code, reason: reason.to_owned(), error }
    }

    fn broke(&self, error: WsError) -> Incoming {
        let code = CloseCode::Abnormal;
        let source = match error {
            WsError::Protocol(ProtocolError::ResetWithoutClosingHandshake) => {
                return self.closed(code, "");
            }
            WsError::Io(source) => source,
            WsError::Capacity(source) => {
                let what = format!("a message is larger than the limit: {source}");
                return self.fault(what, source);
            }
            WsError::Utf8(source) => return self.fault("a text is not UTF-8", source),
            other => return self.fault("what arrived is no message of a WebSocket", other),
        };
        let error = ClosedError::new(code, "", self.ids.clone()).because_of(source);
        Incoming::Ended { code, reason: String::new(), error: Error::Closed(error) }
    }

    fn fault(
        &self,
        what: impl Into<String>,
        source: impl Into<Box<dyn std::error::Error + Send + Sync>>,
    ) -> Incoming {
        let error = StreamError::new(what, self.status, self.ids.clone()).because_of(source);
        Incoming::Fault(Error::Stream(error))
    }

    /// Ready when a message can be taken.
    pub(crate) fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Error>> {
        let ready = ready!(Pin::new(&mut self.socket).poll_ready(cx));
        Poll::Ready(ready.map_err(|e| self.unsent(e)))
    }

    /// Takes a text after [`poll_ready`](Self::poll_ready) was ready.
    pub(crate) fn start_text(&mut self, text: String) -> Result<(), Error> {
        self.start(Message::text(text))
    }

    fn start(&mut self, message: Message) -> Result<(), Error> {
        self.unflushed = true;
        let taken = Pin::new(&mut self.socket).start_send(message);
        taken.map_err(|e| self.unsent(e))
    }

    /// Writes what was taken.
    pub(crate) fn poll_flush(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Error>> {
        let flushed = ready!(Pin::new(&mut self.socket).poll_flush(cx));
        self.unflushed = false;
        Poll::Ready(flushed.map_err(|e| self.unsent(e)))
    }

    /// Sends a text and waits until it is written.
    pub(crate) async fn send_text(&mut self, text: String) -> Result<(), Error> {
        std::future::poll_fn(|cx| self.poll_ready(cx)).await?;
        self.start_text(text)?;
        std::future::poll_fn(|cx| self.poll_flush(cx)).await
    }

    /// Begins to close, unless that has begun. What arrives is read to its end.
    pub(crate) fn start_close(&mut self) -> Result<(), Error> {
        if self.is_closing() {
            return Ok(());
        }
        let frame = CloseFrame { code: 1000.into(), reason: Utf8Bytes::default() };
        self.start(Message::Close(Some(frame)))?;
        let now = Instant::now();
        self.closing_since = Some(now);
        self.reset_timer(now);
        Ok(())
    }

    /// A write that failed.
    fn unsent(&self, error: WsError) -> Error {
        let closed = ClosedError::new(CloseCode::Abnormal, "", self.ids.clone());
        match error {
            WsError::WriteBufferFull(_) => {
                Error::config("the event is larger than 48 MiB, more than can be sent at once")
            }
            WsError::Io(source) => Error::Closed(closed.because_of(source)),
            other => Error::Closed(closed.because_of(other)),
        }
    }
}

#[cfg(test)]
mod tests;
