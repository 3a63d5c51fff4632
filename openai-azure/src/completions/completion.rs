//! A completion, or a chunk of it.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::chat::FinishReason;
use crate::content_filter::{ContentFilter, PromptFilter};
use crate::trace::{SpanAttributes, Telemetry};
use crate::usage::Usage;

/// A completion with one or more choices. The chunks of a stream have the same type, each with
/// more text.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Completion {
    /// Unique ID.
    #[serde(deserialize_with = "crate::serde_ext::null_as_default")]
    pub id: String,
    /// When it was created, in seconds since 1970.
    #[serde(deserialize_with = "crate::serde_ext::null_as_default")]
    pub created: i64,
    /// The model behind the deployment.
    #[serde(deserialize_with = "crate::serde_ext::null_as_default")]
    pub model: String,
    /// The choices: `n` for each prompt.
    #[serde(deserialize_with = "crate::serde_ext::null_as_default")]
    pub choices: Vec<CompletionChoice>,
    /// Token usage; in a stream, in the last chunk if
    /// [requested](super::CompletionRequest::include_usage).
    pub usage: Option<Usage>,
    /// The build of the model.
    pub system_fingerprint: Option<String>,
    /// Content filter results of the prompts.
    #[serde(alias = "prompt_annotations", deserialize_with = "crate::serde_ext::null_as_default")]
    pub prompt_filter_results: Vec<PromptFilter>,
    /// Fields that this crate does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// One of the choices.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct CompletionChoice {
    /// Its index, from 0, over all prompts.
    #[serde(deserialize_with = "crate::serde_ext::null_as_default")]
    pub index: u64,
    /// The text.
    #[serde(deserialize_with = "crate::serde_ext::null_as_default")]
    pub text: String,
    /// Why the model stopped.
    pub finish_reason: Option<FinishReason>,
    /// Log probabilities, if [requested](super::CompletionRequest::logprobs).
    pub logprobs: Option<CompletionLogprobs>,
    /// Content filter results of the text.
    #[serde(deserialize_with = "crate::serde_ext::null_as_default")]
    pub content_filter_results: ContentFilter,
    /// Fields that this crate does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// Log probabilities of the tokens of a text: lists with one entry per token.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct CompletionLogprobs {
    /// The tokens.
    #[serde(deserialize_with = "crate::serde_ext::null_as_default")]
    pub tokens: Vec<String>,
    /// Their log probabilities; `None` for the first token of an echoed prompt.
    #[serde(deserialize_with = "crate::serde_ext::null_as_default")]
    pub token_logprobs: Vec<Option<f64>>,
    /// The most likely tokens at each position.
    #[serde(deserialize_with = "crate::serde_ext::null_as_default")]
    pub top_logprobs: Vec<Option<std::collections::BTreeMap<String, f64>>>,
    /// Where each token begins, in characters from the start of the prompt.
    #[serde(deserialize_with = "crate::serde_ext::null_as_default")]
    pub text_offset: Vec<u64>,
    /// Fields that this crate does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

impl Completion {
    /// The text of the first choice; empty when there is none.
    #[must_use]
    pub fn text(&self) -> &str {
        self.choices.first().map_or("", |choice| &choice.text)
    }
}

impl Telemetry for Completion {
    fn missing_field(&self) -> Option<&'static str> {
        self.choices.is_empty().then_some("choices")
    }

    fn describe(&self, facts: &mut SpanAttributes) {
        facts.id(&self.id);
        facts.model(&self.model);
        for choice in &self.choices {
            if let Some(reason) = &choice.finish_reason {
                facts.finish_reason(choice.index, reason.as_str());
            }
        }
        if let Some(usage) = &self.usage {
            facts.tokens(usage.prompt_tokens, usage.completion_tokens);
        }
    }
}
