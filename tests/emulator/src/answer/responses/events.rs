//! A response as a stream of events.

use serde_json::{Value, json};

use super::super::chat_stream::halves;
use super::super::{Question, wording};
use super::object;

/// Padding of deltas, for those who ask for it.
const OBFUSCATION: &str = "aNKmX0TqPzr8wB";

/// Numbers the events as they are made.
struct Events {
    made: Vec<Value>,
    is_padded: bool,
    partial_images: u64,
}

/// The events of a response from `response.created` to its end; `breaks` ends it with an error.
pub(super) fn of(question: &Question<'_>, whole: &Value, breaks: bool) -> Vec<Value> {
    let tools = question.body["tools"].as_array().into_iter().flatten();
    let partial = tools.filter_map(|tool| tool["partial_images"].as_u64()).max();
    let mut events = Events {
        made: Vec::new(),
        is_padded: question.body["stream_options"]["include_obfuscation"] == true,
        partial_images: partial.unwrap_or(0).min(3),
    };
    let response = |status: &str| json!({"response": object::unfinished(whole, status)});
    if question.flag("background") {
        events.push("response.created", response("queued"));
        events.push("response.queued", response("queued"));
    } else {
        events.push("response.created", response("in_progress"));
    }
    events.push("response.in_progress", response("in_progress"));
    for (index, item) in whole["output"].as_array().into_iter().flatten().enumerate() {
        events.item(index, item);
    }
    if breaks {
        let message = "The model stopped in the middle of its answer.";
        events.push("error", json!({"code": "server_error", "message": message, "param": null}));
    } else {
        let name = format!("response.{}", whole["status"].as_str().unwrap_or("completed"));
        events.push(&name, json!({"response": whole}));
    }
    events.made
}

impl Events {
    fn push(&mut self, name: &str, mut event: Value) {
        event["type"] = json!(name);
        event["sequence_number"] = json!(self.made.len());
        if self.is_padded && name.ends_with(".delta") {
            event["obfuscation"] = json!(OBFUSCATION);
        }
        self.made.push(event);
    }

    /// An event of an item.
    fn at(&mut self, name: &str, index: usize, item: &Value, mut event: Value) {
        event["item_id"] = item["id"].clone();
        event["output_index"] = json!(index);
        self.push(name, event);
    }

    /// One item: added empty, what happens to it, done.
    fn item(&mut self, index: usize, item: &Value) {
        let kind = item["type"].as_str().unwrap_or_default();
        let mut empty = item.clone();
        if item.get("status").is_some() {
            empty["status"] = json!("in_progress");
        }
        match kind {
            "message" => empty["content"] = json!([]),
            "reasoning" => empty["summary"] = json!([]),
            "function_call" | "mcp_call" => empty["arguments"] = json!(""),
            "custom_tool_call" => empty["input"] = json!(""),
            "code_interpreter_call" => empty["code"] = json!(""),
            "mcp_list_tools" => empty["tools"] = json!([]),
            "shell_call" => empty["action"]["commands"] = json!([]),
            _ => {}
        }
        for name in ["result", "output", "results"].iter().filter(|_| kind != "mcp_list_tools") {
            if item.get(*name).is_some() {
                empty[*name] = Value::Null;
            }
        }
        self.push("response.output_item.added", json!({"output_index": index, "item": empty}));
        match kind {
            "message" => self.message(index, item),
            "reasoning" => self.reasoning(index, item),
            "function_call" => {
                self.written(index, item, "response.function_call_arguments", "arguments");
            }
            "custom_tool_call" => {
                self.written(index, item, "response.custom_tool_call_input", "input");
            }
            "web_search_call" => {
                self.stages(index, item, &["in_progress", "searching", "completed"])
            }
            "file_search_call" => {
                self.stages(index, item, &["in_progress", "searching", "completed"])
            }
            "code_interpreter_call" => {
                self.stages(index, item, &["in_progress"]);
                self.written(index, item, "response.code_interpreter_call_code", "code");
                self.stages(index, item, &["interpreting", "completed"]);
            }
            "image_generation_call" => self.image(index, item),
            "mcp_list_tools" => self.stages(index, item, &["in_progress", "completed"]),
            "mcp_call" => {
                self.stages(index, item, &["in_progress"]);
                self.written(index, item, "response.mcp_call_arguments", "arguments");
                self.stages(index, item, &["completed"]);
            }
            "shell_call" => self.shell(index, item),
            _ => {}
        }
        self.push("response.output_item.done", json!({"output_index": index, "item": item}));
    }

