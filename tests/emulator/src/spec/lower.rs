//! From the schemas of OpenAPI 3.0 to JSON Schema 2020-12.
//!
//! - `nullable` becomes one more type, `exclusiveMinimum: true` a number.
//! - `oneOf` becomes `anyOf`: alternatives in the documents overlap, and the service takes what
//!   fits any of them.
//! - A base with a `discriminator` and no list of alternatives becomes itself plus one
//!   `if`/`then` for each child, so that a request is held against the child that it names.
//!   Children refer to the base without that choice, under a name of its own.
//! - A required field that is read-only, or that the schema does not have, is not required: the
//!   first belong to responses, the second are faults of the documents.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

/// Where components are.
pub(crate) const COMPONENTS: &str = "#/components/schemas/";

/// Marks the schema of bytes: a file of a form.
pub(crate) const BINARY: &str = "x-binary";

/// Behind the name of a base without the choice of its child.
const BASE: &str = "--base";

/// Keywords that mean the same in both.
const SAME: [&str; 15] = [
    "type",
    "enum",
    "const",
    "required",
    "minimum",
    "maximum",
    "multipleOf",
    "minLength",
    "maxLength",
    "pattern",
    "minItems",
    "maxItems",
    "uniqueItems",
    "minProperties",
    "maxProperties",
];

/// Lowers every component.
pub(crate) fn components(schemas: &Map<String, Value>) -> Map<String, Value> {
    let mut lowered = Map::new();
    for (name, schema) in schemas {
        let Some(property) = base_property(schema) else {
            lowered.insert(name.clone(), node(schema, schemas, Place::Component));
            continue;
        };
        let base = format!("{name}{BASE}");
        let mut all = vec![json!({"$ref": format!("{COMPONENTS}{base}")})];
        for (value, child) in children(name, schema, schemas) {
            all.push(json!({
                "if": {"properties": {property: {"const": value}}, "required": [property]},
                "then": {"$ref": format!("{COMPONENTS}{child}")},
            }));
        }
        lowered.insert(base, node(schema, schemas, Place::Component));
        lowered.insert(name.clone(), json!({"allOf": all}));
    }
    lowered
}

/// Lowers a schema that is no component.
pub(crate) fn schema(schema: &Value) -> Value {
    node(schema, &Map::new(), Place::Member)
}

/// The field by which the children of a base differ.
fn base_property(schema: &Value) -> Option<&str> {
    if schema.get("oneOf").is_some() || schema.get("anyOf").is_some() {
        return None;
    }
    schema.pointer("/discriminator/propertyName")?.as_str()
}

/// The children of a base by the value that names them.
fn children(base: &str, schema: &Value, schemas: &Map<String, Value>) -> BTreeMap<String, String> {
    let mut children = BTreeMap::new();
    let reference = format!("{COMPONENTS}{base}");
    for (name, child) in schemas {
        let parents = child["allOf"].as_array().into_iter().flatten();
        if parents.into_iter().any(|parent| parent["$ref"] == reference.as_str()) {
            let value = child["x-ms-discriminator-value"].as_str().unwrap_or(name);
            children.insert(value.to_owned(), name.clone());
        }
    }
    let mapping = schema.pointer("/discriminator/mapping").and_then(Value::as_object);
    for (value, place) in mapping.into_iter().flatten() {
        let name = place.as_str().map(|place| place.strip_prefix(COMPONENTS).unwrap_or(place));
        if let Some(name) = name.filter(|name| schemas.contains_key(*name)) {
            children.retain(|_, child| child != name);
            children.insert(value.clone(), name.to_owned());
        }
    }
    children
}

/// Where a schema stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    /// It has a name: a base that it refers to is its parent.
    Component,
    /// One of the `allOf` of a component.
    PartOfComponent,
    /// One of another `allOf`.
    Part,
    /// Anywhere else.
    Member,
}

