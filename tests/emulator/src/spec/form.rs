//! A multipart body as the JSON object that its schema describes.

use serde_json::{Map, Value, json};

use super::Document;
use crate::journal::Part;

/// Turns the parts into members, with the types that the schema asks for. A file becomes a text
/// that stands for its bytes.
pub(crate) fn object(document: &Document, schema: &Value, parts: &[Part]) -> Value {
    let mut members = Map::new();
    for part in parts {
        let name = part.name.trim_end_matches("[]");
        let wanted = property(document, schema, name, 0);
        let is_list = part.name.ends_with("[]") || type_of(wanted) == Some("array");
        let item =
            if is_list { wanted.map(|wanted| document.resolve(&wanted["items"])) } else { wanted };
        let value = match &part.file_name {
            Some(file_name) => json!(file_name),
            None => typed(&part.text(), type_of(item)),
        };
        if !is_list {
            members.insert(name.to_owned(), value);
        } else if let Value::Array(list) = members.entry(name).or_insert_with(|| json!([])) {
            list.push(value);
        }
    }
    Value::Object(members)
}

fn typed(text: &str, kind: Option<&str>) -> Value {
    let parsed = match kind {
        Some("integer" | "number" | "boolean" | "object") => serde_json::from_str(text).ok(),
        _ => None,
    };
    parsed.unwrap_or_else(|| json!(text))
}

fn type_of(schema: Option<&Value>) -> Option<&str> {
    match &schema?["type"] {
        Value::String(kind) => Some(kind),
        Value::Array(kinds) => kinds.first()?.as_str(),
        _ => None,
    }
}

/// The schema of a member, also one from a parent.
fn property<'a>(
    document: &'a Document,
    schema: &'a Value,
    name: &str,
    depth: usize,
) -> Option<&'a Value> {
    let schema = document.resolve(schema);
    if let Some(found) = schema["properties"].get(name) {
        return Some(document.resolve(found));
    }
    let parents = schema["allOf"].as_array().into_iter().flatten();
    let mut parents = parents.filter(|_| depth < 8);
    parents.find_map(|parent| property(document, parent, name, depth + 1))
}
