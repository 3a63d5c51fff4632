//! A connection, and its two halves.

use std::fmt;
use std::future::poll_fn;
use std::ops::{Deref, DerefMut};
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};

use futures_core::Stream;

use super::event::ServerEvent;
use super::link::Link;
use super::sender::RealtimeSender;
use super::turn::{Turn, Turns};
use crate::error::Error;
use crate::rate_limit::RateLimit;
use crate::request_ids::RequestIds;

/// What both halves poll.
#[derive(Clone)]
pub(super) struct Shared(Arc<Mutex<Link>>);

impl Shared {
    /// The link, for one poll. A panic elsewhere leaves it in a state that can be polled.
    pub(super) fn lock(&self) -> MutexGuard<'_, Link> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A session that is connected: a [`Stream`] of [`ServerEvent`]s, and by its
/// [`RealtimeSender`] everything that can be sent.
///
/// No task is spawned. Events must be read for pings to be replied to, so do not stop reading.
/// Dropping the connection closes the socket.
///
/// ```no_run
/// # async fn example(client: openai_azure::Client) -> Result<(), openai_azure::Error> {
/// use openai_azure::realtime::ServerEvent;
///
/// let mut session = client
///     .realtime("gpt-realtime-1.5")
///     .session(|s| s.instructions("Be brief.").text_only())
///     .connect()
///     .await?;
/// session.user_text("Why is the sky blue?").await?;
/// session.create_response().await?;
/// while let Some(event) = session.try_next().await? {
///     match event {
///         ServerEvent::TextDelta(event) => print!("{}", event.delta),
///         ServerEvent::ResponseDone(_) => break,
///         ServerEvent::Error(event) => eprintln!("{:?}", event.error),
///         _ => {}
///     }
/// }
/// session.close().await
/// # }
/// ```
///
/// # Errors of the stream
///
/// [`Error::Closed`] when the service closes the connection or it breaks: with close code, reason,
/// and whether the session reached its limit of 30 minutes. [`Error::Timeout`] when nothing
/// arrives for too long. [`Error::Stream`] for a message that cannot be read; if it is one event
/// that does not decode, the stream goes on after it. A stream that this side closed, or the
/// service with code 1000, ends without an error.
pub struct RealtimeConnection {
    sender: RealtimeSender,
    receiver: RealtimeReceiver,
}

/// The half of a connection that reads events. See [`RealtimeConnection`] for its errors.
pub struct RealtimeReceiver {
    shared: Shared,
    turns: Turns,
}

impl RealtimeConnection {
    pub(super) fn new(link: Link) -> Self {
        let shared = Shared(Arc::new(Mutex::new(link)));
        let sender = RealtimeSender::new(shared.clone());
        Self { sender, receiver: RealtimeReceiver { shared, turns: Turns::new() } }
    }

    /// Splits it, so that one task can send while another one reads. The socket is closed when both
    /// halves are dropped.
    #[must_use]
    pub fn split(self) -> (RealtimeSender, RealtimeReceiver) {
        (self.sender, self.receiver)
    }

    /// The next event; `None` at the end. Cancel-safe: no event is lost.
    ///
    /// # Errors
    ///
    /// See [`RealtimeConnection`].
    pub async fn try_next(&mut self) -> Result<Option<ServerEvent>, Error> {
        self.receiver.try_next().await
    }

    /// Reads events until a response is done, and returns all of it; see [`RealtimeReceiver::turn`].
    ///
    /// # Errors
    ///
    /// See [`RealtimeReceiver::turn`].
    pub async fn turn(&mut self) -> Result<Option<Turn>, Error> {
        self.receiver.turn().await
    }

    /// The IDs of the handshake, to give to support.
    #[must_use]
    pub fn request_ids(&self) -> RequestIds {
        self.receiver.request_ids()
    }

    /// What the headers of the handshake reported of rate limits.
    #[must_use]
    pub fn rate_limit(&self) -> RateLimit {
        self.receiver.rate_limit()
    }

    /// How often the handshake was tried again before it succeeded.
    #[must_use]
    pub fn retries_taken(&self) -> u32 {
        self.receiver.retries_taken()
    }

    /// Closes the connection, and waits up to 5 s for the service to agree. Events that arrive
    /// meanwhile are dropped.
    ///
    /// # Errors
    ///
    /// [`Error::Closed`] when the connection is broken already.
    pub async fn close(mut self) -> Result<(), Error> {
        self.sender.close().await?;
        // What breaks now is the end that was asked for.
        while let Ok(Some(_)) = self.receiver.try_next().await {}
        Ok(())
    }
}

impl RealtimeReceiver {
    /// The next event; `None` at the end. Cancel-safe: no event is lost.
    ///
    /// # Errors
    ///
    /// See [`RealtimeConnection`].
    pub async fn try_next(&mut self) -> Result<Option<ServerEvent>, Error> {
        poll_fn(|cx| self.poll_event(cx)).await.transpose()
    }

    /// Reads events until a response is done, and returns all of it: text, transcript, audio,
    /// function calls, usage. `None` when the connection ends before. Cancel-safe: what has arrived
    /// is part of the next call.
    ///
    /// # Errors
    ///
    /// See [`RealtimeConnection`]. An error event of the service is part of
    /// [`Turn::errors`].
    pub async fn turn(&mut self) -> Result<Option<Turn>, Error> {
        while let Some(event) = self.try_next().await? {
            if let Some(turn) = self.turns.push(event) {
                return Ok(Some(turn));
            }
        }
        Ok(None)
    }

    /// The IDs of the handshake, to give to support.
    #[must_use]
    pub fn request_ids(&self) -> RequestIds {
        self.shared.lock().request_ids().clone()
    }

    /// What the headers of the handshake reported of rate limits.
    #[must_use]
    pub fn rate_limit(&self) -> RateLimit {
        RateLimit::from_headers(&self.shared.lock().head().headers)
    }

    /// How often the handshake was tried again before it succeeded.
    #[must_use]
    pub fn retries_taken(&self) -> u32 {
        self.shared.lock().head().retries
    }

    fn poll_event(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<ServerEvent, Error>>> {
        self.shared.lock().poll_event(cx)
    }
}

impl Stream for RealtimeReceiver {
    type Item = Result<ServerEvent, Error>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.get_mut().poll_event(cx)
    }
}

impl Stream for RealtimeConnection {
    type Item = Result<ServerEvent, Error>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.get_mut().receiver.poll_event(cx)
    }
}

/// Everything that can be sent.
impl Deref for RealtimeConnection {
    type Target = RealtimeSender;

    fn deref(&self) -> &RealtimeSender {
        &self.sender
    }
}

impl DerefMut for RealtimeConnection {
    fn deref_mut(&mut self) -> &mut RealtimeSender {
        &mut self.sender
    }
}

impl fmt::Debug for RealtimeConnection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ids = self.receiver.request_ids();
        f.debug_struct("RealtimeConnection").field("request_ids", &ids).finish_non_exhaustive()
    }
}

impl fmt::Debug for RealtimeReceiver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ids = self.request_ids();
        f.debug_struct("RealtimeReceiver").field("request_ids", &ids).finish_non_exhaustive()
    }
}
