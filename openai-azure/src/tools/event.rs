//! What happens while tools are run.

use super::error::ToolError;
use super::invocation::{ToolCallDelta, ToolInvocation};
use super::output::ModelOutput;

/// What happens while tools are run. `O` is a
/// [`ChatCompletion`](crate::chat::ChatCompletion) or a
/// [`ModelResponse`](crate::responses::ModelResponse).
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum ToolEvent<O: ModelOutput> {
    /// More text.
    Text(String),
    /// More of the explanation of a refusal.
    Refusal(String),
    /// The model writes a call.
    Calling(ToolCallDelta),
    /// A tool is started, with all its arguments, or an approval is asked for.
    Started(ToolInvocation),
    /// A tool is done, or an approval is decided.
    Finished(ToolResult),
    /// All tools of a round are done, and the model is asked again.
    RoundEnd {
        /// Number of the round, from 1.
        round: u32,
        /// What the model had returned.
        response: Box<O>,
    },
    /// The model is done. The last event.
    Answer(Box<O>),
    /// Any other event of the stream, such as filter results and token usage.
    Other(O::Event),
}

/// The result of a tool.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct ToolResult {
    /// The call.
    pub call: ToolInvocation,
    /// What the model reads: the result as JSON, or as it is if it is text. For an approval, the
    /// reason.
    pub content: String,
    /// What went wrong.
    pub error: Option<ToolError>,
    /// Whether a call of an MCP server was approved; `None` for tools of yours.
    pub approved: Option<bool>,
}
