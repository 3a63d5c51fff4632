//! The tools of MCP servers.

use std::collections::BTreeMap;
use std::fmt;

use openai_azure_sys::open_struct;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

open_struct! {
    /// The tools of an MCP server, which the service calls. The server needs TLS 1.2 or newer.
    pub struct McpTool {
        /// Label of the server, in items and approvals.
        pub server_label: String,
        /// URL of the server; else `connector_id`.
        pub server_url: Option<String>,
        /// A connector of the service; else `server_url`.
        pub connector_id: Option<String>,
        /// What the server is for, for the model.
        pub server_description: Option<String>,
        /// The OAuth token that the server is sent. `Debug` does not show it.
        pub authorization: Option<McpToken>,
        /// Headers that the server is sent. `Debug` does not show them.
        pub headers: Option<McpHeaders>,
        /// Names of the tools that may be called, or an object with `tool_names` and `read_only`.
        pub allowed_tools: Option<Value>,
        /// `always` (default), `never`, or an object with the tools of each.
        pub require_approval: Option<Value>,
    }
}

/// A token that `Debug` does not show.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct McpToken(String);

/// Headers whose values `Debug` does not show.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct McpHeaders(BTreeMap<String, String>);

impl McpTool {
    /// Creates the use of a server by its URL.
    pub fn new(server_label: impl Into<String>, server_url: impl Into<String>) -> Self {
        let (server_label, server_url) = (server_label.into(), Some(server_url.into()));
        Self { server_label, server_url, ..Self::default() }
    }

    /// Creates the use of a connector of the service.
    pub fn connector(server_label: impl Into<String>, connector_id: impl Into<String>) -> Self {
        let (server_label, connector_id) = (server_label.into(), Some(connector_id.into()));
        Self { server_label, connector_id, ..Self::default() }
    }

    /// What the server is for, for the model.
    #[must_use]
    pub fn server_description(mut self, text: impl Into<String>) -> Self {
        self.server_description = Some(text.into());
        self
    }

    /// The OAuth token that the server is sent.
    #[must_use]
    pub fn authorization(mut self, token: impl Into<String>) -> Self {
        self.authorization = Some(McpToken(token.into()));
        self
    }

    /// Adds a header that the server is sent.
    #[must_use]
    #[doc(alias = "headers")]
    pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        let headers = self.headers.get_or_insert_with(McpHeaders::default);
        headers.0.insert(name.into(), value.into());
        self
    }

    /// The tools that may be called, by name.
    #[must_use]
    pub fn allowed_tools<I: IntoIterator<Item: Into<String>>>(mut self, names: I) -> Self {
        let names: Vec<String> = names.into_iter().map(Into::into).collect();
        self.allowed_tools = Some(json!(names));
        self
    }

    /// When the service asks before it calls a tool: `always` (default), `never`, or an object
    /// with the tools of each.
    #[must_use]
    pub fn require_approval(mut self, when: impl Into<Value>) -> Self {
        self.require_approval = Some(when.into());
        self
    }
}

impl fmt::Debug for McpToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}

impl fmt::Debug for McpHeaders {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.0.keys().map(|name| (name, "[redacted]"))).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::McpTool;

    #[test]
    fn debug_shows_no_token_and_no_header() {
        let tool = McpTool::new("a", "https://a.example/mcp").authorization("SECRET-1");
        let tool = tool.header("x-key", "SECRET-2");
        let shown = format!("{tool:?}");
        assert!(!shown.contains("SECRET"), "{shown}");
        assert!(shown.contains("x-key"));
        let wire = serde_json::to_value(tool).unwrap();
        assert_eq!(wire["authorization"], "SECRET-1");
        assert_eq!(wire["headers"]["x-key"], "SECRET-2");
    }
}
