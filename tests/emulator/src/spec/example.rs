//! Values that fit a schema of a document, made from the schema alone: bodies of responses for
//! operations that have no code of their own, and requests for tests.

use serde_json::{Map, Value, json};

use super::lower::COMPONENTS;

/// How many references and objects a value is deep at most.
const DEPTH: usize = 24;

/// Makes examples from the components of a document, as they stand there.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Examples<'a> {
    pub(crate) components: &'a Map<String, Value>,
    /// How deep optional fields are written; 0 leaves all of them out.
    pub(crate) optional: usize,
    /// Whether fields that the service alone sets are left out.
    pub(crate) is_request: bool,
}

impl Examples<'_> {
    /// An example for a schema.
    pub(crate) fn of(&self, schema: &Value) -> Value {
        self.value(schema, "", 0)
    }

    fn value(&self, schema: &Value, name: &str, depth: usize) -> Value {
        if let Some(target) = schema["$ref"].as_str() {
            let target = target.strip_prefix(COMPONENTS).unwrap_or(target);
            return match self.components.get(target) {
                Some(component) if depth < DEPTH => {
                    self.component(target, component, name, depth + 1)
                }
                _ => Value::Null,
            };
        }
        if let Some(value) = schema.get("const").or_else(|| schema["enum"].get(0)) {
            return value.clone();
        }
        if schema["nullable"] == true && depth >= DEPTH / 2 {
            return Value::Null;
        }
        match kind(schema) {
            "string" => json!(text(schema, name)),
            "integer" => json!(bounded(schema) as i64),
            "number" => json!(bounded(schema)),
            "boolean" => json!(false),
            "null" => Value::Null,
            "array" => self.list(schema, name, depth),
            "object" => self.object(schema, depth),
            _ if depth >= DEPTH => Value::Null,
            _ => self.composed(schema, name, depth),
        }
    }

    fn component(&self, name: &str, schema: &Value, field: &str, depth: usize) -> Value {
        let tag = schema.pointer("/discriminator/propertyName").and_then(Value::as_str);
        let is_union = schema.get("oneOf").is_some() || schema.get("anyOf").is_some();
        if let Some(tag) = tag.filter(|_| !is_union)
            && let Some((value, child)) = self.child(name, schema)
        {
            let mut made = self.value(child, field, depth);
            // A child that does not name itself is named by its parent.
            if let Value::Object(fields) = &mut made
                && !self.has_constant(child, tag)
            {
                fields.insert(tag.to_owned(), json!(value));
            }
            return made;
        }
        self.value(schema, field, depth)
    }

    /// The first child of a base, with its discriminator value.
    fn child(&self, base: &str, schema: &Value) -> Option<(String, &Value)> {
        let mapping = schema.pointer("/discriminator/mapping").and_then(Value::as_object);
        for (value, place) in mapping.into_iter().flatten() {
            let name = place.as_str()?;
            let name = name.strip_prefix(COMPONENTS).unwrap_or(name);
            if let Some(child) = self.components.get(name).filter(|_| name != base) {
                return Some((value.clone(), child));
            }
        }
        let reference = format!("{COMPONENTS}{base}");
        self.components.iter().find_map(|(name, child)| {
            let mut parents = child["allOf"].as_array()?.iter();
            parents.find(|parent| parent["$ref"] == reference.as_str())?;
            let value = child["x-ms-discriminator-value"].as_str().unwrap_or(name);
            Some((value.to_owned(), child))
        })
    }

    /// Whether a child has but one value for the discriminator.
    fn has_constant(&self, child: &Value, tag: &str) -> bool {
        let (mut properties, mut required) = (Vec::new(), Vec::new());
        self.flatten(child, 0, &mut properties, &mut required);
        let last = properties.iter().rev().find(|(name, _)| *name == tag);
        last.is_some_and(|(_, property)| {
            property.get("const").is_some()
                || property["enum"].as_array().is_some_and(|values| values.len() == 1)
        })
    }

    /// Parts together, or the first of several alternatives.
    fn composed(&self, schema: &Value, name: &str, depth: usize) -> Value {
        if schema.get("properties").is_some() {
            return self.object(schema, depth);
        }
        for list in ["oneOf", "anyOf"] {
            if let Some(alternatives) = schema[list].as_array() {
                let is_null = |one: &&Value| one["type"] == "null";
                let null = alternatives.iter().find(is_null);
                let other = alternatives.iter().find(|one| !is_null(one));
                let chosen = if depth >= DEPTH / 2 { null.or(other) } else { other.or(null) };
                let made = chosen.map_or(Value::Null, |one| self.value(one, name, depth + 1));
                // Limits may stand beside the alternatives.
                return match (made.as_i64(), schema["minimum"].as_i64()) {
                    (Some(value), Some(least)) => json!(value.max(least)),
                    _ => made,
                };
            }
        }
        match schema["allOf"].as_array().map(Vec::as_slice) {
            Some([only]) if schema.get("properties").is_none() => self.value(only, name, depth + 1),
            Some(_) => self.object(schema, depth),
            None => json!({}),
        }
    }

    fn object(&self, schema: &Value, depth: usize) -> Value {
        let mut fields = Map::new();
        if depth >= DEPTH {
            return fields.into();
        }
        let (mut properties, mut required) = (Vec::new(), Vec::new());
        self.flatten(schema, 0, &mut properties, &mut required);
        for (field, property) in properties {
            let is_set = !self.is_request || property["readOnly"] != true;
            if is_set && (required.contains(&field) || depth < self.optional) {
                // What a child says of a field of its parent comes later.
                fields.insert(field.to_owned(), self.value(property, field, depth + 1));
            }
        }
        fields.into()
    }

    /// Everything that the parts of a schema and its first alternative say of the fields.
    fn flatten<'a>(
        &'a self,
        schema: &'a Value,
        depth: usize,
        properties: &mut Vec<(&'a str, &'a Value)>,
        required: &mut Vec<&'a str>,
    ) {
        if let Some(target) = schema["$ref"].as_str() {
            let target = target.strip_prefix(COMPONENTS).unwrap_or(target);
            if let Some(component) = self.components.get(target).filter(|_| depth < DEPTH) {
                self.flatten(component, depth + 1, properties, required);
            }
            return;
        }
        for part in schema["allOf"].as_array().into_iter().flatten() {
            self.flatten(part, depth + 1, properties, required);
        }
        properties.extend(
            schema["properties"]
                .as_object()
                .into_iter()
                .flatten()
                .map(|(name, one)| (name.as_str(), one)),
        );
        required
            .extend(schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str));
        for list in ["oneOf", "anyOf"] {
            if let Some(first) = schema[list].get(0) {
                self.flatten(first, depth + 1, properties, required);
            }
        }
    }

    fn list(&self, schema: &Value, name: &str, depth: usize) -> Value {
        let least = schema["minItems"].as_u64().unwrap_or(0);
        let count = if depth < DEPTH / 2 { least.max(1) } else { least };
        let item = || self.value(&schema["items"], name, depth + 1);
        (0..count.min(64)).map(|_| item()).collect()
    }
}

