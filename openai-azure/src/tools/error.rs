//! What goes wrong in a tool.

use std::time::Duration;

use serde_json::json;

/// What went wrong in a tool. The model gets it, and it is no error of the run.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ToolError {
    /// The model called a tool that is not there.
    #[error("there is no tool {name:?}; there are: {}", known.join(", "))]
    #[non_exhaustive]
    Unknown {
        /// What it called.
        name: String,
        /// What there is.
        known: Vec<String>,
    },
    /// The arguments are no JSON, or do not fit the type.
    #[error("the arguments do not fit: {message}")]
    #[non_exhaustive]
    Arguments {
        /// Where and why.
        message: String,
    },
    /// The tool itself failed.
    #[error("{message}")]
    #[non_exhaustive]
    Failed {
        /// The output of the tool.
        message: String,
    },
    /// The tool took too long; see [`ToolRun::tool_timeout`](super::ToolRun::tool_timeout).
    #[error("the tool took longer than {limit:?}")]
    #[non_exhaustive]
    Timeout {
        /// How long it might have taken.
        limit: Duration,
    },
    /// The result cannot be written as JSON.
    #[error("the result is no JSON: {message}")]
    #[non_exhaustive]
    Result {
        /// Why.
        message: String,
    },
}

impl ToolError {
    /// What the model reads.
    pub(super) fn to_content(&self) -> String {
        json!({"error": {"type": self.kind(), "message": self.to_string()}}).to_string()
    }

    /// What kind of failure it is, for the model and for spans.
    pub(super) fn kind(&self) -> &'static str {
        match self {
            Self::Unknown { .. } => "unknown_tool",
            Self::Arguments { .. } => "invalid_arguments",
            Self::Failed { .. } => "tool_failed",
            Self::Timeout { .. } => "timeout",
            Self::Result { .. } => "invalid_result",
        }
    }
}
