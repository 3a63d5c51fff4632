//! The form of an answer, and what it will be.

use serde::Serialize;
use serde_json::{Map, Value};

use super::content::Content;

/// The form of an answer.
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

/// A schema that an answer must fit. See [`ChatRequest::response_format`](super::Chat::response_format).
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct JsonSchema {
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<String>,
    schema: Value,
    strict: bool,
    #[serde(flatten)]
    extra: Map<String, Value>,
}

impl ResponseFormat {
    /// JSON that fits `schema` exactly. `name` has letters, digits, `_` and `-`, at most 64.
    pub fn json_schema(name: impl Into<String>, schema: Value) -> Self {
        JsonSchema::new(name, schema).into()
    }
}

impl JsonSchema {
    /// A schema that is kept exactly. `name` has letters, digits, `_` and `-`, at most 64.
    ///
    /// The service keeps to a part of JSON schema: every object names all its members in
    /// `required` and has `additionalProperties: false`.
    pub fn new(name: impl Into<String>, schema: Value) -> Self {
        let (name, extra) = (name.into(), Map::new());
        Self { name, description: None, schema, strict: true, extra }
    }

    /// Tells the model what the answer is for.
    #[must_use]
    pub fn description(mut self, text: impl Into<String>) -> Self {
        self.description = Some(text.into());
        self
    }

    /// Whether the schema is kept exactly, which it is unless this says no.
    #[must_use]
    pub fn strict(mut self, strict: bool) -> Self {
        self.strict = strict;
        self
    }

    /// Sets a member that this crate does not know.
    #[must_use]
    pub fn extra(mut self, member: impl Into<String>, value: impl Into<Value>) -> Self {
        self.extra.insert(member.into(), value.into());
        self
    }
}

impl From<JsonSchema> for ResponseFormat {
    fn from(json_schema: JsonSchema) -> Self {
        Self::JsonSchema { json_schema }
    }
}

/// What most of an answer will be.
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
