//! What happens while a chat is streamed.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use serde_json::{Map, Value};

use super::accumulator::ChatAccumulator;
use super::audio::ResponseAudio;
use super::chunk::{ChatChunk, ChunkChoice, FilterOffsets};
use super::completion::{ChatCompletion, FinishReason, Logprobs};
use super::context::MessageContext;
use crate::content_filter::{ContentFilter, PromptFilter};
use crate::partial_json;
use crate::usage::Usage;

/// What happens while a chat is streamed. `choice` is the index of a choice, from 0.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
#[allow(clippy::large_enum_variant, reason = "events are moved once and matched at once")]
pub enum ChatEvent {
    /// What the content filter found in the prompts; the first event of Azure.
    PromptFilter(Vec<PromptFilter>),
    /// More text.
    Text {
        /// Of which choice.
        choice: u64,
        /// The delta.
        delta: String,
    },
    /// More of why the model refuses.
    Refusal {
        /// Of which choice.
        choice: u64,
        /// The delta.
        delta: String,
    },
    /// A tool call begins or goes on.
    ToolCall(CallProgress),
    /// A function call begins or goes on; the older form of a tool call.
    FunctionCall(CallProgress),
    /// More audio.
    Audio {
        /// Of which choice.
        choice: u64,
        /// The delta; its base64 stands by itself.
        delta: ResponseAudio,
    },
    /// Citations and intent from data of yours.
    Context {
        /// Of which choice.
        choice: u64,
        /// The delta.
        delta: MessageContext,
    },
    /// How likely the new tokens were.
    Logprobs {
        /// Of which choice.
        choice: u64,
        /// The delta.
        delta: Logprobs,
    },
    /// What the content filter found in the completion.
    Filter {
        /// Of which choice.
        choice: u64,
        /// The findings.
        results: ContentFilter,
        /// Which characters they are about, with the asynchronous filter.
        offsets: Option<FilterOffsets>,
    },
    /// A choice is complete.
    Finish {
        /// Which choice.
        choice: u64,
        /// Why the model stopped.
        reason: FinishReason,
    },
    /// Token usage of the completion; with [`ChatRequest::include_usage`](super::ChatRequest::include_usage).
    Usage(Box<Usage>),
    /// Fields that this crate does not know.
    Unknown {
        /// Of which choice; nothing for the whole completion.
        choice: Option<u64>,
        /// The fields.
        members: Map<String, Value>,
    },
    /// The stream is at its end. The completion is what [`ChatRequest::send`](super::ChatRequest::send) would have
    /// returned.
    End(Box<ChatCompletion>),
}

/// A call as far as it has arrived.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct CallProgress {
    /// Of which choice.
    pub choice: u64,
    /// Which of the calls, from 0.
    pub index: u64,
    /// Names the call; empty for a function call.
    pub id: String,
    /// Which function is called.
    pub name: String,
    /// The new part of the arguments; empty when the call begins.
    pub delta: String,
    /// The arguments so far: the beginning of a JSON text. It is not copied for each event as long
    /// as the events before are dropped.
    pub arguments: Arc<String>,
}

impl CallProgress {
    /// Reads what has arrived of the arguments: open strings, lists and objects are closed, and
    /// what has no value yet is left out. The last number may still grow.
    ///
    /// ```
    /// # fn example(call: openai_azure::chat::CallProgress) {
    /// // {"city": "Os
    /// if let Some(city) = call.partial().and_then(|value| value["city"].as_str().map(str::to_owned)) {
    ///     println!("the weather in {city}…"); // Os…
    /// }
    /// # }
    /// ```
    #[must_use]
    pub fn partial(&self) -> Option<Value> {
        partial_json::read(&self.arguments)
    }
}

/// The arguments of all calls so far, by choice and index of the call; those of a function call in
/// the older form have no index.
#[derive(Debug, Default)]
pub(super) struct ArgumentsSoFar(BTreeMap<(u64, Option<u64>), Arc<String>>);

impl ArgumentsSoFar {
    /// Adds a delta and returns the whole. It is copied only if an event before it is still there.
    fn with(&mut self, choice: u64, index: Option<u64>, delta: &str) -> Arc<String> {
        let whole = self.0.entry((choice, index)).or_default();
        Arc::make_mut(whole).push_str(delta);
        Arc::clone(whole)
    }
}

/// Takes a chunk apart. `answer` has the chunk already.
pub(super) fn of_chunk(
    chunk: ChatChunk,
    answer: &ChatAccumulator,
    arguments: &mut ArgumentsSoFar,
    to: &mut VecDeque<ChatEvent>,
) {
    let mut members = chunk.extra;
    if let Some(tier) = chunk.service_tier {
        members.insert("service_tier".to_owned(), tier.as_str().into());
    }
    if !chunk.prompt_filter_results.is_empty() {
        to.push_back(ChatEvent::PromptFilter(chunk.prompt_filter_results));
    }
    for choice in chunk.choices {
        of_choice(choice, answer, arguments, to);
    }
    if !members.is_empty() {
        to.push_back(ChatEvent::Unknown { choice: None, members });
    }
    if let Some(usage) = chunk.usage {
        to.push_back(ChatEvent::Usage(Box::new(usage)));
    }
}

