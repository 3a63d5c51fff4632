//! Events of both directions.

mod client;
mod conversation_events;
mod events;
mod response_events;
mod scan;
mod server;

pub use client::{
    ClientEvent, InputAudioAppend, ItemCommand, ItemCreate, ItemTruncate, ResponseCancel,
    ResponseCreate, SessionUpdate, Signal,
};
pub use conversation_events::{
    Acknowledged, ConversationCreated, DtmfReceived, ErrorEvent, EventError, InputAudioCommitted,
    InputTimeoutTriggered, InputTranscriptionCompleted, InputTranscriptionDelta,
    InputTranscriptionFailed, InputTranscriptionSegment, ItemEvent, ItemId, ItemRetrieved,
    ItemTruncated, SessionEvent, SpeechStarted, SpeechStopped,
};
pub use response_events::{
    AudioDelta, ContentId, ContentPartEvent, FunctionCallArgumentsDelta, FunctionCallArgumentsDone,
    McpCallArgumentsDelta, McpCallArgumentsDone, McpCallEvent, OutputItemEvent, RateLimitsUpdated,
    RealtimeRateLimit, ResponseEvent, ResponseId, TextDelta, TextDone, TranscriptDone,
};
pub use server::ServerEvent;
