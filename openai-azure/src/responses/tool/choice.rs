//! Which tools the model may or must use.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Value, json};

/// Which tools the model may or must use.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum ResponseToolChoice {
    /// The model decides. The service's default.
    Auto,
    /// No tool.
    None,
    /// At least one tool.
    Required,
    /// This function.
    Function {
        /// Name of the function.
        name: String,
    },
    /// This custom tool.
    Custom {
        /// Name of the tool.
        name: String,
    },
    /// A tool of this MCP server.
    Mcp {
        /// Label of the server.
        server_label: String,
        /// Name of the tool; `None` for any.
        name: Option<String>,
    },
    /// Some of the tools.
    Allowed(AllowedTools),
    /// A tool that the service runs, by its type, such as `file_search`.
    Hosted(String),
    /// A choice that this crate does not know, as JSON.
    Other(Value),
}

/// Some of the tools of a request.
#[derive(Debug, Clone, Default, PartialEq)]
#[non_exhaustive]
pub struct AllowedTools {
    /// Whether the model must use one of them; `false` to let it decide.
    pub required: bool,
    /// The tools: objects with `type`, and `name` or `server_label`.
    pub tools: Vec<Value>,
}

impl ResponseToolChoice {
    /// The model decides.
    #[must_use]
    pub fn auto() -> Self {
        Self::Auto
    }

    /// No tool.
    #[must_use]
    pub fn none() -> Self {
        Self::None
    }

    /// At least one tool.
    #[must_use]
    pub fn required() -> Self {
        Self::Required
    }

    /// This function.
    pub fn function(name: impl Into<String>) -> Self {
        Self::Function { name: name.into() }
    }

    /// Any tool of this MCP server.
    pub fn mcp(server_label: impl Into<String>) -> Self {
        Self::Mcp { server_label: server_label.into(), name: None }
    }

    /// One of these functions; at least one of them if `required`.
    pub fn functions<I: IntoIterator<Item: Into<String>>>(required: bool, names: I) -> Self {
        let function = |name| to_value(&Self::function(name));
        Self::Allowed(AllowedTools { required, tools: names.into_iter().map(function).collect() })
    }

    /// A tool that the service runs, by its type, such as `file_search`.
    pub fn tool(kind: impl Into<String>) -> Self {
        Self::Hosted(kind.into())
    }

    /// A choice that this crate does not know, as JSON.
    pub fn other(choice: impl Into<Value>) -> Self {
        Self::Other(choice.into())
    }
}

/// `auto`, `none` and `required`; any other text is the type of a tool.
impl From<&str> for ResponseToolChoice {
    fn from(text: &str) -> Self {
        match text {
            "auto" => Self::Auto,
            "none" => Self::None,
            "required" => Self::Required,
            kind => Self::Hosted(kind.to_owned()),
        }
    }
}

fn to_value(choice: &ResponseToolChoice) -> Value {
    match choice {
        ResponseToolChoice::Auto => json!("auto"),
        ResponseToolChoice::None => json!("none"),
        ResponseToolChoice::Required => json!("required"),
        ResponseToolChoice::Function { name } => json!({"type": "function", "name": name}),
        ResponseToolChoice::Custom { name } => json!({"type": "custom", "name": name}),
        ResponseToolChoice::Mcp { server_label, name } => {
            let mut choice = json!({"type": "mcp", "server_label": server_label});
            if let Some(name) = name {
                choice["name"] = json!(name);
            }
            choice
        }
        ResponseToolChoice::Allowed(allowed) => {
            let mode = if allowed.required { "required" } else { "auto" };
            json!({"type": "allowed_tools", "mode": mode, "tools": allowed.tools})
        }
        ResponseToolChoice::Hosted(kind) => json!({"type": kind}),
        ResponseToolChoice::Other(choice) => choice.clone(),
    }
}

fn from_value(value: Value) -> ResponseToolChoice {
    let text = |field: &str| value.get(field).and_then(Value::as_str).map(str::to_owned);
    let choice = match (value.as_str(), text("type").as_deref()) {
        (Some("auto"), _) => ResponseToolChoice::Auto,
        (Some("none"), _) => ResponseToolChoice::None,
        (Some("required"), _) => ResponseToolChoice::Required,
        (_, Some("function")) => {
            ResponseToolChoice::Function { name: text("name").unwrap_or_default() }
        }
        (_, Some("custom")) => {
            ResponseToolChoice::Custom { name: text("name").unwrap_or_default() }
        }
        (_, Some("mcp")) => ResponseToolChoice::Mcp {
            server_label: text("server_label").unwrap_or_default(),
            name: text("name"),
        },
        (_, Some("allowed_tools")) => ResponseToolChoice::Allowed(AllowedTools {
            required: text("mode").as_deref() == Some("required"),
            tools: value["tools"].as_array().cloned().unwrap_or_default(),
        }),
        (_, Some(kind)) => ResponseToolChoice::Hosted(kind.to_owned()),
        _ => ResponseToolChoice::Other(value.clone()),
    };
    // What does not become the same JSON again is kept as it is.
    if to_value(&choice) == value { choice } else { ResponseToolChoice::Other(value) }
}

impl Serialize for ResponseToolChoice {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        to_value(self).serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for ResponseToolChoice {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Value::deserialize(deserializer).map(from_value)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{ResponseToolChoice as Choice, from_value, to_value};

    #[test]
    fn each_choice_is_what_the_service_reads_and_reads_back() {
        for (choice, wire) in [
            (Choice::Auto, json!("auto")),
            (Choice::from("none"), json!("none")),
            (Choice::required(), json!("required")),
            (Choice::function("f"), json!({"type": "function", "name": "f"})),
            (Choice::Custom { name: "c".into() }, json!({"type": "custom", "name": "c"})),
            (Choice::mcp("s"), json!({"type": "mcp", "server_label": "s"})),
            (Choice::from("web_search"), json!({"type": "web_search"})),
            (
                Choice::functions(true, ["f", "g"]),
                json!({"type": "allowed_tools", "mode": "required", "tools": [
                    {"type": "function", "name": "f"}, {"type": "function", "name": "g"}]}),
            ),
            (Choice::other(json!({"type": "mcp", "x": 1})), json!({"type": "mcp", "x": 1})),
            (Choice::other(json!(7)), json!(7)),
        ] {
            assert_eq!(to_value(&choice), wire);
            assert_eq!(from_value(wire), choice);
        }
    }
}
