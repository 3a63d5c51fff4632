//! The body of a request for a response.

use std::collections::BTreeMap;

use bytes::Bytes;
use serde::Serialize;
use serde_json::{Map, Value};

use super::input::InputItem;
use super::tool::{ResponseTool, ResponseToolChoice};
use crate::effort::Effort;
use crate::engine::request_body;
use crate::error::Error;
use crate::json_schema::JsonSchema;

/// What is sent. A member that is not set is absent.
#[derive(Debug, Clone, Default, Serialize)]
pub(super) struct ResponseBody {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) model: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) input: Vec<InputItem>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) instructions: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) previous_response_id: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) tools: Vec<ResponseTool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) tool_choice: Option<ResponseToolChoice>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) parallel_tool_calls: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) text: Option<Text>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) reasoning: Option<Reasoning>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) max_output_tokens: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) temperature: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) top_p: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) truncation: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) include: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) store: Option<bool>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub(super) metadata: BTreeMap<String, String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) background: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) user: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) stream: Option<bool>,
    #[serde(skip)]
    pub(super) extra: Map<String, Value>,
}

/// How the text is written.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Text {
    pub(super) format: TextFormat,
}

/// How the model thinks.
#[derive(Debug, Clone, Default, Serialize)]
pub(super) struct Reasoning {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) effort: Option<Effort>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) summary: Option<String>,
}

/// The form of a response's text.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
#[non_exhaustive]
pub enum TextFormat {
    /// Any text.
    Text,
    /// Any JSON object; the input must ask for JSON too.
    JsonObject,
    /// JSON that fits a schema.
    JsonSchema(JsonSchema),
    /// A form that this crate does not know, as JSON.
    #[serde(untagged)]
    Other(Value),
}

impl From<JsonSchema> for TextFormat {
    fn from(schema: JsonSchema) -> Self {
        Self::JsonSchema(schema)
    }
}

impl ResponseBody {
    /// # Errors
    ///
    /// [`Error::Config`] for no input, and for numbers that JSON cannot hold.
    pub(super) fn to_body(&self) -> Result<Bytes, Error> {
        let goes_on = self.previous_response_id.is_some();
        let is_set = ["input", "prompt"].iter().any(|member| self.extra.contains_key(*member));
        if self.input.is_empty() && !goes_on && !is_set {
            return Err(Error::config("a response needs at least one item of input"));
        }
        request_body::json(self, &self.extra)
    }
}

#[cfg(test)]
mod tests {
    use super::{ResponseBody, TextFormat};
    use crate::json_schema::JsonSchema;
    use crate::responses::InputItem;
    use serde_json::{json, to_value};

    #[test]
    fn what_is_not_set_is_absent() {
        let input = vec![InputItem::message("user", "u")];
        let request = ResponseBody { input, ..ResponseBody::default() };
        let body = request.to_body().unwrap();
        assert_eq!(&body[..], br#"{"input":[{"content":"u","role":"user"}]}"#);
        assert!(ResponseBody::default().to_body().is_err());
    }

    #[test]
    fn a_schema_lies_beside_its_type() {
        let format = TextFormat::from(JsonSchema::new("n", json!({"type": "object"})));
        let wire = json!({"type": "json_schema", "name": "n", "schema": {"type": "object"},
            "strict": true});
        assert_eq!(to_value(format).unwrap(), wire);
        assert_eq!(to_value(TextFormat::JsonObject).unwrap(), json!({"type": "json_object"}));
    }
}
