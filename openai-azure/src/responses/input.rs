//! What goes into a response: messages, results of functions, and items of earlier responses.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::output::{FunctionCallItem, OutputItem};
use crate::chat::Part;
use crate::image_detail::Detail;

/// An item of a conversation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct InputItem(Value);

/// What a message holds.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum InputContent {
    /// A text.
    Text(String),
    /// Texts, pictures and files.
    Parts(Vec<InputPart>),
}

/// A part of a message.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
#[non_exhaustive]
pub enum InputPart {
    /// A text.
    InputText {
        /// The text.
        text: String,
    },
    /// A picture.
    InputImage {
        /// Where it is, or a `data:` URL.
        #[serde(skip_serializing_if = "Option::is_none")]
        image_url: Option<String>,
        /// The id of a file that was uploaded.
        #[serde(skip_serializing_if = "Option::is_none")]
        file_id: Option<String>,
        /// How closely the model looks.
        #[serde(skip_serializing_if = "Option::is_none")]
        detail: Option<Detail>,
    },
    /// A file.
    InputFile {
        /// The id of a file that was uploaded.
        #[serde(skip_serializing_if = "Option::is_none")]
        file_id: Option<String>,
        /// Its name.
        #[serde(skip_serializing_if = "Option::is_none")]
        filename: Option<String>,
        /// Its content, as a `data:` URL.
        #[serde(skip_serializing_if = "Option::is_none")]
        file_data: Option<String>,
    },
    /// A part that this crate does not know, as JSON.
    #[serde(untagged)]
    Other(Value),
}

impl InputItem {
    /// A message of `user`, `system`, `developer` or `assistant`.
    pub fn message(role: impl Into<String>, content: impl Into<InputContent>) -> Self {
        let role = role.into();
        let (mut item, content) = match content.into() {
            InputContent::Text(text) => (json!({"role": role}), json!(text)),
            InputContent::Parts(parts) => {
                // The model's own words go back as the model gave them.
                let is_output = role == "assistant";
                let part = |part| match part {
                    InputPart::InputText { text } if is_output => {
                        json!({"type": "output_text", "text": text})
                    }
                    part => json!(part),
                };
                let parts: Vec<Value> = parts.into_iter().map(part).collect();
                (json!({"type": "message", "role": role}), Value::Array(parts))
            }
        };
        item["content"] = content;
        Self(item)
    }

    /// What a function gave back to the call with this id.
    pub fn function_output(call_id: impl Into<String>, output: impl Into<String>) -> Self {
        let (call_id, output): (String, String) = (call_id.into(), output.into());
        Self(json!({"type": "function_call_output", "call_id": call_id, "output": output}))
    }

    /// An item that the service has, by its id.
    pub fn reference(id: impl Into<String>) -> Self {
        let id: String = id.into();
        Self(json!({"type": "item_reference", "id": id}))
    }

    /// An item that this crate does not know, as JSON.
    #[must_use]
    pub fn other(item: Value) -> Self {
        Self(item)
    }

    /// What it is: `message`, `function_call`, …; a message may leave it out.
    #[must_use]
    pub fn kind(&self) -> &str {
        self.0.get("type").and_then(Value::as_str).unwrap_or("message")
    }

    /// The item as JSON.
    #[must_use]
    pub fn as_json(&self) -> &Value {
        &self.0
    }
}

impl From<OutputItem> for InputItem {
    fn from(item: OutputItem) -> Self {
        Self(serde_json::to_value(item).unwrap_or_default())
    }
}

impl From<&OutputItem> for InputItem {
    fn from(item: &OutputItem) -> Self {
        item.clone().into()
    }
}

impl From<FunctionCallItem> for InputItem {
    fn from(call: FunctionCallItem) -> Self {
        OutputItem::FunctionCall(call).into()
    }
}

impl From<&str> for InputItem {
    fn from(text: &str) -> Self {
        Self::message("user", text)
    }
}

impl From<&str> for InputContent {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<&String> for InputContent {
    fn from(text: &String) -> Self {
        Self::Text(text.clone())
    }
}

impl From<String> for InputContent {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<Vec<InputPart>> for InputContent {
    fn from(parts: Vec<InputPart>) -> Self {
        Self::Parts(parts)
    }
}

impl<const N: usize> From<[InputPart; N]> for InputContent {
    fn from(parts: [InputPart; N]) -> Self {
        Self::Parts(parts.into())
    }
}

impl InputPart {
    /// A text.
    pub fn text(text: impl Into<String>) -> Self {
        Self::InputText { text: text.into() }
    }

    /// A picture that lies at a URL, or in a `data:` URL.
    pub fn image_url(url: impl Into<String>) -> Self {
        Self::InputImage { image_url: Some(url.into()), file_id: None, detail: None }
    }

    /// A file that was uploaded.
    pub fn file(id: impl Into<String>) -> Self {
        Self::InputFile { file_id: Some(id.into()), filename: None, file_data: None }
    }

    /// How closely the model looks at a picture; nothing for other parts.
    #[must_use]
    pub fn detail(mut self, how: impl Into<Detail>) -> Self {
        if let Self::InputImage { detail, .. } = &mut self {
            *detail = Some(how.into());
        }
        self
    }
}

/// Texts and pictures of a chat, such as [`Part::image`] makes of bytes; another part goes as it is.
impl From<Part> for InputPart {
    fn from(part: Part) -> Self {
        match part {
            Part::Text { text, .. } => Self::text(text),
            Part::ImageUrl { image_url, .. } => Self::InputImage {
                image_url: Some(image_url.url),
                file_id: None,
                detail: image_url.detail,
            },
            other => Self::Other(serde_json::to_value(other).unwrap_or_default()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{InputItem, InputPart};
    use serde_json::{json, to_value};

    #[test]
    fn items_are_what_the_service_reads() {
        let picture = InputPart::image_url("https://example.com/a.png").detail("auto");
        for (item, wire) in [
            (InputItem::from("hi"), json!({"role": "user", "content": "hi"})),
            (
                InputItem::message("user", [InputPart::text("what?"), picture]),
                json!({"type": "message", "role": "user", "content": [
                    {"type": "input_text", "text": "what?"},
                    {"type": "input_image", "image_url": "https://example.com/a.png",
                     "detail": "auto"},
                ]}),
            ),
            (
                InputItem::function_output("call_1", "42"),
                json!({"type": "function_call_output", "call_id": "call_1", "output": "42"}),
            ),
            (
                InputItem::message("assistant", [InputPart::text("said")]),
                json!({"type": "message", "role": "assistant",
                    "content": [{"type": "output_text", "text": "said"}]}),
            ),
        ] {
            assert_eq!(to_value(item).unwrap(), wire);
        }
    }
}
