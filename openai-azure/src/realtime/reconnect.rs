//! Connecting again.

use std::fmt;
use std::ops::ControlFlow;
use std::sync::Arc;
use std::time::Duration;

use super::session::Session;
use crate::engine::options::CallOptions;
use crate::error::CloseCode;
use crate::retry::RetryPolicy;

type Callback = dyn Fn(&mut ReconnectAttempt) -> ControlFlow<()> + Send + Sync;

/// Whether and how to connect again when the connection breaks.
///
/// A new connection is a new session. Its settings are sent anew, and the events begin again with
/// [`SessionCreated`](super::ServerEvent::SessionCreated). Everything else is gone, because the
/// service keeps it with the session:
///
/// - the conversation: all items, and their IDs;
/// - audio that was appended but not committed;
/// - a response that was running, and function calls that wait for their output;
/// - settings that were changed by [`update_session`](super::RealtimeSender::update_session), unless
///   the callback puts them in;
/// - events that were sent last and of which nobody knows whether they arrived.
///
/// Nothing is sent twice. While there is no connection, a send waits.
///
/// It is tried for close codes where it may help, see
/// [`CloseCode::is_recoverable`]; the end of a session after 30 minutes is one of them.
///
/// ```
/// use std::ops::ControlFlow;
/// use openai_azure::realtime::Reconnect;
///
/// let reconnect = Reconnect::new().max_retries(3).on_reconnect(|attempt| {
///     attempt.query("x-attempt", attempt.number().to_string());
///     ControlFlow::Continue(())
/// });
/// # let _ = reconnect;
/// ```
#[derive(Clone)]
#[must_use]
pub struct Reconnect {
    pub(super) policy: RetryPolicy,
    callback: Option<Arc<Callback>>,
}

impl Default for Reconnect {
    fn default() -> Self {
        Self { policy: RetryPolicy::new().max_retries(5), callback: None }
    }
}

impl Reconnect {
    /// 5 attempts, after 0.5 s, doubled each time up to 8 s.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets how many attempts may follow a break. Default: 5. A connection that lasted a minute
    /// starts the count again.
    pub fn max_retries(mut self, retries: u32) -> Self {
        self.policy = self.policy.max_retries(retries);
        self
    }

    /// Sets the wait before the first attempt; each later one doubles it. Default: 500 ms.
    pub fn first_backoff(mut self, wait: Duration) -> Self {
        self.policy = self.policy.first_backoff(wait);
        self
    }

    /// Sets the longest wait. Default: 8 s.
    pub fn max_backoff(mut self, wait: Duration) -> Self {
        self.policy = self.policy.max_backoff(wait);
        self
    }

    /// Calls a function before each attempt. It may change query, headers and settings of the
    /// session, or give up by [`ControlFlow::Break`].
    pub fn on_reconnect(
        mut self,
        callback: impl Fn(&mut ReconnectAttempt) -> ControlFlow<()> + Send + Sync + 'static,
    ) -> Self {
        self.callback = Some(Arc::new(callback));
        self
    }

    pub(super) fn call(&self, attempt: &mut ReconnectAttempt) -> ControlFlow<()> {
        self.callback.as_ref().map_or(ControlFlow::Continue(()), |callback| callback(attempt))
    }
}

impl fmt::Debug for Reconnect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reconnect").field("policy", &self.policy).finish_non_exhaustive()
    }
}

/// An attempt to connect again that is about to be made.
#[derive(Debug)]
#[non_exhaustive]
pub struct ReconnectAttempt {
    pub(super) number: u32,
    pub(super) code: CloseCode,
    pub(super) reason: String,
    pub(super) expired: bool,
    pub(super) options: CallOptions,
    pub(super) session: Option<Session>,
}

impl ReconnectAttempt {
    /// Which attempt it is after this break, from 1.
    #[must_use]
    pub fn number(&self) -> u32 {
        self.number
    }

    /// Why the connection broke.
    #[must_use]
    pub fn code(&self) -> CloseCode {
        self.code
    }

    /// The text that came with the code.
    #[must_use]
    pub fn reason(&self) -> &str {
        &self.reason
    }

    /// Whether the session reached its limit of time.
    #[must_use]
    pub fn is_session_expired(&self) -> bool {
        self.expired
    }

    /// Sends another header from now on.
    pub fn header(&mut self, name: &str, value: &str) {
        self.options = std::mem::take(&mut self.options).header(name, value);
    }

    /// Sends another parameter of the query from now on.
    pub fn query(&mut self, name: impl Into<String>, value: impl Into<String>) {
        let over = CallOptions::new().query(name, value);
        self.options = self.options.merged_with(&over);
    }

    /// The settings of the session, which are sent anew.
    pub fn session(&mut self) -> &mut Session {
        self.session.get_or_insert_with(Session::new)
    }
}
