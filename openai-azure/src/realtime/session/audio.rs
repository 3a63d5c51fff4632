//! Audio of a session: formats, voices, transcription, noise reduction.

use serde_json::{Value, json};

use super::TurnDetection;
use crate::realtime::wire::{WireValue, open_enum, wire};

wire! {
    /// Audio that goes in and comes out.
    pub struct SessionAudio {
        /// From the user to the model.
        input: Option<InputAudio>,
        /// From the model to the user.
        output: Option<OutputAudio>,
    }

    /// Audio from the user to the model.
    pub struct InputAudio {
        /// Default: 16-bit PCM of 24 kHz.
        format: Option<AudioFormat>,
        /// What transcribes the audio; `Some(None)` switches transcription off. Default: off.
        transcription: Option<Option<InputTranscription>>,
        /// Filter for noise; `Some(None)` switches it off. Default: off.
        noise_reduction: Option<Option<NoiseReduction>>,
        /// What ends the user's turn. Default: [`TurnDetection::server_vad`].
        turn_detection: Option<TurnDetection>,
    }

    /// Audio from the model to the user.
    pub struct OutputAudio {
        /// Default: 16-bit PCM of 24 kHz.
        format: Option<AudioFormat>,
        /// The voice. It cannot change after the first audio of a session.
        voice: Option<Voice>,
        /// How fast it speaks, 0.25 to 1.5. Default: 1.
        speed: Option<f64>,
    }

    /// Transcription of the user's audio. It runs beside the model and may differ from what the
    /// model understood.
    pub struct InputTranscription {
        /// Deployment of a transcription model, such as `gpt-4o-mini-transcribe`.
        model: Option<String>,
        /// Language of the audio in ISO 639-1, such as `en`.
        language: Option<String>,
        /// Languages that the audio may have.
        languages: Option<Vec<String>>,
        /// Words that are likely to occur.
        keywords: Option<Vec<String>>,
        /// Text that guides the style.
        prompt: Option<String>,
        /// How long it waits for more audio before it writes: `minimal` to `xhigh`.
        delay: Option<String>,
    }

    /// Filter for noise in the user's audio.
    pub struct NoiseReduction {
        /// Where the microphone is.
        kind = "type": Option<NoiseReductionKind>,
    }
}

open_enum! {
    /// Where the microphone is.
    pub enum NoiseReductionKind {
        /// Close to the mouth, as in headphones.
        NearField = "near_field",
        /// In the room, as in laptops and conference rooms.
        FarField = "far_field",
    }
}

impl InputTranscription {
    /// Transcription by this deployment, such as `gpt-4o-mini-transcribe`.
    #[must_use]
    pub fn new(model: impl Into<String>) -> Self {
        Self { model: Some(model.into()), ..Self::default() }
    }

    /// Sets the language in ISO 639-1, such as `en`.
    #[must_use]
    pub fn language(mut self, language: impl Into<String>) -> Self {
        self.language = Some(language.into());
        self
    }

    /// Sets the text that guides the style.
    #[must_use]
    pub fn prompt(mut self, prompt: impl Into<String>) -> Self {
        self.prompt = Some(prompt.into());
        self
    }
}

/// Format of audio. Nothing converts audio: what is appended must have the format of the session,
/// and what arrives has it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum AudioFormat {
    /// `audio/pcm`: 16-bit samples, little-endian, mono, 24,000 a second, without a header.
    #[default]
    Pcm,
    /// `audio/pcmu`: G.711 µ-law, mono, 8,000 samples of 8 bits a second.
    Pcmu,
    /// `audio/pcma`: G.711 A-law, mono, 8,000 samples of 8 bits a second.
    Pcma,
    /// A format that this crate does not know, as it arrived.
    Other(Value),
}

impl AudioFormat {
    /// Bytes of one second; 0 for a format that this crate does not know.
    #[must_use]
    pub fn bytes_per_second(&self) -> usize {
        match self {
            Self::Pcm => 48_000,
            Self::Pcmu | Self::Pcma => 8_000,
            Self::Other(_) => 0,
        }
    }

    /// Bytes of one sample.
    pub(crate) fn bytes_per_sample(&self) -> usize {
        if *self == Self::Pcm { 2 } else { 1 }
    }

    /// The name in previews: `pcm16`, `g711_ulaw`, `g711_alaw`.
    pub(crate) fn preview_name(&self) -> Value {
        match self {
            Self::Pcm => "pcm16".into(),
            Self::Pcmu => "g711_ulaw".into(),
            Self::Pcma => "g711_alaw".into(),
            Self::Other(value) => value.clone(),
        }
    }
}

impl WireValue for AudioFormat {
    fn read<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value: Value = serde::Deserialize::deserialize(deserializer)?;
        // Previews name the format itself; of the object, the rate has one value only.
        let name = value.as_str().or_else(|| value["type"].as_str());
        let is_usual_rate = value.get("rate").is_none_or(|rate| rate == 24_000);
        Ok(match name {
            Some("audio/pcm" | "pcm16") if is_usual_rate => Self::Pcm,
            Some("audio/pcmu" | "g711_ulaw") => Self::Pcmu,
            Some("audio/pcma" | "g711_alaw") => Self::Pcma,
            _ => Self::Other(value),
        })
    }

    fn write<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let value = match self {
            Self::Pcm => &json!({"type": "audio/pcm", "rate": 24_000}),
            Self::Pcmu => &json!({"type": "audio/pcmu"}),
            Self::Pcma => &json!({"type": "audio/pcma"}),
            Self::Other(value) => value,
        };
        serde::Serialize::serialize(value, serializer)
    }
}

/// Voice of the model.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Voice {
    /// One of the service: `alloy`, `ash`, `ballad`, `coral`, `echo`, `sage`, `shimmer`, `verse`,
    /// `marin` or `cedar`.
    Named(String),
    /// A custom voice by its ID.
    Custom(String),
}

impl<T: Into<String>> From<T> for Voice {
    fn from(name: T) -> Self {
        Self::Named(name.into())
    }
}

impl WireValue for Voice {
    fn read<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value: Value = serde::Deserialize::deserialize(deserializer)?;
        Ok(match (&value, value["id"].as_str()) {
            (_, Some(id)) => Self::Custom(id.to_owned()),
            (Value::String(name), _) => Self::Named(name.clone()),
            _ => Self::Named(value.to_string()),
        })
    }

    fn write<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Named(name) => serializer.serialize_str(name),
            Self::Custom(id) => serde::Serialize::serialize(&json!({"id": id}), serializer),
        }
    }
}
