//! Sessions that a test scripts.

use std::time::Duration;

use serde_json::{Value, json};

/// What a realtime session does, step by step. After the last step it goes on as the service would
/// unless a step ended it.
#[derive(Debug, Clone, Default)]
#[must_use]
pub struct RealtimeScript {
    pub(crate) steps: Vec<Step>,
}

/// One step.
#[derive(Debug, Clone)]
pub(crate) enum Step {
    Text(String),
    Binary(Vec<u8>),
    Ping,
    Expect(String),
    Wait(Duration),
    Close(Option<(u16, String)>),
    Cut,
    Garbage,
    Oversized(u64),
    Reset,
    Silent,
}

impl RealtimeScript {
    /// No step.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sends an event.
    pub fn send(self, event: impl Into<Value>) -> Self {
        let event: Value = event.into();
        self.text(event.to_string())
    }

    /// Sends a text, whatever it is.
    pub fn text(self, text: impl Into<String>) -> Self {
        self.step(Step::Text(text.into()))
    }

    /// Sends a binary message.
    pub fn binary(self, bytes: impl Into<Vec<u8>>) -> Self {
        self.step(Step::Binary(bytes.into()))
    }

    /// Sends a ping.
    pub fn ping(self) -> Self {
        self.step(Step::Ping)
    }

    /// Waits for an event of this type from the client; others are recorded and passed over.
    pub fn expect(self, kind: impl Into<String>) -> Self {
        self.step(Step::Expect(kind.into()))
    }

    /// Waits.
    pub fn wait(self, time: Duration) -> Self {
        self.step(Step::Wait(time))
    }

    /// Closes with a code and a reason.
    pub fn close(self, code: u16, reason: &str) -> Self {
        self.step(Step::Close(Some((code, reason.to_owned()))))
    }

    /// Closes without a code.
    pub fn close_without_code(self) -> Self {
        self.step(Step::Close(None))
    }

    /// Ends the session as the service does after its limit of time: an error event, then 1001.
    pub fn expire(self) -> Self {
        self.send(expired()).close(1001, EXPIRED)
    }

    /// Closes the connection in the middle of a frame.
    pub fn cut(self) -> Self {
        self.step(Step::Cut)
    }

    /// Writes bytes that are no frame.
    pub fn garbage(self) -> Self {
        self.step(Step::Garbage)
    }

    /// Begins a frame whose head announces so many bytes.
    pub fn oversized(self, bytes: u64) -> Self {
        self.step(Step::Oversized(bytes))
    }

    /// Resets the connection.
    pub fn reset(self) -> Self {
        self.step(Step::Reset)
    }

    /// Sends nothing any more, not even replies to pings, and keeps the connection.
    pub fn silent(self) -> Self {
        self.step(Step::Silent)
    }

    fn step(mut self, step: Step) -> Self {
        self.steps.push(step);
        self
    }
}

pub(crate) const EXPIRED: &str = "Your session hit the maximum duration of 30 minutes.";

/// The event before a session that lasted too long is closed.
pub(crate) fn expired() -> Value {
    json!({
        "type": "error",
        "event_id": "event_expired",
        "error": {
            "type": "invalid_request_error",
            "code": "session_expired",
            "message": EXPIRED,
            "param": null,
            "event_id": null,
        },
    })
}
