//! A call of a tool, as the runner sees it.

use serde::de::DeserializeOwned;

/// A call of a tool by the model.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct ToolInvocation {
    /// ID of the call.
    pub id: String,
    /// Name of the tool.
    pub name: String,
    /// The arguments as JSON, or the text for a custom tool; the model wrote it, so it may be
    /// invalid.
    pub arguments: String,
    /// What is called.
    pub kind: InvocationKind,
}

/// What is called.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum InvocationKind {
    /// A function of yours.
    #[default]
    Function,
    /// A custom tool of yours.
    Custom,
    /// A tool of an MCP server, which the service calls once it is approved.
    McpApproval {
        /// Label of the server.
        server_label: String,
    },
}

/// More of the arguments of a call, while the model writes it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct ToolCallDelta {
    /// Which call; for
    /// [`ToolStream::partial_arguments`](super::ToolStream::partial_arguments).
    pub index: usize,
    /// ID of the call.
    pub id: String,
    /// Name of the tool.
    pub name: String,
    /// The new part; empty when the call begins.
    pub delta: String,
}

impl ToolInvocation {
    /// Decodes the arguments.
    ///
    /// # Errors
    ///
    /// What is wrong with the JSON that the model wrote.
    pub fn parse<T: DeserializeOwned>(&self) -> Result<T, serde_json::Error> {
        serde_json::from_str(if self.arguments.is_empty() { "{}" } else { &self.arguments })
    }
}
