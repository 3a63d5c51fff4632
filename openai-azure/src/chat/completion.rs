//! The answer of a chat.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use openai_azure_sys::open_enum;

use super::audio::ResponseAudio;
use super::content::Content;
use super::context::MessageContext;
use super::message::{AssistantMessage, AudioReference, Message};
use super::tool::{FunctionCall, ToolCall};
use crate::content_filter::{ContentFilter, PromptFilter};
use crate::usage::Usage;

/// An answer with one or more choices. Members that this crate does not know are in `extra`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct ChatCompletion {
    /// Names the answer.
    #[serde(deserialize_with = "crate::serde_ext::null_as_default")]
    pub id: String,
    /// When it was made, in seconds since 1970.
    #[serde(deserialize_with = "crate::serde_ext::null_as_default")]
    pub created: i64,
    /// The model behind the deployment.
    #[serde(deserialize_with = "crate::serde_ext::null_as_default")]
    pub model: String,
    /// The choices; as many as `n` asked for.
    #[serde(deserialize_with = "crate::serde_ext::null_as_default")]
    pub choices: Vec<Choice>,
    /// What it cost.
    pub usage: Option<Usage>,
    /// Which build of the model answered.
    pub system_fingerprint: Option<String>,
    /// What the content filter found in the prompts.
    #[serde(alias = "prompt_annotations", deserialize_with = "crate::serde_ext::null_as_default")]
    pub prompt_filter_results: Vec<PromptFilter>,
    /// Members that this crate does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// One of the choices.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Choice {
    /// Which choice, from 0.
    #[serde(deserialize_with = "crate::serde_ext::null_as_default")]
    pub index: u64,
    /// What the model says; empty when the filter blocked it.
    #[serde(deserialize_with = "crate::serde_ext::null_as_default")]
    pub message: ResponseMessage,
    /// Why the model stopped.
    pub finish_reason: Option<FinishReason>,
    /// How likely each token was, if asked for.
    pub logprobs: Option<Logprobs>,
    /// What the content filter found in the answer.
    #[serde(deserialize_with = "crate::serde_ext::null_as_default")]
    pub content_filter_results: ContentFilter,
    /// Members that this crate does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// What the model says.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct ResponseMessage {
    /// `assistant`.
    #[serde(deserialize_with = "crate::serde_ext::null_as_default")]
    pub role: String,
    /// The text; nothing when the model only calls tools.
    pub content: Option<String>,
    /// Why the model would not answer.
    pub refusal: Option<String>,
    /// The tools that the model calls.
    #[serde(deserialize_with = "crate::serde_ext::null_as_default")]
    pub tool_calls: Vec<ToolCall>,
    /// The function that the model calls; the older form of `tool_calls`.
    pub function_call: Option<FunctionCall>,
    /// What the model says as sound, if asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub audio: Option<ResponseAudio>,
    /// Citations and intent, if the chat had data sources.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub context: Option<MessageContext>,
    /// Members that this crate does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

open_enum! {
    /// Why the model stopped.
    pub enum FinishReason {
        /// It was done, or came to a stop sequence.
        Stop = "stop",
        /// It came to the limit on tokens.
        Length = "length",
        /// The content filter cut it off.
        ContentFilter = "content_filter",
        /// It calls tools.
        ToolCalls = "tool_calls",
        /// It calls a function.
        FunctionCall = "function_call",
    }
}

/// How likely the tokens of an answer were.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Logprobs {
    /// Of the text.
    #[serde(deserialize_with = "crate::serde_ext::null_as_default")]
    pub content: Vec<TokenLogprob>,
    /// Of the refusal.
    #[serde(deserialize_with = "crate::serde_ext::null_as_default")]
    pub refusal: Vec<TokenLogprob>,
    /// Members that this crate does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// How likely a token was.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct TokenLogprob {
    /// The token.
    #[serde(deserialize_with = "crate::serde_ext::null_as_default")]
    pub token: String,
    /// The logarithm of its probability.
    #[serde(deserialize_with = "crate::serde_ext::null_as_default")]
    pub logprob: f64,
    /// Its bytes, where they are not characters by themselves.
    pub bytes: Option<Vec<u8>>,
    /// The likeliest tokens at this place.
    #[serde(
        skip_serializing_if = "Vec::is_empty",
        deserialize_with = "crate::serde_ext::null_as_default"
    )]
    pub top_logprobs: Vec<TokenLogprob>,
    /// Members that this crate does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

impl ChatCompletion {
    /// The text of the first choice; empty when there is none.
    #[must_use]
    pub fn text(&self) -> &str {
        self.choices.first().map_or("", Choice::text)
    }

    /// The tool calls of the first choice.
    #[must_use]
    pub fn tool_calls(&self) -> &[ToolCall] {
        self.choices.first().map_or(&[], |choice| &choice.message.tool_calls)
    }

    /// Citations and intent of the first choice, if the chat had data sources.
    #[must_use]
    pub fn context(&self) -> Option<&MessageContext> {
        self.choices.first()?.message.context.as_ref()
    }

    /// What the first choice says as sound, if asked for.
    #[must_use]
    pub fn audio(&self) -> Option<&ResponseAudio> {
        self.choices.first()?.message.audio.as_ref()
    }

    /// Why the model would not answer, in the first choice.
    #[must_use]
    pub fn refusal(&self) -> Option<&str> {
        self.choices.first()?.message.refusal.as_deref()
    }

    /// Why the model stopped in the first choice.
    #[must_use]
    pub fn finish_reason(&self) -> Option<&FinishReason> {
        self.choices.first()?.finish_reason.as_ref()
    }
}

impl Choice {
    /// The text; empty when there is none.
    #[must_use]
    pub fn text(&self) -> &str {
        self.message.content.as_deref().unwrap_or_default()
    }
}

/// Puts an answer into the history of a conversation.
impl From<ResponseMessage> for Message {
    fn from(answer: ResponseMessage) -> Self {
        Self::Assistant(AssistantMessage {
            content: Some(answer.content.map_or(Content::Null, Content::Text)),
            refusal: answer.refusal,
            name: None,
            tool_calls: answer.tool_calls,
            function_call: answer.function_call,
            audio: answer.audio.map(|audio| AudioReference { id: audio.id, extra: Map::new() }),
            extra: Map::new(),
        })
    }
}
