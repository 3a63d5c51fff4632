//! What a typed response reports to the span of its call.

use std::collections::BTreeMap;

use tracing::Span;

use crate::page::Page;

/// A response that may know its id, its model, finish reason and token usage.
pub(crate) trait Telemetry {
    /// The field without which a response has no meaning, if that is not there.
    fn missing_field(&self) -> Option<&'static str> {
        None
    }

    /// Notes what is known. A stream calls this for each of its events, in order.
    fn describe(&self, _facts: &mut SpanAttributes) {}
}

impl<T> Telemetry for Page<T> {}

/// What a request of any path returns.
impl Telemetry for serde_json::Value {}

/// What was learned of a response, chunk by chunk.
#[derive(Debug, Default)]
pub(crate) struct SpanAttributes {
    id: Option<String>,
    model: Option<String>,
    finish_reasons: BTreeMap<u64, String>,
    input_tokens: Option<u64>,
    output_tokens: Option<u64>,
}

impl SpanAttributes {
    /// Notes the id; an empty one, as in Azure's first event, does not count.
    pub(crate) fn id(&mut self, id: &str) {
        note(&mut self.id, id);
    }

    /// Notes the model; an empty one does not count.
    pub(crate) fn model(&mut self, model: &str) {
        note(&mut self.model, model);
    }

    /// Notes why a choice ended.
    pub(crate) fn finish_reason(&mut self, choice: u64, reason: &str) {
        self.finish_reasons.insert(choice, reason.to_owned());
    }

    /// Records the token usage; `output` is nothing where an operation has no such tokens.
    pub(crate) fn tokens(&mut self, input: u64, output: impl Into<Option<u64>>) {
        self.input_tokens = Some(input);
        self.output_tokens = output.into();
    }

    /// Writes everything into the span.
    pub(super) fn record(&self, span: &Span) {
        if let Some(id) = &self.id {
            span.record("gen_ai.response.id", id);
        }
        if let Some(model) = &self.model {
            span.record("gen_ai.response.model", model);
        }
        if !self.finish_reasons.is_empty() {
            let reasons = serde_json::Value::from_iter(self.finish_reasons.values().cloned());
            span.record("gen_ai.response.finish_reasons", reasons.to_string());
        }
        if let Some(tokens) = self.input_tokens {
            span.record("gen_ai.usage.input_tokens", tokens);
        }
        if let Some(tokens) = self.output_tokens {
            span.record("gen_ai.usage.output_tokens", tokens);
        }
    }
}

fn note(known: &mut Option<String>, text: &str) {
    if known.is_none() && !text.is_empty() {
        *known = Some(text.to_owned());
    }
}
