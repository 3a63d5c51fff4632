//! Transcripts in JSON.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// A transcript (`json`).
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Transcript {
    /// The text.
    #[serde(deserialize_with = "crate::serde_ext::null_as_default")]
    pub text: String,
    /// Log probabilities of the tokens, if [requested](super::TranscriptionRequest::include).
    #[serde(
        deserialize_with = "crate::serde_ext::null_as_default",
        skip_serializing_if = "Vec::is_empty"
    )]
    pub logprobs: Vec<TranscriptLogprob>,
    /// Token or time usage.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub usage: Option<AudioUsage>,
    /// Fields that this crate does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// A transcript with timestamps (`verbose_json`).
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct VerboseTranscript {
    /// `transcribe` or `translate`.
    #[serde(deserialize_with = "crate::serde_ext::null_as_default")]
    pub task: String,
    /// The name of the language in English, such as `german`.
    #[serde(deserialize_with = "crate::serde_ext::null_as_default")]
    pub language: String,
    /// The length of the audio, in seconds.
    #[serde(deserialize_with = "crate::serde_ext::null_as_default")]
    pub duration: f64,
    /// The text.
    #[serde(deserialize_with = "crate::serde_ext::null_as_default")]
    pub text: String,
    /// Segments of about one sentence each.
    #[serde(deserialize_with = "crate::serde_ext::null_as_default")]
    pub segments: Vec<Segment>,
    /// Words, if [requested](super::TranscriptionRequest::words).
    #[serde(deserialize_with = "crate::serde_ext::null_as_default")]
    pub words: Vec<Word>,
    /// Fields that this crate does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// A transcript with speakers (`diarized_json`).
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct DiarizedTranscript {
    /// Always `transcribe`.
    #[serde(deserialize_with = "crate::serde_ext::null_as_default")]
    pub task: String,
    /// The length of the audio, in seconds.
    #[serde(deserialize_with = "crate::serde_ext::null_as_default")]
    pub duration: f64,
    /// The text of all speakers.
    #[serde(deserialize_with = "crate::serde_ext::null_as_default")]
    pub text: String,
    /// The segments, each of one speaker.
    #[serde(deserialize_with = "crate::serde_ext::null_as_default")]
    pub segments: Vec<SpeakerSegment>,
    /// Token or time usage.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub usage: Option<AudioUsage>,
    /// Fields that this crate does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// What one speaker says.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct SpeakerSegment {
    /// Unique ID.
    #[serde(deserialize_with = "crate::serde_ext::null_as_default")]
    pub id: String,
    /// The name of a [known speaker](super::TranscriptionRequest::known_speaker), else `A`, `B` and
    /// so on.
    #[serde(deserialize_with = "crate::serde_ext::null_as_default")]
    pub speaker: String,
    /// Its start, in seconds.
    #[serde(deserialize_with = "crate::serde_ext::null_as_default")]
    pub start: f64,
    /// Its end, in seconds.
    #[serde(deserialize_with = "crate::serde_ext::null_as_default")]
    pub end: f64,
    /// The text.
    #[serde(deserialize_with = "crate::serde_ext::null_as_default")]
    pub text: String,
    /// Fields that this crate does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// The log probability of a token of a transcript.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct TranscriptLogprob {
    /// The token.
    #[serde(deserialize_with = "crate::serde_ext::null_as_default")]
    pub token: String,
    /// Its log probability.
    #[serde(deserialize_with = "crate::serde_ext::null_as_default")]
    pub logprob: f64,
    /// Its bytes.
    #[serde(
        deserialize_with = "crate::serde_ext::null_as_default",
        skip_serializing_if = "Vec::is_empty"
    )]
    pub bytes: Vec<u8>,
    /// Fields that this crate does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// A segment of a transcript.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Segment {
    /// Its index, from 0.
    #[serde(deserialize_with = "crate::serde_ext::null_as_default")]
    pub id: u64,
    /// The offset at which the model read, in hundredths of a second.
    #[serde(deserialize_with = "crate::serde_ext::null_as_default")]
    pub seek: f64,
    /// Where it begins, in seconds.
    #[serde(deserialize_with = "crate::serde_ext::null_as_default")]
    pub start: f64,
    /// Where it ends, in seconds.
    #[serde(deserialize_with = "crate::serde_ext::null_as_default")]
    pub end: f64,
    /// The text, often with a space in front.
    #[serde(deserialize_with = "crate::serde_ext::null_as_default")]
    pub text: String,
    /// The tokens of the text.
    #[serde(deserialize_with = "crate::serde_ext::null_as_default")]
    pub tokens: Vec<u64>,
    /// The sampling temperature that was used.
    #[serde(deserialize_with = "crate::serde_ext::null_as_default")]
    pub temperature: f64,
    /// The mean log probability of its tokens. Below -1 the text is likely wrong.
    #[serde(deserialize_with = "crate::serde_ext::null_as_default")]
    pub avg_logprob: f64,
    /// The compression ratio of the text. Above 2.4 it likely repeats itself.
    #[serde(deserialize_with = "crate::serde_ext::null_as_default")]
    pub compression_ratio: f64,
    /// The probability that nobody speaks, 0 to 1.
    #[serde(deserialize_with = "crate::serde_ext::null_as_default")]
    pub no_speech_prob: f64,
    /// Fields that this crate does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// A word of a transcript.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Word {
    /// The word.
    #[serde(deserialize_with = "crate::serde_ext::null_as_default")]
    pub word: String,
    /// Where it begins, in seconds.
    #[serde(deserialize_with = "crate::serde_ext::null_as_default")]
    pub start: f64,
    /// Where it ends, in seconds.
    #[serde(deserialize_with = "crate::serde_ext::null_as_default")]
    pub end: f64,
    /// Fields that this crate does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// Usage of a transcription or of speech: tokens or time.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct AudioUsage {
    /// Tokens of audio and prompt.
    #[serde(deserialize_with = "crate::serde_ext::null_as_default")]
    pub input_tokens: u64,
    /// Tokens of the output.
    #[serde(deserialize_with = "crate::serde_ext::null_as_default")]
    pub output_tokens: u64,
    /// The sum of both.
    #[serde(deserialize_with = "crate::serde_ext::null_as_default")]
    pub total_tokens: u64,
    /// The billed length in seconds, for models that are billed by time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seconds: Option<f64>,
    /// Fields that this crate does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}
