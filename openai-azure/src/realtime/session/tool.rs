//! Tools of a session.

use serde_json::{Value, json};

use crate::realtime::wire::{WireValue, by_serde, tagged, wire};

tagged! {
    /// A tool that the model may call.
    pub enum RealtimeTool {
        /// A function of the client.
        Function(FunctionTool) = "function",
        /// Tools of an MCP server, which the service calls itself.
        Mcp(McpTool) = "mcp",
    }
}

by_serde!(RealtimeTool);

wire! {
    /// A function of the client. Unlike in a chat, its fields are not nested in `function`.
    pub struct FunctionTool {
        /// Letters, digits, `_` and `-`, at most 64.
        name: String,
        /// When and for what to call it.
        description: Option<String>,
        /// JSON schema of the arguments.
        parameters: Option<Value>,
    }

    /// Tools of an MCP server.
    pub struct McpTool {
        /// Name of the server in calls.
        server_label: String,
        /// URL of the server.
        server_url: Option<String>,
        /// A connector of the service instead of a URL.
        connector_id: Option<String>,
        /// OAuth token for the server.
        authorization: Option<String>,
        /// What the server is for.
        server_description: Option<String>,
        /// Headers for the server.
        headers: Option<Value>,
        /// Names of the tools that may be called, or a filter. Default: all.
        allowed_tools: Option<Value>,
        /// `always`, `never` or a filter. Default: `always`.
        require_approval: Option<Value>,
    }
}

impl RealtimeTool {
    /// A function: its name, when to call it, and the JSON schema of its arguments.
    #[must_use]
    pub fn function(
        name: impl Into<String>,
        description: impl Into<String>,
        parameters: impl Into<Value>,
    ) -> Self {
        Self::Function(FunctionTool {
            name: name.into(),
            description: Some(description.into()),
            parameters: Some(parameters.into()),
            ..FunctionTool::default()
        })
    }

    /// All tools of an MCP server, each call to be approved.
    #[must_use]
    pub fn mcp(server_label: impl Into<String>, server_url: impl Into<String>) -> Self {
        Self::Mcp(McpTool {
            server_label: server_label.into(),
            server_url: Some(server_url.into()),
            ..McpTool::default()
        })
    }
}

/// Which tools the model may or must call.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum RealtimeToolChoice {
    /// Calls nothing.
    None,
    /// Chooses. The default.
    Auto,
    /// Must call something.
    Required,
    /// Must call this function.
    Function(String),
    /// Must call a tool of this MCP server, or this tool of it.
    Mcp {
        /// Name of the server.
        server_label: String,
        /// Name of the tool.
        name: Option<String>,
    },
    /// What this crate does not know, as it arrived.
    Other(Value),
}

impl WireValue for RealtimeToolChoice {
    fn read<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value: Value = serde::Deserialize::deserialize(deserializer)?;
        let text = |name: &str| value[name].as_str().map(str::to_owned);
        Ok(match (value.as_str(), value["type"].as_str()) {
            (Some("none"), _) => Self::None,
            (Some("auto"), _) => Self::Auto,
            (Some("required"), _) => Self::Required,
            (_, Some("function")) if value["name"].is_string() => {
                Self::Function(text("name").unwrap_or_default())
            }
            (_, Some("mcp")) if value["server_label"].is_string() => Self::Mcp {
                server_label: text("server_label").unwrap_or_default(),
                name: text("name"),
            },
            _ => Self::Other(value),
        })
    }

    fn write<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let value = match self {
            Self::None => json!("none"),
            Self::Auto => json!("auto"),
            Self::Required => json!("required"),
            Self::Function(name) => json!({"type": "function", "name": name}),
            Self::Mcp { server_label, name: None } => {
                json!({"type": "mcp", "server_label": server_label})
            }
            Self::Mcp { server_label, name: Some(name) } => {
                json!({"type": "mcp", "server_label": server_label, "name": name})
            }
            Self::Other(value) => value.clone(),
        };
        serde::Serialize::serialize(&value, serializer)
    }
}
