//! Which keywords of JSON schema a strict schema keeps, moves to the description, drops, or cannot have.

use serde_json::{Map, Value};

/// What to do with a keyword.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Keyword {
    /// It shapes the value, and is rewritten.
    Shape,
    /// The service refuses it: the description has it instead.
    Limit,
    /// It means nothing to the model.
    Idle,
    /// Without it the schema would mean something else.
    Essential,
}

/// Sorts a keyword.
pub(super) fn sort(keyword: &str) -> Keyword {
    match keyword {
        "type"
        | "properties"
        | "required"
        | "additionalProperties"
        | "items"
        | "enum"
        | "const"
        | "anyOf"
        | "oneOf"
        | "allOf"
        | "$ref"
        | "$defs"
        | "description" => Keyword::Shape,
        "minLength" | "maxLength" | "pattern" | "format" | "minimum" | "maximum"
        | "exclusiveMinimum" | "exclusiveMaximum" | "multipleOf" | "minItems" | "maxItems"
        | "uniqueItems" | "contentEncoding" | "contentMediaType" => Keyword::Limit,
        "not" | "if" | "then" | "else" | "prefixItems" | "patternProperties" | "contains"
        | "propertyNames" | "dependentRequired" | "dependentSchemas" | "minProperties"
        | "maxProperties" | "$dynamicRef" => Keyword::Essential,
        _ => Keyword::Idle,
    }
}

/// The description, with the limits that the schema itself cannot say.
pub(super) fn description(node: &Map<String, Value>) -> Option<String> {
    let mut limits: Vec<String> = Vec::new();
    for (keyword, value) in node {
        if sort(keyword) != Keyword::Limit || is_size_of_number(keyword, value) {
            continue;
        }
        limits.push(match value {
            Value::String(text) => format!("{keyword} {text}"),
            value => format!("{keyword} {value}"),
        });
    }
    let text = node.get("description").and_then(Value::as_str).unwrap_or_default();
    match (text.is_empty(), limits.is_empty()) {
        (true, true) => None,
        (false, true) => Some(text.to_owned()),
        (true, false) => Some(format!("({})", limits.join(", "))),
        (false, false) => Some(format!("{text} ({})", limits.join(", "))),
    }
}

/// `uint8` and its like are names of Rust types; minimum and maximum say the same.
fn is_size_of_number(keyword: &str, value: &Value) -> bool {
    let sizes = ["int", "uint", "float", "double"];
    let format = value.as_str().map(|text| text.trim_end_matches(|c: char| c.is_ascii_digit()));
    keyword == "format" && format.is_some_and(|format| sizes.contains(&format))
}

#[cfg(test)]
mod tests {
    use super::description;
    use serde_json::json;

    #[test]
    fn limits_are_told_in_words() {
        for (node, text) in [
            (json!({"type": "string"}), None),
            (json!({"description": "A name."}), Some("A name.")),
            (
                json!({"format": "uint8", "maximum": 255, "minimum": 0}),
                Some("(maximum 255, minimum 0)"),
            ),
            (json!({"format": "date", "description": "A day."}), Some("A day. (format date)")),
            (json!({"format": "double"}), None),
        ] {
            let found = description(node.as_object().unwrap());
            assert_eq!(found.as_deref(), text);
        }
    }
}
