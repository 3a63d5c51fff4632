//! What the user has heard.

use std::time::Duration;

use super::event::{ClientEvent, ServerEvent};
use super::session::AudioFormat;

/// Keeps count of the audio that arrived and of the audio that was played, to cut off what the user
/// did not hear when the model is interrupted.
///
/// The service sends audio faster than it can be played. Without a truncation the conversation
/// would hold all of it.
///
/// ```no_run
/// # async fn example(
/// #     mut session: openai_azure::realtime::RealtimeConnection,
/// #     play: impl Fn(&[u8]) -> usize,
/// # ) -> Result<(), openai_azure::Error> {
/// use openai_azure::realtime::{AudioFormat, Playback, ServerEvent};
///
/// let mut playback = Playback::new(AudioFormat::Pcm);
/// while let Some(event) = session.try_next().await? {
///     playback.push(&event);
///     match event {
///         ServerEvent::AudioDelta(event) => playback.played(play(&event.delta)),
///         ServerEvent::SpeechStarted(_) => session.interrupt(&mut playback).await?,
///         _ => {}
///     }
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
pub struct Playback {
    format: AudioFormat,
    part: Option<Part>,
    response: Option<String>,
}

#[derive(Debug, Clone, PartialEq)]
struct Part {
    item_id: String,
    content_index: u32,
    received: usize,
    played: usize,
}

impl Playback {
    /// Nothing has arrived. `format` is that of the audio that arrives.
    #[must_use]
    pub fn new(format: AudioFormat) -> Self {
        Self { format, part: None, response: None }
    }

    /// Takes note of an event. Give it every event.
    pub fn push(&mut self, event: &ServerEvent) {
        match event {
            ServerEvent::ResponseCreated(event) => {
                self.response = Some(event.response.id.clone());
            }
            ServerEvent::ResponseDone(event)
                if self.response.as_ref() == Some(&event.response.id) =>
            {
                self.response = None;
            }
            ServerEvent::AudioDelta(event) => {
                let is_same = |part: &&mut Part| {
                    part.item_id == event.item_id && part.content_index == event.content_index
                };
                if let Some(part) = self.part.as_mut().filter(is_same) {
                    part.received += event.delta.len();
                    return;
                }
                self.part = Some(Part {
                    item_id: event.item_id.clone(),
                    content_index: event.content_index,
                    received: event.delta.len(),
                    played: 0,
                });
            }
            _ => {}
        }
    }

    /// Takes note that so many bytes of the newest item were played.
    pub fn played(&mut self, bytes: usize) {
        if let Some(part) = &mut self.part {
            part.played = part.played.saturating_add(bytes).min(part.received);
        }
    }

    /// How much of the newest item was played.
    #[must_use]
    pub fn heard(&self) -> Duration {
        self.part.as_ref().map_or(Duration::ZERO, |part| self.length(part.played))
    }

    /// How much of the newest item has arrived and was not played.
    #[must_use]
    pub fn unheard(&self) -> Duration {
        self.part.as_ref().map_or(Duration::ZERO, |part| self.length(part.received - part.played))
    }

    /// The events that stop the model where the user stopped hearing it: a cancellation, if a
    /// response is running, and a truncation, if there is unheard audio. Nothing is unheard after
    /// it.
    pub fn interrupt(&mut self) -> Vec<ClientEvent> {
        let mut events = Vec::new();
        let was_running = self.response.take().is_some();
        if was_running {
            events.push(ClientEvent::cancel_response());
        }
        let heard = u64::try_from(self.heard().as_millis()).unwrap_or(u64::MAX);
        if let Some(part) = self.part.take()
            && (was_running || part.played < part.received)
        {
            events.push(ClientEvent::truncate_item(part.item_id, part.content_index, heard));
        }
        events
    }

    fn length(&self, bytes: usize) -> Duration {
        let second = self.format.bytes_per_second().max(1) as u64;
        Duration::from_millis(bytes as u64 * 1000 / second)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::Playback;
    use crate::realtime::{AudioFormat, ClientEvent, ServerEvent};

    fn event(value: &serde_json::Value) -> ServerEvent {
        serde_json::from_value(value.clone()).unwrap()
    }

    fn delta(item: &str, bytes: usize) -> ServerEvent {
        let mut event = event(&json!({
            "type": "response.output_audio.delta", "item_id": item, "content_index": 1, "delta": "",
        }));
        if let ServerEvent::AudioDelta(event) = &mut event {
            event.delta = vec![0; bytes].into();
        }
        event
    }

    #[test]
    fn what_was_not_heard_is_cut_off() {
        let mut playback = Playback::new(AudioFormat::Pcm);
        playback.push(&event(&json!({"type": "response.created", "response": {"id": "r"}})));
        playback.push(&delta("a", 48_000));
        playback.push(&delta("a", 48_000));
        playback.played(36_000);
        assert_eq!((playback.heard().as_millis(), playback.unheard().as_millis()), (750, 1250));
        let expected = [ClientEvent::cancel_response(), ClientEvent::truncate_item("a", 1, 750)];
        assert_eq!(playback.interrupt(), expected);
        assert_eq!(playback.interrupt(), []);
    }

    #[test]
    fn what_was_heard_to_its_end_stays() {
        let mut playback = Playback::new(AudioFormat::Pcmu);
        playback.push(&event(&json!({"type": "response.created", "response": {"id": "r"}})));
        playback.push(&delta("a", 8000));
        playback.push(&event(&json!({"type": "response.done", "response": {"id": "r"}})));
        playback.played(9000);
        assert_eq!(playback.heard().as_millis(), 1000);
        assert_eq!(playback.interrupt(), []);
        playback.push(&delta("b", 80));
        assert_eq!(playback.interrupt(), [ClientEvent::truncate_item("b", 1, 0)]);
    }
}
