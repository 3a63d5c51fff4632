//! The pieces of a streamed chat.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::audio::ResponseAudio;
use super::completion::{FinishReason, Logprobs};
use super::context::MessageContext;
use super::tool::FunctionCall;
use crate::content_filter::{ContentFilter, PromptFilter};
use crate::usage::Usage;

/// A piece of an answer.
///
/// The first piece that Azure sends has no choices and empty names, only `prompt_filter_results`.
/// With the asynchronous filter there are pieces whose choice has no text, only
/// `content_filter_results` and `content_filter_offsets`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct ChatChunk {
    /// Names the answer.
    #[serde(deserialize_with = "crate::serde_ext::null_as_default")]
    pub id: String,
    /// When it was made, in seconds since 1970.
    #[serde(deserialize_with = "crate::serde_ext::null_as_default")]
    pub created: i64,
    /// The model behind the deployment.
    #[serde(deserialize_with = "crate::serde_ext::null_as_default")]
    pub model: String,
    /// What is new, by choice; may be empty.
    #[serde(deserialize_with = "crate::serde_ext::null_as_default")]
    pub choices: Vec<ChunkChoice>,
    /// What the whole answer cost, in the last piece, if asked for.
    pub usage: Option<Usage>,
    /// Which build of the model answers.
    pub system_fingerprint: Option<String>,
    /// What the content filter found in the prompts.
    #[serde(alias = "prompt_annotations", deserialize_with = "crate::serde_ext::null_as_default")]
    pub prompt_filter_results: Vec<PromptFilter>,
    /// Members that this crate does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// What is new in one choice.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct ChunkChoice {
    /// Which choice, from 0.
    #[serde(deserialize_with = "crate::serde_ext::null_as_default")]
    pub index: u64,
    /// What is new.
    #[serde(deserialize_with = "crate::serde_ext::null_as_default")]
    pub delta: Delta,
    /// Why the model stopped, in the last piece of the choice.
    pub finish_reason: Option<FinishReason>,
    /// How likely each new token was, if asked for.
    pub logprobs: Option<Logprobs>,
    /// What the content filter found.
    #[serde(deserialize_with = "crate::serde_ext::null_as_default")]
    pub content_filter_results: ContentFilter,
    /// Which characters the asynchronous filter has checked.
    pub content_filter_offsets: Option<FilterOffsets>,
    /// Members that this crate does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// What is new in a message.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Delta {
    /// `assistant`, in the first piece.
    pub role: Option<String>,
    /// More text.
    pub content: Option<String>,
    /// More of why the model would not answer.
    pub refusal: Option<String>,
    /// More of the tool calls.
    #[serde(deserialize_with = "crate::serde_ext::null_as_default")]
    pub tool_calls: Vec<ToolCallDelta>,
    /// More of a function call; the older form of `tool_calls`.
    pub function_call: Option<FunctionCall>,
    /// More of the sound, if asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub audio: Option<ResponseAudio>,
    /// Citations and intent, if the chat has data sources.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub context: Option<MessageContext>,
    /// Members that this crate does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// What is new in a tool call.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct ToolCallDelta {
    /// Which call, from 0.
    #[serde(deserialize_with = "crate::serde_ext::null_as_default")]
    pub index: u64,
    /// Names the call, in its first piece.
    pub id: Option<String>,
    /// Always `function` today, in its first piece.
    #[serde(rename = "type")]
    pub kind: Option<String>,
    /// The name in the first piece, then more of the arguments.
    #[serde(deserialize_with = "crate::serde_ext::null_as_default")]
    pub function: FunctionCall,
    /// Members that this crate does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// Which characters of the answer a verdict of the asynchronous filter is about.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct FilterOffsets {
    /// All before this were checked.
    #[serde(deserialize_with = "crate::serde_ext::null_as_default")]
    pub check_offset: i64,
    /// The first that was checked now.
    #[serde(deserialize_with = "crate::serde_ext::null_as_default")]
    pub start_offset: i64,
    /// The first that was not checked now.
    #[serde(deserialize_with = "crate::serde_ext::null_as_default")]
    pub end_offset: i64,
    /// Members that this crate does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

impl ChatChunk {
    /// The new text of the first choice (index 0); empty when there is none.
    #[must_use]
    pub fn text(&self) -> &str {
        let first = self.choices.iter().find(|choice| choice.index == 0);
        first.and_then(|choice| choice.delta.content.as_deref()).unwrap_or_default()
    }
}
