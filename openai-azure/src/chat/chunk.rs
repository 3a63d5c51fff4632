//! Chunks of a streamed chat completion.

use openai_azure_sys::decode::SharedStr;
use openai_azure_sys::open_struct;
use serde_json::Value;

use super::audio::ResponseAudio;
use super::completion::{FinishReason, Logprobs};
use super::context::MessageContext;
use super::tool::FunctionCall;
use crate::content_filter::{ContentFilter, PromptFilter};
use crate::sse::{Hole, Kind, Repeats};
use crate::usage::Usage;

open_struct! {
    /// A chunk of a streamed chat completion.
    ///
    /// The first chunk that Azure sends has no choices and an empty `id` and `model`, only
    /// `prompt_filter_results`. With the asynchronous content filter there are chunks whose choice
    /// has no text, only `content_filter_results` and `content_filter_offsets`.
    pub struct ChatChunk {
        /// Unique ID of the completion, the same in every chunk.
        pub id: SharedStr,
        /// `chat.completion.chunk`; empty in Azure's first chunk.
        pub object: SharedStr,
        /// Creation time in seconds since 1970.
        pub created: i64,
        /// Model behind the deployment.
        pub model: SharedStr,
        /// The deltas, by choice; may be empty.
        pub choices: Vec<ChunkChoice> as always,
        /// Token usage of the whole request, in the last chunk, with
        /// [`include_usage`](super::ChatRequest::include_usage).
        pub usage: Option<Usage>,
        /// Fingerprint of the backend configuration.
        pub system_fingerprint: Option<SharedStr>,
        /// Processing tier that served the request.
        pub service_tier: Option<SharedStr>,
        /// Results of the content filter for the prompts.
        pub prompt_filter_results: Vec<PromptFilter> = "prompt_filter_results" | "prompt_annotations",
        /// Random padding that hides the length of the delta.
        pub obfuscation: Option<String>,
    }
}

open_struct! {
    /// The delta of one choice.
    pub struct ChunkChoice {
        /// Index of the choice, from 0.
        pub index: u64,
        /// The delta.
        pub delta: Delta,
        /// Why the model stopped, in the last chunk of the choice.
        pub finish_reason: Option<FinishReason>,
        /// Log probabilities of the new tokens, if requested.
        pub logprobs: Option<Logprobs>,
        /// Results of the content filter.
        pub content_filter_results: ContentFilter as always,
        /// Which characters the asynchronous content filter has checked.
        pub content_filter_offsets: Option<FilterOffsets>,
    }
}

open_struct! {
    /// The delta of a message.
    pub struct Delta {
        /// `assistant`, in the first chunk.
        pub role: Option<String>,
        /// Delta of the text.
        pub content: Option<String>,
        /// Delta of the refusal.
        pub refusal: Option<String>,
        /// Deltas of the tool calls.
        pub tool_calls: Vec<ToolCallDelta>,
        /// Delta of a function call; the older form of `tool_calls`.
        pub function_call: Option<FunctionCall>,
        /// Delta of the audio, if requested.
        pub audio: Option<ResponseAudio>,
        /// Citations and intent, if the chat has data sources.
        pub context: Option<MessageContext>,
        /// Further annotations of the text, such as URL citations, as JSON.
        pub annotations: Vec<Value>,
    }
}

open_struct! {
    /// The delta of a tool call.
    pub struct ToolCallDelta {
        /// Index of the call, from 0.
        pub index: u64,
        /// Unique ID of the call, in its first delta.
        pub id: Option<String>,
        /// `function`, in the first delta.
        pub kind: Option<String> = "type",
        /// The name in the first delta, then deltas of the arguments.
        pub function: FunctionCall,
    }
}

open_struct! {
    /// Which characters of the completion a result of the asynchronous content filter is about.
    pub struct FilterOffsets {
        /// Everything before this offset has been checked.
        pub check_offset: i64,
        /// First character that this result is about.
        pub start_offset: i64,
        /// First character after those that this result is about.
        pub end_offset: i64,
    }
}

/// The text, the arguments of a call and the padding change; a chunk with several choices or calls
/// is decoded each time.
impl Repeats for ChatChunk {
    const HOLES: &'static [Hole<Self>] = &[
        Hole {
            key: "\"content\":",
            kind: Kind::Text,
            set: |chunk, text| match &mut chunk.choices[..] {
                [choice] if choice.delta.content.is_some() => {
                    choice.delta.content = Some(text.into_text());
                    true
                }
                _ => false,
            },
        },
        Hole {
            key: "\"arguments\":",
            kind: Kind::Text,
            set: |chunk, text| match &mut chunk.choices[..] {
                [choice] => match &mut choice.delta.tool_calls[..] {
                    [call] => {
                        call.function.arguments = text.into_text();
                        true
                    }
                    _ => false,
                },
                _ => false,
            },
        },
        Hole {
            key: "\"obfuscation\":",
            kind: Kind::Text,
            set: |chunk, text| {
                chunk.obfuscation = Some(text.into_text());
                true
            },
        },
    ];
}

impl ChatChunk {
    /// Keeps in `repeated` what the next chunk is likely to repeat.
    pub(super) fn repeat_in(&self, repeated: &mut Self) {
        let keep = |known: &mut SharedStr, text: &SharedStr| {
            if !known.ptr_eq(text) {
                known.clone_from(text);
            }
        };
        keep(&mut repeated.id, &self.id);
        keep(&mut repeated.object, &self.object);
        keep(&mut repeated.model, &self.model);
        for (known, text) in [
            (&mut repeated.system_fingerprint, &self.system_fingerprint),
            (&mut repeated.service_tier, &self.service_tier),
        ] {
            if let Some(text) = text {
                keep(known.get_or_insert_default(), text);
            }
        }
    }

    /// The delta of the text of the first choice (index 0); empty when there is none.
    #[must_use]
    pub fn text(&self) -> &str {
        let first = self.choices.iter().find(|choice| choice.index == 0);
        first.and_then(|choice| choice.delta.content.as_deref()).unwrap_or_default()
    }
}
