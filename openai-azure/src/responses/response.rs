//! A response.

use std::collections::BTreeMap;

use openai_azure_sys::open_enum;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::output::{FunctionCallItem, OutputItem};
use crate::trace::{SpanAttributes, Telemetry};

/// What the model made of its input.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct ModelResponse {
    /// Names the response; others can go on after it.
    #[serde(deserialize_with = "crate::serde_ext::null_as_default")]
    pub id: String,
    /// When it was made, in seconds since 1970.
    #[serde(deserialize_with = "crate::serde_ext::null_as_default")]
    pub created_at: f64,
    /// How far it has come.
    pub status: Option<ResponseStatus>,
    /// Why it failed.
    pub error: Option<ResponseFailure>,
    /// Why it is not complete.
    pub incomplete_details: Option<IncompleteDetails>,
    /// The model.
    #[serde(deserialize_with = "crate::serde_ext::null_as_default")]
    pub model: String,
    /// What was made, in order.
    #[serde(deserialize_with = "crate::serde_ext::null_as_default")]
    pub output: Vec<OutputItem>,
    /// What it cost; nothing before the end.
    pub usage: Option<ResponseUsage>,
    /// The response that this one goes on after.
    pub previous_response_id: Option<String>,
    /// Whether it is made in the background.
    pub background: Option<bool>,
    /// Your notes.
    #[serde(deserialize_with = "crate::serde_ext::null_as_default")]
    pub metadata: BTreeMap<String, String>,
    /// What Azure's content filter found, as JSON: its form is not settled.
    #[serde(deserialize_with = "crate::serde_ext::null_as_default")]
    pub content_filters: Vec<Value>,
    /// Members that this crate does not know, and those that repeat the request.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
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

/// Why a response failed.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct ResponseFailure {
    /// Such as `server_error` or `rate_limit_exceeded`.
    #[serde(deserialize_with = "crate::serde_ext::null_as_default")]
    pub code: String,
    /// What happened.
    #[serde(deserialize_with = "crate::serde_ext::null_as_default")]
    pub message: String,
    /// Members that this crate does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// Why a response is not complete.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct IncompleteDetails {
    /// Such as `max_output_tokens` or `content_filter`.
    #[serde(deserialize_with = "crate::serde_ext::null_as_default")]
    pub reason: String,
    /// Members that this crate does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// What a response cost, in tokens.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct ResponseUsage {
    /// Of the input.
    #[serde(deserialize_with = "crate::serde_ext::null_as_default")]
    pub input_tokens: u64,
    /// Of the output, with reasoning.
    #[serde(deserialize_with = "crate::serde_ext::null_as_default")]
    pub output_tokens: u64,
    /// Of both.
    #[serde(deserialize_with = "crate::serde_ext::null_as_default")]
    pub total_tokens: u64,
    /// Of the input: `cached_tokens` and others.
    #[serde(deserialize_with = "crate::serde_ext::null_as_default")]
    pub input_tokens_details: BTreeMap<String, u64>,
    /// Of the output: `reasoning_tokens` and others.
    #[serde(deserialize_with = "crate::serde_ext::null_as_default")]
    pub output_tokens_details: BTreeMap<String, u64>,
    /// Members that this crate does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
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
