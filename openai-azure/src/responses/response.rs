//! A response.

use std::collections::BTreeMap;

use openai_azure_sys::{open_enum, open_struct};
use serde_json::Value;

use super::output::{FunctionCallItem, OutputItem};
use crate::trace::{SpanAttributes, Telemetry};

open_struct! {
    /// What the model made of its input.
    pub struct ModelResponse {
        /// Names the response; others can go on after it.
        pub id: String,
        /// When it was made, in seconds since 1970.
        pub created_at: f64,
        /// How far it has come.
        pub status: Option<ResponseStatus>,
        /// Why it failed.
        pub error: Option<ResponseFailure>,
        /// Why it is not complete.
        pub incomplete_details: Option<IncompleteDetails>,
        /// The model.
        pub model: String,
        /// What was made, in order.
        pub output: Vec<OutputItem> as always,
        /// What it cost; nothing before the end.
        pub usage: Option<ResponseUsage>,
        /// The response that this one goes on after.
        pub previous_response_id: Option<String>,
        /// Whether it is made in the background.
        pub background: Option<bool>,
        /// Your notes.
        pub metadata: BTreeMap<String, String>,
        /// What Azure's content filter found, as JSON: its form is not settled.
        pub content_filters: Vec<Value>,
    }
}

open_enum! {
    /// How far a response has come.
    pub enum ResponseStatus {
        /// It has not begun; only in the background.
        Queued = "queued",
        /// It is being made.
        InProgress = "in_progress",
        /// It is done.
        Completed = "completed",
        /// It stopped before the end; see [`ModelResponse::incomplete_details`].
        Incomplete = "incomplete",
        /// It failed; see [`ModelResponse::error`].
        Failed = "failed",
        /// Somebody cancelled it.
        Cancelled = "cancelled",
    }
}

open_struct! {
    /// Why a response failed.
    pub struct ResponseFailure {
        /// Such as `server_error` or `rate_limit_exceeded`.
        pub code: String,
        /// What happened.
        pub message: String,
    }
}

open_struct! {
    /// Why a response is not complete.
    pub struct IncompleteDetails {
        /// Such as `max_output_tokens` or `content_filter`.
        pub reason: String,
    }
}

open_struct! {
    /// What a response cost, in tokens.
    pub struct ResponseUsage {
        /// Of the input.
        pub input_tokens: u64,
        /// Of the output, with reasoning.
        pub output_tokens: u64,
        /// Of both.
        pub total_tokens: u64,
        /// Of the input: `cached_tokens` and others.
        pub input_tokens_details: BTreeMap<String, u64>,
        /// Of the output: `reasoning_tokens` and others.
        pub output_tokens_details: BTreeMap<String, u64>,
    }
}

impl ModelResponse {
    /// The text of all messages.
    #[must_use]
    pub fn text(&self) -> String {
        let message = |item: &OutputItem| match item {
            OutputItem::Message(message) => Some(message.text()),
            _ => None,
        };
        self.output.iter().filter_map(message).collect()
    }

    /// Why the model would not answer, if it would not.
    #[must_use]
    pub fn refusal(&self) -> Option<&str> {
        self.output.iter().find_map(|item| match item {
            OutputItem::Message(message) => message.refusal(),
            _ => None,
        })
    }

    /// The functions that the model calls.
    pub fn function_calls(&self) -> impl Iterator<Item = &FunctionCallItem> {
        self.output.iter().filter_map(|item| match item {
            OutputItem::FunctionCall(call) => Some(call),
            _ => None,
        })
    }

    /// Whether nothing more will come: it is neither queued nor being made.
    #[must_use]
    pub fn is_done(&self) -> bool {
        !matches!(self.status, Some(ResponseStatus::Queued | ResponseStatus::InProgress))
    }
}

impl Telemetry for ModelResponse {
    fn describe(&self, facts: &mut SpanAttributes) {
        facts.id(&self.id);
        facts.model(&self.model);
        if let Some(status) = self.status.as_ref().filter(|_| self.is_done()) {
            facts.finish_reason(0, status.as_str());
        }
        if let Some(usage) = &self.usage {
            facts.tokens(usage.input_tokens, usage.output_tokens);
        }
    }
}