/// The type of a schema; a schema that only names parts or alternatives has none.
fn kind(schema: &Value) -> &str {
    let is_composed = ["allOf", "anyOf", "oneOf"].iter().any(|list| schema.get(list).is_some());
    match &schema["type"] {
        Value::String(kind) if kind != "object" || !is_composed => kind,
        Value::Array(kinds) => {
            let mut kinds = kinds.iter().filter_map(Value::as_str);
            kinds.find(|kind| *kind != "null").unwrap_or("null")
        }
        _ if is_composed => "",
        _ if schema.get("items").is_some() => "array",
        _ if schema.get("properties").is_some() => "object",
        _ => "",
    }
}

fn bounded(schema: &Value) -> f64 {
    let least = schema["minimum"].as_f64().unwrap_or(1.0);
    let least = if schema["exclusiveMinimum"] == true { least + 1.0 } else { least };
    match schema["maximum"].as_f64() {
        Some(most) => least.min(most),
        None => least,
    }
}

fn text(schema: &Value, name: &str) -> String {
    if let Some(text) = schema["default"].as_str() {
        return text.to_owned();
    }
    let text = match schema["format"].as_str() {
        Some("date") => "2026-02-28",
        Some("date-time") => "2026-02-28T12:00:00Z",
        Some("uri") => "https://example.com/",
        Some("uuid") => "00000000-0000-4000-8000-000000000000",
        Some("byte") => "AAAA",
        Some("duration") => "PT1H",
        _ if name.is_empty() => "text",
        _ => name,
    };
    let least = usize::try_from(schema["minLength"].as_u64().unwrap_or(0)).unwrap_or(0);
    let most =
        usize::try_from(schema["maxLength"].as_u64().unwrap_or(u64::MAX)).unwrap_or(usize::MAX);
    let padded: String =
        text.chars().chain(std::iter::repeat('x')).take(least.max(text.len())).collect();
    padded.chars().take(most).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::Examples;

    #[test]
    fn a_base_becomes_a_child_that_is_named_and_parts_are_merged() {
        let components = json!({
            "Pet": {
                "type": "object",
                "properties": {"kind": {"type": "string"}, "name": {"type": "string"}},
                "required": ["kind"],
                "discriminator": {"propertyName": "kind"},
            },
            "Cat": {
                "allOf": [
                    {"$ref": "#/components/schemas/Pet"},
                    {"type": "object", "properties": {"lives": {"type": "integer", "minimum": 9}}, "required": ["lives"]},
                ],
                "x-ms-discriminator-value": "cat",
            },
        });
        let components = components.as_object().unwrap();
        let examples = Examples { components, optional: 0, is_request: true };
        let pet = json!({"$ref": "#/components/schemas/Pet"});
        assert_eq!(examples.of(&pet), json!({"kind": "cat", "lives": 9}));
        let all = Examples { optional: 9, ..examples };
        assert_eq!(all.of(&pet), json!({"kind": "cat", "lives": 9, "name": "name"}));
    }
}
