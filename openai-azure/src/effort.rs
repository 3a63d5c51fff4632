//! How much a reasoning model thinks.

use openai_azure_sys::open_enum;

open_enum! {
    /// How much a reasoning model thinks before it responds. Which values a model takes, and its
    /// default, depend on the model.
    pub enum Effort {
        /// Not at all; models since gpt-5.1.
        None = "none",
        /// As little as possible; the first gpt-5 models only.
        Minimal = "minimal",
        /// A little.
        Low = "low",
        /// Between low and high.
        Medium = "medium",
        /// A lot.
        High = "high",
        /// More than high; models since gpt-5.1-codex-max.
        Xhigh = "xhigh",
        /// As much as the model can; models since gpt-5.6.
        Max = "max",
    }
}
