//! `itemSchema` of OpenAPI 3.2: what one event of a stream is.
//!
//! The document describes the event as it stands in the stream, `event` beside `data`, and the
//! JSON inside `data` by `contentSchema`. The facts are a union of what `data` holds: the event's
//! name is in it as `type`, so it is the discriminator.

use serde_json::{Map, Value, json};

use crate::json::{array, object, text};

/// The union of an `itemSchema`; `problems` is told what has no schema.
///
/// `None` if it does not describe server-sent events; then it is a schema like any other.
pub(super) fn union(item: &Value, problems: &mut Vec<String>) -> Option<Value> {
    item.pointer("/properties/event").or_else(|| item.pointer("/properties/data"))?;
    let mut alternatives: Vec<Value> = Vec::new();
    let mut mapping = Map::new();
    let mut empty = 0;
    for branch in array(item.get("oneOf")).chain(array(item.get("anyOf"))) {
        let name = branch.pointer("/properties/event").and_then(constant);
        let schema = branch.pointer("/properties/data/contentSchema");
        match (name, schema) {
            (Some(name), Some(schema)) => {
                if !alternatives.contains(schema) {
                    alternatives.push(schema.clone());
                }
                if let Some(place) = text(Some(schema), "$ref") {
                    mapping.insert(name.to_owned(), json!(place));
                }
            }
            (Some(name), None) => problems.push(format!("the event `{name}` has no schema")),
            (None, _) => empty += 1,
        }
    }
    if empty > 0 {
        problems.push(format!("{empty} events have neither a name nor a schema"));
    }
    let mut union = json!({"oneOf": alternatives, "discriminator": {"propertyName": "type"}});
    if object(Some(&Value::Object(mapping.clone()))).next().is_some() {
        union["discriminator"]["mapping"] = Value::Object(mapping);
    }
    Some(union)
}

/// The only value of a schema: `const`, or what the conversion to 3.0 made of it.
fn constant(schema: &Value) -> Option<&str> {
    text(Some(schema), "const").or_else(
        || match array(schema.get("enum")).collect::<Vec<_>>()[..] {
            [value] => value.as_str(),
            _ => None,
        },
    )
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::union;

    #[test]
    fn events_become_a_union_of_what_their_data_holds() {
        let item = json!({"properties": {"event": {"type": "string"}}, "oneOf": [
            {"properties": {"event": {"const": "a.delta"},
                "data": {"contentSchema": {"$ref": "#/components/schemas/A"}}}},
            {"properties": {"event": {"const": "a.done"}}},
            {}]});
        let mut problems = Vec::new();
        let union = union(&item, &mut problems).unwrap();
        assert_eq!(
            union,
            json!({"oneOf": [{"$ref": "#/components/schemas/A"}], "discriminator":
                {"propertyName": "type", "mapping": {"a.delta": "#/components/schemas/A"}}})
        );
        assert_eq!(
            problems,
            ["the event `a.done` has no schema", "1 events have neither a name nor a schema"]
        );
    }
}
