//! The life of a connection: open, broken, made again, ended.
//!
//! Both halves of a connection poll one [`Link`] under a lock that is held for one poll at a time.
//! Nothing runs by itself: reading drives pings, their replies and the making of another
//! connection; a send that waits for another connection drives that too. One message at the most is
//! queued, the one that is being written.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker, ready};
use std::time::Duration;

use bytes::Bytes;
use futures_util::future::BoxFuture;
use futures_util::sink::Sink as _;
use futures_util::stream::Stream as _;
use futures_util::task::AtomicWaker;
use reqwest::Upgraded;
use tokio::time::{Instant, Sleep};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::error::ProtocolError;
use tokio_tungstenite::tungstenite::protocol::{CloseFrame, Role, WebSocketConfig};
use tokio_tungstenite::tungstenite::{Error as WsError, Message, Utf8Bytes};

use super::event::{ClientEvent, ServerEvent};
use super::handshake::{self, Handshake};
use super::reconnect::ReconnectAttempt;
use super::request::{Plan, Target};
use super::trace::SessionSpan;
use crate::engine::client::Client;
use crate::error::{CloseCode, ClosedError, Error, StreamError, TimeoutError, TimeoutScope};
use crate::request_ids::RequestIds;
use crate::response::Head;
use crate::retry::Backoff;
use crate::sse::FAR;
use crate::trace::CallSpan;

type Socket = WebSocketStream<Upgraded>;

/// How long the other side may take to reply to a close message.
const CLOSE_TIMEOUT: Duration = Duration::from_secs(5);

/// A connection that lasted this long starts the count of reconnects again.
const STABLE: Duration = Duration::from_secs(60);

/// Room for one message of the largest size, as base64, and for control messages.
const WRITE_BUFFER: usize = 48 << 20;

/// A connection and everything that outlives it.
pub(super) struct Link {
    plan: Plan,
    state: State,
    ids: RequestIds,
    head: Head,
    url: String,
    opened_at: Instant,
    /// When something arrived last.
    seen: Instant,
    pinged: Instant,
    timer: Pin<Box<Sleep>>,
    unflushed: bool,
    closing_since: Option<Instant>,
    /// The service reported that the session reached its limit of time.
    expired: bool,
    reconnects: u32,
    wakers: Arc<Wakers>,
    waker: Waker,
    pub(super) span: SessionSpan,
}

enum State {
    Open(Box<Socket>),
    Reconnecting(BoxFuture<'static, Result<Reopened, Error>>),
    Ended { code: CloseCode, reason: String },
}

struct Reopened {
    socket: Socket,
    head: Head,
    plan: Plan,
    attempts: u32,
}

/// Wakes both halves, whichever of them polled last.
#[derive(Default)]
struct Wakers {
    reader: AtomicWaker,
    writer: AtomicWaker,
}

impl Wake for Wakers {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        self.reader.wake();
        self.writer.wake();
    }
}

/// Makes a connection and sends the settings of the session.
async fn open(
    plan: &Plan,
    handshake: &Handshake,
    span: &CallSpan,
) -> Result<(Socket, Head), Error> {
    let (stream, head) = handshake.run(span).await?;
    let config = WebSocketConfig::default()
        .read_buffer_size(32 << 10)
        .write_buffer_size(0)
        .max_write_buffer_size(WRITE_BUFFER)
        .max_message_size(Some(plan.max_message_bytes))
        .max_frame_size(Some(plan.max_message_bytes));
    let mut socket = WebSocketStream::from_raw_socket(stream, Role::Client, Some(config)).await;
    if let Some(session) = &plan.session {
        let update = json(&plan.client, &ClientEvent::session_update(session.clone()));
        let ids = handshake::request_ids(&head);
        let broken = |e| broken(e, &ids);
        futures_util::SinkExt::send(&mut socket, Message::text(update)).await.map_err(broken)?;
    }
    Ok((socket, head))
}

