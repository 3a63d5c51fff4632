//! The messages that are sent to the model.

use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Map, Value};

use super::Content;
use super::tool::{FunctionCall, ToolCall};

/// One message of a conversation.
///
/// ```
/// use openai_azure::chat::{Message, Part};
///
/// let history = [
///     Message::system("Be brief."),
///     Message::user("What is in this picture?"),
///     Message::user([Part::text("And here?"), Part::image_url("https://example.com/cat.png")]),
///     Message::assistant("A cat."),
/// ];
/// # let _ = history;
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "role", rename_all = "snake_case")]
#[non_exhaustive]
pub enum Message {
    /// Rules for the model.
    System(SystemMessage),
    /// Rules for reasoning models, which take them in place of `system`.
    Developer(SystemMessage),
    /// The message of the user.
    User(UserMessage),
    /// An earlier message of the model.
    Assistant(AssistantMessage),
    /// What a tool gave back.
    Tool(ToolMessage),
    /// What a function gave back; the older form of `tool`.
    Function(FunctionMessage),
    /// A role that this crate does not know, as JSON.
    #[serde(untagged)]
    Other(Value),
}

/// The body of a `system` or `developer` message.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SystemMessage {
    /// The rules.
    pub content: Content,
    /// Distinguishes several speakers of the same role.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Fields that this crate does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// The body of a `user` message.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct UserMessage {
    /// Text, or parts with text, images and audio.
    pub content: Content,
    /// Distinguishes several speakers of the same role.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Fields that this crate does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// The body of an `assistant` message.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct AssistantMessage {
    /// The text of the model; nothing or [`Content::Null`] when it only called tools.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    pub content: Option<Content>,
    /// Why the model refused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refusal: Option<String>,
    /// Distinguishes several speakers of the same role.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The tools that the model called.
    #[serde(
        default,
        skip_serializing_if = "Vec::is_empty",
        deserialize_with = "crate::serde_ext::null_as_default"
    )]
    pub tool_calls: Vec<ToolCall>,
    /// The function that the model called; the older form of `tool_calls`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub function_call: Option<FunctionCall>,
    /// The audio of the model.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub audio: Option<AudioReference>,
    /// Fields that this crate does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// Audio that the model made before, which the service still stores.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct AudioReference {
    /// The `id` of the audio of the message.
    pub id: String,
    /// Fields that this crate does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// The body of a `tool` message.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ToolMessage {
    /// What the tool gave back.
    pub content: Content,
    /// The `id` of the call that this responds to.
    pub tool_call_id: String,
    /// Fields that this crate does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// The body of a `function` message.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FunctionMessage {
    /// The function's name.
    pub name: String,
    /// What it gave back.
    pub content: Option<String>,
    /// Fields that this crate does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// Distinguishes a content of `null` from none.
fn present<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Content>, D::Error> {
    Content::deserialize(deserializer).map(Some)
}

impl Message {
    /// Rules for the model.
    pub fn system(content: impl Into<Content>) -> Self {
        Self::System(SystemMessage::new(content))
    }

    /// Rules for a reasoning model.
    pub fn developer(content: impl Into<Content>) -> Self {
        Self::Developer(SystemMessage::new(content))
    }

    /// The message of the user.
    pub fn user(content: impl Into<Content>) -> Self {
        Self::User(UserMessage { content: content.into(), name: None, extra: Map::new() })
    }

    /// An earlier message of the model.
    pub fn assistant(content: impl Into<Content>) -> Self {
        Self::Assistant(AssistantMessage { content: Some(content.into()), ..Default::default() })
    }

    /// What a tool gave back to the call with this id.
    pub fn tool(tool_call_id: impl Into<String>, content: impl Into<Content>) -> Self {
        let (tool_call_id, content) = (tool_call_id.into(), content.into());
        Self::Tool(ToolMessage { content, tool_call_id, extra: Map::new() })
    }

