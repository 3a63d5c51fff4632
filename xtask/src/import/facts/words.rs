//! Which words of a document are facts, which are prose, and which nobody knows here.
//!
//! What is kept is listed per place, and so is what is dropped without a word: prose, examples and
//! extensions. Everything else is reported by name, so that no new keyword is lost in silence.

use serde_json::{Map, Value};

/// A place of a document that has words of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    Document,
    PathItem,
    Operation,
    Parameter,
    RequestBody,
    Response,
    Header,
    MediaType,
    Encoding,
    Schema,
}

/// Prose, examples, and words for people: dropped wherever they stand. So are all `x-*`.
const SILENT: [&str; 8] =
    ["$comment", "description", "example", "examples", "externalDocs", "summary", "tags", "title"];

/// The keywords of a schema whose values are plain facts.
pub(super) const PLAIN: [&str; 24] = [
    "default",
    "deprecated",
    "enum",
    "exclusiveMaximum",
    "exclusiveMinimum",
    "format",
    "maxItems",
    "maxLength",
    "maxProperties",
    "maximum",
    "minItems",
    "minLength",
    "minProperties",
    "minimum",
    "multipleOf",
    "nullable",
    "pattern",
    "readOnly",
    "required",
    "type",
    "uniqueItems",
    "writeOnly",
    "x-ms-discriminator-value",
    "discriminator",
];

impl Place {
    /// What a message calls it.
    fn name(self) -> &'static str {
        match self {
            Self::Document => "the document",
            Self::PathItem => "a path",
            Self::Operation => "an operation",
            Self::Parameter => "a parameter",
            Self::RequestBody => "a request body",
            Self::Response => "a response",
            Self::Header => "a header",
            Self::MediaType => "a media type",
            Self::Encoding => "an encoding",
            Self::Schema => "a schema",
        }
    }

    /// The words that are read there. Credentials and hosts are not of the operations: the caller
    /// brings both, so `security` is among them; `servers` of the document give the base path.
    fn known(self) -> &'static [&'static str] {
        match self {
            Self::Document => &[
                "openapi",
                "swagger",
                "$self",
                "jsonSchemaDialect",
                "info",
                "servers",
                "paths",
                "components",
                "security",
            ],
            Self::PathItem => &["parameters", "$ref"],
            Self::Operation => {
                &["operationId", "deprecated", "parameters", "requestBody", "responses", "security"]
            }
            Self::Parameter => {
                &["name", "in", "required", "schema", "style", "explode", "deprecated", "$ref"]
            }
            Self::RequestBody => &["content", "required", "$ref"],
            Self::Response => &["content", "headers", "$ref"],
            Self::Header => &["schema", "required", "deprecated", "$ref"],
            Self::MediaType => &["schema", "itemSchema", "encoding"],
            Self::Encoding => &["contentType", "headers", "style", "explode"],
            Self::Schema => &[
                "$ref",
                "additionalProperties",
                "allOf",
                "anyOf",
                "contentEncoding",
                "contentMediaType",
                "items",
                "not",
                "oneOf",
                "properties",
                "propertyNames",
                "xml",
            ],
        }
    }

    /// The words of `members` that have no meaning here, each as a message.
    pub(super) fn unknown(self, members: &Map<String, Value>) -> Vec<String> {
        members
            .keys()
            .filter(|word| !word.starts_with("x-") && !SILENT.contains(&word.as_str()))
            .filter(|word| !self.known().contains(&word.as_str()))
            .filter(|word| self != Self::Schema || !PLAIN.contains(&word.as_str()))
            .filter(|word| self != Self::PathItem || !crate::json::METHODS.contains(&word.as_str()))
            .map(|word| format!("`{word}` of {}", self.name()))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::Place;

    #[test]
    fn prose_and_extensions_are_silent_and_new_words_are_named() {
        let schema = json!({"description": "Words.", "x-new": 1, "type": "object", "if": {}});
        assert_eq!(Place::Schema.unknown(schema.as_object().unwrap()), ["`if` of a schema"]);
        let item = json!({"get": {}, "query": {}});
        assert_eq!(Place::PathItem.unknown(item.as_object().unwrap()), ["`query` of a path"]);
    }
}
