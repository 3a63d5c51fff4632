//! The answer of a completions request, whole or a piece of a stream.

use openai_azure_sys::decode::SharedStr;
use openai_azure_sys::open_struct;

use crate::chat::FinishReason;
use crate::content_filter::{ContentFilter, PromptFilter};
use crate::trace::{SpanAttributes, Telemetry};
use crate::usage::Usage;

open_struct! {
    /// One or more choices of how the text goes on. A stream is made of the same, each with the next
    /// piece of text.
    pub struct Completion {
        /// Names the answer.
        pub id: SharedStr,
        /// When it was made, in seconds since 1970.
        pub created: i64,
        /// The model behind the deployment.
        pub model: SharedStr,
        /// The choices: `n` for each prompt.
        pub choices: Vec<CompletionChoice> as always,
        /// What it cost; in a stream, only in the last piece and only if asked for.
        pub usage: Option<Usage>,
        /// Which build of the model answered.
        pub system_fingerprint: Option<SharedStr>,
        /// What the content filter found in the prompts.
        pub prompt_filter_results: Vec<PromptFilter> = "prompt_filter_results" | "prompt_annotations",
    }
}

open_struct! {
    /// One of the choices.
    pub struct CompletionChoice {
        /// Which choice, from 0, over all prompts.
        pub index: u64,
        /// The text.
        pub text: String,
        /// Why the model stopped.
        pub finish_reason: Option<FinishReason>,
        /// How likely each token was, if asked for.
        pub logprobs: Option<CompletionLogprobs>,
        /// What the content filter found in the text.
        pub content_filter_results: ContentFilter as always,
    }
}

open_struct! {
    /// How likely the tokens of a text were: lists with one entry per token.
    pub struct CompletionLogprobs {
        /// The tokens.
        pub tokens: Vec<String>,
        /// The logarithms of their probabilities; nothing for the first token of an echoed prompt.
        pub token_logprobs: Vec<Option<f64>>,
        /// The likeliest tokens at each place.
        pub top_logprobs: Vec<Option<std::collections::BTreeMap<String, f64>>>,
        /// Where each token begins, in characters from the beginning of the prompt.
        pub text_offset: Vec<u64>,
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
