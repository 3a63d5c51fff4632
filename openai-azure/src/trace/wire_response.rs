//! What a response reports whose type is that of a generated client.

use serde::Deserialize;

use super::{SpanAttributes, Telemetry};

/// The fields that the responses of all models have in common. One without token usage, such as a
/// file, is none of them.
#[derive(Debug, Deserialize)]
pub(crate) struct WireResponse {
    #[serde(default)]
    id: Option<String>,
    #[serde(default)]
    model: Option<String>,
    usage: WireUsage,
}

#[derive(Debug, Deserialize)]
struct WireUsage {
    #[serde(alias = "prompt_tokens")]
    input_tokens: u64,
    #[serde(default, alias = "completion_tokens")]
    output_tokens: Option<u64>,
}

impl WireResponse {
    /// Reads a body; nothing for any other one.
    pub(super) fn read(body: &[u8]) -> Option<Self> {
        serde_json::from_slice(body).ok()
    }
}

impl Telemetry for WireResponse {
    fn describe(&self, attributes: &mut SpanAttributes) {
        attributes.id(self.id.as_deref().unwrap_or_default());
        attributes.model(self.model.as_deref().unwrap_or_default());
        attributes.tokens(self.usage.input_tokens, self.usage.output_tokens);
    }
}

#[cfg(test)]
mod tests {
    use super::WireResponse;

    #[test]
    fn both_names_of_tokens_are_read_and_a_body_without_usage_is_none() {
        let read = |body: &str| {
            let usage = WireResponse::read(body.as_bytes())?.usage;
            Some((usage.input_tokens, usage.output_tokens))
        };
        let chat = r#"{"id":"c","usage":{"prompt_tokens":1,"completion_tokens":2,"x":{}}}"#;
        assert_eq!(read(chat), Some((1, Some(2))));
        let response = r#"{"model":"m","usage":{"input_tokens":3,"output_tokens":4}}"#;
        assert_eq!(read(response), Some((3, Some(4))));
        let embeddings = r#"{"data":[[0.5]],"usage":{"prompt_tokens":5,"total_tokens":5}}"#;
        assert_eq!(read(embeddings), Some((5, None)));
        assert_eq!(read(r#"{"id":"file-1","bytes":3}"#), None);
        assert_eq!(read("no JSON"), None);
    }
}
