//! Transcripts that arrive while the model makes them.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use futures_core::Stream;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Map, Value};

use super::transcript::{SpeakerSegment, Transcript, TranscriptLogprob};
use crate::error::Error;
use crate::request_ids::RequestIds;
use crate::sse::EventStream;
use crate::trace::{SpanAttributes, Telemetry};

/// One event of a transcription.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum TranscriptEvent {
    /// More text (`transcript.text.delta`).
    Delta(TranscriptDelta),
    /// The speech of one speaker; diarized transcripts (`transcript.text.segment`).
    Segment(SpeakerSegment),
    /// The whole text, at the end (`transcript.text.done`).
    Done(Transcript),
    /// An event that this crate does not know.
    Other(Value),
}

/// More text of a transcript.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct TranscriptDelta {
    /// The text.
    #[serde(deserialize_with = "crate::serde_ext::null_as_default")]
    pub delta: String,
    /// Log probabilities of its tokens, if [requested](super::TranscriptionRequest::include).
    #[serde(
        deserialize_with = "crate::serde_ext::null_as_default",
        skip_serializing_if = "Vec::is_empty"
    )]
    pub logprobs: Vec<TranscriptLogprob>,
    /// The ID of the segment that it belongs to; diarized transcripts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub segment_id: Option<String>,
    /// Fields that this crate does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

impl TranscriptEvent {
    /// The new text; empty for events other than [`Delta`](Self::Delta).
    #[must_use]
    pub fn delta(&self) -> &str {
        match self {
            Self::Delta(delta) => &delta.delta,
            _ => "",
        }
    }
}

impl<'de> Deserialize<'de> for TranscriptEvent {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut event = Value::deserialize(deserializer)?;
        let kind = event.get("type").and_then(Value::as_str).unwrap_or_default().to_owned();
        let mut fields = || {
            if let Value::Object(fields) = &mut event {
                fields.remove("type");
            }
            event.take()
        };
        match kind.as_str() {
            "transcript.text.delta" => serde_json::from_value(fields()).map(Self::Delta),
            "transcript.text.segment" => serde_json::from_value(fields()).map(Self::Segment),
            "transcript.text.done" => serde_json::from_value(fields()).map(Self::Done),
            _ => return Ok(Self::Other(event)),
        }
        .map_err(D::Error::custom)
    }
}

impl Telemetry for TranscriptEvent {
    fn describe(&self, attributes: &mut SpanAttributes) {
        if let Self::Done(Transcript { usage: Some(usage), .. }) = self
            && let Some((input, output)) = usage.tokens()
        {
            attributes.tokens(input, output);
        }
    }
}

/// A transcript, as it arrives.
///
/// It reads only when polled and spawns nothing; dropping it closes the response at once. After an
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

    /// Returns the next event, or `None` at the end.
    ///
    /// # Errors
    ///
    /// [`Error::Api`] for an error event, [`Error::Stream`] when the connection breaks or an event
    /// does not decode, [`Error::Timeout`] when no bytes arrive for longer than the
    /// [idle timeout](crate::CallOptions::idle_timeout). All of them have the text so far.
    pub async fn try_next(&mut self) -> Result<Option<TranscriptEvent>, Error> {
        std::future::poll_fn(|cx| self.poll_event(cx)).await.transpose()
    }

    /// The text so far.
    #[must_use]
    pub fn text_so_far(&self) -> &str {
        &self.text
    }

    /// The request IDs, for the service's support.
    #[must_use]
    pub fn request_ids(&self) -> RequestIds {
        self.events.request_ids()
    }

    #[inline]
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
        self.events.finished(error.as_ref());
        Poll::Ready(error.map(|error| Err(error.with_partial(&self.text))))
    }
}

impl Stream for TranscriptStream {
    type Item = Result<TranscriptEvent, Error>;

    #[inline]
    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.poll_event(cx)
    }
}
