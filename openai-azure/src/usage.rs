//! What a call cost.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// What a call cost, in tokens.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Usage {
    /// Of the request.
    #[serde(deserialize_with = "crate::serde_ext::null_as_default")]
    pub prompt_tokens: u64,
    /// Of the answer, reasoning included.
    #[serde(deserialize_with = "crate::serde_ext::null_as_default")]
    pub completion_tokens: u64,
    /// Both together.
    #[serde(deserialize_with = "crate::serde_ext::null_as_default")]
    pub total_tokens: u64,
    /// What the request's tokens were.
    pub prompt_tokens_details: Option<PromptTokens>,
    /// What the answer's tokens were.
    pub completion_tokens_details: Option<CompletionTokens>,
    /// Members that this crate does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// What the request's tokens were.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct PromptTokens {
    /// Read from the cache.
    #[serde(deserialize_with = "crate::serde_ext::null_as_default")]
    pub cached_tokens: u64,
    /// Of sound.
    #[serde(deserialize_with = "crate::serde_ext::null_as_default")]
    pub audio_tokens: u64,
    /// Members that this crate does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// What the answer's tokens were.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct CompletionTokens {
    /// Thought, not shown.
    #[serde(deserialize_with = "crate::serde_ext::null_as_default")]
    pub reasoning_tokens: u64,
    /// Of sound.
    #[serde(deserialize_with = "crate::serde_ext::null_as_default")]
    pub audio_tokens: u64,
    /// Of the prediction, and right.
    #[serde(deserialize_with = "crate::serde_ext::null_as_default")]
    pub accepted_prediction_tokens: u64,
    /// Of the prediction, and wrong.
    #[serde(deserialize_with = "crate::serde_ext::null_as_default")]
    pub rejected_prediction_tokens: u64,
    /// Members that this crate does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}
