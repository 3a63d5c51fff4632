//! Which tools a completion calls, and with what.

use serde_json::{Value, json};

use super::prompt::Prompt;
use super::sample;
use crate::ids;

/// A call of a function, or of a custom tool.
#[derive(Debug)]
pub(crate) struct ToolCall {
    pub(crate) id: String,
    pub(crate) name: String,
    /// JSON as text for a function, any text for a custom tool.
    pub(crate) arguments: String,
    /// Whether it is of a custom tool.
    pub(crate) is_custom: bool,
}

/// The calls of a completion. `tools` and `choice` may have the form of chats or of responses.
///
/// A choice that demands a call gets one; otherwise the user has to speak of weather, or to name
/// the tool. Several places ("in Oslo and Rome") give several calls unless that is forbidden.
pub(crate) fn calls(
    tools: &Value,
    choice: &Value,
    is_parallel: bool,
    prompt: &Prompt,
    number: u64,
) -> Vec<ToolCall> {
    let functions: Vec<&Value> = tools
        .as_array()
        .into_iter()
        .flatten()
        .filter(|tool| tool["type"].as_str().is_none_or(|kind| kind == "function"))
        .map(|tool| tool.get("function").unwrap_or(tool))
        .collect();
    let Some(function) = chosen(&functions, choice, prompt) else { return Vec::new() };
    let mut places = places(&prompt.user);
    if !is_parallel {
        places.truncate(1);
    }
    let places =
        if places.is_empty() { vec![None] } else { places.into_iter().map(Some).collect() };
    let call = |(at, place): (u64, Option<String>)| {
        let words = |member: &str| {
            let is_place = ["city", "location", "place", "town"].contains(&member);
            if is_place { place.clone() } else { None }
        };
        ToolCall {
            id: ids::id("call_", number.wrapping_mul(1009) + at),
            name: function["name"].as_str().unwrap_or_default().to_owned(),
            arguments: arguments(&function["parameters"], &words),
            is_custom: false,
        }
    };
    (0..).zip(places).map(call).collect()
}

/// The call of a custom tool of a chat that the user names, or that the choice demands.
pub(crate) fn custom_call(
    tools: &Value,
    choice: &Value,
    prompt: &Prompt,
    number: u64,
) -> Option<ToolCall> {
    let customs = tools.as_array().into_iter().flatten().filter(|tool| tool["type"] == "custom");
    let customs: Vec<&Value> = customs.map(|tool| &tool["custom"]).collect();
    let demanded = choice["custom"]["name"].as_str();
    if demanded.is_none() && (choice == "none" || !prompt.tool_outputs.is_empty()) {
        return None;
    }
    let text = prompt.user.to_lowercase();
    let is_meant = |tool: &&&Value| {
        let name = tool["name"].as_str().unwrap_or_default();
        match demanded {
            Some(demanded) => name == demanded,
            None => text.contains(&name.to_lowercase().replace('_', " ")) || text.contains(name),
        }
    };
    let meant = customs.iter().find(is_meant).copied();
    let tool = meant.or_else(|| customs.first().copied().filter(|_| choice == "required"))?;
    Some(ToolCall {
        id: ids::id("call_", number.wrapping_mul(1009)),
        name: tool["name"].as_str().unwrap_or_default().to_owned(),
        arguments: custom_input(&tool["format"], prompt),
        is_custom: true,
    })
}

/// Text for a custom tool: a sum for a grammar, the text of the user otherwise.
pub(crate) fn custom_input(format: &Value, prompt: &Prompt) -> String {
    match format["type"].as_str() {
        Some("grammar") => "4 + 4".to_owned(),
        _ => prompt.user.trim().to_owned(),
    }
}

fn arguments(parameters: &Value, words: &dyn Fn(&str) -> Option<String>) -> String {
    if parameters.is_object() { sample::value(parameters, words).to_string() } else { "{}".into() }
}

fn chosen<'a>(functions: &[&'a Value], choice: &Value, prompt: &Prompt) -> Option<&'a Value> {
    let name = choice["function"]["name"].as_str().or_else(|| choice["name"].as_str());
    if let Some(name) = name {
        return functions.iter().copied().find(|function| function["name"] == name);
    }
    if choice == "none" || !prompt.tool_outputs.is_empty() {
        return None;
    }
    let text = prompt.user.to_lowercase();
    let is_named = |function: &&&Value| {
        let name = function["name"].as_str().unwrap_or_default().to_lowercase();
        let speaks = name.contains("weather") && text.contains("weather");
        speaks || text.contains(&name) || text.contains(&name.replace('_', " "))
    };
    let named = functions.iter().find(is_named).copied();
    let any = || functions.first().copied();
    named.or_else(|| if choice == "required" || text.contains("weather") { any() } else { None })
}

/// The places that a text names behind "in".
fn places(text: &str) -> Vec<String> {
    let Some((_, rest)) = text.split_once(" in ") else { return Vec::new() };
    let end = rest.find(['?', '.', '!', ';', '\n']).unwrap_or(rest.len());
    let names = rest[..end].split(" and ").flat_map(|part| part.split(", "));
    names.map(|name| name.trim().to_owned()).filter(|name| !name.is_empty()).take(8).collect()
}

/// A call in the form of chats.
pub(crate) fn of_chat(call: &ToolCall) -> Value {
    if call.is_custom {
        let custom = json!({"name": call.name, "input": call.arguments});
        return json!({"id": call.id, "type": "custom", "custom": custom});
    }
    json!({
        "id": call.id,
        "type": "function",
        "function": {"name": call.name, "arguments": call.arguments},
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::prompt::Prompt;

    #[test]
    fn each_place_gets_a_call_unless_one_call_is_allowed() {
        let tools = json!([{"type": "function", "function": {
            "name": "get_weather",
            "parameters": {"type": "object", "properties": {"city": {"type": "string"}}},
        }}]);
        let user = "How is the weather in Oslo and Rome?".to_owned();
        let prompt = Prompt { user, ..Prompt::default() };
        let of = |is_parallel| super::calls(&tools, &json!(null), is_parallel, &prompt, 1);
        let arguments: Vec<_> = of(true).into_iter().map(|call| call.arguments).collect();
        assert_eq!(arguments, [r#"{"city":"Oslo"}"#, r#"{"city":"Rome"}"#]);
        assert_eq!(of(false).len(), 1);
        assert!(super::calls(&tools, &json!("none"), true, &prompt, 1).is_empty());
    }
}
