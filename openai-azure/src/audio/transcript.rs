//! Answers that are more than text.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// The words of a recording (`json`).
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Transcript {
    /// What is said.
    #[serde(deserialize_with = "crate::serde_ext::null_as_default")]
    pub text: String,
    /// What it cost, where the service tells.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub usage: Option<AudioUsage>,
    /// Members that this crate does not know, such as `logprobs`.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// The words of a recording with times (`verbose_json`).
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct VerboseTranscript {
    /// `transcribe` or `translate`.
    #[serde(deserialize_with = "crate::serde_ext::null_as_default")]
    pub task: String,
    /// The language that was heard, in English: `german`.
    #[serde(deserialize_with = "crate::serde_ext::null_as_default")]
    pub language: String,
    /// The length of the recording, in seconds.
    #[serde(deserialize_with = "crate::serde_ext::null_as_default")]
    pub duration: f64,
    /// What is said.
    #[serde(deserialize_with = "crate::serde_ext::null_as_default")]
    pub text: String,
    /// About one sentence each.
    #[serde(deserialize_with = "crate::serde_ext::null_as_default")]
    pub segments: Vec<Segment>,
    /// Every word, if [`words`](super::Transcription::words) were asked for.
    #[serde(deserialize_with = "crate::serde_ext::null_as_default")]
    pub words: Vec<Word>,
    /// Members that this crate does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// A stretch of a recording.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Segment {
    /// Its number, from 0.
    #[serde(deserialize_with = "crate::serde_ext::null_as_default")]
    pub id: u64,
    /// Where the model began to read, in hundredths of a second.
    #[serde(deserialize_with = "crate::serde_ext::null_as_default")]
    pub seek: f64,
    /// Where it begins, in seconds.
    #[serde(deserialize_with = "crate::serde_ext::null_as_default")]
    pub start: f64,
    /// Where it ends, in seconds.
    #[serde(deserialize_with = "crate::serde_ext::null_as_default")]
    pub end: f64,
    /// What is said; often with a space in front.
    #[serde(deserialize_with = "crate::serde_ext::null_as_default")]
    pub text: String,
    /// The tokens of the text.
    #[serde(deserialize_with = "crate::serde_ext::null_as_default")]
    pub tokens: Vec<u64>,
    /// The temperature with which it was heard.
    #[serde(deserialize_with = "crate::serde_ext::null_as_default")]
    pub temperature: f64,
    /// The mean of the logarithms of the tokens' probabilities. Below -1 it is likely wrong.
    #[serde(deserialize_with = "crate::serde_ext::null_as_default")]
    pub avg_logprob: f64,
    /// How well the text can be compressed. Above 2.4 it likely repeats itself.
    #[serde(deserialize_with = "crate::serde_ext::null_as_default")]
    pub compression_ratio: f64,
    /// How likely it is that nobody speaks, from 0 to 1.
    #[serde(deserialize_with = "crate::serde_ext::null_as_default")]
    pub no_speech_prob: f64,
    /// Members that this crate does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// A word of a recording.
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
    /// Members that this crate does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// What a transcription cost: tokens or time.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct AudioUsage {
    /// The tokens of the recording and of the prompt.
    #[serde(deserialize_with = "crate::serde_ext::null_as_default")]
    pub input_tokens: u64,
    /// The tokens of the text.
    #[serde(deserialize_with = "crate::serde_ext::null_as_default")]
    pub output_tokens: u64,
    /// Both.
    #[serde(deserialize_with = "crate::serde_ext::null_as_default")]
    pub total_tokens: u64,
    /// The length that is paid for, in seconds, for models that are paid by time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seconds: Option<f64>,
    /// Members that this crate does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}
