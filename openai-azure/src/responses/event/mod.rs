//! The events of a stream.

mod parts;

pub use parts::{
    AnnotationEvent, ArgumentsDone, AudioDelta, CodeDone, InputDelta, InputDone, ItemEvent,
    PartEvent, PartialImage, RefusalDone, ShellCommand, ShellCommandDelta, ShellOutputDelta,
    ShellOutputDone, SnapshotEvent, SummaryDelta, SummaryDone, SummaryPart, TextDelta, TextDone,
    ToolProgress,
};

use openai_azure_sys::open_union;
use serde_json::Value;

use super::response::ModelResponse;
use crate::sse::{Hole, Kind, Repeats};
use crate::trace::{SpanAttributes, Telemetry};

open_union! {
    /// An event of a stream.
    ///
    /// Texts that arrive in deltas are repeated as a whole by the `…Done` event. Events of types
    /// that this crate does not know are [`Other`](Self::Other). An event `error` ends the stream
    /// with [`Error::Api`](crate::Error::Api).
    pub enum ResponseEvent by "type" {
        /// The response has an ID.
        Created(Box<SnapshotEvent>) = "response.created",
        /// It waits for its turn; only in the background.
        Queued(Box<SnapshotEvent>) = "response.queued",
        /// The model works on it.
        InProgress(Box<SnapshotEvent>) = "response.in_progress",
        /// It is complete. The last event.
        Completed(Box<SnapshotEvent>) = "response.completed",
        /// It was cut off; see
        /// [`incomplete_details`](ModelResponse::incomplete_details). The last event.
        Incomplete(Box<SnapshotEvent>) = "response.incomplete",
        /// It failed; see [`error`](ModelResponse::error). The last event.
        Failed(Box<SnapshotEvent>) = "response.failed",
        /// It was cancelled. The last event.
        Cancelled(Box<SnapshotEvent>) = "response.cancelled",
        /// An item begins.
        ItemAdded(Box<ItemEvent>) = "response.output_item.added",
        /// An item is done.
        ItemDone(Box<ItemEvent>) = "response.output_item.done",
        /// A part of a message or of reasoning begins.
        PartAdded(Box<PartEvent>) = "response.content_part.added",
        /// A part of a message or of reasoning is done.
        PartDone(Box<PartEvent>) = "response.content_part.done",
        /// Text of a message.
        TextDelta(TextDelta) = "response.output_text.delta",
        /// A text is done.
        TextDone(TextDone) = "response.output_text.done",
        /// A text cites something.
        AnnotationAdded(Box<AnnotationEvent>) = "response.output_text.annotation.added",
        /// Explanation of a refusal.
        RefusalDelta(TextDelta) = "response.refusal.delta",
        /// The explanation of a refusal is done.
        RefusalDone(RefusalDone) = "response.refusal.done",
        /// Arguments of a function call.
        ArgumentsDelta(InputDelta) = "response.function_call_arguments.delta",
        /// The arguments of a function call are done.
        ArgumentsDone(ArgumentsDone) = "response.function_call_arguments.done",
        /// Input of a custom tool.
        CustomInputDelta(InputDelta) = "response.custom_tool_call_input.delta",
        /// The input of a custom tool is done.
        CustomInputDone(InputDone) = "response.custom_tool_call_input.done",
        /// Text of the reasoning.
        ReasoningDelta(TextDelta) = "response.reasoning_text.delta",
        /// A text of the reasoning is done.
        ReasoningDone(TextDone) = "response.reasoning_text.done",
        /// A part of a summary of the reasoning begins.
        SummaryPartAdded(SummaryPart) = "response.reasoning_summary_part.added",
        /// A part of a summary of the reasoning is done.
        SummaryPartDone(SummaryPart) = "response.reasoning_summary_part.done",
        /// Text of a summary of the reasoning.
        SummaryDelta(SummaryDelta) = "response.reasoning_summary_text.delta",
        /// A text of a summary of the reasoning is done.
        SummaryDone(SummaryDone) = "response.reasoning_summary_text.done",
        /// A search in vector stores begins.
        FileSearchInProgress(ToolProgress) = "response.file_search_call.in_progress",
        /// A search in vector stores runs.
        FileSearchSearching(ToolProgress) = "response.file_search_call.searching",
        /// A search in vector stores is done.
        FileSearchCompleted(ToolProgress) = "response.file_search_call.completed",
        /// A search in the web begins.
        WebSearchInProgress(ToolProgress) = "response.web_search_call.in_progress",
        /// A search in the web runs.
        WebSearchSearching(ToolProgress) = "response.web_search_call.searching",
        /// A search in the web is done.
        WebSearchCompleted(ToolProgress) = "response.web_search_call.completed",
        /// Code is about to be written.
        CodeInProgress(ToolProgress) = "response.code_interpreter_call.in_progress",
        /// Code runs.
        CodeInterpreting(ToolProgress) = "response.code_interpreter_call.interpreting",
        /// Code is done.
        CodeCompleted(ToolProgress) = "response.code_interpreter_call.completed",
        /// Code that the model writes.
        CodeDelta(InputDelta) = "response.code_interpreter_call_code.delta",
        /// Code is written.
        CodeDone(CodeDone) = "response.code_interpreter_call_code.done",
        /// An image is about to be generated.
        ImageInProgress(ToolProgress) = "response.image_generation_call.in_progress",
        /// An image is generated.
        ImageGenerating(ToolProgress) = "response.image_generation_call.generating",
        /// An image is done.
        ImageCompleted(ToolProgress) = "response.image_generation_call.completed",
        /// An image as far as it is.
        PartialImage(Box<PartialImage>) = "response.image_generation_call.partial_image",
        /// The tools of an MCP server are listed.
        McpListInProgress(ToolProgress) = "response.mcp_list_tools.in_progress",
        /// The tools of an MCP server are known.
        McpListCompleted(ToolProgress) = "response.mcp_list_tools.completed",
        /// The tools of an MCP server could not be listed.
        McpListFailed(ToolProgress) = "response.mcp_list_tools.failed",
        /// A tool of an MCP server is called.
        McpCallInProgress(ToolProgress) = "response.mcp_call.in_progress",
        /// A tool of an MCP server is done.
        McpCallCompleted(ToolProgress) = "response.mcp_call.completed",
        /// A tool of an MCP server failed.
        McpCallFailed(ToolProgress) = "response.mcp_call.failed",
        /// Arguments for a tool of an MCP server.
        McpArgumentsDelta(InputDelta) = "response.mcp_call_arguments.delta",
        /// The arguments for a tool of an MCP server are done.
        McpArgumentsDone(ArgumentsDone) = "response.mcp_call_arguments.done",
        /// A shell command begins.
        ShellCommandAdded(ShellCommand) = "response.shell_call_command.added",
        /// Text of a shell command.
        ShellCommandDelta(ShellCommandDelta) = "response.shell_call_command.delta",
        /// A shell command is done.
        ShellCommandDone(ShellCommand) = "response.shell_call_command.done",
        /// Output of a shell command.
        ShellOutputDelta(Box<ShellOutputDelta>) = "response.shell_call_output_content.delta",
        /// The output of a shell command is done.
        ShellOutputDone(Box<ShellOutputDone>) = "response.shell_call_output_content.done",
        /// Audio, in base64.
        AudioDelta(AudioDelta) = "response.audio.delta",
        /// The audio is done.
        AudioDone(AudioDelta) = "response.audio.done",
        /// Transcript of the audio.
        TranscriptDelta(AudioDelta) = "response.audio.transcript.delta",
        /// The transcript of the audio is done.
        TranscriptDone(AudioDelta) = "response.audio.transcript.done",
        ..Other
    }
}

