//! The Responses API as a stream of named events.

use bytes::Bytes;
use serde_json::{Value, json};

use super::chat_stream::halves;
use super::{responses, wording};
use crate::reply::Reply;

/// Numbers the events as they are made.
#[derive(Default)]
struct Events(Vec<Bytes>);

pub(crate) fn reply(whole: &Value, breaks: bool) -> Reply {
    let mut events = Events::default();
    let before = responses::unfinished(whole, "in_progress");
    events.push("response.created", json!({"response": before}));
    events.push("response.in_progress", json!({"response": before}));
    for (index, item) in whole["output"].as_array().into_iter().flatten().enumerate() {
        if item["type"] == "message" {
            events.message(index, item);
        } else {
            events.function_call(index, item);
        }
    }
    if breaks {
        let message = "The model stopped in the middle of its answer.";
        events.push("error", json!({"code": "server_error", "message": message, "param": null}));
    } else {
        let name = format!("response.{}", whole["status"].as_str().unwrap_or("completed"));
        events.push(&name, json!({"response": whole}));
    }
    let reply = Reply::status(200).header("content-type", "text/event-stream; charset=utf-8");
    reply.chunks(events.0)
}

impl Events {
    fn push(&mut self, name: &str, mut event: Value) {
        event["type"] = json!(name);
        event["sequence_number"] = json!(self.0.len());
        self.0.push(format!("event: {name}\ndata: {event}\n\n").into());
    }

    fn message(&mut self, index: usize, item: &Value) {
        let at = |mut event: Value| {
            event["item_id"] = item["id"].clone();
            event["output_index"] = json!(index);
            event["content_index"] = json!(0);
            event
        };
        let part = &item["content"][0];
        // A part is text or a refusal; its text stands under its own name.
        let (name, member) = match part["type"].as_str() {
            Some("refusal") => ("response.refusal", "refusal"),
            _ => ("response.output_text", "text"),
        };
        let text = part[member].as_str().unwrap_or_default();
        let mut empty = item.clone();
        empty["status"] = json!("in_progress");
        empty["content"] = json!([]);
        self.push("response.output_item.added", json!({"output_index": index, "item": empty}));
        let mut empty = part.clone();
        empty[member] = json!("");
        self.push("response.content_part.added", at(json!({"part": empty})));
        for piece in wording::pieces(text) {
            self.push(&format!("{name}.delta"), at(json!({"delta": piece})));
        }
        self.push(&format!("{name}.done"), at(json!({member: text})));
        self.push("response.content_part.done", at(json!({"part": part})));
        self.push("response.output_item.done", json!({"output_index": index, "item": item}));
    }

    fn function_call(&mut self, index: usize, item: &Value) {
        let name = "response.function_call_arguments";
        let at = |mut event: Value| {
            event["item_id"] = item["id"].clone();
            event["output_index"] = json!(index);
            event
        };
        let arguments = item["arguments"].as_str().unwrap_or_default();
        let mut empty = item.clone();
        empty["status"] = json!("in_progress");
        empty["arguments"] = json!("");
        self.push("response.output_item.added", json!({"output_index": index, "item": empty}));
        for piece in halves(arguments) {
            self.push(&format!("{name}.delta"), at(json!({"delta": piece})));
        }
        self.push(&format!("{name}.done"), at(json!({"arguments": arguments})));
        self.push("response.output_item.done", json!({"output_index": index, "item": item}));
    }
}
