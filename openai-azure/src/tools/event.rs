//! What happens while tools are run.

use super::error::ToolError;
use crate::chat::{CallProgress, ChatCompletion, ChatEvent, ToolCall};

/// What happens while tools are run.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum ToolEvent {
    /// More text.
    Text(String),
    /// More of why the model will not answer.
    Refusal(String),
    /// The model writes a call: its arguments grow.
    Calling(CallProgress),
    /// A tool is started, with all its arguments.
    Started(ToolCall),
    /// A tool is done.
    Finished(ToolResult),
    /// All tools of a round are done, and the model is asked again.
    RoundEnd {
        /// Which round, from 1.
        round: u32,
        /// What the model had said.
        completion: Box<ChatCompletion>,
    },
    /// The model has its answer. Nothing comes after it.
    Answer(Box<ChatCompletion>),
    /// Everything else that happens in a chat, such as filter results and usage.
    ChatRequest(ChatEvent),
}

/// What a tool gave back.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct ToolResult {
    /// The call.
    pub call: ToolCall,
    /// What the model reads: the result as JSON, or as it is if it is a text.
    pub content: String,
    /// What went wrong.
    pub error: Option<ToolError>,
}

impl ToolEvent {
    /// Sorts an event of a chat. Its end is no event of a run.
    pub(super) fn of(event: ChatEvent) -> Option<Self> {
        match event {
            ChatEvent::Text { delta, .. } => Some(Self::Text(delta)),
            ChatEvent::Refusal { delta, .. } => Some(Self::Refusal(delta)),
            ChatEvent::ToolCall(call) => Some(Self::Calling(call)),
            ChatEvent::End(_) => None,
            other => Some(Self::ChatRequest(other)),
        }
    }
}
