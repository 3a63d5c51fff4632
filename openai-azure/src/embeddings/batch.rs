//! Cuts a row of texts into requests.

use super::MAX_INPUTS;

/// The most bytes of text in a request. The service counts tokens, at most 300,000; no model makes
/// more tokens than bytes of a text, and hardly any text has less than two bytes per token.
const MAX_BYTES: usize = 512 << 10;

/// Collects texts until they fill a request.
#[derive(Debug)]
pub(super) struct Batch {
    texts: Vec<String>,
    bytes: usize,
    pub(super) max_inputs: usize,
    pub(super) max_bytes: usize,
}

impl Batch {
    pub(super) fn new() -> Self {
        Self { texts: Vec::new(), bytes: 0, max_inputs: MAX_INPUTS, max_bytes: MAX_BYTES }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.texts.is_empty()
    }

    /// Adds a text. Returns the texts before it, when they fill a request.
    pub(super) fn push(&mut self, text: String) -> Option<Vec<String>> {
        let is_full = self.texts.len() >= self.max_inputs
            || self.bytes.saturating_add(text.len()) > self.max_bytes;
        // A text that is too long by itself is sent alone: the service says what is wrong with it.
        let full = (is_full && !self.is_empty()).then(|| self.take());
        self.bytes += text.len();
        self.texts.push(text);
        full
    }

    /// Returns what was collected.
    pub(super) fn take(&mut self) -> Vec<String> {
        self.bytes = 0;
        std::mem::take(&mut self.texts)
    }
}

#[cfg(test)]
mod tests {
    use super::Batch;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn batches_keep_the_order_and_the_limits(
            texts in prop::collection::vec("[a-z]{0,9}", 0..60),
            max_inputs in 1_usize..8,
            max_bytes in 1_usize..20,
        ) {
            let mut batch = Batch { max_inputs, max_bytes, ..Batch::new() };
            let mut requests: Vec<Vec<String>> = Vec::new();
            for text in &texts {
                requests.extend(batch.push(text.clone()));
            }
            if !batch.is_empty() {
                requests.push(batch.take());
            }
            for request in &requests {
                let bytes: usize = request.iter().map(String::len).sum();
                prop_assert!(!request.is_empty() && request.len() <= max_inputs);
                prop_assert!(bytes <= max_bytes || request.len() == 1);
            }
            prop_assert_eq!(requests.concat(), texts);
        }
    }
}
