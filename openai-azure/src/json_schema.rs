//! The JSON schema of a model's output.

use serde::Serialize;
use serde_json::{Map, Value};

/// A JSON schema that the output of a model must fit, and its name.
///
/// A chat takes it as [`response_format`](crate::chat::ChatRequest::response_format), the Responses
/// API as [`text_format`](crate::responses::ResponseRequest::text_format).
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

impl JsonSchema {
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// Creates a strict schema. `name` has letters, digits, `_` and `-`, at most 64.
    ///
    /// The service supports a subset of JSON Schema: every object lists all its fields in
    /// `required` and has `additionalProperties: false`.
    pub fn new(name: impl Into<String>, schema: Value) -> Self {
        let (name, extra) = (name.into(), Map::new());
        Self { name, description: None, schema, strict: true, extra }
    }

    /// Describes to the model what the output is for.
    #[must_use]
    pub fn description(mut self, text: impl Into<String>) -> Self {
        self.description = Some(text.into());
        self
    }

    /// Whether the output fits the schema exactly. Default: true.
    #[must_use]
    pub fn strict(mut self, strict: bool) -> Self {
        self.strict = strict;
        self
    }

    /// Sets a field that this crate does not know.
    #[must_use]
    pub fn extra(mut self, field: impl Into<String>, value: impl Into<Value>) -> Self {
        self.extra.insert(field.into(), value.into());
        self
    }

    /// Reads the schema from the fields that lie beside `type`; `None` if it has no name, no schema
    /// or no `strict`.
    pub(crate) fn from_format(format: &Value) -> Option<Self> {
        let mut extra = format.as_object()?.clone();
        extra.remove("type");
        let name = extra.remove("name")?.as_str()?.to_owned();
        let schema = extra.remove("schema")?;
        let strict = extra.remove("strict")?.as_bool()?;
        let description = match extra.remove("description") {
            None => None,
            Some(text) => Some(text.as_str()?.to_owned()),
        };
        Some(Self { name, description, schema, strict, extra })
    }
}
