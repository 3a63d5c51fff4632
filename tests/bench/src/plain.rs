//! A chunk as a client has it that keeps nothing that it does not know.

use serde::Deserialize;

/// A piece of an answer.
#[derive(Debug, Deserialize)]
#[allow(dead_code, reason = "decoded, not read")]
pub struct Chunk {
    id: String,
    created: i64,
    model: String,
    object: String,
    system_fingerprint: Option<String>,
    choices: Vec<Choice>,
}

#[derive(Debug, Deserialize)]
#[allow(dead_code, reason = "decoded, not read")]
struct Choice {
    index: u32,
    delta: Delta,
    finish_reason: Option<String>,
}

#[derive(Debug, Deserialize)]
#[allow(dead_code, reason = "decoded, not read")]
struct Delta {
    role: Option<String>,
    content: Option<String>,
}

impl Chunk {
    /// The text of the first choice.
    pub fn text(&self) -> &str {
        self.choices.first().and_then(|choice| choice.delta.content.as_deref()).unwrap_or_default()
    }
}
