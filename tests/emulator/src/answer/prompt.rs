//! What the user wants, read from the messages of a chat or the input of a response.

use serde_json::Value;

/// The messages, as far as a completion depends on them.
#[derive(Debug, Default)]
pub(crate) struct Prompt {
    /// The last text of a user.
    pub(crate) user: String,
    /// The tool outputs since then.
    pub(crate) tool_outputs: Vec<String>,
    /// Images in the last message of a user.
    pub(crate) images: usize,
    /// Everything, for counting tokens.
    pub(crate) all: String,
}

impl Prompt {
    /// Reads `messages` of a chat, or `input` of a response, which may be a text.
    pub(crate) fn read(messages: &Value) -> Self {
        let mut prompt = Self::default();
        if let Value::String(text) = messages {
            prompt.add("user", messages);
            prompt.user.clone_from(text);
        }
        for message in messages.as_array().into_iter().flatten() {
            let kind = message["type"].as_str().unwrap_or_default();
            if kind.ends_with("_call_output") {
                prompt.add("tool", &message["output"]);
            } else if kind == "mcp_approval_response" {
                // What the user said before it is done with.
                prompt.user.clear();
            } else if let Some(role) = message["role"].as_str() {
                prompt.add(role, &message["content"]);
            }
        }
        prompt
    }

    fn add(&mut self, role: &str, content: &Value) {
        let mut texts = Vec::new();
        let mut images = 0;
        match content {
            Value::String(text) => texts.push(text.as_str()),
            Value::Array(parts) => {
                for part in parts {
                    texts.extend(part["text"].as_str().or_else(|| part["stdout"].as_str()));
                    let kind = part["type"].as_str().unwrap_or_default();
                    images += usize::from(kind == "image_url" || kind == "input_image");
                }
            }
            Value::Object(output) => texts.extend(output.get("type").and_then(Value::as_str)),
            _ => {}
        }
        let text = texts.join("\n");
        self.all.push_str(&text);
        self.all.push('\n');
        match role {
            "user" => {
                self.user = text;
                self.images = images;
                self.tool_outputs.clear();
            }
            "tool" | "function" => self.tool_outputs.push(text),
            _ => {}
        }
    }

    /// Whether the user wrote a marker.
    pub(crate) fn has(&self, marker: &str) -> bool {
        self.user.contains(marker)
    }
}
