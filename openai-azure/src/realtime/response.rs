//! Responses of the model, and what can be set for one.

use std::collections::BTreeMap;

use serde_json::Value;

use super::item::{ConversationItem, FunctionCallItem};
use super::session::{
    MaxOutputTokens, OutputAudio, RealtimeModality, RealtimeReasoning, RealtimeTool,
    RealtimeToolChoice,
};
use super::wire::{open_enum, wire};

open_enum! {
    /// How far a response is.
    pub enum ResponseStatus {
        /// Whole.
        Completed = "completed",
        /// Cancelled by the client, or because the user spoke.
        Cancelled = "cancelled",
        /// Failed; see [`ResponseStatusDetails::error`].
        Failed = "failed",
        /// Cut off by the limit on tokens or by the content filter.
        Incomplete = "incomplete",
        /// Being written.
        InProgress = "in_progress",
    }

    /// Why a response did not complete.
    pub enum ResponseReason {
        /// The user spoke.
        TurnDetected = "turn_detected",
        /// The client cancelled it.
        ClientCancelled = "client_cancelled",
        /// The limit on tokens cut it off.
        MaxOutputTokens = "max_output_tokens",
        /// The content filter cut it off.
        ContentFilter = "content_filter",
    }
}

wire! {
    /// A response of the model.
    pub struct RealtimeResponse {
        /// Unique ID.
        id: String,
        /// Always `realtime.response`.
        object: Option<String>,
        /// How far it is.
        status: Option<ResponseStatus>,
        /// Why it did not complete.
        status_details: Option<ResponseStatusDetails>,
        /// Messages and calls.
        output: Vec<ConversationItem>,
        /// The conversation that it belongs to.
        conversation_id: Option<String>,
        /// What it consists of.
        output_modalities: Option<Vec<RealtimeModality>>,
        /// Format and voice.
        audio: Option<ResponseAudio>,
        /// The most tokens.
        max_output_tokens: Option<MaxOutputTokens>,
        /// As it was set.
        metadata: Option<BTreeMap<String, Value>>,
        /// Token usage, once the response is done.
        usage: Option<RealtimeUsage>,
    }

    /// Why a response did not complete.
    pub struct ResponseStatusDetails {
        /// The status again.
        kind = "type": Option<String>,
        /// Why.
        reason: Option<ResponseReason>,
        /// What failed.
        error: Option<ResponseError>,
    }

    /// What failed.
    pub struct ResponseError {
        /// Kind of error.
        kind = "type": Option<String>,
        /// Code of the error, such as `rate_limit_exceeded`.
        code: Option<String>,
        /// What happened.
        message: Option<String>,
    }

    /// Audio of a response.
    pub struct ResponseAudio {
        /// Format and voice.
        output: Option<OutputAudio>,
    }

    /// Token usage of a response.
    pub struct RealtimeUsage {
        /// Both.
        total_tokens: u64,
        /// The conversation so far.
        input_tokens: u64,
        /// The response.
        output_tokens: u64,
        /// Of the input.
        input_token_details: Option<InputTokenDetails>,
        /// Of the output.
        output_token_details: Option<TokenDetails>,
    }

    /// Token usage of the input, by kind.
    pub struct InputTokenDetails {
        /// Tokens that were in the cache.
        cached_tokens: Option<u64>,
        /// Text.
        text_tokens: Option<u64>,
        /// Images.
        image_tokens: Option<u64>,
        /// Audio.
        audio_tokens: Option<u64>,
        /// The cached ones, by kind.
        cached_tokens_details: Option<TokenDetails>,
    }

    /// Tokens by kind.
    pub struct TokenDetails {
        /// Text.
        text_tokens: Option<u64>,
        /// Images.
        image_tokens: Option<u64>,
        /// Audio.
        audio_tokens: Option<u64>,
    }

    /// Settings of one response, over those of the session.
    pub struct ResponseSettings {
        /// What it consists of: `audio` or `text`.
        output_modalities: Option<Vec<RealtimeModality>>,
        /// System message, instead of that of the session.
        instructions: Option<String>,
        /// Format and voice.
        audio: Option<ResponseAudio>,
        /// Tools that the model may call.
        tools: Option<Vec<RealtimeTool>>,
        /// Which tools the model may or must call.
        tool_choice: Option<RealtimeToolChoice>,
        /// Whether the model may call several tools at once. Reasoning models only.
        parallel_tool_calls: Option<bool>,
        /// How much the model reasons. Reasoning models only.
        reasoning: Option<RealtimeReasoning>,
        /// The most tokens.
        max_output_tokens: Option<MaxOutputTokens>,
        /// `auto` adds the response to the conversation, `none` keeps it out of it.
        conversation: Option<String>,
        /// Up to 16 pairs that the response repeats.
        metadata: Option<BTreeMap<String, Value>>,
        /// Prompt template with its variables.
        prompt: Option<Value>,
        /// What the model reads instead of the conversation.
        input: Option<Vec<ConversationItem>>,
    }
}

