//! The object of a response.

use serde_json::{Value, json};

use super::super::prompt::Prompt;
use super::super::{Question, conversations, filter, usage};
use super::or;
use super::output::Output;
use crate::ids;

/// The whole response, as it is when it is over.
pub(super) fn whole(question: &Question<'_>, prompt: &Prompt, output: Output) -> Value {
    let body = &question.body;
    let now = ids::now();
    let tokens = usage::of_response(
        usage::tokens(&prompt.all) + 4,
        usage::tokens(&output.said),
        output.reasoning_tokens,
    );
    let mut whole = json!({
        "id": ids::id("resp_", question.number()),
        "object": "response",
        "created_at": now,
        "completed_at": if output.status == "completed" { json!(now) } else { Value::Null },
        "status": output.status,
        "background": question.flag("background"),
        "content_filters": filters(&output),
        "error": output.error,
        "incomplete_details": output.reason.map(|reason| json!({"reason": reason})),
        "instructions": body["instructions"],
        "max_output_tokens": body["max_output_tokens"],
        "max_tool_calls": body["max_tool_calls"],
        "metadata": or(body, "metadata", json!({})),
        "model": question.model(),
        "output": output.items,
        "parallel_tool_calls": body["parallel_tool_calls"] != false,
        "previous_response_id": body["previous_response_id"],
        "prompt_cache_key": body["prompt_cache_key"],
        "reasoning": or(body, "reasoning", json!({"effort": null, "summary": null})),
        "safety_identifier": body["safety_identifier"],
        "service_tier": match body["service_tier"].as_str() {
            Some(tier) if tier != "auto" => tier,
            _ => "default",
        },
        "store": body["store"] != false,
        "temperature": or(body, "temperature", json!(1.0)),
        "text": or(body, "text", json!({"format": {"type": "text"}})),
        "tool_choice": or(body, "tool_choice", json!("auto")),
        "tools": or(body, "tools", json!([])),
        "top_logprobs": or(body, "top_logprobs", json!(0)),
        "top_p": or(body, "top_p", json!(1.0)),
        "truncation": or(body, "truncation", json!("disabled")),
        "usage": tokens,
        "user": body["user"],
    });
    if let Some(id) = conversations::id_of(body) {
        whole["conversation"] = json!({"id": id});
    }
    if output.error.is_object() {
        whole["usage"] = Value::Null;
    }
    whole
}

/// The content filter results of the prompt and of the completion.
fn filters(output: &Output) -> Value {
    let one = |source: &str, verdict: Value, is_blocked: bool, length: usize| {
        json!({
            "blocked": is_blocked,
            "source_type": source,
            "content_filter_results": verdict,
            "content_filter_offsets":
                {"start_offset": 0, "end_offset": length, "check_offset": 0},
        })
    };
    let mut prompt = filter::clean();
    prompt["jailbreak"] = json!({"filtered": false, "detected": false});
    let length = output.said.chars().count();
    let is_blocked = output.reason == Some("content_filter");
    let verdict = if is_blocked { filter::blocked() } else { filter::clean() };
    json!([one("prompt", prompt, false, 0), one("completion", verdict, is_blocked, length)])
}

/// A response as it is before it is over.
pub(super) fn unfinished(whole: &Value, status: &str) -> Value {
    let mut object = whole.clone();
    object["status"] = json!(status);
    object["output"] = json!([]);
    for name in ["completed_at", "content_filters", "error", "incomplete_details", "usage"] {
        object[name] = Value::Null;
    }
    object
}
