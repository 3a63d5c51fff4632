//! Events from the service: which there are.

use super::conversation_events::{
    Acknowledged, ConversationCreated, DtmfReceived, ErrorEvent, InputAudioCommitted,
    InputTimeoutTriggered, InputTranscriptionCompleted, InputTranscriptionDelta,
    InputTranscriptionFailed, InputTranscriptionSegment, ItemEvent, ItemId, ItemRetrieved,
    ItemTruncated, SessionEvent, SpeechStarted, SpeechStopped,
};
use super::events::events;
use super::response_events::{
    AudioDelta, ContentId, ContentPartEvent, FunctionCallArgumentsDelta, FunctionCallArgumentsDone,
    McpCallArgumentsDelta, McpCallArgumentsDone, McpCallEvent, OutputItemEvent, RateLimitsUpdated,
    ResponseEvent, ResponseId, TextDelta, TextDone, TranscriptDone,
};

events! {
    /// An event from the service.
    ///
    /// The names that previews used for the same event are read as well, and written by the names
    /// of today.
    pub enum ServerEvent {
        /// The service could not do something. The session goes on, unless the connection closes.
        Error(ErrorEvent) = "error",
        /// The session began.
        SessionCreated(SessionEvent) = "session.created" | "transcription_session.created",
        /// The settings of the session changed.
        SessionUpdated(SessionEvent) = "session.updated" | "transcription_session.updated",
        /// The conversation began. Previews only.
        ConversationCreated(ConversationCreated) = "conversation.created",
        /// An item was added to the conversation; it may still be growing.
        ItemAdded(ItemEvent) = "conversation.item.added",
        /// An item of the conversation is whole.
        ItemDone(ItemEvent) = "conversation.item.done",
        /// An item was added to the conversation, as previews reported it.
        ItemCreated(ItemEvent) = "conversation.item.created",
        /// An item that was asked for.
        ItemRetrieved(ItemRetrieved) = "conversation.item.retrieved",
        /// An item was deleted.
        ItemDeleted(ItemId) = "conversation.item.deleted",
        /// Audio of an item was cut off.
        ItemTruncated(ItemTruncated) = "conversation.item.truncated",
        /// More of the transcript of the user's audio.
        InputTranscriptionDelta(InputTranscriptionDelta)
            = "conversation.item.input_audio_transcription.delta",
        /// The transcript of the user's audio.
        InputTranscriptionCompleted(InputTranscriptionCompleted)
            = "conversation.item.input_audio_transcription.completed",
        /// Transcript of one speaker, with its times.
        InputTranscriptionSegment(InputTranscriptionSegment)
            = "conversation.item.input_audio_transcription.segment",
        /// The user's audio could not be transcribed.
        InputTranscriptionFailed(InputTranscriptionFailed)
            = "conversation.item.input_audio_transcription.failed",
        /// The audio buffer became an item.
        InputAudioCommitted(InputAudioCommitted) = "input_audio_buffer.committed",
        /// The audio buffer is empty.
        InputAudioCleared(Acknowledged) = "input_audio_buffer.cleared",
        /// The user began to speak.
        SpeechStarted(SpeechStarted) = "input_audio_buffer.speech_started",
        /// The user stopped speaking.
        SpeechStopped(SpeechStopped) = "input_audio_buffer.speech_stopped",
        /// The user was idle for too long.
        InputTimeoutTriggered(InputTimeoutTriggered) = "input_audio_buffer.timeout_triggered",
        /// A key of a telephone was pressed. SIP only.
        DtmfReceived(DtmfReceived) = "input_audio_buffer.dtmf_event_received",
        /// The service began to play audio. WebRTC and SIP only.
        OutputAudioStarted(ResponseId) = "output_audio_buffer.started",
        /// The service played all audio. WebRTC and SIP only.
        OutputAudioStopped(ResponseId) = "output_audio_buffer.stopped",
        /// The service dropped audio that was not played. WebRTC and SIP only.
        OutputAudioCleared(ResponseId) = "output_audio_buffer.cleared",
        /// A response began.
        ResponseCreated(ResponseEvent) = "response.created",
        /// A response ended: completed, cancelled, failed or incomplete.
        ResponseDone(ResponseEvent) = "response.done",
        /// An item of a response began.
        OutputItemAdded(OutputItemEvent) = "response.output_item.added",
        /// An item of a response is whole.
        OutputItemDone(OutputItemEvent) = "response.output_item.done",
        /// A content part of a response began.
        ContentPartAdded(ContentPartEvent) = "response.content_part.added",
        /// A content part of a response is whole.
        ContentPartDone(ContentPartEvent) = "response.content_part.done",
        /// More text.
        TextDelta(TextDelta) = "response.output_text.delta" | "response.text.delta",
        /// The whole text.
        TextDone(TextDone) = "response.output_text.done" | "response.text.done",
        /// More audio.
        AudioDelta(AudioDelta) = "response.output_audio.delta" | "response.audio.delta",
        /// All audio has arrived.
        AudioDone(ContentId) = "response.output_audio.done" | "response.audio.done",
        /// More of the transcript of the model's audio.
        TranscriptDelta(TextDelta)
            = "response.output_audio_transcript.delta" | "response.audio_transcript.delta",
        /// The whole transcript of the model's audio.
        TranscriptDone(TranscriptDone)
            = "response.output_audio_transcript.done" | "response.audio_transcript.done",
        /// More of the arguments of a function.
        FunctionCallArgumentsDelta(FunctionCallArgumentsDelta)
            = "response.function_call_arguments.delta",
        /// The arguments of a function are whole.
        FunctionCallArgumentsDone(FunctionCallArgumentsDone)
            = "response.function_call_arguments.done",
        /// More of the arguments of an MCP tool.
        McpCallArgumentsDelta(McpCallArgumentsDelta) = "response.mcp_call_arguments.delta",
        /// The arguments of an MCP tool are whole.
        McpCallArgumentsDone(McpCallArgumentsDone) = "response.mcp_call_arguments.done",
        /// The service calls an MCP tool.
        McpCallInProgress(McpCallEvent) = "response.mcp_call.in_progress",
        /// An MCP tool returned its result.
        McpCallCompleted(McpCallEvent) = "response.mcp_call.completed",
        /// An MCP tool failed.
        McpCallFailed(McpCallEvent) = "response.mcp_call.failed",
        /// The service asks an MCP server for its tools.
        McpListToolsInProgress(ItemId) = "mcp_list_tools.in_progress",
        /// The tools of an MCP server are known.
        McpListToolsCompleted(ItemId) = "mcp_list_tools.completed",
        /// An MCP server did not list its tools.
        McpListToolsFailed(ItemId) = "mcp_list_tools.failed",
        /// Rate limits after a response began.
        RateLimitsUpdated(RateLimitsUpdated) = "rate_limits.updated",
    }
}

