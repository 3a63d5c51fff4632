//! What people and models say, in the form of OpenTelemetry: only for clients that capture it.
//!
//! A message is `{"role": …, "parts": […]}`. The bytes of images, audio and files are left out, as
//! are the queries of their URLs and what is secret in tools; fields whose names are those of
//! secrets, such as `password`, are hidden in the arguments of tools too.

use serde_json::{Map, Value, json};

use super::fields;

/// The content of a request, each field as JSON.
#[derive(Debug, Default)]
pub(super) struct RequestContent {
    pub(super) input: Option<String>,
    pub(super) instructions: Option<String>,
    pub(super) tools: Option<String>,
    pub(super) query: Option<String>,
}

/// Reads the content of the body of a request.
pub(super) fn of_request(body: &Map<String, Value>) -> RequestContent {
    let messages = match (body.get("messages"), body.get("input"), body.get("prompt")) {
        (Some(Value::Array(messages)), ..) => messages.iter().map(chat_message).collect(),
        (_, Some(Value::Array(items)), _) => items.iter().filter_map(item_message).collect(),
        (_, Some(Value::String(text)), _) | (_, _, Some(Value::String(text))) => vec![user(text)],
        (_, _, Some(Value::Array(prompts))) => {
            prompts.iter().filter_map(Value::as_str).map(user).collect()
        }
        _ => Vec::new(),
    };
    let tools = body.get("tools").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let instructions = body.get("instructions").and_then(Value::as_str);
    RequestContent {
        input: json_list(messages),
        instructions: json_list(instructions.map(text).into_iter().collect()),
        tools: json_list(tools.iter().map(definition).collect()),
        query: body.get("query").map(plain),
    }
}

/// A list as JSON without secrets; nothing for an empty one.
pub(super) fn json_list(list: Vec<Value>) -> Option<String> {
    let is_empty = list.is_empty();
    (!is_empty).then(|| fields::hidden(Value::Array(list).to_string().into()).into_owned())
}

/// The parts of a message of a chat, also of one that the model made.
pub(super) fn chat_parts(message: &Value) -> Vec<Value> {
    let mut parts = Vec::new();
    match message.get("content") {
        Some(Value::String(content)) => parts.push(text(content)),
        Some(Value::Array(content)) => parts.extend(content.iter().map(part)),
        _ => {}
    }
    if let Some(refusal) = message.get("refusal").and_then(Value::as_str) {
        parts.push(json!({"type": "refusal", "content": refusal}));
    }
    if message.get("audio").is_some_and(Value::is_object) {
        parts.push(json!({"type": "blob", "modality": "audio"}));
    }
    let calls = message.get("tool_calls").and_then(Value::as_array);
    for call in calls.into_iter().flatten() {
        let function = call.get("function").or_else(|| call.get("custom")).unwrap_or(&Value::Null);
        let arguments = function.get("arguments").or_else(|| function.get("input"));
        parts.push(tool_call(call.get("id"), function.get("name"), arguments));
    }
    if let Some(function) = message.get("function_call").filter(|call| call.is_object()) {
        parts.push(tool_call(None, function.get("name"), function.get("arguments")));
    }
    parts
}

/// The parts of the items that a response of the Responses API consists of.
pub(super) fn item_parts(items: &[Value]) -> Vec<Value> {
    let messages = items.iter().filter_map(item_message);
    let parts = messages.filter_map(|mut message| match message["parts"].take() {
        Value::Array(parts) => Some(parts),
        _ => None,
    });
    parts.flatten().collect()
}

/// A text.
pub(super) fn text(content: &str) -> Value {
    json!({"type": "text", "content": content})
}

/// A call of a tool. Arguments that are JSON stand as such.
pub(super) fn tool_call(
    id: Option<&Value>,
    name: Option<&Value>,
    arguments: Option<&Value>,
) -> Value {
    let arguments = match arguments {
        Some(Value::String(json)) => {
            serde_json::from_str(json).unwrap_or_else(|_| json.as_str().into())
        }
        Some(other) => other.clone(),
        None => Value::Null,
    };
    let mut call = json!({"type": "tool_call", "name": name, "arguments": arguments});
    if let Some(id) = id {
        call["id"] = id.clone();
    }
    call
}

fn user(content: &str) -> Value {
    json!({"role": "user", "parts": [text(content)]})
}

