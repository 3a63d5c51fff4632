//! A small value that fits a JSON schema, for structured output and the arguments of tools.

use serde_json::{Map, Value, json};

/// How deep a sample goes; what is recursive ends there.
const DEPTH: usize = 12;

/// A value for `schema`. Texts are taken from `words` by the name of their field.
pub(crate) fn value(schema: &Value, words: &dyn Fn(&str) -> Option<String>) -> Value {
    Sampler { root: schema, words }.of(schema, "", 0)
}

struct Sampler<'a> {
    root: &'a Value,
    words: &'a dyn Fn(&str) -> Option<String>,
}

impl Sampler<'_> {
    fn of(&self, schema: &Value, name: &str, depth: usize) -> Value {
        if let Some(place) = schema["$ref"].as_str() {
            let target = self.root.pointer(place.trim_start_matches('#'));
            return match target {
                Some(target) if depth < DEPTH => self.of(target, name, depth + 1),
                _ => Value::Null,
            };
        }
        for fixed in ["const", "default"] {
            if let Some(value) = schema.get(fixed) {
                return value.clone();
            }
        }
        if let Some(first) = schema["enum"].get(0) {
            return first.clone();
        }
        for list in ["anyOf", "oneOf", "allOf"] {
            if let Some(alternatives) = schema[list].as_array() {
                return self.one_of(alternatives, name, depth);
            }
        }
        match kind(schema, depth) {
            "string" => json!(self.text(schema, name)),
            "integer" => json!(schema["minimum"].as_i64().unwrap_or(1)),
            "number" => json!(schema["minimum"].as_f64().unwrap_or(1.5)),
            "boolean" => json!(true),
            "null" => Value::Null,
            "array" => self.list(schema, name, depth),
            _ => self.object(schema, depth),
        }
    }

    fn one_of(&self, alternatives: &[Value], name: &str, depth: usize) -> Value {
        let is_null = |schema: &&Value| schema["type"] == "null";
        let null = alternatives.iter().find(is_null);
        let other = alternatives.iter().find(|schema| !is_null(schema));
        match if depth >= DEPTH / 2 { null.or(other) } else { other.or(null) } {
            Some(schema) if depth < DEPTH => self.of(schema, name, depth + 1),
            _ => Value::Null,
        }
    }

    fn text(&self, schema: &Value, name: &str) -> String {
        if let Some(text) = (self.words)(name) {
            return text;
        }
        match schema["format"].as_str() {
            Some("date") => "2024-02-29",
            Some("date-time") => "2024-02-29T12:00:00Z",
            Some("time") => "12:00:00Z",
            Some("email") => "someone@example.com",
            Some("uri") => "https://example.com/",
            Some("uuid") => "00000000-0000-4000-8000-000000000000",
            _ if name.is_empty() => "text",
            _ => name,
        }
        .to_owned()
    }

    fn list(&self, schema: &Value, name: &str, depth: usize) -> Value {
        let least = schema["minItems"].as_u64().unwrap_or(1).min(64);
        let count =
            if depth >= DEPTH / 2 { schema["minItems"].as_u64().unwrap_or(0) } else { least };
        if depth >= DEPTH {
            return json!([]);
        }
        (0..count).map(|_| self.of(&schema["items"], name, depth + 1)).collect()
    }

    fn object(&self, schema: &Value, depth: usize) -> Value {
        let mut members = Map::new();
        if depth < DEPTH {
            for (name, property) in schema["properties"].as_object().into_iter().flatten() {
                members.insert(name.clone(), self.of(property, name, depth + 1));
            }
        }
        Value::Object(members)
    }
}

/// The type of a schema; of several the first, or null when it is deep enough.
fn kind(schema: &Value, depth: usize) -> &str {
    match &schema["type"] {
        Value::String(kind) => kind,
        Value::Array(kinds) => {
            let mut kinds = kinds.iter().filter_map(Value::as_str);
            let null = kinds.clone().find(|kind| *kind == "null");
            let first = kinds.find(|kind| *kind != "null");
            if depth >= DEPTH / 2 { null.or(first) } else { first.or(null) }.unwrap_or("object")
        }
        _ if schema.get("items").is_some() => "array",
        _ => "object",
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    #[test]
    fn samples_fit_their_schema() {
        let schema = json!({
            "type": "object",
            "properties": {
                "name": {"type": "string"},
                "age": {"type": "integer", "minimum": 18},
                "tags": {"type": "array", "items": {"type": "string"}, "minItems": 2},
                "kind": {"enum": ["a", "b"]},
                "when": {"type": ["string", "null"], "format": "date"},
                "next": {"anyOf": [{"$ref": "#/$defs/node"}, {"type": "null"}]},
            },
            "required": ["name", "age", "tags", "kind", "when", "next"],
            "additionalProperties": false,
            "$defs": {"node": {
                "type": "object",
                "properties": {"next": {"anyOf": [{"$ref": "#/$defs/node"}, {"type": "null"}]}},
                "required": ["next"],
            }},
        });
        let value = super::value(&schema, &|_| None);
        let validator = jsonschema::validator_for(&schema).unwrap();
        let errors: Vec<_> = validator.iter_errors(&value).map(|e| e.to_string()).collect();
        assert!(errors.is_empty(), "{value} {errors:?}");
    }
}
