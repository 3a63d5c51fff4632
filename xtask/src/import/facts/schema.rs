//! Schemas: their keywords, and what they refer to.

use serde_json::{Map, Value, json};

use super::Extractor;
use super::words::{PLAIN, Place};
use crate::json::{array, object, referenced, text};

/// How deep schemas may be nested; a deeper one is cut and reported.
const DEPTH: usize = 64;

impl Extractor<'_> {
    pub(super) fn schema(&mut self, schema: &Value, depth: usize) -> Value {
        if depth > DEPTH {
            self.report("a schema nested too deep");
            return json!({});
        }
        let Some(members) = schema.as_object() else { return json!({}) };
        let mut converted = Map::new();
        if let Some(place) = text(Some(schema), "$ref") {
            if let Some(name) = referenced(schema)
                && !name.contains('/')
            {
                if self
                    .document
                    .pointer("/components/schemas")
                    .is_some_and(|s| s.get(name).is_some())
                {
                    converted.insert("$ref".to_owned(), json!(place));
                } else {
                    self.report(format!("a reference to `{name}`, which is not there"));
                    return json!({});
                }
            } else if let Some(target) =
                place.strip_prefix('#').and_then(|pointer| self.document.pointer(pointer))
            {
                return self.schema(target, depth + 8);
            } else {
                self.report(format!("a reference out of the document: {place}"));
                return json!({});
            }
        }
        self.words(Place::Schema, schema);
        self.contradictions(schema);
        for (name, value) in members {
            match name.as_str() {
                "discriminator" => {
                    if let Some(discriminator) = self.discriminator(value) {
                        converted.insert(name.clone(), discriminator);
                    }
                }
                "type" | "format" | "pattern" | "x-ms-discriminator-value"
                    if !value.is_string() => {}
                "enum" | "required" if !value.is_array() => {}
                "properties" => {
                    let mut properties = Map::new();
                    // A property that is itself called so has left its order among the others.
                    let order = |(name, schema): &(&String, &Value)| {
                        *name == "x-order" && schema.is_array()
                    };
                    for (property, schema) in object(Some(value)).filter(|p| !order(p)) {
                        let schema = self.inside(&["properties", property], |extractor| {
                            extractor.schema(schema, depth + 1)
                        });
                        properties.insert(property.clone(), schema);
                    }
                    converted.insert(name.clone(), Value::Object(properties));
                }
                "items" | "not" | "propertyNames" => {
                    let schema =
                        self.inside(&[name], |extractor| extractor.schema(value, depth + 1));
                    converted.insert(name.clone(), schema);
                }
                "additionalProperties" => {
                    let value = if value.is_boolean() {
                        value.clone()
                    } else {
                        self.inside(&[name], |extractor| extractor.schema(value, depth + 1))
                    };
                    // "None of them is valid" is how some say that there are none.
                    let none = value == json!({"not": {}});
                    converted.insert(name.clone(), if none { json!(false) } else { value });
                }
                "allOf" | "anyOf" | "oneOf" => {
                    let mut alternatives = Vec::new();
                    for (at, schema) in array(Some(value)).enumerate() {
                        alternatives.push(self.inside(&[name, &at.to_string()], |extractor| {
                            extractor.schema(schema, depth + 1)
                        }));
                    }
                    if !alternatives.is_empty() {
                        converted.insert(name.clone(), Value::Array(alternatives));
                    }
                }
                plain if PLAIN.contains(&plain) => {
                    converted.insert(name.clone(), value.clone());
                }
                _ => {}
            }
        }
        content_words(members, &mut converted);
        order(members, &mut converted);
        Value::Object(converted)
    }

    /// A type beside alternatives that all have another one: no value is valid.
    fn contradictions(&mut self, schema: &Value) {
        let Some(own) = text(Some(schema), "type") else { return };
        for word in ["anyOf", "oneOf"] {
            let kinds: Vec<Option<&str>> =
                array(schema.get(word)).map(|schema| text(Some(schema), "type")).collect();
            let fits = |kind: &Option<&str>| match kind {
                None => true,
                Some(kind) => {
                    *kind == own || (*kind == "integer" && own == "number") || *kind == "null"
                }
            };
            if !kinds.is_empty() && !kinds.iter().any(fits) {
                let kinds: Vec<&str> = kinds.into_iter().flatten().collect();
                self.report(format!("the type {own} beside `{word}` of {}", kinds.join(", ")));
            }
        }
    }

    fn discriminator(&mut self, value: &Value) -> Option<Value> {
        let name = text(Some(value), "propertyName")?;
        let mut mapping = Map::new();
        for (value, target) in object(value.get("mapping")) {
            let Some(place) = target.as_str() else { continue };
            let known = place.rsplit('/').next().is_some_and(|name| {
                self.document.pointer("/components/schemas").is_some_and(|s| s.get(name).is_some())
            });
            if known {
                mapping.insert(value.clone(), target.clone());
            } else {
                self.report(format!("the discriminator's target `{place}`, which is not there"));
            }
        }
        let mut converted = json!({"propertyName": name});
        if !mapping.is_empty() {
            converted["mapping"] = Value::Object(mapping);
        }
        Some(converted)
    }
}

