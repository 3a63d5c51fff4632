//! Answers that are more than text.

use openai_azure_sys::open_struct;

open_struct! {
    /// The words of a recording (`json`).
    pub struct Transcript {
        /// What is said.
        pub text: String,
        /// What it cost, where the service tells.
        pub usage: Option<AudioUsage>,
    }
}

open_struct! {
    /// The words of a recording with times (`verbose_json`).
    pub struct VerboseTranscript {
        /// `transcribe` or `translate`.
        pub task: String,
        /// The language that was heard, in English: `german`.
        pub language: String,
        /// The length of the recording, in seconds.
        pub duration: f64,
        /// What is said.
        pub text: String,
        /// About one sentence each.
        pub segments: Vec<Segment>,
        /// Every word, if [`words`](super::Transcription::words) were asked for.
        pub words: Vec<Word>,
    }
}

open_struct! {
    /// A stretch of a recording.
    pub struct Segment {
        /// Its number, from 0.
        pub id: u64,
        /// Where the model began to read, in hundredths of a second.
        pub seek: f64,
        /// Where it begins, in seconds.
        pub start: f64,
        /// Where it ends, in seconds.
        pub end: f64,
        /// What is said; often with a space in front.
        pub text: String,
        /// The tokens of the text.
        pub tokens: Vec<u64>,
        /// The temperature with which it was heard.
        pub temperature: f64,
        /// The mean of the logarithms of the tokens' probabilities. Below -1 it is likely wrong.
        pub avg_logprob: f64,
        /// How well the text can be compressed. Above 2.4 it likely repeats itself.
        pub compression_ratio: f64,
        /// How likely it is that nobody speaks, from 0 to 1.
        pub no_speech_prob: f64,
    }
}

open_struct! {
    /// A word of a recording.
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
    /// What a transcription cost: tokens or time.
    pub struct AudioUsage {
        /// The tokens of the recording and of the prompt.
        pub input_tokens: u64,
        /// The tokens of the text.
        pub output_tokens: u64,
        /// Both.
        pub total_tokens: u64,
        /// The length that is paid for, in seconds, for models that are paid by time.
        pub seconds: Option<f64>,
    }
}
