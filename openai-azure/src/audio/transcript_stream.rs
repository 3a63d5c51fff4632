//! Words that appear while the model hears them.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use futures_core::Stream;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value};

use super::transcript::{AudioUsage, Transcript};
use crate::error::Error;
use crate::request_ids::RequestIds;
use crate::sse::EventStream;
use crate::trace::{SpanAttributes, Telemetry};

/// One event of a transcription.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum TranscriptEvent {
    /// More words (`transcript.text.delta`).
    Delta {
        /// The words.
        delta: String,
        /// Members that this crate does not know, such as `logprobs`.
        extra: Map<String, Value>,
    },
    /// All words, at the end (`transcript.text.done`).
    Done(Transcript),
    /// An event that this crate does not know.
    Unknown(Value),
}

impl TranscriptEvent {
    /// The new words; empty for other events.
    #[must_use]
    pub fn delta(&self) -> &str {
        match self {
            Self::Delta { delta, .. } => delta,
            _ => "",
        }
    }
}

impl<'de> Deserialize<'de> for TranscriptEvent {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut event = Value::deserialize(deserializer)?;
        let kind = event.get("type").and_then(Value::as_str).unwrap_or_default().to_owned();
        match (kind.as_str(), &mut event) {
            ("transcript.text.delta", Value::Object(members)) => {
                members.remove("type");
                let delta = match members.remove("delta") {
                    Some(Value::String(delta)) => delta,
                    _ => String::new(),
                };
                Ok(Self::Delta { delta, extra: std::mem::take(members) })
            }
            ("transcript.text.done", Value::Object(members)) => {
                members.remove("type");
                serde_json::from_value(event).map(Self::Done).map_err(D::Error::custom)
            }
            _ => Ok(Self::Unknown(event)),
        }
    }
}

impl Telemetry for TranscriptEvent {
    fn describe(&self, facts: &mut SpanAttributes) {
        if let Self::Done(Transcript { usage: Some(usage), .. }) = self {
            let AudioUsage { input_tokens, output_tokens, .. } = usage;
            facts.tokens(*input_tokens, *output_tokens);
        }
    }
}

/// The words of a recording, as they arrive.
///
/// It reads only when asked and spawns nothing; dropping it closes the answer at once. After an
/// error it is at its end. It is also a [`Stream`].
#[derive(Debug)]
#[must_use]
pub struct TranscriptStream {
    events: EventStream,
    text: String,
    is_complete: bool,
    is_over: bool,
}

impl TranscriptStream {
    pub(super) fn new(events: EventStream) -> Self {
        Self { events, text: String::new(), is_complete: false, is_over: false }
    }

    /// Gives the next event, or `None` at the end.
    ///
    /// # Errors
    ///
    /// [`Error::Api`] for an error that the service sends in the middle, [`Error::Stream`] when the
    /// connection breaks or an event makes no sense, [`Error::Timeout`] for too long a silence. All
    /// of them carry the text that had arrived.
    pub async fn try_next(&mut self) -> Result<Option<TranscriptEvent>, Error> {
        std::future::poll_fn(|cx| self.poll_event(cx)).await.transpose()
    }

    /// The words as far as they have arrived.
    #[must_use]
    pub fn text_so_far(&self) -> &str {
        &self.text
    }

    /// The ids to give to support.
    #[must_use]
    pub fn request_ids(&self) -> RequestIds {
        self.events.request_ids()
    }

    fn poll_event(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<TranscriptEvent, Error>>> {
        if self.is_over {
            return Poll::Ready(None);
        }
        let error = match ready!(self.events.poll_next::<TranscriptEvent>(cx)) {
            Some(Ok(event)) => {
                match &event {
                    TranscriptEvent::Done(whole) => {
                        self.is_complete = true;
                        self.text.clone_from(&whole.text);
                    }
                    event => self.text.push_str(event.delta()),
                }
                return Poll::Ready(Some(Ok(event)));
            }
            Some(Err(error)) => Some(error),
            None if self.is_complete => None,
            None => Some(self.events.fail("it ended before the transcript was complete")),
        };
        self.is_over = true;
        Poll::Ready(error.map(|error| Err(error.with_partial(&self.text))))
    }
}

impl Stream for TranscriptStream {
    type Item = Result<TranscriptEvent, Error>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.poll_event(cx)
    }
}
