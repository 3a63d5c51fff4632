//! Responses put together from their events.

use std::collections::BTreeMap;

use bytes::{Bytes, BytesMut};

use super::event::{EventError, ServerEvent};
use super::item::FunctionCallItem;
use super::response::{RealtimeResponse, ResponseStatus};

/// A response, with everything that its events brought.
#[derive(Debug, Clone, Default, PartialEq)]
#[non_exhaustive]
pub struct Turn {
    /// The response as it ended: status, items, token usage.
    pub response: RealtimeResponse,
    /// Text, if the session asks for text.
    pub text: String,
    /// Transcript of the audio.
    pub transcript: String,
    /// Audio, in the format of the session.
    pub audio: Bytes,
    /// Transcript of the user's audio, as far as it arrived since the last turn.
    pub input_transcript: String,
    /// Errors that the service reported since the last turn.
    pub errors: Vec<EventError>,
}

impl Turn {
    /// The text, else the transcript.
    #[must_use]
    pub fn words(&self) -> &str {
        if self.text.is_empty() { &self.transcript } else { &self.text }
    }

    /// The calls of functions of the client.
    pub fn function_calls(&self) -> impl Iterator<Item = &FunctionCallItem> {
        self.response.function_calls()
    }

    /// Whether the response is whole.
    #[must_use]
    pub fn is_completed(&self) -> bool {
        self.response.status == Some(ResponseStatus::Completed)
    }
}

/// Puts responses together; several may run at once.
#[derive(Debug, Default)]
pub struct Turns {
    growing: BTreeMap<String, Growing>,
    input_transcript: String,
    errors: Vec<EventError>,
}

#[derive(Debug, Default)]
struct Growing {
    text: String,
    transcript: String,
    audio: BytesMut,
}

impl Turns {
    /// Nothing has arrived.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes an event. Returns a response when the event ends it.
    pub fn push(&mut self, event: ServerEvent) -> Option<Turn> {
        match event {
            // A new session: what was growing will never end.
            ServerEvent::SessionCreated(_) => self.growing.clear(),
            ServerEvent::TextDelta(event) => self.of(event.response_id).text += &event.delta,
            ServerEvent::TranscriptDelta(event) => {
                self.of(event.response_id).transcript += &event.delta;
            }
            ServerEvent::AudioDelta(event) => {
                self.of(event.response_id).audio.extend_from_slice(&event.delta);
            }
            ServerEvent::InputTranscriptionCompleted(event) => {
                self.input_transcript += &event.transcript;
            }
            ServerEvent::Error(event) => self.errors.push(event.error),
            ServerEvent::ResponseDone(event) => {
                let Growing { text, transcript, audio } =
                    self.growing.remove(&event.response.id).unwrap_or_default();
                return Some(Turn {
                    response: event.response,
                    text,
                    transcript,
                    audio: audio.freeze(),
                    input_transcript: std::mem::take(&mut self.input_transcript),
                    errors: std::mem::take(&mut self.errors),
                });
            }
            _ => {}
        }
        None
    }

    fn of(&mut self, response_id: String) -> &mut Growing {
        self.growing.entry(response_id).or_default()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::Turns;

    #[test]
    fn responses_that_run_at_once_are_kept_apart() {
        let mut turns = Turns::new();
        let mut push =
            |event: serde_json::Value| turns.push(serde_json::from_value(event).unwrap());
        for (id, delta) in [("a", "On"), ("b", "Tw"), ("a", "e"), ("b", "o")] {
            let kind = "response.output_text.delta";
            assert_eq!(push(json!({"type": kind, "response_id": id, "delta": delta})), None);
        }
        push(json!({"type": "response.output_audio.delta", "response_id": "b", "delta": "AAE="}));
        push(json!({"type": "error", "error": {"code": "c"}}));
        let b = push(json!({"type": "response.done", "response": {"id": "b"}})).unwrap();
        assert_eq!((b.words(), &b.audio[..], b.errors.len()), ("Two", &[0, 1][..], 1));
        let a = push(json!({"type": "response.done", "response": {"id": "a"}})).unwrap();
        assert_eq!((a.words(), a.errors.len()), ("One", 0));
    }
}