    /// What the model called before.
    pub fn tool_calls(calls: impl IntoIterator<Item = ToolCall>) -> Self {
        let (tool_calls, content) = (calls.into_iter().collect(), Some(Content::Null));
        Self::Assistant(AssistantMessage { tool_calls, content, ..Default::default() })
    }

    /// What a function in the older form gave back.
    pub fn function(name: impl Into<String>, content: impl Into<String>) -> Self {
        let (name, content) = (name.into(), Some(content.into()));
        Self::Function(FunctionMessage { name, content, extra: Map::new() })
    }

    /// Distinguishes several speakers of the same role; a `tool` or unknown message has no name.
    #[must_use]
    pub fn named(mut self, name: impl Into<String>) -> Self {
        let name = name.into();
        match &mut self {
            Self::System(message) | Self::Developer(message) => message.name = Some(name),
            Self::User(message) => message.name = Some(name),
            Self::Assistant(message) => message.name = Some(name),
            Self::Function(message) => message.name = name,
            Self::Tool(_) | Self::Other(_) => {}
        }
        self
    }

    /// Sets a field that this crate does not know.
    #[must_use]
    pub fn extra(mut self, member: impl Into<String>, value: impl Into<Value>) -> Self {
        let (member, value) = (member.into(), value.into());
        match &mut self {
            Self::System(message) | Self::Developer(message) => message.extra.insert(member, value),
            Self::User(message) => message.extra.insert(member, value),
            Self::Assistant(message) => message.extra.insert(member, value),
            Self::Tool(message) => message.extra.insert(member, value),
            Self::Function(message) => message.extra.insert(member, value),
            Self::Other(message) => {
                message.as_object_mut().and_then(|members| members.insert(member, value))
            }
        };
        self
    }
}

impl SystemMessage {
    fn new(content: impl Into<Content>) -> Self {
        Self { content: content.into(), name: None, extra: Map::new() }
    }
}

#[cfg(test)]
mod tests {
    use super::Message;
    use crate::chat::{Part, ToolCall};
    use serde_json::{Value, json};

    #[test]
    fn messages_are_what_the_service_reads() {
        for (message, wire) in [
            (Message::system("s"), json!({"role": "system", "content": "s"})),
            (Message::developer("d"), json!({"role": "developer", "content": "d"})),
            (Message::assistant("a"), json!({"role": "assistant", "content": "a"})),
            (Message::tool("1", "t"), json!({"role": "tool", "tool_call_id": "1", "content": "t"})),
            (Message::function("f", "r"), json!({"role": "function", "name": "f", "content": "r"})),
            (
                Message::tool_calls([ToolCall::function("1", "f", "{}")]).extra("mood", "good"),
                json!({"role": "assistant", "content": null, "mood": "good", "tool_calls": [{"id": "1",
                    "type": "function", "function": {"name": "f", "arguments": "{}"}}]}),
            ),
            (
                Message::user("u").named("Ann"),
                json!({"role": "user", "content": "u", "name": "Ann"}),
            ),
            (
                Message::user([Part::text("u"), Part::image_url("https://example.com/i.png")]),
                json!({"role": "user", "content": [
                    {"type": "text", "text": "u"},
                    {"type": "image_url", "image_url": {"url": "https://example.com/i.png"}},
                ]}),
            ),
        ] {
            assert_eq!(serde_json::to_value(&message).unwrap(), wire);
            assert_eq!(serde_json::from_value::<Message>(wire).unwrap(), message);
        }
    }

    #[test]
    fn unknown_roles_parts_and_members_survive_a_round_trip() {
        for wire in [
            json!({"role": "critic", "content": "c"}),
            json!({"role": "user", "content": [{"type": "smell", "smell": "rose"}], "mood": "good"}),
            json!({"role": "assistant", "content": "a", "audio": {"id": "x", "loud": true}}),
            json!({"role": "user", "content": [{"type": "text", "text": "t", "cached": true}]}),
        ] {
            let message: Message = serde_json::from_value(wire.clone()).unwrap();
            assert_eq!(
                serde_json::to_value::<Value>(serde_json::to_value(message).unwrap()).unwrap(),
                wire
            );
        }
    }
}
