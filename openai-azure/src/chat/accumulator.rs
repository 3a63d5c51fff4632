//! From the chunks of a stream to the whole completion.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::chunk::{ChatChunk, ChunkChoice, Delta, ToolCallDelta};
use super::completion::{ChatCompletion, Choice, Logprobs, ResponseMessage};
use super::tool::{FunctionCall, ToolCall};

/// Assembles the chunks of a streamed chat to the completion that [`ChatRequest::send`] would have returned.
///
/// A [`ChatStream`] has one of its own, see [`ChatStream::so_far`]; this is for chunks that came
/// another way. Padding and the positions of the asynchronous filter are in no whole completion, and
/// are dropped.
///
/// ```
/// use openai_azure::chat::{ChatAccumulator, ChatChunk};
///
/// # fn main() -> Result<(), serde_json::Error> {
/// let mut answer = ChatAccumulator::new();
/// for text in ["Good ", "morning"] {
///     let json = format!(r#"{{"choices": [{{"index": 0, "delta": {{"content": "{text}"}}}}]}}"#);
///     answer.push(&serde_json::from_str::<ChatChunk>(&json)?);
/// }
/// assert_eq!(answer.completion().text(), "Good morning");
/// # Ok(())
/// # }
/// ```
///
/// [`ChatRequest::send`]: super::ChatRequest::send
/// [`ChatStream`]: super::ChatStream
/// [`ChatStream::so_far`]: super::ChatStream::so_far
#[derive(Debug, Clone, Default)]
pub struct ChatAccumulator {
    completion: ChatCompletion,
    /// The indices of the tool calls of each choice, in the order of its calls.
    calls: BTreeMap<u64, Vec<u64>>,
}

impl ChatAccumulator {
    /// Starts with nothing.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The completion as far as it has arrived.
    #[must_use]
    pub fn completion(&self) -> &ChatCompletion {
        &self.completion
    }

    /// Returns the completion.
    #[must_use]
    pub fn into_completion(self) -> ChatCompletion {
        self.completion
    }

    /// Adds a chunk.
    pub fn push(&mut self, chunk: &ChatChunk) {
        let whole = &mut self.completion;
        if whole.id.is_empty() {
            whole.id.clone_from(&chunk.id);
        }
        if whole.model.is_empty() {
            whole.model.clone_from(&chunk.model);
        }
        if whole.object.is_empty() {
            // `chat.completion.chunk`, or `extensions.chat.completion.chunk` with data sources.
            whole.object = chunk.object.strip_suffix(".chunk").unwrap_or(&chunk.object).into();
        }
        if whole.service_tier.is_none() {
            whole.service_tier.clone_from(&chunk.service_tier);
        }
        if whole.created == 0 {
            whole.created = chunk.created;
        }
        if whole.system_fingerprint.is_none() {
            whole.system_fingerprint.clone_from(&chunk.system_fingerprint);
        }
        if chunk.usage.is_some() {
            whole.usage.clone_from(&chunk.usage);
        }
        for filter in &chunk.prompt_filter_results {
            let known = &mut whole.prompt_filter_results;
            match known.iter_mut().find(|known| known.prompt_index == filter.prompt_index) {
                Some(known) => known.content_filter_results.absorb(&filter.content_filter_results),
                None => known.push(filter.clone()),
            }
        }
        for (name, value) in &chunk.extra {
            replace(&mut whole.extra, name, value);
        }
        for choice in &chunk.choices {
            self.push_choice(choice);
        }
    }

    /// A tool call as far as it has arrived.
    pub(super) fn call(&self, choice: u64, index: u64) -> Option<&ToolCall> {
        let at = self.calls.get(&choice)?.binary_search(&index).ok()?;
        self.choice(choice)?.message.tool_calls.get(at)
    }

    /// A choice as far as it has arrived.
    pub(super) fn choice(&self, index: u64) -> Option<&Choice> {
        self.completion.choices.iter().find(|choice| choice.index == index)
    }

