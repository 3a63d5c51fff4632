//! The events of one response.

use std::collections::VecDeque;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::audio::{Format, speech};

/// How much audio is in one delta, in milliseconds.
const DELTA_MS: usize = 100;

/// A response that is being sent.
#[derive(Debug)]
pub(super) struct Output {
    pub(super) id: String,
    pub(super) events: VecDeque<Value>,
    response: Value,
}

/// What a response consists of.
#[derive(Debug)]
pub(super) enum Content {
    Text(String),
    Audio { transcript: String, format: Format },
    Call { name: String, arguments: String, call_id: String },
}

impl Output {
    /// `number` makes its IDs; `settings` are those of `response.create`.
    pub(super) fn new(number: u64, content: &Content, settings: &Value) -> Self {
        let id = format!("resp_{number:08}");
        let item_id = format!("item_r{number:08}");
        let mut response = json!({
            "id": id, "object": "realtime.response", "status": "in_progress",
            "status_details": null, "output": [], "usage": null,
            "conversation_id": "conv_1",
            "metadata": settings.get("metadata").cloned().unwrap_or_default(),
        });
        let mut events = VecDeque::new();
        let mut push = |event: Value| events.push_back(event);
        push(json!({"type": "response.created", "response": response}));
        push(json!({"type": "rate_limits.updated", "rate_limits": [
            {"name": "requests", "limit": 300, "remaining": 299, "reset_seconds": 0.2},
            {"name": "tokens", "limit": 30000, "remaining": 29000, "reset_seconds": 2.0},
        ]}));
        let at = |kind: &str, more: Value| {
            let mut event = json!({
                "type": kind, "response_id": id, "item_id": item_id, "output_index": 0,
            });
            for (name, value) in more.as_object().into_iter().flatten() {
                event[name] = value.clone();
            }
            event
        };
        let part = |kind: &str, more: Value| {
            let mut event = at(kind, more);
            event["content_index"] = 0.into();
            event
        };
        let item = match content {
            Content::Call { name, arguments, call_id } => {
                let item = |arguments: &str, status: &str| {
                    json!({
                        "id": item_id, "object": "realtime.item", "type": "function_call",
                        "status": status, "call_id": call_id, "name": name,
                        "arguments": arguments,
                    })
                };
                push(item_event("response.output_item.added", &id, &item("", "in_progress")));
                push(added(&item("", "in_progress")));
                for piece in pieces(arguments) {
                    push(at(
                        "response.function_call_arguments.delta",
                        json!({"call_id": call_id, "delta": piece}),
                    ));
                }
                push(at(
                    "response.function_call_arguments.done",
                    json!({"call_id": call_id, "name": name, "arguments": arguments}),
                ));
                item(arguments, "completed")
            }
            Content::Text(text) => {
                let item = |content: Value, status: &str| message(&item_id, status, content);
                push(item_event(
                    "response.output_item.added",
                    &id,
                    &item(json!([]), "in_progress"),
                ));
                push(added(&item(json!([]), "in_progress")));
                push(part(
                    "response.content_part.added",
                    json!({"part": {"type": "text", "text": ""}}),
                ));
                for piece in pieces(text) {
                    push(part("response.output_text.delta", json!({"delta": piece})));
                }
                push(part("response.output_text.done", json!({"text": text})));
                let whole = json!({"type": "text", "text": text});
                push(part("response.content_part.done", json!({"part": whole})));
                item(json!([{"type": "output_text", "text": text}]), "completed")
            }
            Content::Audio { transcript, format } => {
                let item = |content: Value, status: &str| message(&item_id, status, content);
                push(item_event(
                    "response.output_item.added",
                    &id,
                    &item(json!([]), "in_progress"),
                ));
                push(added(&item(json!([]), "in_progress")));
                push(part(
                    "response.content_part.added",
                    json!({"part": {"type": "audio", "transcript": ""}}),
                ));
                let words = pieces(transcript);
                let audio = speech(*format, words.len() * 2 * DELTA_MS);
                let mut deltas = audio.chunks(format.bytes_per_ms() * DELTA_MS);
                for word in words {
                    push(part("response.output_audio_transcript.delta", json!({"delta": word})));
                    for delta in deltas.by_ref().take(2) {
                        let delta = STANDARD.encode(delta);
                        push(part("response.output_audio.delta", json!({"delta": delta})));
                    }
                }
                push(part("response.output_audio.done", json!({})));
                push(part(
                    "response.output_audio_transcript.done",
                    json!({"transcript": transcript}),
                ));
                let whole = json!({"type": "audio", "transcript": transcript});
                push(part("response.content_part.done", json!({"part": whole})));
                item(json!([{"type": "output_audio", "transcript": transcript}]), "completed")
            }
        };
        push(json!({"type": "conversation.item.done", "previous_item_id": null, "item": item}));
        push(item_event("response.output_item.done", &id, &item));
        response["status"] = "completed".into();
        response["output"] = json!([item]);
        response["usage"] = json!({
            "total_tokens": 30, "input_tokens": 20, "output_tokens": 10,
            "input_token_details": {
                "cached_tokens": 0, "text_tokens": 15, "image_tokens": 0, "audio_tokens": 5,
                "cached_tokens_details": {"text_tokens": 0, "image_tokens": 0, "audio_tokens": 0},
            },
            "output_token_details": {"text_tokens": 4, "audio_tokens": 6},
        });
        push(json!({"type": "response.done", "response": response}));
        Self { id, events, response }
    }

    /// What is sent instead of the rest when it is cancelled.
    pub(super) fn cancelled(mut self, reason: &str) -> Value {
        self.response["status"] = "cancelled".into();
        self.response["status_details"] = json!({"type": "cancelled", "reason": reason});
        json!({"type": "response.done", "response": self.response})
    }

    /// The item as it is in the conversation.
    pub(super) fn item(&self) -> Value {
        self.response["output"][0].clone()
    }
}

fn message(id: &str, status: &str, content: Value) -> Value {
    json!({
        "id": id, "object": "realtime.item", "type": "message", "status": status,
        "role": "assistant", "content": content,
    })
}

fn item_event(kind: &str, response_id: &str, item: &Value) -> Value {
    json!({"type": kind, "response_id": response_id, "output_index": 0, "item": item})
}

fn added(item: &Value) -> Value {
    json!({"type": "conversation.item.added", "previous_item_id": null, "item": item})
}

/// Words with the spaces behind them.
fn pieces(text: &str) -> Vec<&str> {
    text.split_inclusive(' ').collect()
}
