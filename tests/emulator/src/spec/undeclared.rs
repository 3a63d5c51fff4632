//! Fields that no schema declares, such as a misspelled optional one.
//!
//! Most schemas in the documents allow additional properties only because they do not forbid
//! them; the service refuses them all the same. A value is therefore walked along with every
//! schema that applies to it. A field is undeclared where none of them has it, at least one of
//! them names any field at all, and none allows further ones explicitly.

use std::collections::BTreeMap;

use serde_json::Value;

use super::Document;

/// How deep a value is looked into, and how far schemas are followed.
const DEPTH: usize = 64;

/// What the schemas that apply to one object say of its fields.
#[derive(Debug, Default)]
struct Shape<'a> {
    fields: BTreeMap<&'a str, Vec<&'a Value>>,
    /// Schemas of the fields that have no name.
    further: Vec<&'a Value>,
    items: Vec<&'a Value>,
    /// Whether further fields are allowed explicitly.
    is_open: bool,
    /// Whether some schema has no word about fields, although an object may stand here.
    is_silent: bool,
}

/// The places of all undeclared fields, as JSON pointers.
pub(super) fn fields(document: &Document, schema: &Value, value: &Value) -> Vec<String> {
    let mut found = Vec::new();
    walk(document, &[schema], value, &mut String::new(), &mut found);
    found
}

fn walk(
    document: &Document,
    schemas: &[&Value],
    value: &Value,
    place: &mut String,
    found: &mut Vec<String>,
) {
    if !(value.is_object() || value.is_array()) || place.matches('/').count() > DEPTH {
        return;
    }
    let shape = Shape::of_any(document, schemas, value, 0);
    let length = place.len();
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                place.push('/');
                place.push_str(name);
                match shape.fields.get(name.as_str()) {
                    Some(schemas) => walk(document, schemas, value, place, found),
                    None if shape.is_open || shape.is_silent || shape.fields.is_empty() => {
                        walk(document, &shape.further, value, place, found);
                    }
                    None => found.push(place.clone()),
                }
                place.truncate(length);
            }
        }
        Value::Array(items) => {
            for (at, item) in items.iter().enumerate() {
                place.push_str(&format!("/{at}"));
                walk(document, &shape.items, item, place, found);
                place.truncate(length);
            }
        }
        _ => {}
    }
}

impl<'a> Shape<'a> {
    fn of(document: &'a Document, schema: &'a Value, value: &Value, depth: usize) -> Self {
        let mut shape = Self::default();
        let schema = document.resolve(schema);
        let Some(keywords) = schema.as_object().filter(|_| depth < DEPTH) else {
            shape.is_silent = true;
            return shape;
        };
        for (name, property) in
            keywords.get("properties").and_then(Value::as_object).into_iter().flatten()
        {
            shape.fields.entry(name).or_default().push(property);
        }
        shape.items.extend(keywords.get("items"));
        match keywords.get("additionalProperties") {
            None | Some(Value::Bool(false)) => {}
            Some(further) => {
                shape.is_open = true;
                shape.further.push(further);
            }
        }
        for part in keywords.get("allOf").and_then(Value::as_array).into_iter().flatten() {
            let part = match part.get("if") {
                Some(condition) if !fits(document, condition, value, 0) => continue,
                Some(_) => part.get("then").unwrap_or(&Value::Null),
                None => part,
            };
            // A part that names no field does not open the others.
            shape.add(Self::of(document, part, value, depth + 1));
        }
        if let Some(alternatives) = keywords.get("anyOf").and_then(Value::as_array) {
            let alternatives: Vec<_> = alternatives.iter().collect();
            let any = Self::of_any(document, &alternatives, value, depth + 1);
            shape.is_silent = any.is_silent && shape.fields.is_empty();
            shape.add(any);
        }
        // Neither it nor one of its parts names a field.
        shape.is_silent |= shape.fields.is_empty() && !shape.is_open;
        shape
    }

    /// What the alternatives say that the value may be meant for; all of them when it fits none,
    /// since what is wrong then is for the validator to say.
    fn of_any(document: &'a Document, schemas: &[&'a Value], value: &Value, depth: usize) -> Self {
        let is_meant = |schema: &&&Value| fits(document, schema, value, 0);
        let has_meant = schemas.iter().any(|schema| is_meant(&schema));
        let mut any = Self::default();
        for schema in schemas.iter().filter(|schema| !has_meant || is_meant(schema)) {
            let one = Self::of(document, schema, value, depth);
            any.is_silent |= one.is_silent;
            any.add(one);
        }
        any
    }

    fn add(&mut self, other: Self) {
        for (name, schemas) in other.fields {
            self.fields.entry(name).or_default().extend(schemas);
        }
        self.further.extend(other.further);
        self.items.extend(other.items);
        self.is_open |= other.is_open;
    }
}

