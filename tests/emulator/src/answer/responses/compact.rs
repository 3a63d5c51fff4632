//! Compaction: a long input becomes one item that the next request takes instead.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::super::prompt::Prompt;
use super::super::{Question, usage};
use super::input;
use crate::ids;
use crate::reply::Reply;
use crate::service_error::ServiceError;
use crate::shared::locked;

/// The tokens of an item that stands for what was compacted.
const COMPACTED: usize = 64;

/// The fields of a request; no document has them.
const FIELDS: [&str; 7] = [
    "model",
    "input",
    "previous_response_id",
    "instructions",
    "prompt_cache_key",
    "prompt_cache_retention",
    "service_tier",
];

pub(super) fn compact(question: &Question<'_>) -> Result<Reply, ServiceError> {
    let given = question.body.as_object().into_iter().flatten();
    if let Some((name, _)) = given.into_iter().find(|(name, _)| !FIELDS.contains(&name.as_str())) {
        return Err(ServiceError::unknown_parameter(name));
    }
    if question.model().is_empty() {
        let message = "'model' is required.";
        return Err(ServiceError::bad_request("missing_required_parameter", "model", message));
    }
    let mut items = Vec::new();
    let memory = locked(&question.shared.memory);
    if let Some(id) = question.body["previous_response_id"].as_str() {
        let stored = memory.response(id).ok_or_else(|| ServiceError::no_previous_response(id))?;
        items.extend(stored.input.iter().cloned());
        items.extend(stored.whole["output"].as_array().into_iter().flatten().cloned());
    }
    let own = input::items(question);
    input::known(&memory, &own)?;
    items.extend(own);
    if items.is_empty() {
        let message = "'input' or 'previous_response_id' is required.";
        return Err(ServiceError::bad_request("missing_required_parameter", "input", message));
    }
    let tokens = usage::tokens(&Prompt::read(&json!(items)).all) + 4;
    // What the users said stays as it is; the rest is in the item.
    let mut output: Vec<Value> =
        items.iter().filter(|item| item["role"] == "user").cloned().collect();
    output.push(json!({
        "id": ids::id("cmp_", question.number()),
        "type": "compaction",
        "encrypted_content": STANDARD.encode(format!("compacted {} items", items.len())),
    }));
    Ok(Reply::status(200).json(json!({
        "id": ids::id("resp_", question.number()),
        "object": "response.compaction",
        "created_at": ids::now(),
        "output": output,
        "usage": usage::of_response(tokens, COMPACTED, 0),
    })))
}