fn chat_message(message: &Value) -> Value {
    let role = message.get("role").and_then(Value::as_str).unwrap_or_default();
    let parts = match role {
        "tool" | "function" => {
            let id = message.get("tool_call_id").or_else(|| message.get("name"));
            vec![result(id, message.get("content"))]
        }
        _ => chat_parts(message),
    };
    json!({"role": if role == "function" { "tool" } else { role }, "parts": parts})
}

/// A message of an item of the Responses API; nothing for a reference to one.
fn item_message(item: &Value) -> Option<Value> {
    let kind = item.get("type").and_then(Value::as_str);
    let (role, parts) = match kind {
        None | Some("message") => {
            (item.get("role").and_then(Value::as_str).unwrap_or("assistant"), chat_parts(item))
        }
        Some("function_call") => (
            "assistant",
            vec![tool_call(item.get("call_id"), item.get("name"), item.get("arguments"))],
        ),
        Some("custom_tool_call") => {
            ("assistant", vec![tool_call(item.get("call_id"), item.get("name"), item.get("input"))])
        }
        Some("function_call_output" | "custom_tool_call_output") => {
            ("tool", vec![result(item.get("call_id"), item.get("output"))])
        }
        Some("reasoning") => {
            let summary = item.get("summary").and_then(Value::as_array);
            let texts = summary.into_iter().flatten().filter_map(|part| part["text"].as_str());
            let reasoning = |text| json!({"type": "reasoning", "content": text});
            ("assistant", texts.map(reasoning).collect())
        }
        Some("item_reference") => return None,
        Some(other) => ("assistant", vec![json!({"type": other, "id": item.get("id")})]),
    };
    Some(json!({"role": role, "parts": parts}))
}

/// The result of a tool: its text, or its parts.
fn result(id: Option<&Value>, content: Option<&Value>) -> Value {
    let response = match content {
        Some(Value::Array(parts)) => Value::Array(parts.iter().map(part).collect()),
        Some(other) => other.clone(),
        None => Value::Null,
    };
    json!({"type": "tool_call_response", "id": id, "response": response})
}

/// A part of the content of a message.
fn part(part: &Value) -> Value {
    let kind = part.get("type").and_then(Value::as_str).unwrap_or_default();
    let get = |name: &str| part.get(name).and_then(Value::as_str);
    match kind {
        "text" | "input_text" | "output_text" => text(get("text").unwrap_or_default()),
        "refusal" => json!({"type": "refusal", "content": get("refusal")}),
        "image_url" => media("image", part["image_url"]["url"].as_str(), None),
        "input_image" => media("image", get("image_url"), get("file_id")),
        "input_audio" => media("audio", None, None),
        "file" => media("file", None, part["file"]["file_id"].as_str()),
        "input_file" => media("file", get("file_url"), get("file_id")),
        other => json!({"type": other}),
    }
}

/// An image, audio or a file: where it is, without its bytes.
fn media(modality: &str, url: Option<&str>, file_id: Option<&str>) -> Value {
    if let Some(id) = file_id {
        return json!({"type": "file", "modality": modality, "file_id": id});
    }
    match url.map(|url| (url, url.strip_prefix("data:"))) {
        Some((_, Some(data))) => {
            let mime_type = data.split([';', ',']).next();
            json!({"type": "blob", "modality": modality, "mime_type": mime_type})
        }
        Some((url, None)) => {
            let uri = url.split(['?', '#']).next();
            json!({"type": "uri", "modality": modality, "uri": uri})
        }
        None => json!({"type": "blob", "modality": modality}),
    }
}

