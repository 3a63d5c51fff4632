//! Token usage.

use openai_azure_sys::open_struct;

open_struct! {
    /// Token usage of a request.
    pub struct Usage {
        /// Tokens of the prompt.
        pub prompt_tokens: u64,
        /// Tokens of the completion, including reasoning.
        pub completion_tokens: u64,
        /// Prompt and completion together.
        pub total_tokens: u64,
        /// Breakdown of the prompt's tokens.
        pub prompt_tokens_details: Option<PromptTokens>,
        /// Breakdown of the completion's tokens.
        pub completion_tokens_details: Option<CompletionTokens>,
    }
}

open_struct! {
    /// Breakdown of the prompt's tokens.
    pub struct PromptTokens {
        /// Read from the prompt cache.
        pub cached_tokens: u64,
        /// Audio.
        pub audio_tokens: u64,
    }
}

open_struct! {
    /// Breakdown of the completion's tokens.
    pub struct CompletionTokens {
        /// Reasoning, which is not part of the text.
        pub reasoning_tokens: u64,
        /// Audio.
        pub audio_tokens: u64,
        /// Of the predicted output, accepted.
        pub accepted_prediction_tokens: u64,
        /// Of the predicted output, rejected; they are billed too.
        pub rejected_prediction_tokens: u64,
    }
}