fn of_choice(
    piece: ChunkChoice,
    answer: &ChatAccumulator,
    arguments: &mut ArgumentsSoFar,
    to: &mut VecDeque<ChatEvent>,
) {
    let (choice, delta) = (piece.index, piece.delta);
    if let Some(delta) = delta.context {
        to.push_back(ChatEvent::Context { choice, delta });
    }
    if let Some(delta) = delta.content.filter(|text| !text.is_empty()) {
        to.push_back(ChatEvent::Text { choice, delta });
    }
    if let Some(delta) = delta.refusal.filter(|text| !text.is_empty()) {
        to.push_back(ChatEvent::Refusal { choice, delta });
    }
    for call in delta.tool_calls {
        let Some(whole) = answer.call(choice, call.index) else { continue };
        to.push_back(ChatEvent::ToolCall(CallProgress {
            choice,
            index: call.index,
            id: whole.id.clone(),
            name: whole.function.name.clone(),
            arguments: arguments.with(choice, Some(call.index), &call.function.arguments),
            delta: call.function.arguments,
        }));
    }
    if let Some(call) = delta.function_call {
        let whole = answer.choice(choice).and_then(|whole| whole.message.function_call.as_ref());
        to.push_back(ChatEvent::FunctionCall(CallProgress {
            choice,
            name: whole.map(|whole| whole.name.clone()).unwrap_or_default(),
            arguments: arguments.with(choice, None, &call.arguments),
            delta: call.arguments,
            ..CallProgress::default()
        }));
    }
    if let Some(delta) = delta.audio {
        to.push_back(ChatEvent::Audio { choice, delta });
    }
    if let Some(delta) = piece.logprobs {
        to.push_back(ChatEvent::Logprobs { choice, delta });
    }
    let (results, offsets) = (piece.content_filter_results, piece.content_filter_offsets);
    if !results.is_empty() || offsets.is_some() {
        to.push_back(ChatEvent::Filter { choice, results, offsets });
    }
    let mut members = piece.extra;
    members.extend(delta.extra);
    if !delta.annotations.is_empty() {
        members.insert("annotations".to_owned(), delta.annotations.into());
    }
    if !members.is_empty() {
        to.push_back(ChatEvent::Unknown { choice: Some(choice), members });
    }
    if let Some(reason) = piece.finish_reason {
        to.push_back(ChatEvent::Finish { choice, reason });
    }
}

#[cfg(test)]
mod tests {
    use std::collections::VecDeque;
    use std::sync::Arc;

    use serde_json::json;

    use super::{ArgumentsSoFar, ChatEvent, of_chunk};
    use crate::chat::ChatAccumulator;

    #[test]
    fn the_arguments_of_a_call_are_not_copied_for_each_delta() {
        const DELTAS: usize = 16_000;
        let chunk = json!({"choices": [{"index": 0, "delta": {"tool_calls": [
            {"index": 0, "id": "call_1", "function": {"name": "f", "arguments": "word "}}
        ]}}]});
        let chunk: crate::chat::ChatChunk = serde_json::from_value(chunk).unwrap();
        let mut answer = ChatAccumulator::new();
        let (mut arguments, mut events) = (ArgumentsSoFar::default(), VecDeque::new());
        let (mut buffer, mut moves) = (std::ptr::null(), 0);
        for number in 1..=DELTAS {
            answer.push(&chunk);
            of_chunk(chunk.clone(), &answer, &mut arguments, &mut events);
            let Some(ChatEvent::ToolCall(call)) = events.pop_front() else { panic!("no call") };
            assert_eq!(call.arguments.len(), 5 * number);
            moves += usize::from(buffer != call.arguments.as_ptr());
            buffer = call.arguments.as_ptr();
        }
        // The buffer doubles: 80,000 bytes are 17 doublings of one.
        assert!(moves <= 17, "{moves} copies of the arguments of {DELTAS} deltas");
    }

    /// The time of a call of any length is linear only if what has arrived is not copied.
    #[test]
    fn the_arguments_so_far_grow_in_place_while_no_event_before_is_held() {
        let mut arguments = ArgumentsSoFar::default();
        let mut place = Arc::as_ptr(&arguments.with(0, Some(0), "{"));
        for _ in 0..1000 {
            let whole = arguments.with(0, Some(0), "0123456789");
            assert_eq!(std::mem::replace(&mut place, Arc::as_ptr(&whole)), Arc::as_ptr(&whole));
        }
        let held = arguments.with(0, Some(0), "");
        let next = arguments.with(0, Some(0), "}");
        assert_eq!((held.len(), next.len()), (10_001, 10_002), "an event that is held stays");
    }
}
