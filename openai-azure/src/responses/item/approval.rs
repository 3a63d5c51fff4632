//! Tools of MCP servers: their lists, their calls, and approvals.

use openai_azure_sys::open_struct;
use serde_json::Value;

use super::ItemStatus;

open_struct! {
    /// The tools of an MCP server.
    pub struct McpListToolsItem {
        /// Unique ID.
        pub id: Option<String>,
        /// Label of the server.
        pub server_label: String,
        /// The tools.
        pub tools: Vec<McpToolInfo> as always,
        /// Why the server could not list them: a text, or an object.
        pub error: Option<Value>,
    }
}

open_struct! {
    /// A tool of an MCP server.
    pub struct McpToolInfo {
        /// Name of the tool.
        pub name: String,
        /// What it does.
        pub description: Option<String>,
        /// JSON schema of its arguments.
        pub input_schema: Option<Value>,
        /// What the server reports of it.
        pub annotations: Option<Value>,
    }
}

open_struct! {
    /// A call of a tool of an MCP server, which the service made.
    pub struct McpCallItem {
        /// Unique ID.
        pub id: Option<String>,
        /// Label of the server.
        pub server_label: String,
        /// Name of the tool.
        pub name: String,
        /// The arguments, as JSON.
        pub arguments: String,
        /// What the tool returned.
        pub output: Option<String>,
        /// Why it failed: a text, or an object.
        pub error: Option<Value>,
        /// How far it is.
        pub status: Option<ItemStatus>,
        /// ID of the request that was approved.
        pub approval_request_id: Option<String>,
    }
}

open_struct! {
    /// The service asks whether it may call a tool of an MCP server.
    pub struct McpApprovalRequestItem {
        /// Unique ID; the response refers to it.
        pub id: String,
        /// Label of the server.
        pub server_label: String,
        /// Name of the tool.
        pub name: String,
        /// The arguments, as JSON.
        pub arguments: String,
    }
}

open_struct! {
    /// Whether the service may call a tool of an MCP server.
    pub struct McpApprovalResponseItem {
        /// Unique ID.
        pub id: Option<String>,
        /// ID of the request.
        pub approval_request_id: String,
        /// Whether it may.
        pub approve: bool,
        /// Why, for the model.
        pub reason: Option<String>,
    }
}

impl McpApprovalResponseItem {
    /// Approves or denies the request with this ID.
    pub fn new(approval_request_id: impl Into<String>, approve: bool) -> Self {
        let approval_request_id = approval_request_id.into();
        Self { approval_request_id, approve, ..Self::default() }
    }

    /// Sets the reason for the model.
    #[must_use]
    pub fn reason(mut self, reason: impl Into<String>) -> Self {
        self.reason = Some(reason.into());
        self
    }
}
