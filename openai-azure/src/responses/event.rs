//! What happens while a response is made.

use serde::de::Error as _;
use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value};

use super::output::{OutputItem, OutputPart};
use super::response::ModelResponse;
use crate::trace::{SpanAttributes, Telemetry};

/// One event of a stream. Events of kinds that this crate does not know are kept.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum ResponseEvent {
    /// `response.created`: the response has an id.
    Created(Box<ModelResponse>),
    /// `response.queued`: it waits for its turn.
    Queued(Box<ModelResponse>),
    /// `response.in_progress`: it is being made.
    InProgress(Box<ModelResponse>),
    /// `response.completed`: it is done, and here it is.
    Completed(Box<ModelResponse>),
    /// `response.incomplete`: it stopped before the end, and here is what there is.
    Incomplete(Box<ModelResponse>),
    /// `response.failed`: it failed; see [`ModelResponse::error`].
    Failed(Box<ModelResponse>),
    /// `response.output_item.added`: an item begins.
    ItemAdded(ItemEvent),
    /// `response.output_item.done`: an item is done.
    ItemDone(ItemEvent),
    /// `response.content_part.added`: a part of a message begins.
    PartAdded(PartEvent),
    /// `response.content_part.done`: a part of a message is done.
    PartDone(PartEvent),
    /// `response.output_text.delta`: the next piece of text.
    TextDelta(TextDelta),
    /// `response.output_text.done`: a text is done.
    TextDone(TextDone),
    /// `response.refusal.delta`: the next piece of a refusal.
    RefusalDelta(TextDelta),
    /// `response.refusal.done`: a refusal is done.
    RefusalDone(TextDone),
    /// `response.function_call_arguments.delta`: the next piece of a call's arguments.
    ArgumentsDelta(TextDelta),
    /// `response.function_call_arguments.done`: the arguments of a call are done.
    ArgumentsDone(TextDone),
    /// `response.reasoning_summary_text.delta`: the next piece of a summary of the reasoning.
    ReasoningDelta(TextDelta),
    /// `response.reasoning_summary_text.done`: a summary of the reasoning is done.
    ReasoningDone(TextDone),
    /// Anything else.
    Other(UnknownEvent),
}

/// An item that begins or is done.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct ItemEvent {
    /// Its place in the output, from 0.
    #[serde(default)]
    pub output_index: u64,
    /// The item.
    pub item: OutputItem,
}

/// A part of a message that begins or is done.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct PartEvent {
    /// The message.
    pub item_id: String,
    /// The place of the message in the output, from 0.
    pub output_index: u64,
    /// The place of the part in the message, from 0.
    pub content_index: u64,
    /// The part.
    pub part: OutputPart,
}

/// The next piece of something.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct TextDelta {
    /// The item.
    pub item_id: String,
    /// The place of the item in the output, from 0.
    pub output_index: u64,
    /// The place of the part in the item, from 0.
    #[serde(alias = "summary_index")]
    pub content_index: u64,
    /// The piece.
    pub delta: String,
}

/// Something that is done, whole.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct TextDone {
    /// The item.
    pub item_id: String,
    /// The place of the item in the output, from 0.
    pub output_index: u64,
    /// The place of the part in the item, from 0.
    #[serde(alias = "summary_index")]
    pub content_index: u64,
    /// All of it.
    #[serde(alias = "refusal", alias = "arguments")]
    pub text: String,
}

/// An event of a kind that this crate does not know.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct UnknownEvent {
    /// Its `type`.
    pub kind: String,
    /// All its members.
    pub members: Map<String, Value>,
}

impl ResponseEvent {
    /// The response, in the events that carry it.
    #[must_use]
    pub fn response(&self) -> Option<&ModelResponse> {
        match self {
            Self::Created(response)
            | Self::Queued(response)
            | Self::InProgress(response)
            | Self::Completed(response)
            | Self::Incomplete(response)
            | Self::Failed(response) => Some(response),
            _ => None,
        }
    }

    /// The next piece of text; empty for other events.
    #[must_use]
    pub fn text(&self) -> &str {
        match self {
            Self::TextDelta(delta) => &delta.delta,
            _ => "",
        }
    }
}

/// Most events are pieces of text, so the kind is read first, and the rest as what it is.
impl<'de> Deserialize<'de> for ResponseEvent {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut members = Map::deserialize(deserializer)?;
        let kind = members.get("type").and_then(Value::as_str).unwrap_or_default().to_owned();
        let mut response = || {
            let response = members.remove("response").unwrap_or_default();
            serde_json::from_value(response).map(Box::new)
        };
        match kind.as_str() {
            "response.created" => response().map(Self::Created),
            "response.queued" => response().map(Self::Queued),
            "response.in_progress" => response().map(Self::InProgress),
            "response.completed" => response().map(Self::Completed),
            "response.incomplete" => response().map(Self::Incomplete),
            "response.failed" => response().map(Self::Failed),
            "response.output_item.added" => read(members).map(Self::ItemAdded),
            "response.output_item.done" => read(members).map(Self::ItemDone),
            "response.content_part.added" => read(members).map(Self::PartAdded),
            "response.content_part.done" => read(members).map(Self::PartDone),
            "response.output_text.delta" => read(members).map(Self::TextDelta),
            "response.output_text.done" => read(members).map(Self::TextDone),
            "response.refusal.delta" => read(members).map(Self::RefusalDelta),
            "response.refusal.done" => read(members).map(Self::RefusalDone),
            "response.function_call_arguments.delta" => read(members).map(Self::ArgumentsDelta),
            "response.function_call_arguments.done" => read(members).map(Self::ArgumentsDone),
            "response.reasoning_summary_text.delta" => read(members).map(Self::ReasoningDelta),
            "response.reasoning_summary_text.done" => read(members).map(Self::ReasoningDone),
            _ => Ok(Self::Other(UnknownEvent { kind: kind.clone(), members })),
        }
        .map_err(|error| D::Error::custom(format!("{kind}: {error}")))
    }
}

fn read<T: serde::de::DeserializeOwned>(
    members: Map<String, Value>,
) -> Result<T, serde_json::Error> {
    serde_json::from_value(Value::Object(members))
}

impl Telemetry for ResponseEvent {
    fn describe(&self, facts: &mut SpanAttributes) {
        if let Some(response) = self.response() {
            response.describe(facts);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::ResponseEvent;
    use serde_json::json;

    #[test]
    fn an_unknown_event_keeps_its_members() {
        let event = json!({"type": "response.teleport.done", "sequence_number": 3, "to": "Mars"});
        let ResponseEvent::Other(unknown) = serde_json::from_value(event).unwrap() else {
            panic!("it is unknown")
        };
        assert_eq!(unknown.kind, "response.teleport.done");
        assert_eq!(unknown.members["to"], "Mars");
    }

    #[test]
    fn a_known_event_that_does_not_fit_is_an_error_that_names_it() {
        let event = json!({"type": "response.output_item.done", "output_index": 0});
        let error = serde_json::from_value::<ResponseEvent>(event).unwrap_err().to_string();
        assert!(error.contains("response.output_item.done"), "{error}");
    }
}