/// A tool: all of a function, and of others only what they are.
fn definition(tool: &Value) -> Value {
    let kind = tool.get("type").and_then(Value::as_str).unwrap_or("function");
    let function = tool.get(kind).filter(|inner| inner.is_object()).unwrap_or(tool);
    let mut definition = json!({"type": kind});
    for name in ["name", "description", "parameters", "server_label"] {
        let is_shown = kind == "function" || name != "parameters";
        if let Some(value) = function.get(name).filter(|value| is_shown && !value.is_null()) {
            definition[name] = value.clone();
        }
    }
    definition
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{chat_parts, item_parts, of_request};

    fn input(body: Value) -> Value {
        let content = of_request(body.as_object().unwrap());
        serde_json::from_str(&content.input.unwrap_or("null".into())).unwrap()
    }

    #[test]
    fn messages_of_a_chat_are_roles_and_parts() {
        let chat = input(json!({"messages": [
            {"role": "system", "content": "Be brief."},
            {"role": "user", "content": [
                {"type": "text", "text": "What is it?"},
                {"type": "image_url", "image_url": {"url": "data:image/png;base64,AAAA"}},
                {"type": "image_url", "image_url": {"url": "https://h/i.png?sig=hunter2"}},
                {"type": "input_audio", "input_audio": {"data": "AAAA", "format": "wav"}},
            ]},
            {"role": "assistant", "content": null, "tool_calls": [
                {"id": "c1", "type": "function", "function": {"name": "f", "arguments": "{\"a\":1}"}},
            ]},
            {"role": "tool", "tool_call_id": "c1", "content": "42"},
        ]}));
        assert_eq!(
            chat,
            json!([
                {"role": "system", "parts": [{"type": "text", "content": "Be brief."}]},
                {"role": "user", "parts": [
                    {"type": "text", "content": "What is it?"},
                    {"type": "blob", "modality": "image", "mime_type": "image/png"},
                    {"type": "uri", "modality": "image", "uri": "https://h/i.png"},
                    {"type": "blob", "modality": "audio"},
                ]},
                {"role": "assistant", "parts": [
                    {"type": "tool_call", "id": "c1", "name": "f", "arguments": {"a": 1}},
                ]},
                {"role": "tool", "parts": [
                    {"type": "tool_call_response", "id": "c1", "response": "42"},
                ]},
            ])
        );
    }

    #[test]
    fn items_of_a_response_are_roles_and_parts() {
        let items = input(json!({"input": [
            {"type": "message", "role": "user", "content": [{"type": "input_text", "text": "Hi"}]},
            {"role": "user", "content": "there"},
            {"type": "reasoning", "id": "r", "summary": [{"type": "summary_text", "text": "hm"}]},
            {"type": "function_call", "call_id": "c", "name": "f", "arguments": "no JSON"},
            {"type": "function_call_output", "call_id": "c", "output": "42"},
            {"type": "item_reference", "id": "i"},
            {"type": "mcp_call", "id": "m", "arguments": "a"},
        ]}));
        assert_eq!(
            items,
            json!([
                {"role": "user", "parts": [{"type": "text", "content": "Hi"}]},
                {"role": "user", "parts": [{"type": "text", "content": "there"}]},
                {"role": "assistant", "parts": [{"type": "reasoning", "content": "hm"}]},
                {"role": "assistant", "parts": [
                    {"type": "tool_call", "id": "c", "name": "f", "arguments": "no JSON"},
                ]},
                {"role": "tool", "parts": [
                    {"type": "tool_call_response", "id": "c", "response": "42"},
                ]},
                {"role": "assistant", "parts": [{"type": "mcp_call", "id": "m"}]},
            ])
        );
        let output =
            [json!({"type": "message", "content": [{"type": "output_text", "text": "a"}]})];
        assert_eq!(item_parts(&output), [json!({"type": "text", "content": "a"})]);
    }

    #[test]
    fn prompts_instructions_and_tools_are_read() {
        assert_eq!(input(json!({"prompt": ["a", "b"]})).as_array().unwrap().len(), 2);
        assert_eq!(input(json!({"prompt": [1, 2]})), Value::Null);
        let tools = json!([
            {"type": "function", "function": {"name": "f", "parameters": {"type": "object"}}},
            {"type": "function", "name": "g", "description": "d"},
            {"type": "mcp", "server_label": "s", "authorization": "hunter2", "headers": {"a": "b"}},
        ]);
        let body = json!({"input": "Hi", "instructions": "Be brief.", "tools": tools});
        let content = of_request(body.as_object().unwrap());
        let instructions = r#"[{"content":"Be brief.","type":"text"}]"#;
        let parsed = |text: Option<String>| serde_json::from_str::<Value>(&text.unwrap()).unwrap();
        assert_eq!(parsed(content.instructions), parsed(Some(instructions.into())));
        assert_eq!(
            parsed(content.tools),
            json!([
                {"type": "function", "name": "f", "parameters": {"type": "object"}},
                {"type": "function", "name": "g", "description": "d"},
                {"type": "mcp", "server_label": "s"},
            ])
        );
    }

    #[test]
    fn passwords_in_arguments_are_hidden() {
        let call = json!({"tool_calls": [{"id": "c", "function": {"name": "f",
            "arguments": "{\"password\":\"hunter2\"}"}}]});
        let shown = super::json_list(chat_parts(&call)).unwrap();
        assert!(!shown.contains("hunter2") && shown.contains("REDACTED"), "{shown}");
    }
}