/// The order of the properties, where it is not that of their names.
fn order(schema: &Map<String, Value>, converted: &mut Map<String, Value>) {
    let names: Vec<&str> = array(schema.get("x-order"))
        .filter_map(Value::as_str)
        .filter(|name| converted.get("properties").is_some_and(|p| p.get(*name).is_some()))
        .collect();
    if !names.is_sorted() {
        converted.insert("x-order".to_owned(), json!(names));
    }
}

/// Bytes: `contentEncoding` says how a string holds them, `contentMediaType` that they are no string.
fn content_words(schema: &Map<String, Value>, converted: &mut Map<String, Value>) {
    if schema.get("contentEncoding").is_some_and(|encoding| encoding == "base64") {
        converted.entry("format").or_insert(json!("byte"));
    } else if schema.contains_key("contentMediaType") && !schema.contains_key("type") {
        converted.insert("type".to_owned(), json!("string"));
        converted.insert("format".to_owned(), json!("binary"));
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::extract;

    #[test]
    fn what_a_schema_cannot_keep_is_reported_with_its_place() {
        let facts = extract(&json!({"components": {"schemas": {
            "X": {"properties": {"a/b": {"patternProperties": {}, "x-y": 1}}},
            "Y": {"type": "integer", "anyOf": [{"type": "string"}]}}}}));
        let shown: Vec<String> = facts.problems.iter().map(ToString::to_string).collect();
        assert_eq!(
            shown,
            [
                "X: `patternProperties` of a schema (at /schemas/X/properties/a~1b)",
                "Y: the type integer beside `anyOf` of string (at /schemas/Y)",
            ]
        );
    }

    #[test]
    fn an_order_that_is_not_of_the_names_is_kept() {
        let schema = |properties: serde_json::Value, order: &[&str]| json!({"properties": properties, "x-order": order});
        let facts = extract(&json!({"components": {"schemas": {
            "X": schema(json!({"a": {}, "b": {}}), &["b", "a"]),
            "Y": schema(json!({"a": {}, "b": {}}), &["a", "b"]),
            "Z": schema(json!({"properties": {}, "x-order": []}), &["properties"])}}}));
        assert_eq!(facts.schemas["X"]["x-order"], json!(["b", "a"]));
        assert_eq!(facts.schemas["Y"], json!({"properties": {"a": {}, "b": {}}}));
        assert_eq!(facts.schemas["Z"], json!({"properties": {"properties": {}}}));
    }

    #[test]
    fn bytes_are_bytes_whatever_says_so() {
        let facts = extract(&json!({"components": {"schemas": {
            "X": {"type": "string", "contentEncoding": "base64"},
            "Y": {"contentMediaType": "application/octet-stream"}}}}));
        assert_eq!(facts.schemas["X"], json!({"type": "string", "format": "byte"}));
        assert_eq!(facts.schemas["Y"], json!({"type": "string", "format": "binary"}));
    }
}
