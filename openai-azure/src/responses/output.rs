//! What comes out of a response: messages, calls of functions, reasoning, and items of other kinds.

use openai_azure_sys::{open_struct, open_union};

open_union! {
    /// An output item of a response.
    pub enum OutputItem by "type" {
        /// A message of the model.
        Message(MessageItem) = "message",
        /// A call of a function.
        FunctionCall(FunctionCallItem) = "function_call",
        /// Reasoning of the model.
        Reasoning(ReasoningItem) = "reasoning",
        ..Other
    }
}

open_struct! {
    /// What the model says.
    pub struct MessageItem {
        /// Names the item.
        pub id: String,
        /// `assistant`.
        pub role: String,
        /// `in_progress`, `completed` or `incomplete`.
        pub status: String,
        /// Its parts.
        pub content: Vec<OutputPart> as always,
    }
}

open_struct! {
    /// A part of what the model says: `text` of an `output_text`, or `refusal`.
    pub struct OutputPart {
        /// `output_text`, `refusal`, or another kind.
        pub kind: String = "type",
        /// The text.
        pub text: Option<String>,
        /// Why the model would not answer.
        pub refusal: Option<String>,
    }
}

open_struct! {
    /// A function that the model calls.
    pub struct FunctionCallItem {
        /// Names the item.
        pub id: Option<String>,
        /// Names the call; its result goes back with it.
        pub call_id: String,
        /// The function.
        pub name: String,
        /// Its arguments, as JSON that the model wrote: it may be wrong.
        pub arguments: String,
        /// `in_progress`, `completed` or `incomplete`.
        pub status: Option<String>,
    }
}

open_struct! {
    /// What the model thought.
    pub struct ReasoningItem {
        /// Names the item.
        pub id: String,
        /// A summary, if it was asked for: parts with a `text`.
        pub summary: Vec<OutputPart> as always,
    }
}

impl FunctionCallItem {
    /// A call as it would come from the model, for a conversation that is not kept by the service.
    pub fn new(
        call_id: impl Into<String>,
        name: impl Into<String>,
        arguments: impl Into<String>,
    ) -> Self {
        let (call_id, name, arguments) = (call_id.into(), name.into(), arguments.into());
        Self { call_id, name, arguments, ..Self::default() }
    }

    /// Reads the arguments.
    ///
    /// # Errors
    ///
    /// What is wrong with the JSON, which the model wrote.
    pub fn arguments_as<T: serde::de::DeserializeOwned>(&self) -> Result<T, serde_json::Error> {
        serde_json::from_str(&self.arguments)
    }
}

impl MessageItem {
    /// The text of all its parts.
    #[must_use]
    pub fn text(&self) -> String {
        self.content.iter().filter_map(|part| part.text.as_deref()).collect()
    }

    /// Why the model would not answer, if it would not.
    #[must_use]
    pub fn refusal(&self) -> Option<&str> {
        self.content.iter().find_map(|part| part.refusal.as_deref())
    }
}

#[cfg(test)]
mod tests {
    use super::OutputItem;
    use serde_json::json;

    #[test]
    fn every_kind_of_item_comes_back_as_it_came() {
        for item in [
            json!({"type": "message", "id": "m", "role": "assistant", "status": "completed",
                "content": [{"type": "output_text", "text": "a", "annotations": [1]},
                            {"type": "refusal", "refusal": "no"}], "phase": "final"}),
            json!({"type": "function_call", "id": "f", "call_id": "c", "name": "n",
                "arguments": "{}", "status": "completed"}),
            json!({"type": "reasoning", "id": "r", "summary": [], "encrypted_content": "x"}),
            json!({"type": "teleport_call", "to": "Mars"}),
        ] {
            let read: OutputItem = serde_json::from_value(item.clone()).unwrap();
            assert_eq!(serde_json::to_value(read).unwrap(), item);
        }
    }
}
