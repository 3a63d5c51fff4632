//! The format of a response's text.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Value, json};

use crate::json_schema::JsonSchema;

/// The format of a response's text (`text.format`).
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum TextFormat {
    /// Any text. The service's default.
    Text,
    /// Any JSON object; the input must ask for JSON too.
    JsonObject,
    /// JSON that fits a schema.
    JsonSchema(JsonSchema),
    /// A format that this crate does not know, as JSON.
    Other(Value),
}

impl From<JsonSchema> for TextFormat {
    fn from(schema: JsonSchema) -> Self {
        Self::JsonSchema(schema)
    }
}

impl Serialize for TextFormat {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        #[serde(tag = "type", rename = "json_schema")]
        struct Schema<'a> {
            #[serde(flatten)]
            schema: &'a JsonSchema,
        }

        match self {
            Self::Text => json!({"type": "text"}).serialize(serializer),
            Self::JsonObject => json!({"type": "json_object"}).serialize(serializer),
            Self::JsonSchema(schema) => Schema { schema }.serialize(serializer),
            Self::Other(format) => format.serialize(serializer),
        }
    }
}

impl<'de> Deserialize<'de> for TextFormat {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let format = Value::deserialize(deserializer)?;
        let is_bare = format.as_object().is_some_and(|fields| fields.len() == 1);
        Ok(match format["type"].as_str() {
            Some("text") if is_bare => Self::Text,
            Some("json_object") if is_bare => Self::JsonObject,
            Some("json_schema") => match JsonSchema::from_format(&format) {
                Some(schema) => Self::JsonSchema(schema),
                None => Self::Other(format),
            },
            _ => Self::Other(format),
        })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{json, to_value};

    use super::TextFormat;
    use crate::json_schema::JsonSchema;

    #[test]
    fn formats_are_what_the_service_reads_and_read_back() {
        let schema = JsonSchema::new("n", json!({"type": "object"})).extra("x", 1);
        for (format, wire) in [
            (
                TextFormat::from(schema),
                json!({"type": "json_schema", "name": "n", "schema": {"type": "object"},
                    "strict": true, "x": 1}),
            ),
            (TextFormat::Text, json!({"type": "text"})),
            (TextFormat::JsonObject, json!({"type": "json_object"})),
            (TextFormat::Other(json!({"type": "new"})), json!({"type": "new"})),
        ] {
            assert_eq!(to_value(&format).unwrap(), wire);
            assert_eq!(serde_json::from_value::<TextFormat>(wire).unwrap(), format);
        }
    }
}
