//! Realtime sessions, and responses over a WebSocket: the handshake, the session as the service
//! holds it, and scripted faults.

mod audio;
mod calls;
mod handshake;
mod output;
mod preview;
mod responses;
mod script;
mod session;
mod socket;

use std::collections::VecDeque;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use serde_json::Value;
use tokio::task::JoinSet;

pub(crate) use calls::respond as rest;
pub(crate) use handshake::{is_upgrade, upgrade};
pub use script::RealtimeScript;

use crate::emulator::Emulator;
use crate::shared::locked;

/// An event that a client sent, or that was sent to it.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct RealtimeRecorded {
    /// Which session it was, from 0.
    pub session: u64,
    /// Whether the client sent it.
    pub from_client: bool,
    /// When.
    pub at: Instant,
    /// The event; a text that is not JSON is kept as a string.
    pub event: Value,
}

/// The most events that are kept.
const EVENTS: usize = 100_000;

/// How long a session lasts.
const SESSION_LIMIT: Duration = Duration::from_secs(30 * 60);

/// What the sessions of one emulator share.
#[derive(Debug, Default)]
pub(crate) struct State {
    scripts: Mutex<VecDeque<RealtimeScript>>,
    calls: Mutex<VecDeque<(String, String)>>,
    heard: Mutex<VecDeque<String>>,
    events: Mutex<VecDeque<RealtimeRecorded>>,
    sessions: Mutex<JoinSet<()>>,
    limit: Mutex<Option<Duration>>,
}

impl State {
    pub(crate) fn abort(&self) {
        locked(&self.sessions).abort_all();
    }

    fn record(&self, session: u64, from_client: bool, event: Value) {
        let mut events = locked(&self.events);
        events.push_back(RealtimeRecorded { session, from_client, at: Instant::now(), event });
        if events.len() > EVENTS {
            events.pop_front();
        }
    }

    /// How long a session lasts whose usual limit is this.
    fn session_limit(&self, usual: Duration) -> Duration {
        locked(&self.limit).unwrap_or(usual)
    }
}

impl Emulator {
    /// Queues what the next realtime session, or the next WebSocket for responses, does instead of
    /// what the service would do.
    pub fn realtime(&self, script: RealtimeScript) {
        locked(&self.state().scripts).push_back(script);
    }

    /// Queues a call: the next response of a realtime session calls this function with these
    /// arguments, a JSON text.
    pub fn realtime_call(&self, name: &str, arguments: &str) {
        locked(&self.state().calls).push_back((name.to_owned(), arguments.to_owned()));
    }

    /// Queues the transcript of the next audio of a user.
    pub fn realtime_hears(&self, transcript: &str) {
        locked(&self.state().heard).push_back(transcript.to_owned());
    }

    /// Sets how long sessions last that begin from now on; by default 30 minutes, and 60 for
    /// responses.
    pub fn realtime_session_limit(&self, limit: Duration) {
        *locked(&self.state().limit) = Some(limit);
    }

    /// The events of all sessions in both directions, oldest first: the last 100,000.
    #[must_use]
    pub fn realtime_events(&self) -> Vec<RealtimeRecorded> {
        locked(&self.state().events).iter().cloned().collect()
    }

    /// The events that clients sent, oldest first.
    #[must_use]
    pub fn realtime_received(&self) -> Vec<Value> {
        let events = locked(&self.state().events);
        let sent = events.iter().filter(|recorded| recorded.from_client);
        sent.map(|recorded| recorded.event.clone()).collect()
    }

    fn state(&self) -> &State {
        &self.shared().realtime
    }
}
