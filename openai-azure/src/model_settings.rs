//! Settings of a model that chat and responses share.

use openai_azure_sys::open_enum;

open_enum! {
    /// How long and detailed the text of the model is; models since gpt-5.
    pub enum Verbosity {
        /// Short.
        Low = "low",
        /// The default.
        Medium = "medium",
        /// Long.
        High = "high",
    }
}

open_enum! {
    /// The processing tier of a request.
    pub enum ServiceTier {
        /// As configured for the deployment. The default.
        Auto = "auto",
        /// The standard tier.
        Default = "default",
        /// Slower, at a lower price.
        Flex = "flex",
        /// Faster, at a higher price.
        Priority = "priority",
    }
}

open_enum! {
    /// How long a prompt stays in the cache.
    pub enum PromptCacheRetention {
        /// Some minutes. The default.
        InMemory = "in-memory",
        /// Up to 24 hours.
        Day = "24h",
    }
}