fn json(client: &Client, event: &ClientEvent) -> String {
    if handshake::is_preview(client) { event.to_preview_json() } else { event.to_json() }
}

impl Link {
    pub(super) async fn connect(plan: Plan) -> Result<Self, Error> {
        let deployment = match &plan.target {
            Target::Deployment(name) => Some(plan.client.deployment(name)?),
            Target::Transcription(name) => Some(name.clone()),
            Target::Call(_) => None,
        };
        let mut span = SessionSpan::start(&plan.client, deployment.as_deref());
        let handshake = Handshake::new(&plan.client, &plan.target, &plan.options)?;
        let opened = open(&plan, &handshake, span.call()).await;
        let (socket, head) = match opened {
            Ok(opened) => opened,
            Err(error) => {
                span.failed(&error);
                return Err(error);
            }
        };
        span.opened();
        let wakers = Arc::<Wakers>::default();
        let now = Instant::now();
        let mut link = Self {
            ids: handshake::request_ids(&head),
            url: handshake.url().to_owned(),
            head,
            plan,
            state: State::Open(Box::new(socket)),
            opened_at: now,
            seen: now,
            pinged: now,
            timer: Box::pin(tokio::time::sleep(Duration::ZERO)),
            unflushed: false,
            closing_since: None,
            expired: false,
            reconnects: 0,
            waker: Waker::from(Arc::clone(&wakers)),
            wakers,
            span,
        };
        link.reset_timer(now);
        Ok(link)
    }

    pub(super) fn request_ids(&self) -> &RequestIds {
        &self.ids
    }

    pub(super) fn head(&self) -> &Head {
        &self.head
    }

    /// The event as JSON text in the shape that the endpoint wants.
    pub(super) fn json(&self, event: &ClientEvent) -> String {
        let json = json(&self.plan.client, event);
        self.span.body("an event of the client", &json);
        json
    }

