//! `allOf` → one flat schema.

use serde_json::{Map, Value, json};

use crate::json::{array, object, referenced};

use super::discriminator::OWN;
use super::{Schemas, every_schema};

/// How long a line of ancestors may be.
const DEPTH: usize = 16;

/// Flattens every `allOf`, then drops the helpers that [`super::discriminator`] made.
pub(crate) fn flatten(schemas: &mut Schemas) {
    let before = schemas.clone();
    for schema in schemas.values_mut() {
        every_schema(schema, &mut |schema| flatten_one(schema, &before, &[]));
    }
    schemas.retain(|name, _| !name.ends_with(OWN));
}

/// Flattens one schema; `above` names the components that are being taken up already.
pub(super) fn flatten_one(schema: &mut Value, schemas: &Schemas, above: &[&str]) {
    let Some(members) = schema.as_object_mut() else { return };
    let Some(Value::Array(parts)) = members.remove("allOf") else { return };
    members.remove("x-ms-discriminator-value");
    let beside: Map<String, Value> = members
        .iter()
        .filter(|(word, _)| {
            !matches!(
                word.as_str(),
                "nullable" | "x-document" | "x-name" | "default" | "readOnly" | "deprecated"
            )
        })
        .map(|(word, value)| (word.clone(), value.clone()))
        .collect();
    let only_type = beside.is_empty() || (beside.len() == 1 && beside.contains_key("type"));
    // One reference and nothing beside it: that reference.
    if let [part] = parts.as_slice()
        && only_type
        && let Some(name) = referenced(part)
        && !name.ends_with(OWN)
        && above.is_empty()
        && !members.contains_key("x-document")
    {
        let place = part["$ref"].clone();
        members.remove("type");
        members.insert("$ref".to_owned(), place);
        return;
    }
    let mut resolved: Vec<Value> = parts.iter().map(|part| resolve(part, schemas, above)).collect();
    if !beside.is_empty() {
        resolved.push(Value::Object(beside.clone()));
    }
    for word in beside.keys() {
        members.remove(word);
    }
    let merged = if contradictory(&resolved) { json!({"oneOf": parts}) } else { merge(resolved) };
    if let Value::Object(merged) = merged {
        for (word, value) in merged {
            members.entry(word).or_insert(value);
        }
    }
}

/// The schema that a part stands for, flat itself.
fn resolve(part: &Value, schemas: &Schemas, above: &[&str]) -> Value {
    let name = referenced(part);
    // Who takes up itself takes up nothing.
    if above.len() > DEPTH || name.is_some_and(|name| above.contains(&name)) {
        return json!({});
    }
    let above: Vec<&str> = above.iter().copied().chain(name).collect();
    let mut schema = match name {
        Some(name) => schemas.get(name).cloned().unwrap_or_default(),
        None => part.clone(),
    };
    flatten_one(&mut schema, schemas, &above);
    if referenced(&schema).is_some() {
        return resolve(&schema, schemas, &above);
    }
    if let Some(members) = schema.as_object_mut() {
        for word in ["discriminator", "x-document", "x-name"] {
            members.remove(word);
        }
    }
    schema
}

/// Whether no value can be all parts of this `allOf`.
pub(crate) fn contradicts_itself(schema: &Value, schemas: &Schemas) -> bool {
    let parts: Vec<Value> =
        array(schema.get("allOf")).map(|part| resolve(part, schemas, &[])).collect();
    contradictory(&parts)
}

/// Whether no value can be all of them: then `oneOf` was meant.
fn contradictory(parts: &[Value]) -> bool {
    let types: Vec<&Value> = parts.iter().filter_map(|part| part.get("type")).collect();
    if types.windows(2).any(|pair| pair[0] != pair[1]) {
        return true;
    }
    let mut constants: Vec<(&String, &Value)> = Vec::new();
    for part in parts {
        for (name, property) in object(part.get("properties")) {
            let Some(Value::Array(values)) = property.get("enum") else { continue };
            let [value] = values.as_slice() else { continue };
            if constants.iter().any(|(other, before)| *other == name && *before != value) {
                return true;
            }
            constants.push((name, value));
        }
    }
    false
}