/// The text of a delta, its number and its padding change.
impl Repeats for ResponseEvent {
    const HOLES: &'static [Hole<Self>] = &[
        Hole {
            key: "\"delta\":",
            kind: Kind::Text,
            set: |event, text| {
                match event {
                    Self::TextDelta(event)
                    | Self::RefusalDelta(event)
                    | Self::ReasoningDelta(event) => event.delta = text.into_text(),
                    Self::SummaryDelta(event) => event.delta = text.into_text(),
                    Self::ArgumentsDelta(event) => event.delta = text.into_text(),
                    _ => return false,
                }
                true
            },
        },
        Hole {
            key: "\"sequence_number\":",
            kind: Kind::Number,
            set: |event, number| {
                let number = Some(number.number());
                match event {
                    Self::TextDelta(event)
                    | Self::RefusalDelta(event)
                    | Self::ReasoningDelta(event) => event.sequence_number = number,
                    Self::SummaryDelta(event) => event.sequence_number = number,
                    Self::ArgumentsDelta(event) => event.sequence_number = number,
                    _ => return false,
                }
                true
            },
        },
        Hole {
            key: "\"obfuscation\":",
            kind: Kind::Text,
            set: |event, text| {
                let padding = Some(text.into_text().into());
                match event {
                    Self::TextDelta(event)
                    | Self::RefusalDelta(event)
                    | Self::ReasoningDelta(event) => event.obfuscation = padding,
                    Self::SummaryDelta(event) => event.obfuscation = padding,
                    Self::ArgumentsDelta(event) => event.obfuscation = padding,
                    _ => return false,
                }
                true
            },
        },
    ];
}

