//! What a chat reports to the span of its call.

use super::chunk::ChatChunk;
use super::completion::ChatCompletion;
use crate::trace::{SpanAttributes, Telemetry};
use crate::usage::Usage;

impl Telemetry for ChatCompletion {
    fn missing_field(&self) -> Option<&'static str> {
        self.choices.is_empty().then_some("choices")
    }

    fn describe(&self, facts: &mut SpanAttributes) {
        facts.id(&self.id);
        facts.model(&self.model);
        for choice in &self.choices {
            if let Some(reason) = &choice.finish_reason {
                facts.finish_reason(choice.index, reason.as_str());
            }
        }
        describe_usage(self.usage.as_ref(), facts);
    }
}

impl Telemetry for ChatChunk {
    fn describe(&self, facts: &mut SpanAttributes) {
        facts.id(&self.id);
        facts.model(&self.model);
        for choice in &self.choices {
            if let Some(reason) = &choice.finish_reason {
                facts.finish_reason(choice.index, reason.as_str());
            }
        }
        describe_usage(self.usage.as_ref(), facts);
    }
}

fn describe_usage(usage: Option<&Usage>, facts: &mut SpanAttributes) {
    if let Some(usage) = usage {
        facts.tokens(usage.prompt_tokens, usage.completion_tokens);
    }
}
