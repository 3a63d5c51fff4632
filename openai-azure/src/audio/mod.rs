//! Sound: a recording into words, into English words, and words into speech.
//!
//! ```no_run
//! # async fn example(client: openai_azure::Client) -> Result<(), openai_azure::Error> {
//! use openai_azure::Upload;
//!
//! let talk = Upload::path("talk.mp3");
//! let answer = client.transcribe("whisper", talk.clone()).send().await?;
//! println!("{}", answer.text);
//!
//! let answer = client.transcribe("whisper", talk).verbose().words().send().await?;
//! for word in &answer.words {
//!     println!("{:>6.2} s  {}", word.start, word.word);
//! }
//!
//! client.speak("tts", "The train leaves at ten.").voice("nova").save("train.mp3").await?;
//! # Ok(())
//! # }
//! ```
//!
//! The dated api-versions have these operations; v1 has none of them, so a client with such an
//! endpoint gets [`Error::Config`](crate::Error::Config).

mod format;
mod request;
mod speech;
mod speech_stream;
mod subtitles;
mod transcript;
mod transcript_stream;
mod transcription;
mod translation;

pub use format::TranscriptionFormat;
pub use speech::{MAX_SPEECH_CHARACTERS, SpeechFormat, SpeechRequest, Voice};
pub use speech_stream::SpeechStream;
pub use subtitles::{Cue, PlainText, Srt, Vtt};
pub use transcript::{AudioUsage, Segment, Transcript, VerboseTranscript, Word};
pub use transcript_stream::{TranscriptEvent, TranscriptStream};
pub use transcription::TranscriptionRequest;
pub use translation::TranslationRequest;

/// The most bytes of a recording that the service takes: 25 MiB.
pub const MAX_BYTES: u64 = 25 << 20;
