//! Items of the Responses API that the documents of v1 name but do not describe.
//!
//! The union of input items has two children there, messages and references, while the service
//! takes back every item that it returns. The fields of the others stand here.

use serde_json::Value;

/// The fields of an item besides `type`.
struct Item {
    kind: &'static str,
    required: &'static [&'static str],
    optional: &'static [&'static str],
}

const fn item(
    kind: &'static str,
    required: &'static [&'static str],
    optional: &'static [&'static str],
) -> Item {
    Item { kind, required, optional }
}

const ITEMS: &[Item] = &[
    item("function_call", &["call_id", "name", "arguments"], &["id", "status"]),
    item("function_call_output", &["call_id", "output"], &["id", "status"]),
    item("custom_tool_call", &["call_id", "name", "input"], &["id", "status"]),
    item("custom_tool_call_output", &["call_id", "output"], &["id", "status"]),
    item("reasoning", &["summary"], &["id", "content", "encrypted_content", "status"]),
    item("web_search_call", &["id", "status", "action"], &[]),
    item("file_search_call", &["id", "status", "queries"], &["results"]),
    item("code_interpreter_call", &["id", "container_id"], &["code", "outputs", "status"]),
    item(
        "image_generation_call",
        &["id", "result"],
        &["status", "action", "background", "output_format", "quality", "size", "revised_prompt"],
    ),
    item(
        "computer_call",
        &["call_id"],
        &["id", "action", "actions", "pending_safety_checks", "status"],
    ),
    item(
        "computer_call_output",
        &["call_id", "output"],
        &["id", "acknowledged_safety_checks", "status"],
    ),
    item("local_shell_call", &["call_id", "action"], &["id", "status"]),
    item("local_shell_call_output", &["output"], &["id", "call_id", "status"]),
    item("shell_call", &["call_id", "action"], &["id", "environment", "status", "created_by"]),
    item(
        "shell_call_output",
        &["call_id", "output"],
        &["id", "max_output_length", "status", "created_by"],
    ),
    item("apply_patch_call", &["call_id", "operation"], &["id", "status", "created_by"]),
    item("apply_patch_call_output", &["call_id", "status"], &["id", "output", "created_by"]),
    item("mcp_list_tools", &["server_label", "tools"], &["id", "error"]),
    item(
        "mcp_call",
        &["server_label", "name", "arguments"],
        &["id", "output", "error", "status", "approval_request_id"],
    ),
    item("mcp_approval_request", &["id", "server_label", "name", "arguments"], &[]),
    item("mcp_approval_response", &["approval_request_id", "approve"], &["id", "reason"]),
    item("compaction", &["encrypted_content"], &["id", "created_by"]),
    // A message of the model that goes back: the documents have what users say.
    item("message", &["role", "content"], &["id", "status", "phase"]),
    item("output_text", &["text"], &["annotations", "logprobs"]),
    item("refusal", &["refusal"], &[]),
];

/// Names of the lists that hold items, by the path of the operation.
const LISTS: [(&str, &str); 3] =
    [("responses", "input"), ("conversations", "items"), ("items", "items")];

/// The list of items in the body of an operation of v1.
fn list(version: &str, segments: &[String]) -> Option<&'static str> {
    let last = segments.last().filter(|_| version.starts_with("v1"))?;
    LISTS.iter().find(|(path, _)| path == last).map(|(_, list)| *list)
}

/// Names the type of messages that have none, as the service understands them.
pub(super) fn complete(version: &str, segments: &[String], body: &mut Value) {
    let Some(list) = list(version, segments) else { return };
    for item in body.get_mut(list).and_then(Value::as_array_mut).into_iter().flatten() {
        if let Value::Object(fields) = item
            && fields.contains_key("role")
        {
            fields.entry("type").or_insert_with(|| "message".into());
        }
    }
}

/// Whether a field that the document does not declare is one of an item.
pub(super) fn is_field(version: &str, segments: &[String], body: &Value, place: &str) -> bool {
    let Some(list) = list(version, segments) else { return false };
    let steps: Vec<&str> = place.split('/').skip(1).collect();
    match steps.as_slice() {
        [first, at, rest @ ..] if *first == list => {
            let item = &body[list][at.parse::<usize>().unwrap_or(usize::MAX)];
            match rest {
                // A part of a message.
                ["content", at, field, ..] if item["type"] == "message" => {
                    has(&item["content"][at.parse::<usize>().unwrap_or(usize::MAX)], field)
                }
                [field, ..] => has(item, field),
                [] => false,
            }
        }
        _ => false,
    }
}

fn has(item: &Value, field: &str) -> bool {
    let known = ITEMS.iter().find(|known| item["type"] == known.kind);
    known.is_some_and(|known| {
        field == "type" || known.required.contains(&field) || known.optional.contains(&field)
    })
}

/// Notes what an item lacks.
pub(super) fn check(version: &str, segments: &[String], body: &Value, found: &mut Vec<String>) {
    let Some(list) = list(version, segments) else { return };
    for (at, item) in body[list].as_array().into_iter().flatten().enumerate() {
        let known = ITEMS.iter().find(|known| item["type"] == known.kind);
        for name in known.map(|known| known.required).unwrap_or_default() {
            if item.get(*name).is_none() {
                let line = format!("body/{list}/{at}: \"{name}\" is a required property");
                if !found.contains(&line) {
                    found.push(line);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    #[test]
    fn items_of_v1_have_their_fields_and_nothing_else() {
        let segments = ["responses".to_owned()];
        let mut body = json!({"input": [
            {"role": "user", "content": "Hello"},
            {"type": "function_call_output", "call_id": "c", "outptu": "x"},
        ]});
        super::complete("v1", &segments, &mut body);
        assert_eq!(body["input"][0]["type"], "message");
        let is_field = |place| super::is_field("v1", &segments, &body, place);
        assert!(is_field("/input/1/call_id"));
        assert!(!is_field("/input/1/outptu"));
        assert!(!is_field("/call_id"));
        let mut found = vec![];
        super::check("v1", &segments, &body, &mut found);
        assert_eq!(found, ["body/input/1: \"output\" is a required property"]);
    }
}