    /// The next event. `None` after the end that this side asked for, and after 1000.
    pub(super) fn poll_event(
        &mut self,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<ServerEvent, Error>>> {
        self.wakers.reader.register(cx.waker());
        let waker = self.waker.clone();
        let mut cx = Context::from_waker(&waker);
        loop {
            let socket = match &mut self.state {
                State::Open(socket) => socket,
                State::Ended { .. } => return Poll::Ready(None),
                State::Reconnecting(_) => match ready!(self.poll_reconnect(&mut cx)) {
                    Ok(()) => continue,
                    Err(error) => return Poll::Ready(Some(Err(error))),
                },
            };
            match Pin::new(&mut **socket).poll_next(&mut cx) {
                Poll::Ready(Some(Ok(Message::Text(text)))) => {
                    self.seen = Instant::now();
                    return Poll::Ready(Some(self.event(&text)));
                }
                Poll::Ready(Some(Ok(Message::Close(frame)))) => {
                    // The reply is queued by now; it is enough to try.
                    let _ = Pin::new(&mut **socket).poll_flush(&mut cx);
                    let (code, reason) = match frame {
                        Some(frame) => (u16::from(frame.code).into(), frame.reason.to_string()),
                        None => (CloseCode::NoStatus, String::new()),
                    };
                    if let Some(end) = self.ended(code, reason, None) {
                        return Poll::Ready(end.map(Err));
                    }
                }
                Poll::Ready(Some(Ok(Message::Binary(bytes)))) => {
                    self.seen = Instant::now();
                    let what = "a message is not text";
                    let error = self.unreadable(what, bytes);
                    return Poll::Ready(Some(Err(Error::Stream(error))));
                }
                Poll::Ready(Some(Ok(_))) => self.seen = Instant::now(),
                Poll::Ready(None) => {
                    if let Some(end) = self.ended(CloseCode::Abnormal, String::new(), None) {
                        return Poll::Ready(end.map(Err));
                    }
                }
                Poll::Ready(Some(Err(error))) => {
                    if let Some(end) = self.broke(error) {
                        return Poll::Ready(end.map(Err));
                    }
                }
                Poll::Pending => {
                    if self.unflushed && Pin::new(&mut **socket).poll_flush(&mut cx).is_ready() {
                        self.unflushed = false;
                    }
                    if self.timer.as_mut().poll(&mut cx).is_pending() {
                        return Poll::Pending;
                    }
                    if let Some(end) = self.tick(&mut cx) {
                        return Poll::Ready(end.map(Err));
                    }
                }
            }
        }
    }

    fn event(&mut self, text: &Utf8Bytes) -> Result<ServerEvent, Error> {
        self.span.body("an event of the service", text);
        let event = ServerEvent::from_json(text).map_err(|source| {
            let bytes = Bytes::from(text.clone());
            let error = self.unreadable("an event is not as its type says", bytes);
            Error::Stream(error.because_of(source))
        })?;
        self.expired |= event.is_session_expired();
        self.span.received(&event);
        Ok(event)
    }

    fn unreadable(&self, what: &'static str, bytes: Bytes) -> StreamError {
        StreamError::new(what, self.head.status, self.ids.clone()).with_event(bytes)
    }

    /// A moment at which something is due: a ping, the end of the idle time, the end of closing.
    fn tick(&mut self, cx: &mut Context<'_>) -> Option<Option<Error>> {
        let now = Instant::now();
        if self.closing_since.is_some_and(|since| now - since >= CLOSE_TIMEOUT) {
            return self.ended(CloseCode::Abnormal, String::new(), None);
        }
        if now - self.seen >= self.plan.idle_timeout {
            let limit = self.plan.idle_timeout;
            let error = TimeoutError::new(TimeoutScope::Idle, limit, &self.url);
            return self.ended(CloseCode::Abnormal, "idle".to_owned(), Some(error.into()));
        }
        let quiet_since = self.seen.max(self.pinged);
        if now - quiet_since >= self.plan.ping_interval
            && let State::Open(socket) = &mut self.state
        {
            self.pinged = now;
            let mut socket = Pin::new(&mut **socket);
            if socket.as_mut().poll_ready(cx).is_ready() {
                let _ = socket.as_mut().start_send(Message::Ping(Bytes::new()));
                self.unflushed = socket.poll_flush(cx).is_pending();
            }
        }
        self.reset_timer(now);
        None
    }

    fn reset_timer(&mut self, now: Instant) {
        let ping = self.seen.max(self.pinged) + self.plan.ping_interval.min(FAR);
        let idle = self.seen + self.plan.idle_timeout.min(FAR);
        let close = self.closing_since.map(|since| since + CLOSE_TIMEOUT);
        let due = close.into_iter().fold(ping.min(idle), Instant::min).max(now);
        // Not in a loop without a pause, whatever the settings are.
        self.timer.as_mut().reset(due.max(now + Duration::from_millis(1)));
    }

    /// An error of the socket: the end, or a reason to connect again.
    fn broke(&mut self, error: WsError) -> Option<Option<Error>> {
        let error = match error {
            WsError::Protocol(ProtocolError::ResetWithoutClosingHandshake) => None,
            WsError::Io(source) => Some(source),
            WsError::Capacity(source) => {
                let what = format!("a message is larger than the limit: {source}");
                return self.ended_by_fault(what, source);
            }
            WsError::Utf8(source) => {
                return self.ended_by_fault("a text is not UTF-8".to_owned(), source);
            }
            other => {
                let what = "what arrived is no message of a WebSocket".to_owned();
                return self.ended_by_fault(what, other);
            }
        };
        let closed = ClosedError::new(CloseCode::Abnormal, "", self.ids.clone());
        let closed = match error {
            Some(source) => closed.because_of(source),
            None => closed,
        };
        let closed = closed.expired(self.expired);
        self.ended(CloseCode::Abnormal, String::new(), Some(Error::Closed(closed)))
    }

    fn ended_by_fault(
        &mut self,
        what: String,
        source: impl Into<Box<dyn std::error::Error + Send + Sync>>,
    ) -> Option<Option<Error>> {
        let error = StreamError::new(what, self.head.status, self.ids.clone()).because_of(source);
        let error = Error::Stream(error);
        self.state = State::Ended { code: CloseCode::Protocol, reason: String::new() };
        self.span.failed(&error);
        self.wakers.writer.wake();
        Some(Some(error))
    }

    /// The connection is gone. `None` when another one will be made.
    fn ended(
        &mut self,
        code: CloseCode,
        reason: String,
        error: Option<Error>,
    ) -> Option<Option<Error>> {
        self.wakers.writer.wake();
        if self.closing_since.is_some() || code == CloseCode::Normal {
            self.state = State::Ended { code: CloseCode::Normal, reason };
            self.span.ended();
            return Some(None);
        }
        if self.opened_at.elapsed() >= STABLE {
            self.reconnects = 0;
        }
        if let Some(reconnecting) = self.reconnecting(code, &reason) {
            self.state = State::Reconnecting(reconnecting);
            return None;
        }
        let error = error.unwrap_or_else(|| {
            let closed = ClosedError::new(code, reason.clone(), self.ids.clone());
            Error::Closed(closed.expired(self.expired))
        });
        let error = error.with_retries(self.reconnects);
        self.state = State::Ended { code, reason };
        self.span.failed(&error);
        Some(Some(error))
    }

    /// Makes another connection, if that is wanted and may help.
    fn reconnecting(
        &self,
        code: CloseCode,
        reason: &str,
    ) -> Option<BoxFuture<'static, Result<Reopened, Error>>> {
        let reconnect = self.plan.reconnect.clone()?;
        if !code.is_recoverable() {
            return None;
        }
        let random = Arc::clone(&self.plan.client.inner().clock.random);
        let mut waits = Backoff::new(&reconnect.policy, move || random())
            .skip(usize::try_from(self.reconnects).unwrap_or(usize::MAX));
        let mut wait = waits.next()?;
        let mut plan = self.plan.clone();
        let (mut attempts, expired, ids) = (self.reconnects, self.expired, self.ids.clone());
        let reason = reason.to_owned();
        self.span.reconnecting(attempts + 1, code);
        let span = self.span.call().clone();
        let making = async move {
            loop {
                tokio::time::sleep(wait).await;
                attempts += 1;
                let mut attempt = ReconnectAttempt {
                    number: attempts,
                    code,
                    reason: reason.clone(),
                    expired,
                    options: plan.options.clone(),
                    session: plan.session.clone(),
                };
                let decision = reconnect.call(&mut attempt);
                (plan.options, plan.session) = (attempt.options, attempt.session);
                if decision.is_break() {
                    let closed = ClosedError::new(code, reason, ids).expired(expired);
                    return Err(Error::Closed(closed));
                }
                let handshake = Handshake::new(&plan.client, &plan.target, &plan.options)?.once();
                let mut error = match open(&plan, &handshake, &span).await {
                    Ok((socket, head)) => return Ok(Reopened { socket, head, plan, attempts }),
                    Err(error) => error,
                };
                let policy = &reconnect.policy;
                match handshake::wait(&plan.client, policy, &mut error, waits.next()) {
                    Some(next) => wait = next,
                    None => return Err(error.with_retries(attempts)),
                }
            }
        };
        Some(Box::pin(making))
    }

