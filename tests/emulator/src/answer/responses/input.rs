//! The input of a response as a list of items.

use serde_json::{Value, json};

use super::super::Question;
use super::memory::Memory;
use crate::ids;
use crate::service_error::ServiceError;

/// The input as items that have ids, as they are listed later.
pub(super) fn items(question: &Question<'_>) -> Vec<Value> {
    let input = match &question.body["input"] {
        Value::Array(items) => items.clone(),
        Value::Null => Vec::new(),
        text => vec![json!({"role": "user", "content": text})],
    };
    let seed = question.number().wrapping_mul(521);
    (0..).zip(input).map(|(at, item)| with_id(item, seed + at)).collect()
}

/// An item as the service stores it.
pub(in crate::answer) fn with_id(mut item: Value, seed: u64) -> Value {
    let Value::Object(fields) = &mut item else { return item };
    fields.entry("type").or_insert(json!("message"));
    let kind = fields["type"].as_str().unwrap_or_default();
    let prefix = match kind {
        "message" => "msg_",
        "reasoning" => "rs_",
        "function_call" | "function_call_output" => "fc_",
        "custom_tool_call" | "custom_tool_call_output" => "ctc_",
        "mcp_approval_response" => "mcpr_",
        "compaction" => "cmp_",
        _ => "item_",
    };
    let is_message = kind == "message";
    fields.entry("id").or_insert_with(|| json!(ids::id(prefix, seed)));
    if is_message {
        fields.entry("status").or_insert(json!("completed"));
        let said = fields.get("role").is_some_and(|role| role == "assistant");
        let part = if said { "output_text" } else { "input_text" };
        if let Some(Value::String(text)) = fields.get("content") {
            let mut content = json!({"type": part, "text": text});
            if said {
                content["annotations"] = json!([]);
            }
            fields.insert("content".to_owned(), json!([content]));
        }
    }
    item
}

/// Items that are only referred to have to be stored here; those that were not stored are sent
/// with their encrypted content instead.
pub(super) fn known(memory: &Memory, items: &[Value]) -> Result<(), ServiceError> {
    for item in items {
        let is_reference = match item["type"].as_str() {
            Some("item_reference") => true,
            Some("reasoning") => !item["encrypted_content"].is_string(),
            _ => false,
        };
        if let Some(id) = item["id"].as_str().filter(|_| is_reference)
            && memory.item(id).is_none()
        {
            return Err(ServiceError::no_item(id));
        }
    }
    Ok(())
}