impl ServerEvent {
    /// Reads an event.
    ///
    /// ```
    /// use openai_azure::realtime::ServerEvent;
    ///
    /// let json = r#"{"type":"response.output_text.delta","event_id":"e","delta":"Hi"}"#;
    /// let ServerEvent::TextDelta(event) = ServerEvent::from_json(json)? else { panic!() };
    /// assert_eq!(event.delta, "Hi");
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// The text is no JSON object, or its fields do not fit its `type`. An unknown `type` is
    /// [`ServerEvent::Other`].
    pub fn from_json(json: &str) -> Result<Self, serde_json::Error> {
        Ok(match Self::decode(json)? {
            Self::SessionCreated(event) => Self::SessionCreated(event.with_older_fields()),
            Self::SessionUpdated(event) => Self::SessionUpdated(event.with_older_fields()),
            Self::ResponseCreated(event) => Self::ResponseCreated(event.with_older_fields()),
            Self::ResponseDone(event) => Self::ResponseDone(event.with_older_fields()),
            event => event,
        })
    }

    /// Whether it reports that the session reached its limit of 30 minutes; the service closes the
    /// connection after it.
    #[must_use]
    pub fn is_session_expired(&self) -> bool {
        matches!(self, Self::Error(event) if event.error.code.as_deref() == Some("session_expired"))
    }
}
