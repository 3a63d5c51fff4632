//! The output of a response: reasoning, calls of tools, and a message.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::super::prompt::Prompt;
use super::super::tools::{self, ToolCall};
use super::super::{Question, refusals, sample, wording};
use super::hosted::{self, Hosted};
use crate::ids;
use crate::service_error::ServiceError;

/// The tokens of a thought.
const REASONING: usize = 64;

/// What a thought is about, for those who ask for a summary.
const SUMMARY: &str = "**Thinking it over**\n\nThe question is short, so the reply can be short.";

/// The items of a response and how it ended.
#[derive(Debug)]
pub(super) struct Output {
    pub(super) items: Vec<Value>,
    pub(super) status: &'static str,
    /// Why it is incomplete.
    pub(super) reason: Option<&'static str>,
    pub(super) error: Value,
    /// All that the model wrote, for counting tokens.
    pub(super) said: String,
    pub(super) reasoning_tokens: usize,
}

pub(super) fn of(
    question: &Question<'_>,
    prompt: &Prompt,
    input: &[Value],
) -> Result<Output, ServiceError> {
    let mut output = Output {
        items: Vec::new(),
        status: "completed",
        reason: None,
        error: Value::Null,
        said: String::new(),
        reasoning_tokens: 0,
    };
    if let Some(items) = &question.output {
        output.items.clone_from(items);
        output.said = items.iter().map(Value::to_string).collect();
        return Ok(output);
    }
    if prompt.has("[fail]") {
        output.status = "failed";
        output.error = json!({"code": "server_error", "message": "The model produced an error."});
        return Ok(output);
    }
    output.think(question);
    let calls = client_calls(question, prompt);
    if !calls.is_empty() {
        for call in &calls {
            let text = ["arguments", "input"].iter().find_map(|name| call[*name].as_str());
            output.said.push_str(text.unwrap_or("call"));
            output.said.push(' ');
        }
        output.items.extend(calls);
        return Ok(output);
    }
    let hosted = hosted::items(question, prompt, input)?;
    output.items.extend(hosted.items);
    if !hosted.waits {
        output.speak(question, prompt, hosted.annotated);
    }
    Ok(output)
}

impl Output {
    /// A reasoning model thinks before it writes, unless its effort is `none`.
    fn think(&mut self, question: &Question<'_>) {
        let reasoning = &question.body["reasoning"];
        if !refusals::is_reasoning(question.model()) || reasoning["effort"] == "none" {
            return;
        }
        let summary =
            ["summary", "generate_summary"].iter().any(|name| reasoning[*name].is_string());
        let summary =
            if summary { json!([{"type": "summary_text", "text": SUMMARY}]) } else { json!([]) };
        let id = ids::id("rs_", question.number());
        let mut item = json!({"id": id, "type": "reasoning", "summary": summary});
        if includes(question, "reasoning.encrypted_content") {
            item["encrypted_content"] = json!(STANDARD.encode(format!("thought of {id}")));
        }
        self.items.push(item);
        self.reasoning_tokens = REASONING;
    }

    fn speak(&mut self, question: &Question<'_>, prompt: &Prompt, annotated: Option<Annotated>) {
        let most = question.body["max_output_tokens"].as_u64();
        let (whole, annotations) = match annotated {
            Some(Annotated { text, annotations }) => (text, annotations),
            None => (text(question, prompt), Vec::new()),
        };
        let (mut said, mut is_cut) = wording::limited(&whole, most);
        if prompt.has("[filter-answer]") {
            said = wording::limited(&said, Some(3)).0;
            is_cut = true;
            self.reason = Some("content_filter");
        } else if is_cut {
            self.reason = Some("max_output_tokens");
        }
        if is_cut {
            self.status = "incomplete";
        }
        let content = if prompt.has("[refuse]") {
            json!({"type": "refusal", "refusal": "I will not do that."})
        } else {
            let top = question.body["top_logprobs"].as_u64().unwrap_or(0).min(20);
            let logprobs: Vec<Value> = if includes(question, "message.output_text.logprobs") {
                let top = usize::try_from(top).unwrap_or(0);
                let pieces = wording::pieces(&said);
                pieces.iter().map(|piece| super::super::chat::logprob(piece, top)).collect()
            } else {
                Vec::new()
            };
            // What is cut off has no citation either.
            let annotations = if is_cut { Vec::new() } else { annotations };
            json!({
                "type": "output_text",
                "text": said,
                "annotations": annotations,
                "logprobs": logprobs,
            })
        };
        self.items.push(json!({
            "id": ids::id("msg_", question.number()),
            "type": "message",
            "status": self.status,
            "role": "assistant",
            "content": [content],
        }));
        self.said = said;
    }
}

