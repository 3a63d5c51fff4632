//! Which choices of a stream still lack their finish reason.

use super::chunk::ChatChunk;

/// The choices of a stream, and whether each one is complete.
#[derive(Debug, Default)]
pub(super) struct OpenChoices(Vec<(u64, bool)>);

impl OpenChoices {
    pub(super) fn push(&mut self, chunk: &ChatChunk) {
        for choice in &chunk.choices {
            let is_complete = choice.finish_reason.is_some();
            match self.0.iter_mut().find(|(index, _)| *index == choice.index) {
                // What the asynchronous filter adds later does not open it again.
                Some((_, known)) => *known |= is_complete,
                None => self.0.push((choice.index, is_complete)),
            }
        }
    }

    /// What is missing at the end of the stream.
    pub(super) fn fault(&self) -> Option<&'static str> {
        match &self.0[..] {
            [] => Some("it ended without a choice"),
            choices if choices.iter().all(|(_, is_complete)| *is_complete) => None,
            _ => Some("it ended before the message was complete: there is no finish reason"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::OpenChoices;
    use serde_json::json;

    fn fault(chunks: &[serde_json::Value]) -> Option<&'static str> {
        let mut open = OpenChoices::default();
        for chunk in chunks {
            open.push(&serde_json::from_value(chunk.clone()).unwrap());
        }
        open.fault()
    }

    #[test]
    fn a_stream_is_complete_when_each_choice_has_its_finish_reason() {
        let delta = |index: u64| json!({"choices": [{"index": index, "delta": {}}]});
        let end = |index: u64| json!({"choices": [{"index": index, "delta": {}, "finish_reason": "stop"}]});
        assert_eq!(fault(&[delta(0), end(0), delta(0)]), None);
        assert!(fault(&[]).unwrap().contains("without a choice"));
        assert!(fault(&[delta(0), delta(1), end(1)]).unwrap().contains("no finish reason"));
    }
}
