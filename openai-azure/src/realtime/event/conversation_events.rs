//! What the events about the session, its items and the audio of the user hold.

use serde_json::Value;

use crate::realtime::item::ConversationItem;
use crate::realtime::session::Session;
use crate::realtime::wire::wire;

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
}

impl SessionEvent {
    pub(super) fn with_older_fields(mut self: Box<Self>) -> Box<Self> {
        self.session = self.session.with_older_fields();
        self
    }
}
