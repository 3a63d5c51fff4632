//! How an audio file is cut before it is transcribed.

use crate::engine::form::Form;

/// How the service cuts an audio file into chunks (`chunking_strategy`).
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum ChunkingStrategy {
    /// By loudness, at boundaries that the service chooses.
    Auto,
    /// By voice activity detection with these settings.
    ServerVad(ServerVad),
    /// Another value.
    Other(String),
}

/// Settings of voice activity detection. What is not set is not sent.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct ServerVad {
    /// The sensitivity, 0 to 1; a higher one needs louder audio. Default: 0.5.
    pub threshold: Option<f64>,
    /// How much audio before the detected speech is kept, in milliseconds. Default: 300.
    pub prefix_padding_ms: Option<u32>,
    /// How much silence ends a chunk, in milliseconds. Default: 200.
    pub silence_duration_ms: Option<u32>,
}

impl ChunkingStrategy {
    pub(super) fn write(&self, form: Form) -> Form {
        match self {
            Self::Auto => form.text("chunking_strategy", "auto"),
            Self::Other(value) => form.text("chunking_strategy", value),
            Self::ServerVad(vad) => form
                .text("chunking_strategy[type]", "server_vad")
                .field("chunking_strategy[threshold]", vad.threshold)
                .field("chunking_strategy[prefix_padding_ms]", vad.prefix_padding_ms)
                .field("chunking_strategy[silence_duration_ms]", vad.silence_duration_ms),
        }
    }
}

impl From<&str> for ChunkingStrategy {
    fn from(value: &str) -> Self {
        match value {
            "auto" => Self::Auto,
            "server_vad" => Self::ServerVad(ServerVad::default()),
            other => Self::Other(other.to_owned()),
        }
    }
}

impl From<String> for ChunkingStrategy {
    fn from(value: String) -> Self {
        Self::from(value.as_str())
    }
}

impl From<ServerVad> for ChunkingStrategy {
    fn from(vad: ServerVad) -> Self {
        Self::ServerVad(vad)
    }
}
