//! What a message holds: text, or parts.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::image_detail::Detail;

/// What a message holds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
#[non_exhaustive]
pub enum Content {
    /// Text.
    Text(String),
    /// Text, images and audio, in order.
    Parts(Vec<Part>),
    /// Nothing, written as `null`: older api-versions want that of a message that only calls tools.
    Null,
}

/// A part of a message.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
#[non_exhaustive]
pub enum Part {
    /// Text.
    Text {
        /// The text.
        text: String,
        /// Fields that this crate does not know.
        #[serde(flatten)]
        extra: Map<String, Value>,
    },
    /// An image.
    ImageUrl {
        /// Where it is, and how closely to look at it.
        image_url: ImageUrl,
        /// Fields that this crate does not know.
        #[serde(flatten)]
        extra: Map<String, Value>,
    },
    /// Audio.
    InputAudio {
        /// The audio itself.
        input_audio: InputAudio,
        /// Fields that this crate does not know.
        #[serde(flatten)]
        extra: Map<String, Value>,
    },
    /// Why the model refused, in the history of a conversation.
    Refusal {
        /// The model's words.
        refusal: String,
        /// Fields that this crate does not know.
        #[serde(flatten)]
        extra: Map<String, Value>,
    },
    /// A kind of part that this crate does not know, as JSON.
    #[serde(untagged)]
    Other(Value),
}

/// An image.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ImageUrl {
    /// An address that the service can reach, or a `data:` URL with the image itself.
    pub url: String,
    /// How closely to look at it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<Detail>,
    /// Fields that this crate does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// Audio as part of a message.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct InputAudio {
    /// The bytes in base64.
    pub data: String,
    /// `wav` or `mp3`.
    pub format: String,
    /// Fields that this crate does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

impl Part {
    /// Text.
    pub fn text(text: impl Into<String>) -> Self {
        Self::Text { text: text.into(), extra: Map::new() }
    }

    /// An image at an address that the service can reach.
    pub fn image_url(url: impl Into<String>) -> Self {
        let image_url = ImageUrl { url: url.into(), detail: None, extra: Map::new() };
        Self::ImageUrl { image_url, extra: Map::new() }
    }

    /// Sets how closely to look, if this is an image.
    #[must_use]
    pub fn detail(mut self, detail: Detail) -> Self {
        if let Self::ImageUrl { image_url, .. } = &mut self {
            image_url.detail = Some(detail);
        }
        self
    }
}

impl Content {
    /// The text: all of it, or that of the text parts one after the other.
    #[must_use]
    pub fn to_text(&self) -> String {
        match self {
            Self::Text(text) => text.clone(),
            Self::Null => String::new(),
            Self::Parts(parts) => parts
                .iter()
                .filter_map(|part| match part {
                    Part::Text { text, .. } => Some(text.as_str()),
                    _ => None,
                })
                .collect(),
        }
    }
}

impl From<&str> for Content {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Content {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<&String> for Content {
    fn from(text: &String) -> Self {
        Self::Text(text.clone())
    }
}

impl From<Vec<Part>> for Content {
    fn from(parts: Vec<Part>) -> Self {
        Self::Parts(parts)
    }
}

impl<const N: usize> From<[Part; N]> for Content {
    fn from(parts: [Part; N]) -> Self {
        Self::Parts(parts.into())
    }
}
