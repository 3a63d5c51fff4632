//! A multipart body as the JSON object that its schema describes.

use serde_json::{Map, Value, json};

use super::Document;
use super::lower::BINARY;
use crate::journal::Part;

/// Turns the parts into fields, with the types that the schema asks for. A file becomes a text
/// that stands for its bytes. What a part is not allowed to be goes into `found`.
pub(crate) fn object(
    document: &Document,
    schema: &Value,
    parts: &[Part],
    found: &mut Vec<String>,
) -> Value {
    let mut fields = Map::new();
    for part in parts {
        let name = Name::of(document, schema, &part.name);
        let is_list = name.is_list || type_of(name.wanted) == Some("array");
        let item = match name.wanted {
            Some(wanted) if is_list && wanted.get("items").is_some() => {
                Some(document.resolve(&wanted["items"]))
            }
            wanted => wanted,
        };
        if let Some(item) = item {
            kind(document, item, part, found);
        }
        let value = match &part.file_name {
            Some(file_name) => json!(file_name),
            None => typed(document, &part.text(), item),
        };
        let target = match name.key {
            None => &mut fields,
            Some(_) => match fields.entry(name.field).or_insert_with(|| json!({})) {
                Value::Object(nested) => nested,
                _ => continue,
            },
        };
        let name = name.key.unwrap_or(name.field);
        if !is_list {
            target.insert(name.to_owned(), value);
        } else if let Value::Array(list) = target.entry(name).or_insert_with(|| json!([])) {
            list.push(value);
        }
    }
    Value::Object(fields)
}

/// What the name of a part means: a field, one more item of a list, or a field of a field.
struct Name<'a> {
    field: &'a str,
    /// The field of the field, as in `expires_after[anchor]`.
    key: Option<&'a str>,
    is_list: bool,
    wanted: Option<&'a Value>,
}

impl<'a> Name<'a> {
    /// The name as it is written goes first, since documents declare `name[]` too.
    fn of(document: &'a Document, schema: &'a Value, name: &'a str) -> Self {
        let of = |name| property(document, schema, name, 0);
        if let Some(wanted) = of(name) {
            return Self {
                field: name,
                key: None,
                is_list: name.ends_with("[]"),
                wanted: Some(wanted),
            };
        }
        if let Some(bare) = name.strip_suffix("[]") {
            return Self { field: bare, key: None, is_list: true, wanted: of(bare) };
        }
        let nested = name.strip_suffix(']').and_then(|name| name.split_once('['));
        if let Some((field, key)) = nested
            && let Some(outer) = of(field)
        {
            let wanted = property(document, outer, key, 0);
            return Self { field, key: Some(key), is_list: false, wanted };
        }
        Self { field: name, key: None, is_list: false, wanted: None }
    }
}

/// Notes a file where a text is meant, and the reverse.
fn kind(document: &Document, schema: &Value, part: &Part, found: &mut Vec<String>) {
    let of = |schema: &Value| document.resolve(schema).get(BINARY).is_some();
    let alternatives = schema["anyOf"].as_array();
    let is_binary = of(schema) || alternatives.is_some_and(|all| all.iter().any(of));
    match (is_binary, &part.file_name) {
        (true, None) => found.push(format!("form {}: has to be a file", part.name)),
        (false, Some(_)) if type_of(Some(schema)).is_some() => {
            found.push(format!("form {}: must not be a file", part.name));
        }
        _ => {}
    }
}

/// A text as one of the types that its schema allows; as a text where that is one of them.
fn typed(document: &Document, text: &str, schema: Option<&Value>) -> Value {
    let mut kinds = Vec::new();
    if let Some(schema) = schema {
        collect_kinds(document, schema, 0, &mut kinds);
    }
    let is_of = |value: &Value| match value {
        Value::Object(_) => kinds.contains(&"object"),
        Value::Array(_) => kinds.contains(&"array"),
        Value::Bool(_) => kinds.contains(&"boolean"),
        Value::Number(_) => kinds.contains(&"number") || kinds.contains(&"integer"),
        Value::Null | Value::String(_) => false,
    };
    let parsed = serde_json::from_str(text).ok().filter(is_of);
    // A number in a field that may be a text is a text.
    let parsed =
        parsed.filter(|value| value.is_object() || value.is_array() || !kinds.contains(&"string"));
    parsed.unwrap_or_else(|| json!(text))
}

fn collect_kinds<'a>(
    document: &'a Document,
    schema: &'a Value,
    depth: usize,
    kinds: &mut Vec<&'a str>,
) {
    let schema = document.resolve(schema);
    match &schema["type"] {
        Value::String(kind) => kinds.push(kind),
        Value::Array(several) => kinds.extend(several.iter().filter_map(Value::as_str)),
        _ if schema.get("properties").is_some() => kinds.push("object"),
        _ => {}
    }
    let lists = ["allOf", "anyOf"].into_iter().filter_map(|list| schema[list].as_array());
    for part in lists.flatten().filter(|_| depth < 8) {
        collect_kinds(document, part, depth + 1, kinds);
    }
}

fn type_of(schema: Option<&Value>) -> Option<&str> {
    match &schema?["type"] {
        Value::String(kind) => Some(kind),
        Value::Array(kinds) => kinds.first()?.as_str(),
        _ => None,
    }
}

/// The schema of a field, also one from a parent.
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
    let lists = ["allOf", "anyOf"].into_iter().filter_map(|list| schema[list].as_array());
    let mut parents = lists.flatten().filter(|_| depth < 8);
    parents.find_map(|parent| property(document, parent, name, depth + 1))
}
