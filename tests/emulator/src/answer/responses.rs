//! The Responses API: answers that are kept, and can be gone on from.

use serde_json::{Value, json};

use super::prompt::Prompt;
use super::store::{Response, page};
use super::tools::{self, ToolCall};
use super::{Question, responses_stream, sample, usage, wording};
use crate::ids;
use crate::reply::Reply;
use crate::service_error::ServiceError;
use crate::shared::locked;

/// What a response in the background is, look by look.
const STATES: [&str; 3] = ["queued", "in_progress", "completed"];

pub(crate) fn create(question: &Question<'_>) -> Result<Reply, ServiceError> {
    let body = &question.body;
    let prompt = Prompt::read(&body["input"]);
    if prompt.has("[filter]") {
        return Err(ServiceError::content_filter());
    }
    if let Some(id) = body["previous_response_id"].as_str()
        && locked(&question.shared.store).responses.get(id).is_none()
    {
        return Err(ServiceError::no_object("response", id));
    }
    let whole = whole(question, &prompt);
    if body["store"] != false {
        let mut object = whole.clone();
        if question.flag("background") {
            object["status"] = json!(STATES[0]);
        }
        let stored = Response { object, input: items(question), looks: 0 };
        let id = whole["id"].as_str().unwrap_or_default().to_owned();
        locked(&question.shared.store).responses.put(id, stored);
    }
    if question.flag("stream") {
        return Ok(responses_stream::reply(&whole, prompt.has("[error]")));
    }
    if question.flag("background") {
        return Ok(Reply::status(200).json(unfinished(&whole, STATES[0])));
    }
    Ok(Reply::status(200).json(whole))
}

pub(crate) fn get(question: &Question<'_>, id: &str) -> Result<Reply, ServiceError> {
    let mut store = locked(&question.shared.store);
    let missing = || ServiceError::no_object("response", id);
    let response = store.responses.get(id).ok_or_else(missing)?;
    if response.object["background"] != true {
        return Ok(Reply::status(200).json(response.object.clone()));
    }
    response.looks += 1;
    let state = STATES.get(response.looks).copied().unwrap_or("completed");
    if response.object["status"] == "cancelled" {
        return Ok(Reply::status(200).json(unfinished(&response.object, "cancelled")));
    }
    response.object["status"] = json!(state);
    Ok(Reply::status(200).json(match state {
        "completed" => response.object.clone(),
        _ => unfinished(&response.object, state),
    }))
}

pub(crate) fn cancel(question: &Question<'_>, id: &str) -> Result<Reply, ServiceError> {
    let mut store = locked(&question.shared.store);
    let missing = || ServiceError::no_object("response", id);
    let response = store.responses.get(id).ok_or_else(missing)?;
    if response.object["background"] != true {
        let message = "Only a response in the background can be cancelled.";
        return Err(ServiceError::bad_request("invalid_value", "response_id", message));
    }
    response.object["status"] = json!("cancelled");
    Ok(Reply::status(200).json(unfinished(&response.object, "cancelled")))
}

pub(crate) fn delete(question: &Question<'_>, id: &str) -> Result<Reply, ServiceError> {
    let removed = locked(&question.shared.store).responses.remove(id);
    removed.ok_or_else(|| ServiceError::no_object("response", id))?;
    Ok(Reply::status(200).json(json!({"object": "response", "id": id, "deleted": true})))
}

pub(crate) fn input_items(question: &Question<'_>, id: &str) -> Result<Reply, ServiceError> {
    let mut store = locked(&question.shared.store);
    let missing = || ServiceError::no_object("response", id);
    let response = store.responses.get(id).ok_or_else(missing)?;
    let newest_first = response.input.iter().rev().cloned().collect();
    Ok(Reply::status(200).json(page(question, newest_first)))
}

