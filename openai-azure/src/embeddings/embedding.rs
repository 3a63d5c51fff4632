//! The answer of an embeddings request.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::trace::{SpanAttributes, Telemetry};

/// One vector per input.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct EmbeddingList {
    /// The vectors, in the order of the inputs.
    #[serde(deserialize_with = "crate::serde_ext::null_as_default")]
    pub data: Vec<Embedding>,
    /// The model behind the deployment.
    #[serde(deserialize_with = "crate::serde_ext::null_as_default")]
    pub model: String,
    /// What it cost.
    #[serde(deserialize_with = "crate::serde_ext::null_as_default")]
    pub usage: EmbeddingUsage,
    /// Members that this crate does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// The vector of one input.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Embedding {
    /// Which input, from 0.
    #[serde(deserialize_with = "crate::serde_ext::null_as_default")]
    pub index: usize,
    /// The numbers.
    #[serde(with = "super::vector")]
    pub embedding: Vec<f32>,
    /// Members that this crate does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// What embeddings cost.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct EmbeddingUsage {
    /// The tokens of the inputs.
    #[serde(deserialize_with = "crate::serde_ext::null_as_default")]
    pub prompt_tokens: u64,
    /// The same.
    #[serde(deserialize_with = "crate::serde_ext::null_as_default")]
    pub total_tokens: u64,
    /// Members that this crate does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

impl EmbeddingList {
    /// The vectors, in the order of the inputs.
    pub fn vectors(&self) -> impl ExactSizeIterator<Item = &[f32]> {
        self.data.iter().map(|embedding| embedding.embedding.as_slice())
    }

    /// Gives the vectors, in the order of the inputs.
    #[must_use]
    pub fn into_vectors(self) -> Vec<Vec<f32>> {
        self.data.into_iter().map(|embedding| embedding.embedding).collect()
    }

    /// The service promises an index, not an order.
    pub(super) fn in_order(mut self) -> Self {
        self.data.sort_by_key(|embedding| embedding.index);
        self
    }
}

impl Telemetry for EmbeddingList {
    fn missing_field(&self) -> Option<&'static str> {
        self.data.is_empty().then_some("data")
    }

    fn describe(&self, facts: &mut SpanAttributes) {
        facts.model(&self.model);
        facts.tokens(self.usage.prompt_tokens, None);
    }
}

#[cfg(test)]
mod tests {
    use super::EmbeddingList;
    use serde_json::json;

    #[test]
    fn vectors_come_in_the_order_of_the_inputs() {
        let answer: EmbeddingList = serde_json::from_value(json!({
            "object": "list", "model": "m",
            "data": [
                {"index": 1, "embedding": [2.0], "object": "embedding"},
                {"index": 0, "embedding": "AACAPw==", "object": "embedding"},
            ],
            "usage": {"prompt_tokens": 2, "total_tokens": 2},
        }))
        .unwrap();
        let vectors = answer.in_order().into_vectors();
        assert_eq!(vectors, [vec![1.0], vec![2.0]]);
    }
}
