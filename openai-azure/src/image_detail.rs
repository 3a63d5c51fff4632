//! The resolution at which a model looks at an image.

use openai_azure_sys::open_enum;

open_enum! {
    /// The resolution at which the model looks at an image; higher ones use more tokens.
    pub enum Detail {
        /// The service chooses. The default.
        Auto = "auto",
        /// 512 by 512 pixels.
        Low = "low",
        /// In tiles at full size.
        High = "high",
        /// The size of the original; models since gpt-5.6.
        Original = "original",
    }
}
