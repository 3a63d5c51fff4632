//! The form of a completion, and what it will be.

use serde::Serialize;
use serde_json::Value;

use super::content::Content;
use crate::json_schema::JsonSchema;

/// The form of a completion.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
#[non_exhaustive]
pub enum ResponseFormat {
    /// Any text.
    Text,
    /// Any JSON object; the messages must ask for JSON too.
    JsonObject,
    /// JSON that fits a schema.
    JsonSchema {
        /// The schema and its name.
        json_schema: JsonSchema,
    },
    /// A form that this crate does not know, as JSON.
    #[serde(untagged)]
    Other(Value),
}

impl ResponseFormat {
    /// JSON that fits `schema` exactly. `name` has letters, digits, `_` and `-`, at most 64.
    pub fn json_schema(name: impl Into<String>, schema: Value) -> Self {
        JsonSchema::new(name, schema).into()
    }
}

impl From<JsonSchema> for ResponseFormat {
    fn from(json_schema: JsonSchema) -> Self {
        Self::JsonSchema { json_schema }
    }
}

/// What most of a completion will be.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(super) struct Prediction {
    #[serde(rename = "type")]
    kind: &'static str,
    content: Content,
}

impl Prediction {
    pub(super) fn new(content: Content) -> Self {
        Self { kind: "content", content }
    }
}

#[cfg(test)]
mod tests {
    use super::{JsonSchema, Prediction, ResponseFormat};
    use serde_json::{json, to_value};

    #[test]
    fn forms_are_what_the_service_reads() {
        let schema = json!({"type": "object"});
        let described = JsonSchema::new("n", schema.clone()).description("d").strict(false);
        for (format, wire) in [
            (ResponseFormat::Text, json!({"type": "text"})),
            (ResponseFormat::JsonObject, json!({"type": "json_object"})),
            (
                ResponseFormat::json_schema("n", schema.clone()),
                json!({"type": "json_schema",
                    "json_schema": {"name": "n", "schema": schema, "strict": true}}),
            ),
            (
                described.into(),
                json!({"type": "json_schema", "json_schema":
                    {"name": "n", "description": "d", "schema": schema, "strict": false}}),
            ),
            (ResponseFormat::Other(json!({"type": "grammar"})), json!({"type": "grammar"})),
        ] {
            assert_eq!(to_value(format).unwrap(), wire);
        }
        let prediction = to_value(Prediction::new("p".into())).unwrap();
        assert_eq!(prediction, json!({"type": "content", "content": "p"}));
    }
}
