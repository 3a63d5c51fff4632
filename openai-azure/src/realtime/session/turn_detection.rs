//! What ends the user's turn.

use serde_json::Value;

use crate::realtime::wire::{WireValue, open_enum, wire};

/// What ends the user's turn.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum TurnDetection {
    /// Nothing: the client commits the audio and asks for a response. `null` on the wire.
    Manual,
    /// Silence, found by the volume of the audio.
    ServerVad(ServerVad),
    /// The words: the model judges whether the user is done.
    SemanticVad(SemanticVad),
    /// What this crate does not know, as it arrived.
    Other(Value),
}

wire! {
    /// Voice activity detection by volume.
    pub struct ServerVad {
        /// How loud speech must be, 0 to 1. Default: 0.5.
        threshold: Option<f64>,
        /// Audio before the detected start that belongs to the turn, in milliseconds. Default: 300.
        prefix_padding_ms: Option<u32>,
        /// Silence that ends the turn, in milliseconds. Default: 500.
        silence_duration_ms: Option<u32>,
        /// Whether the end of a turn starts a response. Default: true.
        create_response: Option<bool>,
        /// Whether speech of the user cancels the response that is running. Default: true.
        interrupt_response: Option<bool>,
        /// Idle time after which the model speaks by itself, in milliseconds: 5,000 to 30,000.
        /// Default: never.
        idle_timeout_ms: Option<u32>,
    }

    /// Turn detection by the words.
    pub struct SemanticVad {
        /// How soon the model takes the turn. Default: `auto`, the same as `medium`.
        eagerness: Option<Eagerness>,
        /// Whether the end of a turn starts a response. Default: true.
        create_response: Option<bool>,
        /// Whether speech of the user cancels the response that is running. Default: true.
        interrupt_response: Option<bool>,
    }
}

open_enum! {
    /// How soon the model takes the turn.
    pub enum Eagerness {
        /// Waits up to 8 s for more words.
        Low = "low",
        /// Waits up to 4 s.
        Medium = "medium",
        /// Waits up to 2 s.
        High = "high",
        /// The same as medium.
        Auto = "auto",
    }
}

impl TurnDetection {
    /// By volume, with the defaults of the service.
    #[must_use]
    pub fn server_vad() -> Self {
        Self::ServerVad(ServerVad::default())
    }

    /// By words, as soon as this.
    #[must_use]
    pub fn semantic_vad(eagerness: impl Into<Eagerness>) -> Self {
        Self::SemanticVad(SemanticVad { eagerness: Some(eagerness.into()), ..Default::default() })
    }
}

impl ServerVad {
    /// Sets how loud speech must be, 0 to 1.
    #[must_use]
    pub fn threshold(mut self, threshold: f64) -> Self {
        self.threshold = Some(threshold);
        self
    }

    /// Sets the silence that ends the turn, in milliseconds.
    #[must_use]
    pub fn silence_duration_ms(mut self, milliseconds: u32) -> Self {
        self.silence_duration_ms = Some(milliseconds);
        self
    }

    /// Sets the audio before the detected start that belongs to the turn, in milliseconds.
    #[must_use]
    pub fn prefix_padding_ms(mut self, milliseconds: u32) -> Self {
        self.prefix_padding_ms = Some(milliseconds);
        self
    }

    /// Sets whether the end of a turn starts a response.
    #[must_use]
    pub fn create_response(mut self, create: bool) -> Self {
        self.create_response = Some(create);
        self
    }

    /// Sets whether speech of the user cancels the response that is running.
    #[must_use]
    pub fn interrupt_response(mut self, interrupt: bool) -> Self {
        self.interrupt_response = Some(interrupt);
        self
    }

    /// Sets the idle time after which the model speaks by itself, in milliseconds.
    #[must_use]
    pub fn idle_timeout_ms(mut self, milliseconds: u32) -> Self {
        self.idle_timeout_ms = Some(milliseconds);
        self
    }
}

impl From<ServerVad> for TurnDetection {
    fn from(vad: ServerVad) -> Self {
        Self::ServerVad(vad)
    }
}

impl From<SemanticVad> for TurnDetection {
    fn from(vad: SemanticVad) -> Self {
        Self::SemanticVad(vad)
    }
}

impl WireValue for TurnDetection {
    fn read<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        use serde::Deserialize as _;
        let value = Value::deserialize(deserializer)?;
        let read = match value["type"].as_str() {
            Some("server_vad") => ServerVad::deserialize(&value).ok().map(Self::ServerVad),
            Some("semantic_vad") => SemanticVad::deserialize(&value).ok().map(Self::SemanticVad),
            _ => None,
        };
        Ok(read.unwrap_or(Self::Other(value)))
    }

    fn write<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        use serde::ser::SerializeMap as _;
        match self {
            Self::Manual => serializer.serialize_none(),
            Self::ServerVad(vad) => {
                let mut map = serializer.serialize_map(None)?;
                map.serialize_entry("type", "server_vad")?;
                vad.write_fields(&mut map)?;
                map.end()
            }
            Self::SemanticVad(vad) => {
                let mut map = serializer.serialize_map(None)?;
                map.serialize_entry("type", "semantic_vad")?;
                vad.write_fields(&mut map)?;
                map.end()
            }
            Self::Other(value) => value.write(serializer),
        }
    }

    fn from_null() -> Option<Self> {
        Some(Self::Manual)
    }
}
