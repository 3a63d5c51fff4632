//! Events of both directions.

mod client;
mod events;
mod scan;
mod server;

pub use client::{
    ClientEvent, InputAudioAppend, ItemCommand, ItemCreate, ItemTruncate, ResponseCancel,
    ResponseCreate, SessionUpdate, Signal,
};
pub use server::{
    Acknowledged, AudioDelta, ContentId, ContentPartEvent, ConversationCreated, DtmfReceived,
    ErrorEvent, EventError, FunctionCallArgumentsDelta, FunctionCallArgumentsDone,
    InputAudioCommitted, InputTimeoutTriggered, InputTranscriptionCompleted,
    InputTranscriptionDelta, InputTranscriptionFailed, InputTranscriptionSegment, ItemEvent,
    ItemId, ItemRetrieved, ItemTruncated, McpCallArgumentsDelta, McpCallArgumentsDone,
    McpCallEvent, OutputItemEvent, RateLimitsUpdated, RealtimeRateLimit, ResponseEvent, ResponseId,
    ServerEvent, SessionEvent, SpeechStarted, SpeechStopped, TextDelta, TextDone, TranscriptDone,
};