/// The input as a list of items with ids.
fn items(question: &Question<'_>) -> Vec<Value> {
    let input = match &question.body["input"] {
        Value::Array(items) => items.clone(),
        text => vec![json!({"role": "user", "content": text})],
    };
    let item = |(at, mut item): (u64, Value)| {
        if let Value::Object(members) = &mut item {
            let id = ids::id("msg_", question.number().wrapping_mul(521) + at);
            members.entry("id").or_insert(json!(id));
            members.entry("type").or_insert(json!("message"));
            if let Some(Value::String(text)) = members.get("content") {
                let part = json!([{"type": "input_text", "text": text}]);
                members.insert("content".to_owned(), part);
            }
        }
        item
    };
    (0..).zip(input).map(item).collect()
}

fn whole(question: &Question<'_>, prompt: &Prompt) -> Value {
    let body = &question.body;
    let number = question.number();
    let is_parallel = body["parallel_tool_calls"] != false;
    let calls = tools::calls(&body["tools"], &body["tool_choice"], is_parallel, prompt, number);
    let mut status = "completed";
    let (output, said) = if calls.is_empty() {
        let (text, is_cut) = text(question, prompt);
        if is_cut {
            status = "incomplete";
        }
        (vec![message(number, &text, status, prompt)], text)
    } else {
        let said = calls.iter().map(|call| call.arguments.as_str()).collect::<Vec<_>>().join(" ");
        (calls.iter().map(function_call).collect(), said)
    };
    let is_background = question.flag("background");
    let or = |name: &str, otherwise: Value| match &body[name] {
        Value::Null => otherwise,
        given => given.clone(),
    };
    let (input, spoken) = (usage::tokens(&prompt.all) + 4, usage::tokens(&said));
    json!({
        "id": ids::id("resp_", number),
        "object": "response",
        "created_at": ids::now(),
        "status": status,
        "background": is_background,
        "error": null,
        "incomplete_details":
            if status == "incomplete" { json!({"reason": "max_output_tokens"}) } else { json!(null) },
        "instructions": body["instructions"],
        "max_output_tokens": body["max_output_tokens"],
        "metadata": or("metadata", json!({})),
        "model": question.model(),
        "output": output,
        "parallel_tool_calls": is_parallel,
        "previous_response_id": body["previous_response_id"],
        "reasoning": or("reasoning", json!({"effort": null, "summary": null})),
        "service_tier": "default",
        "store": body["store"] != false,
        "temperature": or("temperature", json!(1.0)),
        "text": or("text", json!({"format": {"type": "text"}})),
        "tool_choice": or("tool_choice", json!("auto")),
        "tools": or("tools", json!([])),
        "top_p": or("top_p", json!(1.0)),
        "truncation": or("truncation", json!("disabled")),
        "usage": {
            "input_tokens": input,
            "input_tokens_details": {"cached_tokens": 0},
            "output_tokens": spoken,
            "output_tokens_details": {"reasoning_tokens": 0},
            "total_tokens": input + spoken,
        },
        "user": body["user"],
    })
}

fn text(question: &Question<'_>, prompt: &Prompt) -> (String, bool) {
    let format = &question.body["text"]["format"];
    let text = match format["type"].as_str() {
        Some("json_schema") => sample::value(&format["schema"], &|_| None).to_string(),
        Some("json_object") => json!({"answer": wording::answer(prompt)}).to_string(),
        _ => wording::answer(prompt),
    };
    wording::limited(&text, question.body["max_output_tokens"].as_u64())
}

fn message(number: u64, text: &str, status: &str, prompt: &Prompt) -> Value {
    let content = if prompt.has("[refuse]") {
        json!({"type": "refusal", "refusal": "I will not do that."})
    } else {
        json!({"type": "output_text", "text": text, "annotations": [], "logprobs": []})
    };
    json!({
        "id": ids::id("msg_", number),
        "type": "message",
        "status": status,
        "role": "assistant",
        "content": [content],
    })
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

/// A response as it is before it is done.
pub(crate) fn unfinished(whole: &Value, status: &str) -> Value {
    let mut object = whole.clone();
    object["status"] = json!(status);
    object["output"] = json!([]);
    object["usage"] = Value::Null;
    object["incomplete_details"] = Value::Null;
    object
}