    fn poll_reconnect(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Error>> {
        let State::Reconnecting(making) = &mut self.state else { return Poll::Ready(Ok(())) };
        let outcome = ready!(making.as_mut().poll(cx));
        self.wakers.reader.wake();
        self.wakers.writer.wake();
        match outcome {
            Ok(Reopened { socket, head, plan, attempts }) => {
                self.span.opened();
                let now = Instant::now();
                self.ids = handshake::request_ids(&head);
                (self.head, self.plan, self.reconnects) = (head, plan, attempts);
                self.state = State::Open(Box::new(socket));
                (self.opened_at, self.seen, self.pinged) = (now, now, now);
                (self.expired, self.unflushed) = (false, false);
                self.reset_timer(now);
                Poll::Ready(Ok(()))
            }
            Err(error) => {
                self.span.failed(&error);
                self.state = State::Ended { code: CloseCode::Abnormal, reason: String::new() };
                Poll::Ready(Err(error))
            }
        }
    }

    /// Ready when a message can be taken.
    pub(super) fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Error>> {
        self.wakers.writer.register(cx.waker());
        let waker = self.waker.clone();
        let mut cx = Context::from_waker(&waker);
        loop {
            match &mut self.state {
                State::Open(_) if self.closing_since.is_some() => {
                    return Poll::Ready(Err(self.gone(CloseCode::Normal, "")));
                }
                State::Open(socket) => {
                    let ready = ready!(Pin::new(&mut **socket).poll_ready(&mut cx));
                    return Poll::Ready(ready.map_err(|e| broken(e, &self.ids)));
                }
                State::Reconnecting(_) => ready!(self.poll_reconnect(&mut cx))?,
                State::Ended { code, reason } => {
                    let (code, reason) = (*code, reason.clone());
                    return Poll::Ready(Err(self.gone(code, &reason)));
                }
            }
        }
    }

    /// Takes a message after [`Link::poll_ready`] was ready.
    pub(super) fn start_send(&mut self, message: Message) -> Result<(), Error> {
        match &mut self.state {
            State::Open(socket) => {
                self.unflushed = true;
                let sent = Pin::new(&mut **socket).start_send(message);
                sent.map_err(|e| broken(e, &self.ids))
            }
            State::Reconnecting(_) => Err(self.gone(CloseCode::Abnormal, "")),
            State::Ended { code, reason } => {
                let (code, reason) = (*code, reason.clone());
                Err(self.gone(code, &reason))
            }
        }
    }

    /// Writes what was taken.
    pub(super) fn poll_flush(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Error>> {
        self.wakers.writer.register(cx.waker());
        let State::Open(socket) = &mut self.state else { return Poll::Ready(Ok(())) };
        let waker = self.waker.clone();
        let mut cx = Context::from_waker(&waker);
        let flushed = ready!(Pin::new(&mut **socket).poll_flush(&mut cx));
        self.unflushed = false;
        Poll::Ready(flushed.map_err(|e| broken(e, &self.ids)))
    }

    /// Begins to close. Does nothing when that has begun or nothing is open.
    pub(super) fn start_close(&mut self) -> Result<(), Error> {
        if self.closing_since.is_some() {
            return Ok(());
        }
        if let State::Reconnecting(_) = &self.state {
            self.state = State::Ended { code: CloseCode::Normal, reason: String::new() };
        }
        let State::Open(_) = &self.state else { return Ok(()) };
        let frame = CloseFrame { code: 1000.into(), reason: Utf8Bytes::default() };
        self.start_send(Message::Close(Some(frame)))?;
        let now = Instant::now();
        self.closing_since = Some(now);
        self.reset_timer(now);
        Ok(())
    }

    fn gone(&self, code: CloseCode, reason: &str) -> Error {
        Error::Closed(ClosedError::new(code, reason, self.ids.clone()).expired(self.expired))
    }
}

/// A write that failed.
fn broken(error: WsError, ids: &RequestIds) -> Error {
    let closed = ClosedError::new(CloseCode::Abnormal, "", ids.clone());
    match error {
        WsError::WriteBufferFull(_) => {
            Error::config("the event is larger than 48 MiB, more than can be sent at once")
        }
        WsError::Io(source) => Error::Closed(closed.because_of(source)),
        other => Error::Closed(closed.because_of(other)),
    }
}