/// Merges objects; a union among them takes the others into each alternative.
fn merge(parts: Vec<Value>) -> Value {
    let (unions, plain): (Vec<Value>, Vec<Value>) = parts
        .into_iter()
        .partition(|part| part.get("oneOf").is_some() || part.get("anyOf").is_some());
    let mut merged = Map::new();
    let is_ordered = plain.iter().any(|part| part.get("x-order").is_some());
    for part in plain {
        let Value::Object(mut part) = part else { continue };
        if is_ordered && let Some(Value::Object(properties)) = part.get("properties") {
            // Without an order of its own, a part has that of the names.
            let names = properties.keys().cloned().map(Value::String).collect();
            part.entry("x-order").or_insert(Value::Array(names));
        }
        for (word, value) in part {
            match (word.as_str(), merged.get_mut(&word), value) {
                ("properties", Some(Value::Object(before)), Value::Object(new)) => {
                    for (name, property) in new {
                        before.insert(name, property);
                    }
                }
                ("required" | "x-order", Some(Value::Array(before)), Value::Array(new)) => {
                    for name in new {
                        if !before.contains(&name) {
                            before.push(name);
                        }
                    }
                }
                (_, _, value) => {
                    merged.insert(word, value);
                }
            }
        }
    }
    if let Some(union) = unions.into_iter().next() {
        if merged.get("properties").is_none() {
            return union;
        }
        // The alternatives of a union beside properties only say which of them go together.
        return Value::Object(merged);
    }
    Value::Object(merged)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    fn flat(schema: Value) -> Value {
        let mut schemas = [
            ("X".to_owned(), json!({"properties": {"holder": schema}})),
            ("A".to_owned(), json!({"type": "object", "properties": {"a": {}}, "required": ["a"]})),
        ]
        .into_iter()
        .collect();
        super::flatten(&mut schemas);
        schemas["X"]["properties"]["holder"].clone()
    }

    #[test]
    fn parts_become_one_schema() {
        assert_eq!(
            flat(json!({"allOf": [{"$ref": "#/components/schemas/A"}],
                        "properties": {"b": {}}, "required": ["b"]})),
            json!({"type": "object", "properties": {"a": {}, "b": {}}, "required": ["a", "b"]})
        );
    }

    #[test]
    fn fields_keep_the_order_of_the_parts_and_in_them() {
        assert_eq!(
            flat(json!({"allOf": [{"$ref": "#/components/schemas/A"}],
                        "properties": {"b": {}, "c": {}}, "x-order": ["c", "b"]}))["x-order"],
            json!(["a", "c", "b"])
        );
    }

    #[test]
    fn a_single_reference_stays_a_reference() {
        assert_eq!(
            flat(json!({"allOf": [{"$ref": "#/components/schemas/A"}], "nullable": true})),
            json!({"$ref": "#/components/schemas/A", "nullable": true})
        );
    }

    #[test]
    fn schemas_that_take_up_each_other_come_to_an_end() {
        let three = |name: &str| {
            let part = json!({"$ref": format!("#/components/schemas/{name}")});
            json!({"allOf": [part, part, part], "properties": {name: {}}})
        };
        let mut schemas = ["A", "B", "C"]
            .into_iter()
            .zip(["B", "C", "A"])
            .map(|(name, next)| (name.to_owned(), three(next)))
            .collect();
        super::flatten(&mut schemas);
        assert_eq!(schemas["A"]["properties"], json!({"A": {}, "B": {}, "C": {}}));
    }

    #[test]
    fn parts_that_contradict_each_other_are_alternatives() {
        let parts = json!([{"type": "string"}, {"$ref": "#/components/schemas/A"}]);
        assert_eq!(flat(json!({"allOf": parts})), json!({"oneOf": parts}));
    }
}
