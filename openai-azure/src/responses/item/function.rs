//! Calls of functions and custom tools, and their results.

use openai_azure_sys::open_struct;
use serde::de::DeserializeOwned;

use super::ItemStatus;
use super::message::MessageContent;

open_struct! {
    /// The model calls a function.
    pub struct FunctionCallItem {
        /// Unique ID of the item.
        pub id: Option<String>,
        /// ID of the call; its output refers to it.
        pub call_id: String,
        /// Name of the function.
        pub name: String,
        /// The arguments: JSON that the model wrote, so it may be invalid.
        pub arguments: String,
        /// How far it is.
        pub status: Option<ItemStatus>,
    }
}

open_struct! {
    /// The result of a function.
    pub struct FunctionCallOutputItem {
        /// Unique ID of the item.
        pub id: Option<String>,
        /// ID of the call.
        pub call_id: String,
        /// Text, or a list of texts, images and files.
        pub output: MessageContent as always,
        /// How far it is.
        pub status: Option<ItemStatus>,
    }
}

open_struct! {
    /// The model calls a custom tool with text.
    pub struct CustomToolCallItem {
        /// Unique ID of the item.
        pub id: Option<String>,
        /// ID of the call; its output refers to it.
        pub call_id: String,
        /// Name of the tool.
        pub name: String,
        /// The text.
        pub input: String,
        /// How far it is.
        pub status: Option<ItemStatus>,
    }
}

open_struct! {
    /// The result of a custom tool.
    pub struct CustomToolCallOutputItem {
        /// Unique ID of the item.
        pub id: Option<String>,
        /// ID of the call.
        pub call_id: String,
        /// Text, or a list of texts, images and files.
        pub output: MessageContent as always,
    }
}

impl FunctionCallItem {
    /// Creates a call as it would come from the model, for a conversation that the service does not
    /// store. `arguments` is JSON.
    pub fn new(
        call_id: impl Into<String>,
        name: impl Into<String>,
        arguments: impl Into<String>,
    ) -> Self {
        let (call_id, name, arguments) = (call_id.into(), name.into(), arguments.into());
        Self { call_id, name, arguments, ..Self::default() }
    }

    /// Decodes the arguments.
    ///
    /// # Errors
    ///
    /// What is wrong with the JSON that the model wrote.
    pub fn parse<T: DeserializeOwned>(&self) -> Result<T, serde_json::Error> {
        serde_json::from_str(if self.arguments.is_empty() { "{}" } else { &self.arguments })
    }
}

impl FunctionCallOutputItem {
    /// Creates the result of a call.
    pub fn new(call_id: impl Into<String>, output: impl Into<MessageContent>) -> Self {
        Self { call_id: call_id.into(), output: output.into(), ..Self::default() }
    }
}

impl CustomToolCallOutputItem {
    /// Creates the result of a call.
    pub fn new(call_id: impl Into<String>, output: impl Into<MessageContent>) -> Self {
        Self { call_id: call_id.into(), output: output.into(), ..Self::default() }
    }
}
