//! Messages and their content.

use openai_azure_sys::open_struct;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

use super::part::{ContentPart, OutputText};
use super::{ItemStatus, Role};
use crate::chat::Part;

open_struct! {
    /// A message: of the model, of the end user, or instructions.
    pub struct MessageItem {
        /// Unique ID; absent in messages of yours.
        pub id: Option<String>,
        /// Who it is from.
        pub role: Option<Role>,
        /// How far it is.
        pub status: Option<ItemStatus>,
        /// Which part of a response it is, such as `commentary` or `final_answer`; newer models.
        pub phase: Option<String>,
        /// Text, or a list of parts.
        pub content: MessageContent,
    }
}

/// The content of a message, or the output of a function.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
#[non_exhaustive]
pub enum MessageContent {
    /// Text.
    Text(String),
    /// Texts, images and files.
    Parts(Vec<ContentPart>),
    /// Anything else, as JSON.
    Other(Value),
}

impl MessageItem {
    /// Creates a message. Texts of an `assistant` become `output_text`, those of others
    /// `input_text`.
    pub fn new(role: impl Into<Role>, content: impl Into<MessageContent>) -> Self {
        let (role, mut content) = (role.into(), content.into());
        if let (Role::Assistant, MessageContent::Parts(parts)) = (&role, &mut content) {
            for part in parts {
                if let ContentPart::InputText(text) = part {
                    *part = ContentPart::OutputText(OutputText {
                        text: std::mem::take(&mut text.text),
                        extra: std::mem::take(&mut text.extra),
                        ..OutputText::default()
                    });
                }
            }
        }
        Self { role: Some(role), content, ..Self::default() }
    }

    /// All text of the message; without refusals.
    #[must_use]
    pub fn text(&self) -> String {
        match &self.content {
            MessageContent::Text(text) => text.clone(),
            content => content.parts().iter().filter_map(ContentPart::as_text).collect(),
        }
    }

    /// The explanation of a model that refused.
    #[must_use]
    pub fn refusal(&self) -> Option<&str> {
        self.content.parts().iter().find_map(|part| match part {
            ContentPart::Refusal(refusal) => Some(refusal.refusal.as_str()),
            _ => None,
        })
    }
}

impl MessageContent {
    /// The parts; empty if the content is text alone.
    #[must_use]
    pub fn parts(&self) -> &[ContentPart] {
        match self {
            Self::Parts(parts) => parts,
            _ => &[],
        }
    }

    /// The parts, to change them; text alone is dropped.
    pub(crate) fn parts_mut(&mut self) -> Option<&mut Vec<ContentPart>> {
        if !matches!(self, Self::Parts(_)) {
            *self = Self::Parts(Vec::new());
        }
        match self {
            Self::Parts(parts) => Some(parts),
            _ => None,
        }
    }
}

impl Default for MessageContent {
    fn default() -> Self {
        Self::Parts(Vec::new())
    }
}

impl<'de> Deserialize<'de> for MessageContent {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;

        impl<'de> serde::de::Visitor<'de> for Visitor {
            type Value = MessageContent;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("text or a list of parts")
            }

            fn visit_str<E>(self, text: &str) -> Result<MessageContent, E> {
                Ok(MessageContent::Text(text.to_owned()))
            }

            fn visit_string<E>(self, text: String) -> Result<MessageContent, E> {
                Ok(MessageContent::Text(text))
            }

            fn visit_unit<E>(self) -> Result<MessageContent, E> {
                Ok(MessageContent::default())
            }

            fn visit_seq<A: serde::de::SeqAccess<'de>>(
                self,
                list: A,
            ) -> Result<MessageContent, A::Error> {
                let list = serde::de::value::SeqAccessDeserializer::new(list);
                Vec::deserialize(list).map(MessageContent::Parts)
            }

            fn visit_map<A: serde::de::MapAccess<'de>>(
                self,
                map: A,
            ) -> Result<MessageContent, A::Error> {
                let map = serde::de::value::MapAccessDeserializer::new(map);
                Value::deserialize(map).map(MessageContent::Other)
            }
        }

        deserializer.deserialize_any(Visitor)
    }
}

impl From<&str> for MessageContent {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<&String> for MessageContent {
    fn from(text: &String) -> Self {
        Self::Text(text.clone())
    }
}

impl From<String> for MessageContent {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl<P: Into<ContentPart>> From<Vec<P>> for MessageContent {
    fn from(parts: Vec<P>) -> Self {
        Self::Parts(parts.into_iter().map(Into::into).collect())
    }
}

impl<P: Into<ContentPart>, const N: usize> From<[P; N]> for MessageContent {
    fn from(parts: [P; N]) -> Self {
        Self::Parts(parts.into_iter().map(Into::into).collect())
    }
}

impl From<ContentPart> for MessageContent {
    fn from(part: ContentPart) -> Self {
        Self::Parts(vec![part])
    }
}

impl From<Part> for MessageContent {
    fn from(part: Part) -> Self {
        Self::Parts(vec![part.into()])
    }
}
