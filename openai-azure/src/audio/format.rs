//! The format of a transcript, which the type of the response selects.

use openai_azure_sys::open_enum;
use serde::de::Error as _;

use super::subtitles::{PlainText, Srt, Vtt};
use super::transcript::{AudioUsage, DiarizedTranscript, Transcript, VerboseTranscript};
use crate::serde_ext::from_json;

open_enum! {
    /// What gets timestamps in a verbose transcript.
    pub enum TimestampGranularity {
        /// Words; it takes the service longer.
        Word = "word",
        /// Segments.
        Segment = "segment",
    }
}

open_enum! {
    /// What a transcript has beside its text, if requested.
    pub enum TranscriptionInclude {
        /// Log probabilities of the tokens; the gpt-4o models in the format `json`.
        Logprobs = "logprobs",
    }
}

/// The types of a transcript: [`Transcript`], [`VerboseTranscript`], [`DiarizedTranscript`],
/// [`PlainText`], [`Srt`] and [`Vtt`].
pub trait TranscriptionFormat: read::Read {
    /// `response_format`; absent for the default.
    const NAME: Option<&'static str>;
}

pub(super) mod read {
    /// Reads the body. Private, which seals [`super::TranscriptionFormat`].
    pub trait Read: Sized + Send + Sync + 'static {
        /// # Errors
        ///
        /// The body is something else.
        fn read(body: &[u8]) -> Result<Self, serde_json::Error>;

        /// Input and output tokens, if the response has them.
        fn tokens(&self) -> Option<(u64, u64)> {
            None
        }
    }
}

impl TranscriptionFormat for Transcript {
    const NAME: Option<&'static str> = None;
}

impl TranscriptionFormat for VerboseTranscript {
    const NAME: Option<&'static str> = Some("verbose_json");
}

impl TranscriptionFormat for DiarizedTranscript {
    const NAME: Option<&'static str> = Some("diarized_json");
}

impl TranscriptionFormat for PlainText {
    const NAME: Option<&'static str> = Some("text");
}

impl TranscriptionFormat for Srt {
    const NAME: Option<&'static str> = Some("srt");
}

impl TranscriptionFormat for Vtt {
    const NAME: Option<&'static str> = Some("vtt");
}

impl read::Read for Transcript {
    #[inline]
    fn read(body: &[u8]) -> Result<Self, serde_json::Error> {
        from_json(body)
    }

    fn tokens(&self) -> Option<(u64, u64)> {
        self.usage.as_ref().and_then(AudioUsage::tokens)
    }
}

impl read::Read for VerboseTranscript {
    #[inline]
    fn read(body: &[u8]) -> Result<Self, serde_json::Error> {
        from_json(body)
    }
}

impl read::Read for DiarizedTranscript {
    #[inline]
    fn read(body: &[u8]) -> Result<Self, serde_json::Error> {
        from_json(body)
    }

    fn tokens(&self) -> Option<(u64, u64)> {
        self.usage.as_ref().and_then(AudioUsage::tokens)
    }
}

impl read::Read for PlainText {
    fn read(body: &[u8]) -> Result<Self, serde_json::Error> {
        text(body).map(Self::from)
    }
}

impl read::Read for Srt {
    fn read(body: &[u8]) -> Result<Self, serde_json::Error> {
        text(body).map(Self::from)
    }
}

impl read::Read for Vtt {
    fn read(body: &[u8]) -> Result<Self, serde_json::Error> {
        text(body).map(Self::from)
    }
}

/// Text is text, also if it looks like JSON.
fn text(body: &[u8]) -> Result<String, serde_json::Error> {
    std::str::from_utf8(body).map(str::to_owned).map_err(serde_json::Error::custom)
}