    fn stages(&mut self, index: usize, item: &Value, stages: &[&str]) {
        let kind = item["type"].as_str().unwrap_or_default();
        for stage in stages {
            self.at(&format!("response.{kind}.{stage}"), index, item, json!({}));
        }
    }

    /// A field of an item in two deltas, and whole.
    fn written(&mut self, index: usize, item: &Value, name: &str, field: &str) {
        let text = item[field].as_str().unwrap_or_default();
        for half in halves(text) {
            self.at(&format!("{name}.delta"), index, item, json!({"delta": half}));
        }
        let mut done = json!({field: text});
        if item["type"] == "function_call" {
            done["name"] = item["name"].clone();
        }
        self.at(&format!("{name}.done"), index, item, done);
    }

    fn message(&mut self, index: usize, item: &Value) {
        for (at, part) in item["content"].as_array().into_iter().flatten().enumerate() {
            self.part(index, item, at, part);
        }
    }

    /// A part is text or a refusal; its text stands under its own name.
    fn part(&mut self, index: usize, item: &Value, at: usize, part: &Value) {
        let (name, field) = match part["type"].as_str() {
            Some("refusal") => ("response.refusal", "refusal"),
            _ => ("response.output_text", "text"),
        };
        let content = |mut event: Value| {
            event["content_index"] = json!(at);
            event
        };
        let text = part[field].as_str().unwrap_or_default();
        let mut empty = part.clone();
        empty[field] = json!("");
        if field == "text" {
            empty["annotations"] = json!([]);
            empty["logprobs"] = json!([]);
        }
        self.at("response.content_part.added", index, item, content(json!({"part": empty})));
        let logprobs = part["logprobs"].as_array();
        for (number, piece) in wording::pieces(text).into_iter().enumerate() {
            let mut delta = json!({"delta": piece});
            if field == "text" {
                let own = logprobs.and_then(|all| all.get(number)).map(|own| vec![own]);
                delta["logprobs"] = json!(own.unwrap_or_default());
            }
            self.at(&format!("{name}.delta"), index, item, content(delta));
        }
        for (number, one) in part["annotations"].as_array().into_iter().flatten().enumerate() {
            let event = json!({"annotation_index": number, "annotation": one});
            self.at("response.output_text.annotation.added", index, item, content(event));
        }
        let mut done = json!({field: text});
        if field == "text" {
            done["logprobs"] = part["logprobs"].clone();
        }
        self.at(&format!("{name}.done"), index, item, content(done));
        self.at("response.content_part.done", index, item, content(json!({"part": part})));
    }

    fn reasoning(&mut self, index: usize, item: &Value) {
        for (at, part) in item["summary"].as_array().into_iter().flatten().enumerate() {
            let summary = |mut event: Value| {
                event["summary_index"] = json!(at);
                event
            };
            let name = "response.reasoning_summary";
            let empty = json!({"part": {"type": "summary_text", "text": ""}});
            self.at(&format!("{name}_part.added"), index, item, summary(empty));
            let text = part["text"].as_str().unwrap_or_default();
            for piece in wording::pieces(text) {
                let delta = summary(json!({"delta": piece}));
                self.at(&format!("{name}_text.delta"), index, item, delta);
            }
            self.at(&format!("{name}_text.done"), index, item, summary(json!({"text": text})));
            self.at(&format!("{name}_part.done"), index, item, summary(json!({"part": part})));
        }
    }

    fn image(&mut self, index: usize, item: &Value) {
        self.stages(index, item, &["in_progress", "generating"]);
        for at in 0..self.partial_images {
            let mut event = json!({
                "partial_image_index": at,
                "partial_image_b64": item["result"],
            });
            for name in ["background", "output_format", "quality", "size"] {
                event[name] = item[name].clone();
            }
            self.at("response.image_generation_call.partial_image", index, item, event);
        }
        self.stages(index, item, &["completed"]);
    }

    fn shell(&mut self, index: usize, item: &Value) {
        let name = "response.shell_call_command";
        let commands = item["action"]["commands"].as_array().into_iter().flatten();
        for (at, command) in commands.enumerate() {
            let of = |field: &str, text: &str| json!({"output_index": index, "command_index": at, field: text});
            let text = command.as_str().unwrap_or_default();
            self.push(&format!("{name}.added"), of("command", ""));
            for half in halves(text) {
                self.push(&format!("{name}.delta"), of("delta", half));
            }
            self.push(&format!("{name}.done"), of("command", text));
        }
    }
}