/// A text with the places that it cites.
#[derive(Debug)]
pub(super) struct Annotated {
    pub(super) text: String,
    pub(super) annotations: Vec<Value>,
}

/// Whether the request wants more of an item than it usually has.
pub(super) fn includes(question: &Question<'_>, what: &str) -> bool {
    question.body["include"].as_array().is_some_and(|list| list.iter().any(|one| one == what))
}

fn text(question: &Question<'_>, prompt: &Prompt) -> String {
    let format = &question.body["text"]["format"];
    match format["type"].as_str() {
        Some("json_schema") => sample::value(&format["schema"], &|_| None).to_string(),
        Some("json_object") => json!({"answer": wording::answer(prompt)}).to_string(),
        _ => wording::answer(prompt),
    }
}

/// Calls that the client has to run itself.
fn client_calls(question: &Question<'_>, prompt: &Prompt) -> Vec<Value> {
    let body = &question.body;
    let number = question.number();
    let choice = &body["tool_choice"];
    let is_parallel = body["parallel_tool_calls"] != false;
    let names_other =
        choice["type"].as_str().is_some_and(|kind| kind != "function" && kind != "allowed_tools");
    let allowed = hosted::allowed(&body["tools"], choice);
    let choice_of_functions = match choice["type"].as_str() {
        Some("allowed_tools") => &choice["mode"],
        _ => choice,
    };
    let mut calls = Vec::new();
    if !names_other {
        let made = tools::calls(&json!(allowed), choice_of_functions, is_parallel, prompt, number);
        calls.extend(made.iter().map(function_call));
    }
    if calls.is_empty() || is_parallel {
        for (at, tool) in (0..).zip(hosted::asked(body, prompt)) {
            let seed = number.wrapping_mul(1013) + at;
            // `required` is met by a function.
            let is_demanded_alone = choice == "required" && !calls.is_empty();
            if let Some(item) = local_call(tool, prompt, seed).filter(|_| !is_demanded_alone) {
                calls.push(item);
            }
        }
    }
    calls
}

fn function_call(call: &ToolCall) -> Value {
    json!({
        "id": call.id.replace("call_", "fc_"),
        "type": "function_call",
        "status": "completed",
        "call_id": call.id,
        "name": call.name,
        "arguments": call.arguments,
    })
}

/// The call of a tool that runs at the client and is no function.
fn local_call(tool: &Value, prompt: &Prompt, seed: u64) -> Option<Value> {
    let call_id = ids::id("call_", seed);
    let mut item = match tool["type"].as_str()? {
        "custom" => json!({
            "id": ids::id("ctc_", seed),
            "type": "custom_tool_call",
            "name": tool["name"],
            "input": tools::custom_input(&tool["format"], prompt),
        }),
        "shell" => json!({
            "id": ids::id("sh_", seed),
            "type": "shell_call",
            "action": {
                "commands": ["ls -l", "cat notes.txt"],
                "timeout_ms": 120_000,
                "max_output_length": 4096,
            },
            "environment": null,
        }),
        "local_shell" => json!({
            "id": ids::id("lsh_", seed),
            "type": "local_shell_call",
            "action": {"type": "exec", "command": ["ls", "-l"], "env": {}, "timeout_ms": 120_000},
        }),
        "apply_patch" => json!({
            "id": ids::id("apc_", seed),
            "type": "apply_patch_call",
            "operation": {
                "type": "update_file",
                "path": "notes.txt",
                "diff": "@@\n-old line\n+new line\n",
            },
        }),
        "computer_use_preview" | "computer" => json!({
            "id": ids::id("cu_", seed),
            "type": "computer_call",
            "action": {"type": "screenshot"},
            "pending_safety_checks": [],
        }),
        _ => return None,
    };
    item["call_id"] = json!(call_id);
    item["status"] = json!("completed");
    Some(item)
}

impl Hosted {
    /// Nothing to do but to write.
    pub(super) fn nothing() -> Self {
        Self { items: Vec::new(), annotated: None, waits: false }
    }
}
