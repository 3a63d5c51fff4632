//! What a chat reports to the span of its call.

use super::chunk::{ChatChunk, Delta};
use super::completion::ChatCompletion;
use super::tool::FunctionCall;
use crate::trace::{SpanAttributes, Telemetry};
use crate::usage::Usage;

impl Telemetry for ChatCompletion {
    fn missing_field(&self) -> Option<&'static str> {
        self.choices.is_empty().then_some("choices")
    }

    fn describe(&self, facts: &mut SpanAttributes) {
        facts.id(&self.id);
        facts.model(&self.model);
        facts.service_tier(self.service_tier.as_deref());
        facts.system_fingerprint(self.system_fingerprint.as_deref());
        for choice in &self.choices {
            if let Some(reason) = &choice.finish_reason {
                facts.finish_reason(choice.index, reason.as_str());
            }
            facts.message(choice.index, &choice.message);
        }
        describe_usage(self.usage.as_ref(), facts);
    }
}

impl Telemetry for ChatChunk {
    /// Azure's first chunk has only filter results, the last one only token usage.
    fn is_output(&self) -> bool {
        !self.choices.is_empty()
    }

    fn describe(&self, facts: &mut SpanAttributes) {
        facts.id(&self.id);
        facts.model(&self.model);
        facts.service_tier(self.service_tier.as_deref());
        facts.system_fingerprint(self.system_fingerprint.as_deref());
        for choice in &self.choices {
            if let Some(reason) = &choice.finish_reason {
                facts.finish_reason(choice.index, reason.as_str());
            }
            if facts.captures_content() {
                describe_delta(choice.index, &choice.delta, facts);
            }
        }
        describe_usage(self.usage.as_ref(), facts);
    }
}

fn describe_delta(choice: u64, delta: &Delta, facts: &mut SpanAttributes) {
    let message = facts.partial(choice);
    message.text(delta.content.as_deref().unwrap_or_default());
    message.refusal(delta.refusal.as_deref().unwrap_or_default());
    for call in &delta.tool_calls {
        let FunctionCall { name, arguments, .. } = &call.function;
        message.call(call.index, call.id.as_deref().unwrap_or_default(), name, arguments);
    }
    if let Some(FunctionCall { name, arguments, .. }) = &delta.function_call {
        message.call(0, "", name, arguments);
    }
}

/// Records the token usage of a chat or of a completion.
pub(crate) fn describe_usage(usage: Option<&Usage>, facts: &mut SpanAttributes) {
    let Some(usage) = usage else { return };
    let known = facts.tokens(usage.prompt_tokens, usage.completion_tokens);
    // Nearly no chat has audio, but every one reports how many tokens of it there are.
    let some = |tokens: u64| (tokens > 0).then_some(tokens);
    if let Some(details) = &usage.prompt_tokens_details {
        known.cache_read = Some(details.cached_tokens);
        known.audio_input = some(details.audio_tokens);
    }
    if let Some(details) = &usage.completion_tokens_details {
        known.reasoning = Some(details.reasoning_tokens);
        known.audio_output = some(details.audio_tokens);
    }
}
