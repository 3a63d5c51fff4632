//! Batches: one that is looked at goes on, from `validating` over `in_progress` and `finalizing`
//! to `completed`, and then has a file with an answer for each of its lines.

use bytes::Bytes;
use serde_json::{Value, json};

use super::prompt::Prompt;
use super::store::{Batch, page};
use super::{Question, Store, files, filter, usage, wording};
use crate::ids;
use crate::reply::Reply;
use crate::service_error::ServiceError;
use crate::shared::locked;

/// What a batch is, look by look.
const STATES: [&str; 4] = ["validating", "in_progress", "finalizing", "completed"];

pub(crate) fn create(question: &Question<'_>) -> Result<Reply, ServiceError> {
    let input = question.text("input_file_id").unwrap_or_default();
    let mut store = locked(&question.shared.store);
    if store.files.get(&input).is_none() {
        return Err(ServiceError::no_object("file", &input));
    }
    let id = ids::id("batch_", question.number());
    let now = ids::now();
    let object = json!({
        "object": "batch",
        "id": id,
        "endpoint": question.body["endpoint"],
        "completion_window": question.body["completion_window"],
        "input_file_id": input,
        // The service writes absent ids as empty texts.
        "output_file_id": "",
        "error_file_id": "",
        "status": STATES[0],
        "errors": null,
        "metadata": question.body["metadata"],
        "request_counts": {"total": 0, "completed": 0, "failed": 0},
        "created_at": now,
        "expires_at": now + 86_400,
        "in_progress_at": null,
        "finalizing_at": null,
        "completed_at": null,
        "failed_at": null,
        "expired_at": null,
        "cancelling_at": null,
        "cancelled_at": null,
    });
    store.batches.put(id, Batch { object: object.clone(), looks: 0 });
    Ok(Reply::status(200).json(object))
}

pub(crate) fn list(question: &Question<'_>) -> Reply {
    let store = locked(&question.shared.store);
    let objects = store.batches.newest_first().map(|(_, batch)| batch.object.clone());
    Reply::status(200).json(page(question, objects.collect()))
}

pub(crate) fn get(question: &Question<'_>, id: &str) -> Result<Reply, ServiceError> {
    let mut store = locked(&question.shared.store);
    let batch = store.batches.get(id).ok_or_else(|| ServiceError::no_object("batch", id))?;
    batch.looks += 1;
    let mut object = batch.object.clone();
    if object["status"] == "cancelling" {
        object["status"] = json!("cancelled");
        object["cancelled_at"] = json!(ids::now());
    } else if let Some(state) = STATES.get(batch.looks)
        && object["status"] != "cancelled"
        && object["status"] != "failed"
    {
        object["status"] = json!(state);
        object[format!("{state}_at")] = json!(ids::now());
        if *state == "completed" {
            complete(&mut store, question.number(), &mut object);
        }
    }
    if let Some(batch) = store.batches.get(id) {
        batch.object = object.clone();
    }
    Ok(Reply::status(200).json(object))
}

pub(crate) fn cancel(question: &Question<'_>, id: &str) -> Result<Reply, ServiceError> {
    let mut store = locked(&question.shared.store);
    let batch = store.batches.get(id).ok_or_else(|| ServiceError::no_object("batch", id))?;
    let status = batch.object["status"].as_str().unwrap_or_default();
    if ["completed", "failed", "cancelled"].contains(&status) {
        let message = format!("A batch that is {status} cannot be cancelled.");
        return Err(ServiceError::plain(409, "Conflict", &message));
    }
    batch.object["status"] = json!("cancelling");
    batch.object["cancelling_at"] = json!(ids::now());
    Ok(Reply::status(200).json(batch.object.clone()))
}

/// Answers each line of the input.
fn complete(store: &mut Store, number: u64, batch: &mut Value) {
    let input = batch["input_file_id"].as_str().unwrap_or_default();
    let content = store.files.get(input).map(|file| file.content.clone()).unwrap_or_default();
    let mut lines = Vec::new();
    for (at, line) in content.split(|byte| *byte == b'\n').enumerate() {
        if line.trim_ascii().is_empty() {
            continue;
        }
        match serde_json::from_slice(line) {
            Ok(request) => lines.push(answer(number, at as u64, &request).to_string()),
            Err(_) => return fail(batch, at + 1),
        }
    }
    let output = Bytes::from(lines.join("\n") + "\n");
    let file = files::put(store, number, "results.jsonl", "batch_output", output);
    batch["output_file_id"] = file["id"].clone();
    batch["request_counts"] = json!({"total": lines.len(), "completed": lines.len(), "failed": 0});
}

fn fail(batch: &mut Value, line: usize) {
    batch["status"] = json!("failed");
    batch["completed_at"] = Value::Null;
    batch["failed_at"] = json!(ids::now());
    let error = json!({
        "code": "invalid_json_line", "message": "The line is no JSON.", "line": line, "param": null,
    });
    batch["errors"] = json!({"object": "list", "data": [error]});
}

fn answer(number: u64, at: u64, request: &Value) -> Value {
    let prompt = Prompt::read(&request["body"]["messages"]);
    let text = wording::answer(&prompt);
    let tokens = (usage::tokens(&prompt.all), usage::tokens(&text));
    let seed = number.wrapping_mul(4099) + at;
    json!({
        "id": ids::id("batch_req_", seed),
        "custom_id": request["custom_id"],
        "error": null,
        "response": {
            "status_code": 200,
            "request_id": ids::uuid(seed, 5),
            "body": {
                "id": ids::id("chatcmpl-", seed),
                "object": "chat.completion",
                "created": ids::now(),
                "model": request["body"]["model"],
                "choices": [{
                    "index": 0,
                    "finish_reason": "stop",
                    "logprobs": null,
                    "message": {"role": "assistant", "content": text, "refusal": null},
                    "content_filter_results": filter::clean(),
                }],
                "prompt_filter_results": filter::prompt(),
                "usage": usage::of_chat(tokens.0, tokens.1, 0),
            },
        },
    })
}
