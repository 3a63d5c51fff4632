//! Completions, the older form of chat.

use serde_json::{Value, json};

use super::prompt::Prompt;
use super::{Question, filter, usage, wording};
use crate::ids;
use crate::reply::Reply;
use crate::service_error::ServiceError;

pub(crate) fn answer(question: &Question<'_>) -> Result<Reply, ServiceError> {
    let body = &question.body;
    let prompts: Vec<String> = match &body["prompt"] {
        Value::Array(items) if items.first().is_some_and(Value::is_string) => {
            items.iter().filter_map(Value::as_str).map(str::to_owned).collect()
        }
        Value::String(text) => vec![text.clone()],
        _ => vec![String::new()],
    };
    if prompts.iter().any(|prompt| prompt.contains("[filter]")) {
        return Err(ServiceError::content_filter());
    }
    let most = body["max_tokens"].as_u64().or(Some(16));
    let each = body["n"].as_u64().unwrap_or(1).clamp(1, 128);
    let mut choices = Vec::new();
    for prompt in &prompts {
        let said = wording::answer(&Prompt { user: prompt.clone(), ..Prompt::default() });
        let (said, is_cut) = wording::limited(&said, most);
        let echo = if question.flag("echo") { prompt.as_str() } else { "" };
        for _ in 0..each {
            choices.push((format!("{echo}{said}"), if is_cut { "length" } else { "stop" }));
        }
    }
    let prompt_tokens: usize = prompts.iter().map(|prompt| usage::tokens(prompt)).sum();
    let completion_tokens: usize = choices.iter().map(|(text, _)| usage::tokens(text)).sum();
    let usage = json!({
        "prompt_tokens": prompt_tokens,
        "completion_tokens": completion_tokens,
        "total_tokens": prompt_tokens + completion_tokens,
    });
    let one = |choices: Value| {
        json!({
            "id": ids::id("cmpl-", question.number()),
            "object": "text_completion",
            "created": ids::now(),
            "model": question.model(),
            "choices": choices,
        })
    };
    if question.flag("stream") {
        return Ok(stream(question, &choices, &usage, one));
    }
    let choice = |(index, (text, reason)): (usize, &(String, &str))| {
        json!({
            "index": index,
            "text": text,
            "finish_reason": reason,
            "logprobs": null,
            "content_filter_results": filter::clean(),
        })
    };
    let mut whole = one(choices.iter().enumerate().map(choice).collect());
    whole["prompt_filter_results"] = filter::prompt();
    whole["usage"] = usage;
    Ok(Reply::status(200).json(whole))
}

fn stream(
    question: &Question<'_>,
    choices: &[(String, &str)],
    usage: &Value,
    one: impl Fn(Value) -> Value,
) -> Reply {
    let mut first = one(json!([]));
    first["prompt_filter_results"] = filter::prompt();
    let mut events = vec![first.to_string()];
    for (index, (text, reason)) in choices.iter().enumerate() {
        let chunk = |text: &str, reason: Value, verdict: Value| {
            one(json!([{
                "index": index,
                "text": text,
                "finish_reason": reason,
                "logprobs": null,
                "content_filter_results": verdict,
            }]))
        };
        for piece in wording::pieces(text) {
            events.push(chunk(piece, Value::Null, filter::clean()).to_string());
        }
        events.push(chunk("", json!(reason), json!({})).to_string());
    }
    if question.body["stream_options"]["include_usage"] == true {
        let mut last = one(json!([]));
        last["usage"] = usage.clone();
        events.push(last.to_string());
    }
    events.push("[DONE]".to_owned());
    Reply::status(200).sse(events)
}
