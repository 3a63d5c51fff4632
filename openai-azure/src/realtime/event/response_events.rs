//! What the events about responses of the model, tool calls and rate limits hold.

use bytes::Bytes;

use crate::realtime::item::{ConversationItem, ItemPart};
use crate::realtime::response::RealtimeResponse;
use crate::realtime::wire::wire;

wire! {
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

impl ResponseEvent {
    pub(super) fn with_older_fields(mut self: Box<Self>) -> Box<Self> {
        self.response = self.response.with_older_fields();
        self
    }
}