/// Lowers one schema.
fn node(schema: &Value, schemas: &Map<String, Value>, stands: Place) -> Value {
    let Some(members) = schema.as_object() else {
        // `true`, `false`, or a fault of the document that allows everything.
        return if schema.is_boolean() { schema.clone() } else { json!({}) };
    };
    let below = |value: &Value| node(value, schemas, Place::Member);
    let is_own = matches!(stands, Place::Component | Place::PartOfComponent);
    let list = |value: &Value, stands: Place| {
        let items = value.as_array().into_iter().flatten();
        Value::Array(items.map(|item| node(item, schemas, stands)).collect())
    };
    let mut lowered = Map::new();
    let mut alternatives = Vec::new();
    for (keyword, value) in members {
        let value = match keyword.as_str() {
            "$ref" => {
                let name = value.as_str().and_then(|place| place.strip_prefix(COMPONENTS));
                let is_base = |name| schemas.get(name).is_some_and(|s| base_property(s).is_some());
                match name {
                    Some(name) if is_own && is_base(name) => {
                        json!(format!("{COMPONENTS}{name}{BASE}"))
                    }
                    _ => value.clone(),
                }
            }
            "properties" => {
                let properties = value.as_object().into_iter().flatten();
                properties.map(|(name, value)| (name.clone(), below(value))).collect()
            }
            "items" | "not" | "additionalProperties" => below(value),
            // The documents of v1 write it for free objects.
            "unevaluatedProperties" => {
                lowered.insert("additionalProperties".to_owned(), below(value));
                continue;
            }
            "allOf" if is_own => list(value, Place::PartOfComponent),
            "allOf" => list(value, Place::Part),
            "oneOf" | "anyOf" => {
                alternatives.push(json!({"anyOf": list(value, Place::Member)}));
                continue;
            }
            "exclusiveMinimum" | "exclusiveMaximum" if value.is_boolean() => {
                let limit =
                    members.get(if keyword == "exclusiveMinimum" { "minimum" } else { "maximum" });
                match limit {
                    Some(limit) if *value == true => limit.clone(),
                    _ => continue,
                }
            }
            other if SAME.contains(&other) || other.starts_with("exclusiveM") => value.clone(),
            _ => continue,
        };
        lowered.insert(keyword.clone(), value);
    }
    if members.get("format").is_some_and(|format| format == "binary")
        || (members.contains_key("contentMediaType") && !members.contains_key("contentEncoding"))
    {
        lowered.insert(BINARY.to_owned(), json!(true));
    }
    let is_part = matches!(stands, Place::Part | Place::PartOfComponent);
    relax_required(members, &mut lowered, is_part);
    if alternatives.len() == 1
        && let Some(Value::Object(only)) = alternatives.pop()
    {
        lowered.extend(only);
    } else if !alternatives.is_empty()
        && let Value::Array(all) = lowered.entry("allOf").or_insert_with(|| json!([]))
    {
        all.append(&mut alternatives);
    }
    if members.get("nullable") == Some(&Value::Bool(true)) {
        nullable(lowered)
    } else {
        lowered.into()
    }
}

/// Takes names out of `required` that a request cannot have.
fn relax_required(members: &Map<String, Value>, lowered: &mut Map<String, Value>, is_part: bool) {
    let Some(properties) = members.get("properties") else { return };
    let is_composed =
        is_part || ["$ref", "allOf", "anyOf", "oneOf"].iter().any(|k| members.contains_key(*k));
    if let Some(Value::Array(required)) = lowered.get_mut("required") {
        required.retain(|name| match properties.get(name.as_str().unwrap_or_default()) {
            Some(property) => property["readOnly"] != true,
            // A schema of parts may name what another part has.
            None => is_composed,
        });
    }
}

/// Allows null beside what a schema allows.
fn nullable(mut lowered: Map<String, Value>) -> Value {
    let is_plain =
        ["$ref", "allOf", "anyOf", "const", "not"].iter().all(|k| !lowered.contains_key(*k));
    match lowered.get("type").and_then(Value::as_str).map(str::to_owned) {
        Some(kind) if is_plain => {
            lowered.insert("type".to_owned(), json!([kind, "null"]));
            if let Some(Value::Array(values)) = lowered.get_mut("enum") {
                values.push(Value::Null);
            }
            lowered.into()
        }
        _ => json!({"anyOf": [lowered, {"type": "null"}]}),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    #[test]
    fn nullable_allows_null_in_types_and_enums() {
        let lowered = super::schema(&json!({"type": "string", "enum": ["a"], "nullable": true}));
        assert_eq!(lowered, json!({"type": ["string", "null"], "enum": ["a", null]}));
        let lowered = super::schema(&json!({"$ref": "#/components/schemas/A", "nullable": true}));
        assert_eq!(
            lowered,
            json!({"anyOf": [{"$ref": "#/components/schemas/A"}, {"type": "null"}]})
        );
    }

    #[test]
    fn exclusive_limits_become_numbers() {
        let lowered = super::schema(&json!({"minimum": 3, "exclusiveMinimum": true}));
        assert_eq!(lowered["exclusiveMinimum"], 3);
        assert_eq!(super::schema(&json!({"exclusiveMinimum": false})), json!({}));
    }

    #[test]
    fn what_a_schema_does_not_have_is_not_required() {
        let schema =
            json!({"properties": {"a": {}, "b": {"readOnly": true}}, "required": ["a", "b", "c"]});
        assert_eq!(super::schema(&schema)["required"], json!(["a"]));
    }

    #[test]
    fn a_base_chooses_the_child_and_children_refer_to_the_base_alone() {
        let schemas = json!({
            "Pet": {
                "type": "object",
                "properties": {"kind": {"type": "string"}},
                "required": ["kind"],
                "discriminator": {"propertyName": "kind"},
            },
            "Cat": {
                "allOf": [{"$ref": "#/components/schemas/Pet"}, {"required": ["lives"]}],
                "x-ms-discriminator-value": "cat",
            },
        });
        let Value::Object(schemas) = schemas else { unreachable!() };
        let lowered = super::components(&schemas);
        assert_eq!(lowered["Cat"]["allOf"][0]["$ref"], "#/components/schemas/Pet--base");
        assert_eq!(lowered["Pet"]["allOf"][1]["if"]["properties"]["kind"]["const"], "cat");
        let document = super::super::Document::new(&json!({"components": {"schemas": schemas}}));
        let validator = document.validator(&json!({"$ref": "#/components/schemas/Pet"})).unwrap();
        assert!(validator.is_valid(&json!({"kind": "cat", "lives": 9})));
        assert!(!validator.is_valid(&json!({"kind": "cat"})));
        assert!(!validator.is_valid(&json!({"lives": 9})));
        assert!(validator.is_valid(&json!({"kind": "dog"})));
    }
}
