//! The response of an embeddings request.

use openai_azure_sys::open_struct;

use super::vector::VectorSeed;
use crate::trace::{SpanAttributes, Telemetry};

open_struct! {
    /// One vector per input.
    pub struct EmbeddingList {
        /// The vectors, in the order of the inputs.
        pub data: Vec<Embedding> as always,
        /// The model behind the deployment.
        pub model: String,
        /// Token usage.
        pub usage: EmbeddingUsage,
    }
}

open_struct! {
    /// The vector of one input.
    pub struct Embedding {
        /// Which input, from 0.
        pub index: usize,
        /// The numbers.
        pub embedding: Vec<f32> as read(VectorSeed),
    }
}

open_struct! {
    /// What embeddings cost.
    #[derive(Eq)]
    pub struct EmbeddingUsage {
        /// The tokens of the inputs.
        pub prompt_tokens: u64,
        /// The same.
        pub total_tokens: u64,
    }
}

impl EmbeddingList {
    /// The vectors, in the order of the inputs.
    pub fn vectors(&self) -> impl ExactSizeIterator<Item = &[f32]> {
        self.data.iter().map(|embedding| embedding.embedding.as_slice())
    }

    /// Returns the vectors, in the order of the inputs.
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
