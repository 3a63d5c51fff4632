//! Events from the service.

use bytes::Bytes;
use serde_json::Value;

use super::events::events;
use crate::realtime::item::{ConversationItem, ItemPart};
use crate::realtime::response::RealtimeResponse;
use crate::realtime::session::Session;
use crate::realtime::wire::wire;

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

wire! {
    /// The service could not do something.
    pub struct ErrorEvent {
        /// Unique ID.
        event_id: String,
        /// What went wrong.
        error: EventError,
    }

    /// What went wrong.
    pub struct EventError {
        /// Kind of error, such as `invalid_request_error` or `server_error`.
        kind = "type": Option<String>,
        /// Code, such as `session_expired`.
        code: Option<String>,
        /// What happened.
        message: Option<String>,
        /// The field that is wrong.
        param: Option<String>,
        /// The client's event that caused it.
        event_id: Option<String>,
    }

    /// Settings of the session.
    pub struct SessionEvent {
        /// Unique ID.
        event_id: String,
        /// The settings, all of them.
        session: Session,
    }

    /// The conversation began.
    pub struct ConversationCreated {
        /// Unique ID.
        event_id: String,
        /// `id` and `object`.
        conversation: Value,
    }

    /// An item of the conversation.
    pub struct ItemEvent {
        /// Unique ID.
        event_id: String,
        /// The item before it; `None` for the first.
        previous_item_id: Option<String>,
        /// The item.
        item: ConversationItem,
    }

    /// An item that was asked for.
    pub struct ItemRetrieved {
        /// Unique ID.
        event_id: String,
        /// The item.
        item: ConversationItem,
    }

    /// Something about an item.
    pub struct ItemId {
        /// Unique ID.
        event_id: String,
        /// Unique ID of the item.
        item_id: String,
    }

    /// Audio of an item was cut off.
    pub struct ItemTruncated {
        /// Unique ID.
        event_id: String,
        /// Unique ID of the item.
        item_id: String,
        /// Which content part.
        content_index: u32,
        /// Where it ends now, in milliseconds.
        audio_end_ms: u64,
    }

    /// More of the transcript of the user's audio.
    pub struct InputTranscriptionDelta {
        /// Unique ID.
        event_id: String,
        /// Unique ID of the item.
        item_id: String,
        /// Which content part.
        content_index: u32,
        /// The text to append.
        delta: String,
        /// Log probabilities of the tokens, if they were asked for.
        logprobs: Option<Vec<Value>>,
    }

    /// The transcript of the user's audio.
    pub struct InputTranscriptionCompleted {
        /// Unique ID.
        event_id: String,
        /// Unique ID of the item.
        item_id: String,
        /// Which content part.
        content_index: u32,
        /// The text.
        transcript: String,
        /// The languages, each with its `code`.
        languages: Option<Vec<Value>>,
        /// Log probabilities of the tokens, if they were asked for.
        logprobs: Option<Vec<Value>>,
        /// Tokens or seconds, by the `type`.
        usage: Option<Value>,
    }

    /// Transcript of one speaker, with its times.
    pub struct InputTranscriptionSegment {
        /// Unique ID.
        event_id: String,
        /// Unique ID of the item.
        item_id: String,
        /// Which content part.
        content_index: u32,
        /// The text.
        text: String,
        /// Unique ID of the segment.
        id: String,
        /// Who spoke.
        speaker: String,
        /// Where it starts, in seconds.
        start: f64,
        /// Where it ends, in seconds.
        end: f64,
    }

    /// The user's audio could not be transcribed.
    pub struct InputTranscriptionFailed {
        /// Unique ID.
        event_id: String,
        /// Unique ID of the item.
        item_id: String,
        /// Which content part.
        content_index: u32,
        /// What went wrong.
        error: EventError,
    }

    /// The audio buffer became an item.
    pub struct InputAudioCommitted {
        /// Unique ID.
        event_id: String,
        /// The item before it; `None` for the first.
        previous_item_id: Option<String>,
        /// Unique ID of the item.
        item_id: String,
    }

    /// Nothing but the event itself.
    pub struct Acknowledged {
        /// Unique ID.
        event_id: String,
    }

    /// The user began to speak.
    pub struct SpeechStarted {
        /// Unique ID.
        event_id: String,
        /// Where, in milliseconds of all audio of the session.
        audio_start_ms: u64,
        /// Unique ID of the item that the audio will become.
        item_id: String,
    }

    /// The user stopped speaking.
    pub struct SpeechStopped {
        /// Unique ID.
        event_id: String,
        /// Where, in milliseconds of all audio of the session.
        audio_end_ms: u64,
        /// Unique ID of the item that the audio will become.
        item_id: String,
    }

    /// The user was idle for too long.
    pub struct InputTimeoutTriggered {
        /// Unique ID.
        event_id: String,
        /// Where the idle time begins, in milliseconds of all audio of the session.
        audio_start_ms: u64,
        /// Where it ends.
        audio_end_ms: u64,
        /// Unique ID of the item.
        item_id: String,
    }

    /// A key of a telephone was pressed. The one event without `event_id`.
    pub struct DtmfReceived {
        /// The key: `0` to `9`, `*`, `#`, `A` to `D`.
        event: String,
        /// When, in seconds since 1970.
        received_at: i64,
    }

    /// Something about the audio of a response.
    pub struct ResponseId {
        /// Unique ID.
        event_id: String,
        /// Unique ID of the response.
        response_id: String,
    }

    /// A response began or ended.
    pub struct ResponseEvent {
        /// Unique ID.
        event_id: String,
        /// The response.
        response: RealtimeResponse,
    }

    /// An item of a response.
    pub struct OutputItemEvent {
        /// Unique ID.
        event_id: String,
        /// Unique ID of the response.
        response_id: String,
        /// Which item of the response.
        output_index: u32,
        /// The item.
        item: ConversationItem,
    }

    /// A content part of a response.
    pub struct ContentPartEvent {
        /// Unique ID.
        event_id: String,
        /// Unique ID of the response.
        response_id: String,
        /// Unique ID of the item.
        item_id: String,
        /// Which item of the response.
        output_index: u32,
        /// Which content part.
        content_index: u32,
        /// The part.
        part: ItemPart,
    }

    /// More text.
    pub struct TextDelta {
        /// Unique ID.
        event_id: String,
        /// Unique ID of the response.
        response_id: String,
        /// Unique ID of the item.
        item_id: String,
        /// Which item of the response.
        output_index: u32,
        /// Which content part.
        content_index: u32,
        /// The text to append.
        delta: String,
    }

    /// The whole text.
    pub struct TextDone {
        /// Unique ID.
        event_id: String,
        /// Unique ID of the response.
        response_id: String,
        /// Unique ID of the item.
        item_id: String,
        /// Which item of the response.
        output_index: u32,
        /// Which content part.
        content_index: u32,
        /// The text.
        text: String,
    }

    /// More audio.
    pub struct AudioDelta {
        /// Unique ID.
        event_id: String,
        /// Unique ID of the response.
        response_id: String,
        /// Unique ID of the item.
        item_id: String,
        /// Which item of the response.
        output_index: u32,
        /// Which content part.
        content_index: u32,
        /// The audio to append, in the format of the session. Base64 on the wire.
        delta: Bytes,
    }

    /// A content part, by its place.
    pub struct ContentId {
        /// Unique ID.
        event_id: String,
        /// Unique ID of the response.
        response_id: String,
        /// Unique ID of the item.
        item_id: String,
        /// Which item of the response.
        output_index: u32,
        /// Which content part.
        content_index: u32,
    }

    /// The whole transcript of the model's audio.
    pub struct TranscriptDone {
        /// Unique ID.
        event_id: String,
        /// Unique ID of the response.
        response_id: String,
        /// Unique ID of the item.
        item_id: String,
        /// Which item of the response.
        output_index: u32,
        /// Which content part.
        content_index: u32,
        /// The text.
        transcript: String,
    }

    /// More of the arguments of a function.
    pub struct FunctionCallArgumentsDelta {
        /// Unique ID.
        event_id: String,
        /// Unique ID of the response.
        response_id: String,
        /// Unique ID of the item.
        item_id: String,
        /// Which item of the response.
        output_index: u32,
        /// Unique ID of the call.
        call_id: String,
        /// The JSON text to append.
        delta: String,
    }

    /// The arguments of a function are whole.
    pub struct FunctionCallArgumentsDone {
        /// Unique ID.
        event_id: String,
        /// Unique ID of the response.
        response_id: String,
        /// Unique ID of the item.
        item_id: String,
        /// Which item of the response.
        output_index: u32,
        /// Unique ID of the call.
        call_id: String,
        /// Name of the function.
        name: Option<String>,
        /// Arguments as JSON text.
        arguments: String,
    }

    /// More of the arguments of an MCP tool.
    pub struct McpCallArgumentsDelta {
        /// Unique ID.
        event_id: String,
        /// Unique ID of the response.
        response_id: String,
        /// Unique ID of the item.
        item_id: String,
        /// Which item of the response.
        output_index: u32,
        /// The JSON text to append.
        delta: String,
        /// Random characters that hide the length of the delta.
        obfuscation: Option<String>,
    }

    /// The arguments of an MCP tool are whole.
    pub struct McpCallArgumentsDone {
        /// Unique ID.
        event_id: String,
        /// Unique ID of the response.
        response_id: String,
        /// Unique ID of the item.
        item_id: String,
        /// Which item of the response.
        output_index: u32,
        /// Arguments as JSON text.
        arguments: String,
    }

    /// A call of an MCP tool.
    pub struct McpCallEvent {
        /// Unique ID.
        event_id: String,
        /// Which item of the response.
        output_index: u32,
        /// Unique ID of the item.
        item_id: String,
    }

    /// Rate limits after a response began.
    pub struct RateLimitsUpdated {
        /// Unique ID.
        event_id: String,
        /// One for requests, one for tokens.
        rate_limits: Vec<RealtimeRateLimit>,
    }

    /// A rate limit.
    pub struct RealtimeRateLimit {
        /// `requests` or `tokens`.
        name: String,
        /// How many there are.
        limit: u64,
        /// How many are left.
        remaining: u64,
        /// When all are back, in seconds.
        reset_seconds: f64,
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

impl SessionEvent {
    fn with_older_fields(mut self: Box<Self>) -> Box<Self> {
        self.session = self.session.with_older_fields();
        self
    }
}

impl ResponseEvent {
    fn with_older_fields(mut self: Box<Self>) -> Box<Self> {
        self.response = self.response.with_older_fields();
        self
    }
}