/// Whether a value may be meant for a schema: its type, its constants and its required fields
/// are there. It looks no deeper, since a fault further down is still one of this alternative.
pub(super) fn fits(document: &Document, schema: &Value, value: &Value, depth: usize) -> bool {
    let schema = document.resolve(schema);
    if depth > DEPTH {
        return true;
    }
    let is_type = match &schema["type"] {
        Value::String(kind) => is_of(value, kind),
        Value::Array(kinds) => {
            kinds.iter().filter_map(Value::as_str).any(|kind| is_of(value, kind))
        }
        _ => true,
    };
    if !is_type {
        return false;
    }
    if schema.get("const").is_some_and(|constant| constant != value)
        || schema["enum"].as_array().is_some_and(|values| !values.contains(value))
    {
        return false;
    }
    if let Some(fields) = value.as_object() {
        let required = schema["required"].as_array().into_iter().flatten();
        if !required.filter_map(Value::as_str).all(|name| fields.contains_key(name)) {
            return false;
        }
        let properties = schema["properties"].as_object().into_iter().flatten();
        for (name, property) in properties {
            // Only texts tell alternatives apart: `type`, `role`, `object`.
            if let Some(text @ Value::String(_)) = fields.get(name)
                && is_fixed(document, property)
                && !fits(document, property, text, depth + 1)
            {
                return false;
            }
        }
    }
    let all = schema["allOf"].as_array().into_iter().flatten();
    let mut all = all.filter(|part| part.get("if").is_none());
    if !all.all(|part| fits(document, part, value, depth + 1)) {
        return false;
    }
    match schema["anyOf"].as_array() {
        Some(alternatives) => alternatives.iter().any(|one| fits(document, one, value, depth + 1)),
        None => true,
    }
}

/// Whether a property has few values, all of them listed.
fn is_fixed(document: &Document, property: &Value) -> bool {
    let property = document.resolve(property);
    property.get("const").is_some() || property.get("enum").is_some()
}

fn is_of(value: &Value, kind: &str) -> bool {
    match kind {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "boolean" => value.is_boolean(),
        "null" => value.is_null(),
        "integer" => value.as_f64().is_some_and(|number| number.fract() == 0.0),
        "number" => value.is_number(),
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::super::Document;

    fn undeclared(schemas: Value, value: Value) -> Vec<String> {
        let document = Document::new(&json!({"components": {"schemas": schemas}}));
        super::fields(&document, &json!({"$ref": "#/components/schemas/A"}), &value)
    }

    #[test]
    fn a_misspelled_optional_field_is_found_at_any_depth() {
        let schemas = json!({"A": {"type": "object", "properties": {
            "name": {"type": "string"},
            "list": {"type": "array", "items": {"type": "object", "properties": {"x": {}}}},
        }}});
        let value = json!({"nmae": 1, "list": [{"x": 1}, {"y": {"z": 2}}]});
        assert_eq!(undeclared(schemas, value), ["/list/1/y", "/nmae"]);
    }

    #[test]
    fn maps_free_objects_and_further_properties_are_open() {
        let schemas = json!({"A": {"type": "object", "properties": {
            "free": {"type": "object"},
            "map": {"type": "object", "additionalProperties": {"type": "object", "properties": {"x": {}}}},
            "open": {"type": "object", "properties": {"x": {}}, "additionalProperties": true},
        }}});
        let value = json!({"free": {"a": 1}, "map": {"k": {"x": 1, "y": 2}}, "open": {"z": 3}});
        assert_eq!(undeclared(schemas, value), ["/map/k/y"]);
    }

    #[test]
    fn parts_add_up_and_alternatives_are_told_apart_by_their_constants() {
        let schemas = json!({
            "A": {"allOf": [
                {"type": "object", "properties": {"id": {"type": "string"}}},
                {"required": ["id"]},
                {"anyOf": [
                    {"type": "object", "properties": {"type": {"enum": ["b"]}, "b": {}}, "required": ["type"]},
                    {"type": "object", "properties": {"type": {"enum": ["c"]}, "c": {}}, "required": ["type"]},
                ]},
            ]},
        });
        let value = json!({"id": "1", "type": "b", "b": 1, "c": 2});
        assert_eq!(undeclared(schemas, value), ["/c"]);
    }

    #[test]
    fn the_child_that_the_discriminator_names_declares_its_own_fields() {
        let schemas = json!({
            "A": {
                "type": "object",
                "properties": {"kind": {"type": "string"}},
                "required": ["kind"],
                "discriminator": {"propertyName": "kind"},
            },
            "Cat": {
                "allOf": [{"$ref": "#/components/schemas/A"}, {"properties": {"lives": {}}}],
                "x-ms-discriminator-value": "cat",
            },
            "Dog": {
                "allOf": [{"$ref": "#/components/schemas/A"}, {"properties": {"tricks": {}}}],
                "x-ms-discriminator-value": "dog",
            },
        });
        let value = json!({"kind": "cat", "lives": 9, "tricks": 0});
        assert_eq!(undeclared(schemas, value), ["/tricks"]);
    }
}