impl RealtimeResponse {
    /// Text and transcripts of all messages, joined.
    #[must_use]
    pub fn text(&self) -> String {
        self.output.iter().map(ConversationItem::text).collect()
    }

    /// The calls of functions of the client.
    pub fn function_calls(&self) -> impl Iterator<Item = &FunctionCallItem> {
        self.output.iter().filter_map(|item| match item {
            ConversationItem::FunctionCall(call) => Some(call),
            _ => None,
        })
    }

    /// Moves the fields of previews to where they are now.
    pub(super) fn with_older_fields(mut self) -> Self {
        for (before, now) in [
            ("modalities", "output_modalities"),
            ("max_response_output_tokens", "max_output_tokens"),
        ] {
            if let Some(value) = self.extra.remove(before) {
                self.extra.insert(now.to_owned(), value);
            }
        }
        if let Some(Value::Array(list)) = self.extra.remove("output_modalities") {
            let list = list.iter().filter_map(Value::as_str).map(RealtimeModality::from);
            self.output_modalities.get_or_insert_with(|| list.collect());
        }
        self
    }
}

impl ResponseSettings {
    /// Sets nothing.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets the system message, instead of that of the session.
    #[must_use]
    pub fn instructions(mut self, instructions: impl Into<String>) -> Self {
        self.instructions = Some(instructions.into());
        self
    }

    /// Sets what the response consists of.
    #[must_use]
    pub fn output_modality(mut self, modality: impl Into<RealtimeModality>) -> Self {
        self.output_modalities = Some(vec![modality.into()]);
        self
    }

    /// Sets the most tokens, 1 to 4,096.
    #[must_use]
    pub fn max_output_tokens(mut self, limit: impl Into<MaxOutputTokens>) -> Self {
        self.max_output_tokens = Some(limit.into());
        self
    }

    /// Adds a tool.
    #[must_use]
    pub fn tool(mut self, tool: impl Into<RealtimeTool>) -> Self {
        self.tools.get_or_insert_default().push(tool.into());
        self
    }

    /// Sets which tools the model may or must call.
    #[must_use]
    pub fn tool_choice(mut self, choice: RealtimeToolChoice) -> Self {
        self.tool_choice = Some(choice);
        self
    }

    /// Keeps the response out of the conversation, such as to classify a message.
    #[must_use]
    pub fn out_of_band(mut self) -> Self {
        self.conversation = Some("none".to_owned());
        self
    }

    /// Sets what the model reads instead of the conversation.
    #[must_use]
    pub fn input(mut self, items: impl IntoIterator<Item = ConversationItem>) -> Self {
        self.input = Some(items.into_iter().collect());
        self
    }

    /// Adds a pair that the response repeats.
    #[must_use]
    pub fn metadata(mut self, name: impl Into<String>, value: impl Into<Value>) -> Self {
        self.metadata.get_or_insert_default().insert(name.into(), value.into());
        self
    }

    /// Sets a field that this crate does not know.
    #[must_use]
    pub fn extra(mut self, name: impl Into<String>, value: impl Into<Value>) -> Self {
        self.extra.insert(name.into(), value.into());
        self
    }
}
