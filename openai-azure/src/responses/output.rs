//! What comes out of a response: messages, calls of functions, reasoning, and items of other kinds.

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Map, Value};

/// An item of a response.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum OutputItem {
    /// What the model says.
    Message(MessageItem),
    /// A function that the model calls.
    FunctionCall(FunctionCallItem),
    /// What the model thought.
    Reasoning(ReasoningItem),
    /// An item of another kind, such as `web_search_call`, as JSON.
    Other(Value),
}

/// What the model says.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct MessageItem {
    /// Names the item.
    #[serde(deserialize_with = "crate::serde_ext::null_as_default")]
    pub id: String,
    /// `assistant`.
    #[serde(deserialize_with = "crate::serde_ext::null_as_default")]
    pub role: String,
    /// `in_progress`, `completed` or `incomplete`.
    #[serde(deserialize_with = "crate::serde_ext::null_as_default")]
    pub status: String,
    /// Its parts.
    #[serde(deserialize_with = "crate::serde_ext::null_as_default")]
    pub content: Vec<OutputPart>,
    /// Members that this crate does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// A part of what the model says: `text` of an `output_text`, or `refusal`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct OutputPart {
    /// `output_text`, `refusal`, or another kind.
    #[serde(rename = "type", deserialize_with = "crate::serde_ext::null_as_default")]
    pub kind: String,
    /// The text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// Why the model would not answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refusal: Option<String>,
    /// Members that this crate does not know, such as `annotations`.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// A function that the model calls.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct FunctionCallItem {
    /// Names the item.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// Names the call; its result goes back with it.
    #[serde(deserialize_with = "crate::serde_ext::null_as_default")]
    pub call_id: String,
    /// The function.
    #[serde(deserialize_with = "crate::serde_ext::null_as_default")]
    pub name: String,
    /// Its arguments, as JSON that the model wrote: it may be wrong.
    #[serde(deserialize_with = "crate::serde_ext::null_as_default")]
    pub arguments: String,
    /// `in_progress`, `completed` or `incomplete`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<String>,
    /// Members that this crate does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// What the model thought.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct ReasoningItem {
    /// Names the item.
    #[serde(deserialize_with = "crate::serde_ext::null_as_default")]
    pub id: String,
    /// A summary, if it was asked for: parts with a `text`.
    #[serde(deserialize_with = "crate::serde_ext::null_as_default")]
    pub summary: Vec<OutputPart>,
    /// Members that this crate does not know, such as `encrypted_content`.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

impl FunctionCallItem {
    /// A call as it would come from the model, for a conversation that is not kept by the service.
    pub fn new(
        call_id: impl Into<String>,
        name: impl Into<String>,
        arguments: impl Into<String>,
    ) -> Self {
        let (call_id, name, arguments) = (call_id.into(), name.into(), arguments.into());
        Self { call_id, name, arguments, ..Self::default() }
    }

    /// Reads the arguments.
    ///
    /// # Errors
    ///
    /// What is wrong with the JSON, which the model wrote.
    pub fn arguments_as<T: serde::de::DeserializeOwned>(&self) -> Result<T, serde_json::Error> {
        serde_json::from_str(&self.arguments)
    }
}

impl MessageItem {
    /// The text of all its parts.
    #[must_use]
    pub fn text(&self) -> String {
        self.content.iter().filter_map(|part| part.text.as_deref()).collect()
    }

    /// Why the model would not answer, if it would not.
    #[must_use]
    pub fn refusal(&self) -> Option<&str> {
        self.content.iter().find_map(|part| part.refusal.as_deref())
    }
}

/// An item with its kind as a member.
#[derive(Serialize)]
struct Tagged<'a, T> {
    #[serde(rename = "type")]
    kind: &'static str,
    #[serde(flatten)]
    item: &'a T,
}

impl Serialize for OutputItem {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Message(item) => Tagged { kind: "message", item }.serialize(serializer),
            Self::FunctionCall(item) => {
                Tagged { kind: "function_call", item }.serialize(serializer)
            }
            Self::Reasoning(item) => Tagged { kind: "reasoning", item }.serialize(serializer),
            Self::Other(item) => item.serialize(serializer),
        }
    }
}

impl<'de> Deserialize<'de> for OutputItem {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut value = Value::deserialize(deserializer)?;
        let kind = value.get("type").and_then(Value::as_str).unwrap_or_default().to_owned();
        if !matches!(kind.as_str(), "message" | "function_call" | "reasoning") {
            return Ok(Self::Other(value));
        }
        if let Value::Object(members) = &mut value {
            members.remove("type");
        }
        match kind.as_str() {
            "message" => serde_json::from_value(value).map(Self::Message),
            "function_call" => serde_json::from_value(value).map(Self::FunctionCall),
            _ => serde_json::from_value(value).map(Self::Reasoning),
        }
        .map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::OutputItem;
    use serde_json::json;

    #[test]
    fn every_kind_of_item_comes_back_as_it_came() {
        for item in [
            json!({"type": "message", "id": "m", "role": "assistant", "status": "completed",
                "content": [{"type": "output_text", "text": "a", "annotations": [1]},
                            {"type": "refusal", "refusal": "no"}], "phase": "final"}),
            json!({"type": "function_call", "id": "f", "call_id": "c", "name": "n",
                "arguments": "{}", "status": "completed"}),
            json!({"type": "reasoning", "id": "r", "summary": [], "encrypted_content": "x"}),
            json!({"type": "teleport_call", "to": "Mars"}),
        ] {
            let read: OutputItem = serde_json::from_value(item.clone()).unwrap();
            assert_eq!(serde_json::to_value(read).unwrap(), item);
        }
    }
}