/// The sequence number of each variant.
macro_rules! sequence_numbers {
    ($event:expr, $($variant:ident)*) => {
        match $event {
            $(ResponseEvent::$variant(event) => event.sequence_number,)*
            ResponseEvent::Other(event) => event.get("sequence_number").and_then(Value::as_u64),
        }
    };
}

impl ResponseEvent {
    /// Number of the event in its stream, from 0 on; see
    /// [`Responses::resume`](super::Responses::resume). Streams of older api-versions have none.
    #[must_use]
    pub fn sequence_number(&self) -> Option<u64> {
        sequence_numbers!(
            self,
            Created Queued InProgress Completed Incomplete Failed Cancelled ItemAdded ItemDone
            PartAdded PartDone TextDelta TextDone AnnotationAdded RefusalDelta RefusalDone
            ArgumentsDelta ArgumentsDone CustomInputDelta CustomInputDone ReasoningDelta
            ReasoningDone SummaryPartAdded SummaryPartDone SummaryDelta SummaryDone
            FileSearchInProgress FileSearchSearching FileSearchCompleted WebSearchInProgress
            WebSearchSearching WebSearchCompleted CodeInProgress CodeInterpreting CodeCompleted
            CodeDelta CodeDone ImageInProgress ImageGenerating ImageCompleted PartialImage
            McpListInProgress McpListCompleted McpListFailed McpCallInProgress McpCallCompleted
            McpCallFailed McpArgumentsDelta McpArgumentsDone ShellCommandAdded ShellCommandDelta
            ShellCommandDone ShellOutputDelta ShellOutputDone AudioDelta AudioDone TranscriptDelta
            TranscriptDone
        )
    }

    /// The response, in the events that have it.
    #[must_use]
    pub fn response(&self) -> Option<&ModelResponse> {
        self.snapshot().map(|event| &*event.response)
    }

    /// The text of a [`TextDelta`](Self::TextDelta); empty for other events.
    #[must_use]
    pub fn text(&self) -> &str {
        match self {
            Self::TextDelta(delta) => &delta.delta,
            _ => "",
        }
    }

    /// Whether it is the last event: the response is complete, cut off, failed or cancelled.
    #[must_use]
    pub fn is_terminal(&self) -> bool {
        matches!(
            self,
            Self::Completed(_) | Self::Incomplete(_) | Self::Failed(_) | Self::Cancelled(_)
        )
    }

    fn snapshot(&self) -> Option<&SnapshotEvent> {
        match self {
            Self::Created(event)
            | Self::Queued(event)
            | Self::InProgress(event)
            | Self::Completed(event)
            | Self::Incomplete(event)
            | Self::Failed(event)
            | Self::Cancelled(event) => Some(event),
            _ => None,
        }
    }
}

impl Telemetry for ResponseEvent {
    /// Events that only say how far the response is are sent before the model has made anything.
    fn is_output(&self) -> bool {
        self.snapshot().is_none()
    }

    fn describe(&self, attributes: &mut SpanAttributes) {
        if let Some(response) = self.response() {
            response.describe(attributes);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::ResponseEvent;
    use serde_json::{Value, json};

    fn event(value: Value) -> Result<ResponseEvent, serde_json::Error> {
        serde_json::from_str(&value.to_string())
    }

    #[test]
    fn an_unknown_event_keeps_its_fields() {
        let value = json!({"type": "response.teleport.done", "sequence_number": 3, "to": "Mars"});
        let event = event(value.clone()).unwrap();
        assert_eq!(event.sequence_number(), Some(3));
        assert_eq!(event, ResponseEvent::Other(value));
    }

    #[test]
    fn a_known_event_that_does_not_fit_is_an_error_that_names_it() {
        let value = json!({"type": "response.output_item.done", "output_index": 0});
        let error = event(value).unwrap_err().to_string();
        assert!(error.contains("response.output_item.done"), "{error}");
    }

    #[test]
    fn an_index_that_is_null_or_absent_is_the_first() {
        for fields in [json!({"content_index": null}), json!({}), json!({"output_index": null})] {
            let mut value = json!({"type": "response.output_text.delta", "delta": "a"});
            value.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
            assert_eq!(event(value).unwrap().text(), "a");
        }
    }
}
