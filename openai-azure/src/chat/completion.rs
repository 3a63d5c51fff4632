//! A chat completion.

use openai_azure_sys::decode::SharedStr;
use openai_azure_sys::{open_enum, open_struct};
use serde_json::{Map, Value};

use super::audio::ResponseAudio;
use super::content::Content;
use super::context::MessageContext;
use super::message::{AssistantMessage, AudioReference, Message};
use super::tool::{FunctionCall, ToolCall};
use crate::content_filter::{ContentFilter, PromptFilter};
use crate::usage::Usage;

open_struct! {
    /// A chat completion with one or more choices.
    pub struct ChatCompletion {
        /// Unique ID.
        pub id: SharedStr,
        /// `chat.completion`, or `extensions.chat.completion` with data sources.
        pub object: SharedStr,
        /// Creation time in seconds since 1970.
        pub created: i64,
        /// Model behind the deployment.
        pub model: SharedStr,
        /// The choices; as many as `n` of the request.
        pub choices: Vec<Choice> as always,
        /// Token usage.
        pub usage: Option<Usage>,
        /// Fingerprint of the backend configuration.
        pub system_fingerprint: Option<SharedStr>,
        /// Processing tier that served the request.
        pub service_tier: Option<SharedStr>,
        /// Results of the content filter for the prompts.
        pub prompt_filter_results: Vec<PromptFilter> = "prompt_filter_results" | "prompt_annotations",
    }
}

open_struct! {
    /// One of the choices.
    pub struct Choice {
        /// Index of the choice, from 0.
        pub index: u64,
        /// The message; empty when the content filter blocked it.
        pub message: ResponseMessage,
        /// Why the model stopped.
        pub finish_reason: Option<FinishReason>,
        /// Log probabilities of the tokens, if requested.
        pub logprobs: Option<Logprobs>,
        /// Results of the content filter for the message.
        pub content_filter_results: ContentFilter as always,
    }
}

open_struct! {
    /// The message of a choice.
    pub struct ResponseMessage {
        /// `assistant`.
        pub role: String,
        /// The text; `None` when the model only calls tools.
        pub content: Option<String>,
        /// The refusal, if the model refused.
        pub refusal: Option<String>,
        /// Tool calls.
        pub tool_calls: Vec<ToolCall>,
        /// The function call; the older form of `tool_calls`.
        pub function_call: Option<FunctionCall>,
        /// The audio, if requested.
        pub audio: Option<ResponseAudio>,
        /// Citations and intent, if the chat has data sources.
        pub context: Option<MessageContext>,
        /// Annotations of the text, such as URL citations, as JSON.
        pub annotations: Vec<Value>,
    }
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

open_struct! {
    /// Log probabilities of the tokens of a choice.
    pub struct Logprobs {
        /// Tokens of the text.
        pub content: Vec<TokenLogprob>,
        /// Tokens of the refusal.
        pub refusal: Vec<TokenLogprob>,
    }
}

open_struct! {
    /// Log probability of a token.
    pub struct TokenLogprob {
        /// The token.
        pub token: String,
        /// Its log probability.
        pub logprob: f64,
        /// Its bytes, where they are not characters by themselves.
        pub bytes: Option<Vec<u8>>,
        /// The most likely tokens at this position.
        pub top_logprobs: Vec<TokenLogprob>,
    }
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

    /// The audio of the first choice, if asked for.
    #[must_use]
    pub fn audio(&self) -> Option<&ResponseAudio> {
        self.choices.first()?.message.audio.as_ref()
    }

    /// Why the model refused, in the first choice.
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

/// Puts a message of the model into the history of a conversation.
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
