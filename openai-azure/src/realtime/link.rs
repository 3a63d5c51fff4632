//! The life of a connection: open, broken, made again, ended.
//!
//! Both halves of a connection poll one [`Link`] under a lock that is held for one poll at a time.
//! Nothing runs by itself: reading drives pings, their replies and the making of another
//! connection; a send that waits for another connection drives that too.

use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker, ready};
use std::time::Duration;

use bytes::Bytes;
use futures_util::future::BoxFuture;
use futures_util::task::AtomicWaker;

use super::event::{ClientEvent, ServerEvent};
use super::handshake::{self, Handshake};
use super::reconnect::ReconnectAttempt;
use super::request::{Plan, Target};
use super::trace::SessionSpan;
use crate::engine::client::Client;
use crate::engine::web_socket::{Incoming, WebSocket};
use crate::error::{CloseCode, ClosedError, Error, StreamError};
use crate::request_ids::RequestIds;
use crate::response::Head;
use crate::retry::Backoff;
use crate::trace::CallSpan;

/// A connection that lasted this long starts the count of reconnects again.
const STABLE: Duration = Duration::from_secs(60);

/// A connection and everything that outlives it.
pub(super) struct Link {
    plan: Plan,
    state: State,
    ids: RequestIds,
    head: Head,
    /// The service reported that the session reached its limit of time.
    expired: bool,
    reconnects: u32,
    wakers: Arc<Wakers>,
    waker: Waker,
    pub(super) span: SessionSpan,
}

enum State {
    Open(Box<WebSocket>),
    Reconnecting(BoxFuture<'static, Result<Reopened, Error>>),
    Ended { code: CloseCode, reason: String },
}

struct Reopened {
    socket: WebSocket,
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
) -> Result<(WebSocket, Head), Error> {
    let (stream, head) = handshake.run(span).await?;
    let mut socket = WebSocket::new(stream, &head, handshake.url(), plan.limits).await;
    if let Some(session) = &plan.session {
        let update = json(&plan.client, &ClientEvent::session_update(session.clone()));
        socket.send_text(update).await?;
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
        Ok(Self {
            ids: handshake::request_ids(&head),
            head,
            plan,
            state: State::Open(Box::new(socket)),
            expired: false,
            reconnects: 0,
            waker: Waker::from(Arc::clone(&wakers)),
            wakers,
            span,
        })
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
            let end = match ready!(socket.poll_message(&mut cx)) {
                Incoming::Text(text) => return Poll::Ready(Some(self.event(&text))),
                Incoming::Binary(bytes) => {
                    let error = self.unreadable("a message is not text", bytes);
                    return Poll::Ready(Some(Err(Error::Stream(error))));
                }
                Incoming::Ended { code, reason, error } => self.ended(code, reason, error),
                Incoming::Fault(error) => {
                    self.state = State::Ended { code: CloseCode::Protocol, reason: String::new() };
                    self.span.failed(&error);
                    self.wakers.writer.wake();
                    Some(Some(error))
                }
            };
            if let Some(end) = end {
                return Poll::Ready(end.map(Err));
            }
        }
    }

    fn event(&mut self, text: &str) -> Result<ServerEvent, Error> {
        self.span.body("an event of the service", text);
        let event = ServerEvent::from_json(text).map_err(|source| {
            let bytes = Bytes::copy_from_slice(text.as_bytes());
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

    /// The connection is gone. `None` when another one will be made.
    fn ended(&mut self, code: CloseCode, reason: String, error: Error) -> Option<Option<Error>> {
        self.wakers.writer.wake();
        let (is_closing, age) = match &self.state {
            State::Open(socket) => (socket.is_closing(), socket.age()),
            _ => (false, Duration::ZERO),
        };
        if is_closing || code == CloseCode::Normal {
            self.state = State::Ended { code: CloseCode::Normal, reason };
            self.span.ended();
            return Some(None);
        }
        if age >= STABLE {
            self.reconnects = 0;
        }
        if let Some(reconnecting) = self.reconnecting(code, &reason) {
            self.state = State::Reconnecting(reconnecting);
            return None;
        }
        let error = match error {
            Error::Closed(closed) => Error::Closed(closed.expired(self.expired)),
            other => other,
        };
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
                self.ids = handshake::request_ids(&head);
                (self.head, self.plan, self.reconnects) = (head, plan, attempts);
                self.state = State::Open(Box::new(socket));
                self.expired = false;
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
                State::Open(socket) if socket.is_closing() => {
                    return Poll::Ready(Err(self.gone(CloseCode::Normal, "")));
                }
                State::Open(socket) => return socket.poll_ready(&mut cx),
                State::Reconnecting(_) => ready!(self.poll_reconnect(&mut cx))?,
                State::Ended { code, reason } => {
                    let (code, reason) = (*code, reason.clone());
                    return Poll::Ready(Err(self.gone(code, &reason)));
                }
            }
        }
    }

    /// Takes a text after [`Link::poll_ready`] was ready.
    pub(super) fn start_text(&mut self, text: String) -> Result<(), Error> {
        match &mut self.state {
            State::Open(socket) => socket.start_text(text),
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
        socket.poll_flush(&mut Context::from_waker(&waker))
    }

    /// Begins to close. Does nothing when that has begun or nothing is open.
    pub(super) fn start_close(&mut self) -> Result<(), Error> {
        match &mut self.state {
            State::Open(socket) => socket.start_close(),
            State::Reconnecting(_) => {
                self.state = State::Ended { code: CloseCode::Normal, reason: String::new() };
                Ok(())
            }
            State::Ended { .. } => Ok(()),
        }
    }

    fn gone(&self, code: CloseCode, reason: &str) -> Error {
        Error::Closed(ClosedError::new(code, reason, self.ids.clone()).expired(self.expired))
    }
}