    fn push_choice(&mut self, piece: &ChunkChoice) {
        let choices = &mut self.completion.choices;
        let at = choices.binary_search_by_key(&piece.index, |choice| choice.index);
        let at = at.unwrap_or_else(|at| {
            choices.insert(at, Choice { index: piece.index, ..Choice::default() });
            at
        });
        let choice = &mut choices[at];
        if piece.finish_reason.is_some() {
            choice.finish_reason.clone_from(&piece.finish_reason);
        }
        if let Some(logprobs) = &piece.logprobs {
            add_logprobs(choice.logprobs.get_or_insert_default(), logprobs);
        }
        choice.content_filter_results.absorb(&piece.content_filter_results);
        for (name, value) in &piece.extra {
            replace(&mut choice.extra, name, value);
        }
        let indices = self.calls.entry(piece.index).or_default();
        add_delta(&mut choice.message, indices, &piece.delta);
    }
}

fn add_delta(message: &mut ResponseMessage, indices: &mut Vec<u64>, delta: &Delta) {
    keep_first(&mut message.role, delta.role.as_deref().unwrap_or_default());
    if let Some(text) = &delta.content {
        message.content.get_or_insert_default().push_str(text);
    }
    if let Some(text) = delta.refusal.as_deref().filter(|text| !text.is_empty()) {
        message.refusal.get_or_insert_default().push_str(text);
    }
    for piece in &delta.tool_calls {
        let at = indices.binary_search(&piece.index).unwrap_or_else(|at| {
            indices.insert(at, piece.index);
            message.tool_calls.insert(at, ToolCall::default());
            at
        });
        add_call(&mut message.tool_calls[at], piece);
    }
    if let Some(piece) = &delta.function_call {
        add_function(message.function_call.get_or_insert_default(), piece);
    }
    if let Some(piece) = &delta.audio {
        message.audio.get_or_insert_default().append(piece);
    }
    if let Some(piece) = &delta.context {
        message.context.get_or_insert_default().append(piece);
    }
    message.annotations.extend_from_slice(&delta.annotations);
    for (name, value) in &delta.extra {
        append(message.extra.entry(name.clone()).or_insert(Value::Null), value);
    }
    // A stream opens with an empty text where the whole answer would have none.
    let has_other = message.refusal.is_some()
        || !message.tool_calls.is_empty()
        || message.function_call.is_some()
        || message.audio.is_some();
    if has_other && message.content.as_deref() == Some("") {
        message.content = None;
    }
}

fn add_call(call: &mut ToolCall, piece: &ToolCallDelta) {
    keep_first(&mut call.id, piece.id.as_deref().unwrap_or_default());
    keep_first(&mut call.kind, piece.kind.as_deref().unwrap_or_default());
    add_function(&mut call.function, &piece.function);
    for (name, value) in &piece.extra {
        replace(&mut call.extra, name, value);
    }
}

fn add_function(call: &mut FunctionCall, piece: &FunctionCall) {
    keep_first(&mut call.name, &piece.name);
    call.arguments.push_str(&piece.arguments);
    for (name, value) in &piece.extra {
        replace(&mut call.extra, name, value);
    }
}

fn add_logprobs(whole: &mut Logprobs, piece: &Logprobs) {
    whole.content.extend_from_slice(&piece.content);
    whole.refusal.extend_from_slice(&piece.refusal);
    for (name, value) in &piece.extra {
        replace(&mut whole.extra, name, value);
    }
}

/// Some servers repeat in each chunk what the first one had.
fn keep_first(known: &mut String, piece: &str) {
    if known.is_empty() {
        known.push_str(piece);
    }
}

/// The last value that is not null stays.
fn replace(members: &mut Map<String, Value>, name: &str, value: &Value) {
    if !value.is_null() {
        members.insert(name.to_owned(), value.clone());
    }
}

/// Adds the delta of a field of a message that this crate does not know: texts and lists grow, as
/// those that it knows.
fn append(whole: &mut Value, piece: &Value) {
    match (whole, piece) {
        (_, Value::Null) => {}
        (Value::String(whole), Value::String(piece)) => whole.push_str(piece),
        (Value::Array(whole), Value::Array(piece)) => whole.extend_from_slice(piece),
        (Value::Object(whole), Value::Object(piece)) => {
            for (name, value) in piece {
                append(whole.entry(name.clone()).or_insert(Value::Null), value);
            }
        }
        (whole, piece) => whole.clone_from(piece),
    }
}

#[cfg(test)]
mod tests;
