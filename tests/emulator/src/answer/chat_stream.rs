//! Chat completions as a stream of chunks.

use serde_json::{Value, json};

use super::chat::{self, Answer};
use super::prompt::Prompt;
use super::tools::ToolCall;
use super::{Question, filter, wording};
use crate::ids;
use crate::reply::Reply;

/// Makes the chunks of one completion.
struct Chunks<'a> {
    question: &'a Question<'a>,
    answer: &'a Answer,
    /// Whether every chunk has a `usage`, null in all but the last.
    has_usage: bool,
    /// Whether the verdicts of the filter come in chunks of their own.
    is_filter_late: bool,
    created: u64,
    events: Vec<String>,
}

pub(crate) fn reply(question: &Question<'_>, prompt: &Prompt, answer: &Answer) -> Reply {
    let mut chunks = Chunks {
        question,
        answer,
        has_usage: question.body["stream_options"]["include_usage"] == true,
        is_filter_late: prompt.has("[async-filter]"),
        created: ids::now(),
        events: Vec::new(),
    };
    chunks.prompt_filter();
    for index in 0..answer.choices {
        chunks.choice(index);
    }
    if prompt.has("[error]") {
        let error = json!({"error": {
            "message": "The model stopped in the middle of its answer.",
            "type": "server_error",
            "param": null,
            "code": null,
        }});
        chunks.events.push(error.to_string());
    } else {
        chunks.usage();
        chunks.events.push("[DONE]".to_owned());
    }
    Reply::status(200).sse(chunks.events)
}

impl Chunks<'_> {
    /// The first chunk has no choice, no id and no model.
    fn prompt_filter(&mut self) {
        let first = json!({
            "id": "",
            "object": "",
            "created": 0,
            "model": "",
            "choices": [],
            "prompt_filter_results": filter::prompt(),
        });
        self.events.push(first.to_string());
    }

    fn choice(&mut self, index: u64) {
        let answer = self.answer;
        let mut first = json!({"role": "assistant", "content": "", "refusal": null});
        if let Some(context) = &answer.context {
            first["context"] = context.clone();
        }
        if !answer.calls.is_empty() {
            first["content"] = Value::Null;
        }
        self.delta(index, first, Value::Null, json!({}));
        for piece in answer.text.as_deref().map(wording::pieces).unwrap_or_default() {
            let logprobs = answer.logprobs.map_or(
                Value::Null,
                |top| json!({"content": [chat::logprob(piece, top)], "refusal": null}),
            );
            let verdict = if self.is_filter_late { json!({}) } else { filter::clean() };
            self.delta(index, json!({"content": piece}), logprobs, verdict);
        }
        for piece in answer.refusal.as_deref().map(wording::pieces).unwrap_or_default() {
            self.delta(index, json!({"refusal": piece}), Value::Null, json!({}));
        }
        for (at, call) in answer.calls.iter().enumerate() {
            if answer.is_legacy_call {
                self.function_call(index, call);
            } else {
                self.tool_call(index, at, call);
            }
        }
        if self.is_filter_late {
            self.late_filter(index);
        }
        let verdict = match answer.finish_reason {
            "content_filter" => filter::blocked(),
            _ => json!({}),
        };
        self.push(json!([{
            "index": index,
            "delta": {},
            "finish_reason": answer.finish_reason,
            "logprobs": null,
            "content_filter_results": verdict,
        }]));
    }

    fn tool_call(&mut self, index: u64, at: usize, call: &ToolCall) {
        let (kind, text) =
            if call.is_custom { ("custom", "input") } else { ("function", "arguments") };
        let head = json!({
            "index": at, "id": call.id, "type": kind, kind: {"name": call.name, text: ""},
        });
        self.delta(index, json!({"tool_calls": [head]}), Value::Null, json!({}));
        for piece in halves(&call.arguments) {
            let rest = json!({"index": at, kind: {text: piece}});
            self.delta(index, json!({"tool_calls": [rest]}), Value::Null, json!({}));
        }
    }

    fn function_call(&mut self, index: u64, call: &ToolCall) {
        let head = json!({"name": call.name, "arguments": ""});
        self.delta(index, json!({"function_call": head}), Value::Null, json!({}));
        for piece in halves(&call.arguments) {
            let rest = json!({"function_call": {"arguments": piece}});
            self.delta(index, rest, Value::Null, json!({}));
        }
    }

    /// The verdict of the asynchronous filter: a choice without `delta`.
    fn late_filter(&mut self, index: u64) {
        let length = self.answer.text.as_deref().unwrap_or_default().chars().count();
        let start = self.answer.prompt_tokens * 4;
        let choices = json!([{
            "index": index,
            "finish_reason": null,
            "content_filter_results": self.answer.verdict(),
            "content_filter_offsets": {
                "check_offset": start,
                "start_offset": start,
                "end_offset": start + length,
            },
        }]);
        let chunk = json!({"id": "", "object": "", "created": 0, "model": "", "choices": choices});
        self.events.push(chunk.to_string());
    }

    fn usage(&mut self) {
        if self.has_usage {
            let mut chunk = self.chunk(json!([]));
            chunk["usage"] = self.answer.usage();
            self.events.push(chunk.to_string());
        }
    }

    fn delta(&mut self, index: u64, delta: Value, logprobs: Value, verdict: Value) {
        self.push(json!([{
            "index": index,
            "delta": delta,
            "finish_reason": null,
            "logprobs": logprobs,
            "content_filter_results": verdict,
        }]));
    }

    fn push(&mut self, choices: Value) {
        let chunk = self.chunk(choices);
        self.events.push(chunk.to_string());
    }

    fn chunk(&self, choices: Value) -> Value {
        let mut chunk = json!({
            "id": ids::id("chatcmpl-", self.question.number()),
            "object": "chat.completion.chunk",
            "created": self.created,
            "model": self.question.model(),
            "system_fingerprint": "fp_emulator",
            "choices": choices,
        });
        if self.has_usage {
            chunk["usage"] = Value::Null;
        }
        chunk
    }
}

/// Splits a text in two, so that neither half is JSON by itself.
pub(crate) fn halves(text: &str) -> [&str; 2] {
    let middle = (text.len() / 2..text.len()).find(|&at| text.is_char_boundary(at));
    let (first, second) = text.split_at(middle.unwrap_or(0));
    [first, second]
}
