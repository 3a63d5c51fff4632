//! The output of a model, collected for clients that capture content.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::content;

/// The message of a choice, whole or in deltas.
#[derive(Debug, Default)]
pub(crate) struct OutputMessage {
    /// The parts of a message that came as a whole.
    parts: Vec<Value>,
    text: String,
    refusal: String,
    calls: BTreeMap<u64, Call>,
}

#[derive(Debug, Default)]
struct Call {
    id: String,
    name: String,
    arguments: String,
}

impl OutputMessage {
    /// A whole message of a chat.
    pub(super) fn of_chat(message: &Value) -> Self {
        Self { parts: content::chat_parts(message), ..Self::default() }
    }

    /// The items of a whole response.
    pub(super) fn of_items(items: &[Value]) -> Self {
        Self { parts: content::item_parts(items), ..Self::default() }
    }

    /// Adds a delta of the text.
    pub(crate) fn text(&mut self, delta: &str) {
        self.text.push_str(delta);
    }

    /// Adds a delta of the refusal.
    pub(crate) fn refusal(&mut self, delta: &str) {
        self.refusal.push_str(delta);
    }

    /// Adds a delta of a tool call.
    pub(crate) fn call(&mut self, index: u64, id: &str, name: &str, arguments: &str) {
        let call = self.calls.entry(index).or_default();
        call.id.push_str(id);
        call.name.push_str(name);
        call.arguments.push_str(arguments);
    }

    fn parts(&self) -> Vec<Value> {
        let mut parts = self.parts.clone();
        if !self.text.is_empty() {
            parts.push(content::text(&self.text));
        }
        if !self.refusal.is_empty() {
            parts.push(json!({"type": "refusal", "content": self.refusal}));
        }
        for Call { id, name, arguments } in self.calls.values() {
            let id = (!id.is_empty()).then(|| id.as_str().into());
            let (name, arguments) = (name.as_str().into(), arguments.as_str().into());
            parts.push(content::tool_call(id.as_ref(), Some(&name), Some(&arguments)));
        }
        parts
    }
}

/// The messages of all choices as JSON; nothing when there are none.
pub(super) fn messages(
    choices: &BTreeMap<u64, OutputMessage>,
    finish_reasons: &BTreeMap<u64, String>,
) -> Option<String> {
    let message = |(index, message): (&u64, &OutputMessage)| {
        let finish_reason = finish_reasons.get(index);
        let parts = message.parts();
        json!({"role": "assistant", "parts": parts, "finish_reason": finish_reason})
    };
    content::json_list(choices.iter().map(message).collect())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde_json::{Value, json};

    use super::{OutputMessage, messages};

    #[test]
    fn deltas_become_one_message_per_choice() {
        let (mut first, mut second) = (OutputMessage::default(), OutputMessage::default());
        first.text("Hel");
        second.call(0, "c1", "f", "{\"a\"");
        first.text("lo");
        second.call(0, "", "", ":1}");
        let choices = BTreeMap::from([(0, first), (1, second)]);
        let reasons = BTreeMap::from([(0, "stop".to_owned()), (1, "tool_calls".to_owned())]);
        let shown: Value = serde_json::from_str(&messages(&choices, &reasons).unwrap()).unwrap();
        assert_eq!(
            shown,
            json!([
                {
                    "role": "assistant",
                    "parts": [{"type": "text", "content": "Hello"}],
                    "finish_reason": "stop",
                },
                {
                    "role": "assistant",
                    "parts": [{"type": "tool_call", "id": "c1", "name": "f", "arguments": {"a": 1}}],
                    "finish_reason": "tool_calls",
                },
            ])
        );
        assert_eq!(messages(&BTreeMap::new(), &reasons), None);
    }
}
