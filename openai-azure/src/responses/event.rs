//! What happens while a response is made.

use std::fmt;

use openai_azure_sys::decode::{Lenient, Open as _, Tagged, read_union};
use openai_azure_sys::open_struct;
use serde::de::{Error as _, MapAccess, Visitor};
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

open_struct! {
    /// An output item that was added or is done.
    pub struct ItemEvent {
        /// Number of the event in its stream, from 0.
        pub sequence_number: Option<u64>,
        /// Index of the item in the output, from 0.
        pub output_index: u64,
        /// The item.
        pub item: OutputItem as required,
    }
}

open_struct! {
    /// A part of a message that was added or is done.
    pub struct PartEvent {
        /// Number of the event in its stream, from 0.
        pub sequence_number: Option<u64>,
        /// ID of the message.
        pub item_id: String,
        /// Index of the message in the output, from 0.
        pub output_index: u64,
        /// Index of the part in the message, from 0.
        pub content_index: u64,
        /// The part.
        pub part: OutputPart,
    }
}

open_struct! {
    /// A delta of text, of a refusal, of arguments or of a summary.
    pub struct TextDelta {
        /// Number of the event in its stream, from 0.
        pub sequence_number: Option<u64>,
        /// ID of the item.
        pub item_id: String,
        /// Index of the item in the output, from 0.
        pub output_index: u64,
        /// Index of the part in the item, from 0.
        pub content_index: u64 = "content_index" | "summary_index",
        /// The delta.
        pub delta: String,
        /// Log probabilities of the new tokens, as JSON.
        pub logprobs: Vec<Value>,
        /// Random padding that hides the length of the delta.
        pub obfuscation: Option<String>,
    }
}

open_struct! {
    /// A text, a refusal, arguments or a summary that is done.
    pub struct TextDone {
        /// Number of the event in its stream, from 0.
        pub sequence_number: Option<u64>,
        /// ID of the item.
        pub item_id: String,
        /// Index of the item in the output, from 0.
        pub output_index: u64,
        /// Index of the part in the item, from 0.
        pub content_index: u64 = "content_index" | "summary_index",
        /// All of it.
        pub text: String = "text" | "refusal" | "arguments",
        /// Log probabilities of the tokens, as JSON.
        pub logprobs: Vec<Value>,
    }
}

open_struct! {
    /// An event that carries the response.
    struct Snapshot {
        response: Box<ModelResponse>,
    }
}

/// An event of a kind that this crate does not know.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct UnknownEvent {
    /// Its `type`.
    pub kind: String,
    /// All its fields.
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

/// The variants by their `type`, and what carries their fields.
macro_rules! events {
    ($($tag:literal => $variant:ident($fields:ty)$(.$field:ident)?,)*) => {
        impl Tagged for ResponseEvent {
            const TAG: &'static str = "type";

            fn is_listed(tag: &str) -> bool {
                matches!(tag, $($tag)|*)
            }

            fn read_variant<'de, A: MapAccess<'de>>(tag: &str, map: A) -> Result<Self, A::Error> {
                match tag {
                    $($tag => {
                        <$fields>::read_map(map, None).map(|fields| Self::$variant(fields$(.$field)?))
                    })*
                    _ => Err(A::Error::unknown_variant(tag, &[])),
                }
            }
        }
    };
}

events! {
    "response.created" => Created(Snapshot).response,
    "response.queued" => Queued(Snapshot).response,
    "response.in_progress" => InProgress(Snapshot).response,
    "response.completed" => Completed(Snapshot).response,
    "response.incomplete" => Incomplete(Snapshot).response,
    "response.failed" => Failed(Snapshot).response,
    "response.output_item.added" => ItemAdded(ItemEvent),
    "response.output_item.done" => ItemDone(ItemEvent),
    "response.content_part.added" => PartAdded(PartEvent),
    "response.content_part.done" => PartDone(PartEvent),
    "response.output_text.delta" => TextDelta(TextDelta),
    "response.output_text.done" => TextDone(TextDone),
    "response.refusal.delta" => RefusalDelta(TextDelta),
    "response.refusal.done" => RefusalDone(TextDone),
    "response.function_call_arguments.delta" => ArgumentsDelta(TextDelta),
    "response.function_call_arguments.done" => ArgumentsDone(TextDone),
    "response.reasoning_summary_text.delta" => ReasoningDelta(TextDelta),
    "response.reasoning_summary_text.done" => ReasoningDone(TextDone),
}

impl Lenient for ResponseEvent {
    fn from_map<'de, A: MapAccess<'de>>(map: A) -> Result<Self, A::Error> {
        read_union(map)
    }

    fn from_other(value: Value) -> Self {
        let members = match value {
            Value::Object(members) => members,
            _ => Map::new(),
        };
        let kind = members.get("type").and_then(Value::as_str).unwrap_or_default().to_owned();
        Self::Other(UnknownEvent { kind, members })
    }
}

/// The `type` comes first, so the event is read in place as what it is.
impl<'de> Deserialize<'de> for ResponseEvent {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(EventVisitor)
    }
}

struct EventVisitor;

impl<'de> Visitor<'de> for EventVisitor {
    type Value = ResponseEvent;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an event")
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<ResponseEvent, A::Error> {
        read_union(map)
    }
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
