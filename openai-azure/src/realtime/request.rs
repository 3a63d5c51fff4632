//! Starting a session.

use std::fmt;
use std::time::Duration;

use super::connection::RealtimeConnection;
use super::link::Link;
use super::reconnect::Reconnect;
use super::session::Session;
use crate::engine::client::Client;
use crate::engine::options::CallOptions;
use crate::engine::web_socket::SocketLimits;
use crate::error::Error;

/// What a session is made with.
#[derive(Debug, Clone)]
pub(super) enum Target {
    /// A deployment.
    Deployment(String),
    /// A call that is going on.
    Call(String),
    /// Transcription by this deployment.
    Transcription(String),
}

/// Everything that a connection is made with, also when it is made again.
#[derive(Clone)]
pub(super) struct Plan {
    pub(super) client: Client,
    pub(super) target: Target,
    pub(super) session: Option<Session>,
    pub(super) options: CallOptions,
    pub(super) reconnect: Option<Reconnect>,
    pub(super) limits: SocketLimits,
}

/// A session that is not connected yet: `GET …/realtime` with an upgrade to WebSocket.
#[must_use = "nothing is sent before `connect`"]
pub struct RealtimeRequest(Plan);

impl RealtimeRequest {
    pub(super) fn new(client: Client, target: Target) -> Self {
        Self(Plan {
            client,
            target,
            session: None,
            options: CallOptions::new(),
            reconnect: None,
            limits: SocketLimits::default(),
        })
    }

    /// Sets the settings of the session, which are sent as the first event.
    ///
    /// Without them the session has the defaults of the service.
    #[allow(clippy::unwrap_or_default, reason = "the default of the wire type has no `type`")]
    pub fn session(mut self, settings: impl FnOnce(Session) -> Session) -> Self {
        self.0.session = Some(settings(self.0.session.take().unwrap_or_else(Session::new)));
        self
    }

    /// Connects again when the connection breaks. Default: never.
    ///
    /// See [`Reconnect`] for what cannot be restored.
    pub fn reconnect(mut self, reconnect: Reconnect) -> Self {
        self.0.reconnect = Some(reconnect);
        self
    }

    /// Sets how long nothing may arrive, not even the reply to a ping. Default: 60 s.
    pub fn idle_timeout(mut self, limit: Duration) -> Self {
        self.0.limits.idle_timeout = limit;
        self
    }

    /// Sets after which idle time a ping is sent. Default: 20 s. Pings are sent, and those of the
    /// service are replied to, while events are read.
    pub fn ping_interval(mut self, interval: Duration) -> Self {
        self.0.limits.ping_interval = interval;
        self
    }

    /// Sets the most bytes of one message of the service. Default: 64 MiB.
    pub fn max_message_bytes(mut self, limit: usize) -> Self {
        self.0.limits.message_bytes = limit;
        self
    }

    /// Sets the limit of each attempt to connect. Default: 30 s.
    pub fn timeout(mut self, limit: Duration) -> Self {
        self.0.options = self.0.options.timeout(limit);
        self
    }

    /// Sends another header with the handshake.
    pub fn header(mut self, name: impl AsRef<str>, value: impl AsRef<str>) -> Self {
        self.0.options = self.0.options.header(name, value);
        self
    }

    /// Adds a parameter to the query of the handshake.
    pub fn query(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.0.options = self.0.options.query(name, value);
        self
    }

    /// Sets everything else that a call can have.
    pub fn options(mut self, options: CallOptions) -> Self {
        self.0.options = self.0.options.merged_with(&options);
        self
    }

    /// Connects, and sends the settings of the session. The first event of the connection is
    /// [`SessionCreated`](super::ServerEvent::SessionCreated); a setting that the service refuses
    /// is an [`Error`](super::ServerEvent::Error) event.
    ///
    /// # Errors
    ///
    /// [`Error::Api`] when the service refuses the handshake, with status, body, request IDs and
    /// hint as over HTTP, after the retries of the policy; [`Error::Connection`] and
    /// [`Error::Timeout`] when there is no response; [`Error::Auth`] and [`Error::Config`] before
    /// anything is sent; [`Error::Decode`] when the server does not speak WebSocket.
    pub async fn connect(self) -> Result<RealtimeConnection, Error> {
        Link::connect(self.0).await.map(RealtimeConnection::new)
    }
}

impl fmt::Debug for RealtimeRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RealtimeRequest")
            .field("target", &self.0.target)
            .field("options", &self.0.options)
            .finish_non_exhaustive()
    }
}
