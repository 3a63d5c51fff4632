//! Audio: transcription, translation into English, and speech.
//!
//! ```no_run
//! # async fn example(client: openai_azure::Client) -> Result<(), openai_azure::Error> {
//! use openai_azure::Upload;
//!
//! let talk = Upload::path("talk.mp3");
//! let response = client.transcribe("gpt-4o-mini-transcribe", talk.clone()).send().await?;
//! println!("{}", response.text);
//!
//! let response = client.transcribe("gpt-4o-transcribe-diarize", talk).diarized().send().await?;
//! for segment in &response.segments {
//!     println!("{:>6.2} s  {}: {}", segment.start, segment.speaker, segment.text);
//! }
//!
//! let speech = client.speak("gpt-4o-mini-tts", "The train leaves at ten.").voice("coral");
//! speech.instructions("Calm and friendly.").save("train.mp3").await?;
//! # Ok(())
//! # }
//! ```
//!
//! On v1 these operations are sent with `api-version=preview`, which the documents of v1 require;
//! [`ClientBuilder::api_version`](crate::ClientBuilder::api_version) switches that off.

mod chunking;
mod format;
mod request;
mod speech;
mod speech_events;
mod speech_stream;
mod subtitles;
mod transcript;
mod transcript_stream;
mod transcription;
mod translation;

pub use chunking::{ChunkingStrategy, ServerVad};
pub use format::{TimestampGranularity, TranscriptionFormat, TranscriptionInclude};
pub use speech::{MAX_SPEECH_CHARACTERS, SpeechFormat, SpeechRequest, Voice};
pub use speech_events::{SpeechEvent, SpeechEventStream};
pub use speech_stream::SpeechStream;
pub use subtitles::{Cue, PlainText, Srt, Vtt};
pub use transcript::{
    AudioUsage, DiarizedTranscript, Segment, SpeakerSegment, Transcript, TranscriptLogprob,
    VerboseTranscript, Word,
};
pub use transcript_stream::{TranscriptDelta, TranscriptEvent, TranscriptStream};
pub use transcription::TranscriptionRequest;
pub use translation::TranslationRequest;

/// The most bytes of an audio file that the service accepts: 25 MiB.
pub const MAX_BYTES: u64 = 25 << 20;
