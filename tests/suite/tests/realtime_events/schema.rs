//! Examples made from the schemas of a document.

use serde_json::{Map, Value, json};

/// How deep references are followed.
const DEPTH: usize = 14;

/// An OpenAPI document.
pub struct Document(Value);

impl Document {
    /// Reads it.
    pub fn parse(text: &str) -> Self {
        Self(serde_json::from_str(text).expect("an OpenAPI document"))
    }

    /// One example of each member of a union. `choice` picks among the unions inside.
    pub fn examples(&self, union: &str, choice: usize) -> Vec<Value> {
        let members = self.schema(union)["anyOf"].as_array().expect("a union").clone();
        members.iter().map(|member| self.example(member, "", choice, DEPTH)).collect()
    }

    fn schema(&self, name: &str) -> &Value {
        &self.0["components"]["schemas"][name]
    }

    fn example(&self, schema: &Value, name: &str, choice: usize, depth: usize) -> Value {
        if let Some(reference) = schema["$ref"].as_str() {
            let target = reference.rsplit('/').next().unwrap_or_default();
            return match depth.checked_sub(1) {
                Some(depth) => self.example(self.schema(target), name, choice, depth),
                None => json!({}),
            };
        }
        for union in ["anyOf", "oneOf"] {
            if let Some(members) = schema[union].as_array() {
                let members: Vec<_> =
                    members.iter().filter(|member| member["type"] != "null").collect();
                return self.example(members[choice % members.len()], name, choice, depth);
            }
        }
        if let Some(members) = schema["allOf"].as_array() {
            let all = members.iter().map(|member| self.example(member, name, choice, depth));
            let fields = all.filter_map(|value| value.as_object().cloned()).flatten();
            return Value::Object(fields.collect());
        }
        if let Some(value) = schema.get("const") {
            return value.clone();
        }
        if let Some(values) = schema["enum"].as_array() {
            return values[choice % values.len()].clone();
        }
        let kind = match &schema["type"] {
            Value::Array(kinds) => kinds.iter().find(|kind| *kind != "null"),
            kind => Some(kind),
        };
        match kind.and_then(Value::as_str) {
            Some("array") => json!([self.example(&schema["items"], name, choice, depth)]),
            // Base64 of four bytes, so that it is audio, too.
            Some("string") => "dGV4dA==".into(),
            Some("integer") => 7.into(),
            Some("number") => 0.5.into(),
            Some("boolean") => (choice % 2 == 0).into(),
            _ => self.object(schema, choice, depth),
        }
    }

    fn object(&self, schema: &Value, choice: usize, depth: usize) -> Value {
        let properties = schema["properties"].as_object().into_iter().flatten();
        let fields: Map<String, Value> = properties
            .map(|(name, schema)| (name.clone(), self.example(schema, name, choice, depth)))
            .collect();
        if fields.is_empty() && schema["additionalProperties"].is_object() {
            let value = self.example(&schema["additionalProperties"], "", choice, depth);
            return json!({"key": value});
        }
        Value::Object(fields)
    }
}
