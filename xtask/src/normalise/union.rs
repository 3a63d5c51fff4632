//! `anyOf` and `oneOf`: what is left are real alternatives.

use serde_json::{Value, json};

use super::{Schemas, every_schema};

/// Simplifies every union.
pub(crate) fn simplify(schemas: &mut Schemas) {
    let before = schemas.clone();
    for schema in schemas.values_mut() {
        every_schema(schema, &mut |schema| simplify_inline(schema, &before));
    }
}

/// Simplifies one schema.
pub(super) fn simplify_inline(schema: &mut Value, schemas: &Schemas) {
    null_in_enum(schema);
    simplify_one(schema, schemas);
}

/// A null among the values → nullable.
fn null_in_enum(schema: &mut Value) {
    let Some(Value::Array(values)) = schema.get_mut("enum") else { return };
    let before = values.len();
    values.retain(|value| !value.is_null());
    if values.len() < before {
        schema["nullable"] = json!(true);
    }
}

fn simplify_one(schema: &mut Value, schemas: &Schemas) {
    let Some(members) = schema.as_object_mut() else { return };
    let mut alternatives = Vec::new();
    for word in ["oneOf", "anyOf"] {
        if let Some(Value::Array(some)) = members.remove(word) {
            alternatives.extend(some);
        }
    }
    if alternatives.is_empty() {
        return;
    }
    // Mere conditions, such as "one of these must be there".
    alternatives.retain(|alternative| {
        let words = alternative.as_object().map(|members| members.keys().collect::<Vec<_>>());
        words.is_some_and(|words| !words.is_empty() && words.iter().any(|word| *word != "required"))
    });
    if alternatives.is_empty() || members.contains_key("properties") {
        return;
    }
    members.remove("type");
    for alternative in &mut alternatives {
        if let Some(alternative) = alternative.as_object_mut()
            && alternative.remove("nullable") == Some(json!(true))
        {
            members.insert("nullable".to_owned(), json!(true));
        }
    }
    let mut distinct: Vec<Value> = Vec::new();
    for alternative in alternatives {
        if !distinct.contains(&alternative) {
            distinct.push(alternative);
        }
    }
    open_enum(&mut distinct, schemas);
    // The one child of a base class has unknown siblings to come.
    if distinct.len() == 1 && !members.contains_key("discriminator") {
        if let Some(Value::Object(single)) = distinct.pop() {
            for (word, value) in single {
                members.entry(word).or_insert(value);
            }
        }
    } else {
        members.insert("oneOf".to_owned(), Value::Array(distinct));
    }
}

/// `string` beside strings with an `enum`: one enum, as every enum here is open.
fn open_enum(alternatives: &mut Vec<Value>, schemas: &Schemas) {
    let resolve = |schema: &Value| -> Value {
        crate::json::referenced(schema).and_then(|name| schemas.get(name)).unwrap_or(schema).clone()
    };
    let is_text = |schema: &Value| schema.get("type") == Some(&json!("string"));
    let resolved: Vec<Value> = alternatives.iter().map(resolve).collect();
    let plain = resolved.iter().any(|schema| is_text(schema) && schema.get("enum").is_none());
    let with_values: Vec<usize> = (0..resolved.len())
        .filter(|at| is_text(&resolved[*at]) && resolved[*at].get("enum").is_some())
        .collect();
    let [first, rest @ ..] = with_values.as_slice() else { return };
    // Several enums are one; a component stays a reference if nothing is to be added.
    if !rest.is_empty() {
        let mut values: Vec<Value> = Vec::new();
        for at in &with_values {
            for value in crate::json::array(resolved[*at].get("enum")) {
                if !values.contains(value) {
                    values.push(value.clone());
                }
            }
        }
        alternatives[*first] = json!({"type": "string", "enum": values});
    }
    let mut at = 0;
    alternatives.retain(|_| {
        let is_any_text = is_text(&resolved[at]) && resolved[at].get("enum").is_none();
        let goes = rest.contains(&at) || (plain && is_any_text);
        at += 1;
        !goes
    });
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    fn simple(schema: Value) -> Value {
        let mut schemas = [("X".to_owned(), schema)].into_iter().collect();
        super::simplify(&mut schemas);
        schemas["X"].clone()
    }

    #[test]
    fn a_string_beside_an_enum_is_an_enum() {
        assert_eq!(
            simple(json!({"anyOf": [{"type": "string"}, {"type": "string", "enum": ["a", "b"]}]})),
            json!({"type": "string", "enum": ["a", "b"]})
        );
    }

    #[test]
    fn conditions_and_nulls_are_no_alternatives() {
        assert_eq!(
            simple(json!({"type": "object", "properties": {"a": {}},
                          "anyOf": [{"required": ["a"]}, {"required": ["b"]}]})),
            json!({"type": "object", "properties": {"a": {}}})
        );
        assert_eq!(
            simple(json!({"oneOf": [{"type": "string", "nullable": true}, {"type": "array"}]})),
            json!({"oneOf": [{"type": "string"}, {"type": "array"}], "nullable": true})
        );
    }
}
