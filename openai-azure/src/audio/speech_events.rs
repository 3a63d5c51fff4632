//! Speech as server-sent events.

use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use futures_core::Stream;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer};
use serde_json::Value;

use super::transcript::AudioUsage;
use crate::error::Error;
use crate::request_ids::RequestIds;
use crate::sse::EventStream;
use crate::trace::{SpanAttributes, Telemetry};

/// One event of speech.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum SpeechEvent {
    /// More audio, in the format of the request (`speech.audio.delta`).
    Delta(Bytes),
    /// The end, with token usage (`speech.audio.done`).
    Done(AudioUsage),
    /// An event that this crate does not know.
    Other(Value),
}

#[derive(Deserialize)]
struct Done {
    #[serde(default)]
    usage: Option<AudioUsage>,
}

impl<'de> Deserialize<'de> for SpeechEvent {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let event = Value::deserialize(deserializer)?;
        match event.get("type").and_then(Value::as_str) {
            Some("speech.audio.delta") => {
                let audio = event.get("audio").and_then(Value::as_str).unwrap_or_default();
                let audio = STANDARD.decode(audio).map_err(D::Error::custom)?;
                Ok(Self::Delta(audio.into()))
            }
            Some("speech.audio.done") => {
                let done: Done = serde_json::from_value(event).map_err(D::Error::custom)?;
                Ok(Self::Done(done.usage.unwrap_or_default()))
            }
            _ => Ok(Self::Other(event)),
        }
    }
}

impl Telemetry for SpeechEvent {
    fn describe(&self, attributes: &mut SpanAttributes) {
        if let Self::Done(usage) = self
            && let Some((input, output)) = usage.tokens()
        {
            attributes.tokens(input, output);
        }
    }
}

/// The audio of a text as events, the last of which has the token usage.
///
/// It reads only when polled and spawns nothing; dropping it closes the response at once. After an
/// error it is at its end. It is also a [`Stream`].
#[derive(Debug)]
#[must_use = "nothing is read before the first `try_next`"]
pub struct SpeechEventStream(EventStream);

impl SpeechEventStream {
    pub(super) fn new(events: EventStream) -> Self {
        Self(events)
    }

    /// Returns the next event, or `None` at the end.
    ///
    /// # Errors
    ///
    /// [`Error::Api`] for an error event, [`Error::Stream`] when the connection breaks or an event
    /// does not decode, [`Error::Timeout`] when no bytes arrive for longer than the
    /// [idle timeout](crate::CallOptions::idle_timeout).
    pub async fn try_next(&mut self) -> Result<Option<SpeechEvent>, Error> {
        poll_fn(|cx| self.0.poll_next(cx)).await.transpose()
    }

    /// The request IDs, for the service's support.
    #[must_use]
    pub fn request_ids(&self) -> RequestIds {
        self.0.request_ids()
    }
}

impl Stream for SpeechEventStream {
    type Item = Result<SpeechEvent, Error>;

    #[inline]
    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.0.poll_next(cx)
    }
}

#[cfg(test)]
mod tests {
    use super::SpeechEvent;
    use serde_json::json;

    #[test]
    fn events_decode_and_others_are_kept() {
        let read = |event| serde_json::from_value::<SpeechEvent>(event).unwrap();
        let delta = json!({"type": "speech.audio.delta", "audio": "AQID"});
        assert_eq!(read(delta), SpeechEvent::Delta([1, 2, 3][..].to_vec().into()));
        let usage = json!({"input_tokens": 1, "output_tokens": 2, "total_tokens": 3});
        let done = read(json!({"type": "speech.audio.done", "usage": usage}));
        assert!(matches!(done, SpeechEvent::Done(usage) if usage.total_tokens == 3));
        let odd = json!({"type": "speech.audio.mark", "at": 1});
        assert_eq!(read(odd.clone()), SpeechEvent::Other(odd));
        let broken = json!({"type": "speech.audio.delta", "audio": "*"});
        assert!(serde_json::from_value::<SpeechEvent>(broken).is_err());
    }
}
