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

    /// Sorts the vectors: the service promises an index, not an order. `expected` is how many inputs
    /// there were, if that is known.
    ///
    /// # Errors
    ///
    /// What is wrong, when the vectors are not those of the inputs: another number of them, or two
    /// for one input.
    pub(super) fn in_order(mut self, expected: Option<usize>) -> Result<Self, String> {
        let found = self.data.len();
        // A response without any is another error.
        if let Some(expected) = expected.filter(|expected| found != 0 && *expected != found) {
            return Err(format!("{found} vectors for {expected} inputs"));
        }
        self.data.sort_by_key(|embedding| embedding.index);
        match self.data.windows(2).find(|pair| pair[0].index == pair[1].index) {
            Some(pair) => Err(format!("two vectors have the index {}", pair[0].index)),
            None => Ok(self),
        }
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
        let vectors = answer.in_order(Some(2)).unwrap().into_vectors();
        assert_eq!(vectors, [vec![1.0], vec![2.0]]);
    }

    #[test]
    fn each_input_has_one_vector() {
        let of = |indices: &[usize]| {
            let data: Vec<_> =
                indices.iter().map(|index| json!({"index": index, "embedding": [1.0]})).collect();
            serde_json::from_value::<EmbeddingList>(json!({"data": data})).unwrap()
        };
        assert_eq!(of(&[0, 1, 0]).in_order(Some(3)).unwrap_err(), "two vectors have the index 0");
        assert_eq!(of(&[0]).in_order(Some(2)).unwrap_err(), "1 vectors for 2 inputs");
        assert!(of(&[1, 0]).in_order(None).is_ok());
    }
}
