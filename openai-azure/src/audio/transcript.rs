//! Transcripts in JSON.

use openai_azure_sys::open_struct;

open_struct! {
    /// A transcript (`json`).
    pub struct Transcript {
        /// The text.
        pub text: String,
        /// Log probabilities of the tokens, if [requested](super::TranscriptionRequest::include).
        pub logprobs: Vec<TranscriptLogprob>,
        /// Token or time usage.
        pub usage: Option<AudioUsage>,
    }
}

open_struct! {
    /// A transcript with timestamps (`verbose_json`).
    pub struct VerboseTranscript {
        /// `transcribe` or `translate`.
        pub task: String,
        /// The name of the language in English, such as `german`.
        pub language: String,
        /// The length of the audio, in seconds.
        pub duration: f64,
        /// The text.
        pub text: String,
        /// Segments of about one sentence each.
        pub segments: Vec<Segment>,
        /// Words, if [requested](super::TranscriptionRequest::words).
        pub words: Vec<Word>,
    }
}

open_struct! {
    /// A transcript with speakers (`diarized_json`).
    pub struct DiarizedTranscript {
        /// Always `transcribe`.
        pub task: String,
        /// The length of the audio, in seconds.
        pub duration: f64,
        /// The text of all speakers.
        pub text: String,
        /// The segments, each of one speaker.
        pub segments: Vec<SpeakerSegment>,
        /// Token or time usage.
        pub usage: Option<AudioUsage>,
    }
}

open_struct! {
    /// The speech of one speaker.
    pub struct SpeakerSegment {
        /// Unique ID.
        pub id: String,
        /// The name of a [known speaker](super::TranscriptionRequest::known_speaker), else `A`, `B` and
        /// so on.
        pub speaker: String,
        /// Its start, in seconds.
        pub start: f64,
        /// Its end, in seconds.
        pub end: f64,
        /// The text.
        pub text: String,
    }
}

open_struct! {
    /// The log probability of a token of a transcript.
    pub struct TranscriptLogprob {
        /// The token.
        pub token: String,
        /// Its log probability.
        pub logprob: f64,
        /// Its bytes.
        pub bytes: Vec<u8>,
    }
}

open_struct! {
    /// A segment of a transcript.
    pub struct Segment {
        /// Its index, from 0.
        pub id: u64,
        /// The offset at which the model read, in hundredths of a second.
        pub seek: f64,
        /// Where it begins, in seconds.
        pub start: f64,
        /// Where it ends, in seconds.
        pub end: f64,
        /// The text, often with a space in front.
        pub text: String,
        /// The tokens of the text.
        pub tokens: Vec<u64>,
        /// The sampling temperature that was used.
        pub temperature: f64,
        /// The mean log probability of its tokens. Below -1 the text is likely wrong.
        pub avg_logprob: f64,
        /// The compression ratio of the text. Above 2.4 it likely repeats itself.
        pub compression_ratio: f64,
        /// The probability that nobody speaks, 0 to 1.
        pub no_speech_prob: f64,
    }
}

open_struct! {
    /// A word of a transcript.
    pub struct Word {
        /// The word.
        pub word: String,
        /// Where it begins, in seconds.
        pub start: f64,
        /// Where it ends, in seconds.
        pub end: f64,
    }
}

open_struct! {
    /// Usage of a transcription or of speech: tokens or time.
    pub struct AudioUsage {
        /// Tokens of audio and prompt.
        pub input_tokens: u64,
        /// Tokens of the output.
        pub output_tokens: u64,
        /// The sum of both.
        pub total_tokens: u64,
        /// The billed length in seconds, for models that are billed by time.
        pub seconds: Option<f64>,
    }
}

impl AudioUsage {
    /// Input and output; `None` for models that are billed by time.
    pub(super) fn tokens(&self) -> Option<(u64, u64)> {
        let is_known = self.input_tokens > 0 || self.output_tokens > 0;
        is_known.then_some((self.input_tokens, self.output_tokens))
    }
}
