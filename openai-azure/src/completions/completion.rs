//! A completion, or a chunk of it.

use std::collections::BTreeMap;
use std::ops::Deref;

use openai_azure_sys::decode::SharedStr;
use openai_azure_sys::open_struct;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

use crate::chat::{FinishReason, describe_usage};
use crate::content_filter::{ContentFilter, PromptFilter};
use crate::trace::{SpanAttributes, Telemetry};
use crate::usage::Usage;

open_struct! {
    /// A completion with one or more choices. The chunks of a stream have the same type, each with
    /// more text.
    pub struct Completion {
        /// Unique ID.
        pub id: SharedStr,
        /// When it was created, in seconds since 1970.
        pub created: i64,
        /// The model behind the deployment.
        pub model: SharedStr,
        /// The choices: `n` for each prompt.
        pub choices: Vec<CompletionChoice> as always,
        /// Token usage; in a stream, in the last chunk if
        /// [requested](super::CompletionRequest::include_usage).
        pub usage: Option<Usage>,
        /// The build of the model.
        pub system_fingerprint: Option<SharedStr>,
        /// Content filter results of the prompts.
        pub prompt_filter_results: Vec<PromptFilter> = "prompt_filter_results" | "prompt_annotations",
    }
}

open_struct! {
    /// One of the choices.
    pub struct CompletionChoice {
        /// Its index, from 0, over all prompts.
        pub index: u64,
        /// The text.
        pub text: String,
        /// Why the model stopped.
        pub finish_reason: Option<FinishReason>,
        /// Log probabilities, if [requested](super::CompletionRequest::logprobs).
        pub logprobs: Option<CompletionLogprobs>,
        /// Content filter results of the text.
        pub content_filter_results: ContentFilter as always,
    }
}

open_struct! {
    /// Log probabilities of the tokens of a text: lists with one entry per token.
    pub struct CompletionLogprobs {
        /// The tokens.
        pub tokens: Vec<String>,
        /// Their log probabilities; `None` for the first token of an echoed prompt.
        pub token_logprobs: Vec<Option<f64>>,
        /// The most likely tokens at each position.
        pub top_logprobs: Vec<Option<TopLogprobs>>,
        /// Where each token begins, in characters from the start of the prompt.
        pub text_offset: Vec<u64>,
    }
}

/// The most likely tokens at a position and their log probabilities.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
#[serde(transparent)]
pub struct TopLogprobs(pub BTreeMap<String, f64>);

/// An entry that is no number, such as null, is left out.
impl<'de> Deserialize<'de> for TopLogprobs {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let entries = BTreeMap::<String, Value>::deserialize(deserializer)?;
        let number = |(token, value): (String, Value)| Some((token, value.as_f64()?));
        Ok(Self(entries.into_iter().filter_map(number).collect()))
    }
}

impl Deref for TopLogprobs {
    type Target = BTreeMap<String, f64>;

    fn deref(&self) -> &Self::Target {
        &self.0
    }
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

    fn is_output(&self) -> bool {
        !self.choices.is_empty()
    }

    fn describe(&self, facts: &mut SpanAttributes) {
        facts.id(&self.id);
        facts.model(&self.model);
        facts.system_fingerprint(self.system_fingerprint.as_deref());
        for choice in &self.choices {
            if let Some(reason) = &choice.finish_reason {
                facts.finish_reason(choice.index, reason.as_str());
            }
            if facts.captures_content() {
                facts.partial(choice.index).text(&choice.text);
            }
        }
        describe_usage(self.usage.as_ref(), facts);
    }
}
