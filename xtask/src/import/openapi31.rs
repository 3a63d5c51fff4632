//! OpenAPI 3.1 and 3.2 → 3.0, also for documents of 3.0 that use words of 3.1.

use serde_json::{Map, Value, json};

/// Brings every schema of the document down to the words of OpenAPI 3.0.
pub(crate) fn convert(document: &mut Value) {
    recursive_references(document);
    walk(document, false);
}

/// `$recursiveRef` names the component that it stands in, if that has `$recursiveAnchor`.
fn recursive_references(document: &mut Value) {
    let Some(Value::Object(schemas)) = document.pointer_mut("/components/schemas") else { return };
    for (name, schema) in schemas {
        replace_recursive(schema, &format!("#/components/schemas/{name}"));
    }
}

fn replace_recursive(value: &mut Value, place: &str) {
    match value {
        Value::Object(members) => {
            members.remove("$recursiveAnchor");
            if members.remove("$recursiveRef").is_some() {
                members.insert("$ref".to_owned(), json!(place));
            }
            members.values_mut().for_each(|value| replace_recursive(value, place));
        }
        Value::Array(items) => items.iter_mut().for_each(|value| replace_recursive(value, place)),
        _ => {}
    }
}

/// The words whose members are named by people: `type` among them is a property of that name.
const NAMES: [&str; 4] = ["properties", "schemas", "definitions", "mapping"];

fn walk(value: &mut Value, names: bool) {
    match value {
        Value::Object(members) => {
            if !names {
                encoded_dates(members);
                type_lists(members);
                constants(members);
                exclusive_limits(members);
                null_alternatives(members);
                unevaluated_properties(members);
            }
            for (name, value) in members.iter_mut() {
                if name == "items" && value.is_boolean() {
                    *value = json!({});
                }
                walk(value, !names && NAMES.contains(&name.as_str()));
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| walk(item, false)),
        _ => {}
    }
}

/// A date that goes over the wire as a number: `type: integer` beside `anyOf` of what is encoded, a
/// string with `format: date-time`. The outer type is what is sent.
fn encoded_dates(schema: &mut Map<String, Value>) {
    let number = matches!(schema.get("type").and_then(Value::as_str), Some("integer" | "number"));
    let Some(Value::Array(alternatives)) = schema.get("anyOf") else { return };
    let is_null = |alternative: &Value| alternative.get("type") == Some(&json!("null"));
    let is_date = |alternative: &Value| {
        alternative.get("type") == Some(&json!("string"))
            && alternative.get("format") == Some(&json!("date-time"))
    };
    if number && alternatives.iter().all(|one| is_null(one) || is_date(one)) {
        if alternatives.iter().any(is_null) {
            schema.insert("nullable".to_owned(), json!(true));
        }
        schema.insert("format".to_owned(), json!("unixtime"));
        schema.remove("anyOf");
    }
}

/// `unevaluatedProperties` → `additionalProperties`: what `allOf` takes up is flat here anyway.
fn unevaluated_properties(schema: &mut Map<String, Value>) {
    if !schema.contains_key("additionalProperties")
        && let Some(properties) = schema.remove("unevaluatedProperties")
    {
        schema.insert("additionalProperties".to_owned(), properties);
    }
}

/// `type: [string, "null"]` → nullable; several types → alternatives.
fn type_lists(schema: &mut Map<String, Value>) {
    let Some(Value::Array(types)) = schema.get("type") else { return };
    let mut types = types.clone();
    let before = types.len();
    types.retain(|kind| kind != "null");
    if types.len() < before {
        schema.insert("nullable".to_owned(), json!(true));
    }
    schema.remove("type");
    match types.as_slice() {
        [] => {}
        [one] => {
            schema.insert("type".to_owned(), one.clone());
        }
        several => {
            let alternatives: Vec<Value> = several
                .iter()
                .map(|kind| {
                    let mut alternative = json!({"type": kind});
                    if kind == "array"
                        && let Some(items) = schema.get("items")
                    {
                        alternative["items"] = items.clone();
                    }
                    alternative
                })
                .collect();
            schema.remove("items");
            schema.insert("anyOf".to_owned(), Value::Array(alternatives));
        }
    }
}

/// `const: x` → `enum: [x]`.
fn constants(schema: &mut Map<String, Value>) {
    if schema.get("const").is_some_and(|value| !value.is_object())
        && let Some(value) = schema.remove("const")
    {
        schema.entry("type").or_insert_with(|| match &value {
            Value::Bool(_) => json!("boolean"),
            Value::Number(number) if number.is_f64() => json!("number"),
            Value::Number(_) => json!("integer"),
            _ => json!("string"),
        });
        schema.insert("enum".to_owned(), json!([value]));
    }
}

/// `exclusiveMinimum: 0` → `minimum: 0, exclusiveMinimum: true`.
fn exclusive_limits(schema: &mut Map<String, Value>) {
    for (exclusive, limit) in [("exclusiveMinimum", "minimum"), ("exclusiveMaximum", "maximum")] {
        if let Some(value @ Value::Number(_)) = schema.get(exclusive).cloned() {
            schema.insert(exclusive.to_owned(), json!(true));
            schema.insert(limit.to_owned(), value);
        }
    }
}

/// An alternative `type: null` → nullable.
fn null_alternatives(schema: &mut Map<String, Value>) {
    for word in ["oneOf", "anyOf"] {
        let Some(Value::Array(alternatives)) = schema.get_mut(word) else { continue };
        let before = alternatives.len();
        alternatives.retain(|alternative| alternative.get("type") != Some(&json!("null")));
        if alternatives.len() == before {
            continue;
        }
        if alternatives.is_empty() {
            schema.remove(word);
        }
        schema.insert("nullable".to_owned(), json!(true));
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::convert;

    #[test]
    fn words_of_3_1_become_words_of_3_0() {
        let mut document = json!({"components": {"schemas": {
            "A": {"type": ["string", "null"]},
            "B": {"type": ["string", "integer"]},
            "C": {"const": "x"},
            "D": {"type": "number", "exclusiveMinimum": 0},
            "E": {"anyOf": [{"type": "string"}, {"type": "null"}]},
            "F": {"type": "array", "items": {"$recursiveRef": "#"}},
            "G": {"type": "object", "unevaluatedProperties": {"type": "string"}},
            "H": {"type": "integer", "format": "unixTimestamp", "anyOf": [
                {"type": "string", "format": "date-time"}, {"type": "null"}]},
            "I": {"properties": {"unevaluatedProperties": {}, "const": {"type": "string"}}},
        }}});
        convert(&mut document);
        assert_eq!(
            document["components"]["schemas"],
            json!({
                "A": {"type": "string", "nullable": true},
                "B": {"anyOf": [{"type": "string"}, {"type": "integer"}]},
                "C": {"type": "string", "enum": ["x"]},
                "D": {"type": "number", "minimum": 0, "exclusiveMinimum": true},
                "E": {"anyOf": [{"type": "string"}], "nullable": true},
                "F": {"type": "array", "items": {"$ref": "#/components/schemas/F"}},
                "G": {"type": "object", "additionalProperties": {"type": "string"}},
                "H": {"type": "integer", "format": "unixtime", "nullable": true},
                "I": {"properties": {"unevaluatedProperties": {}, "const": {"type": "string"}}},
            })
        );
    }
}
