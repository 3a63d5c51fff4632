//! What a typed response reports to the span of its call.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;
use tracing::Span;

use super::output::{OutputMessage, messages};
use crate::page::Page;
use crate::serde_ext::to_value;

/// A response that may know its id, its model, finish reason and token usage.
pub(crate) trait Telemetry {
    /// The field without which a response has no meaning, if that is not there.
    fn missing_field(&self) -> Option<&'static str> {
        None
    }

    /// Whether an event of a stream is output of the model, and not only a report on the stream.
    fn is_output(&self) -> bool {
        true
    }

    /// Notes what is known. A stream calls this for each of its events, in order.
    fn describe(&self, _facts: &mut SpanAttributes) {}
}

impl<T> Telemetry for Page<T> {}

/// What a request of any path returns.
impl Telemetry for Value {}

/// Token usage of a call; what is not known is absent.
#[derive(Debug, Default, Clone, Copy)]
pub(crate) struct TokenUsage {
    pub(crate) input: Option<u64>,
    pub(crate) output: Option<u64>,
    pub(crate) cache_read: Option<u64>,
    pub(crate) cache_creation: Option<u64>,
    pub(crate) reasoning: Option<u64>,
    pub(crate) audio_input: Option<u64>,
    pub(crate) image_input: Option<u64>,
    pub(crate) text_input: Option<u64>,
    pub(crate) audio_output: Option<u64>,
    pub(crate) text_output: Option<u64>,
}

/// What was learned of a response, chunk by chunk.
#[derive(Debug, Default)]
pub(crate) struct SpanAttributes {
    /// Only what metrics need is wanted.
    is_brief: bool,
    captures_content: bool,
    /// The request named its conversation. An exporter keeps every value, also the same.
    has_conversation: bool,
    id: Option<String>,
    pub(super) model: Option<String>,
    finish_reasons: BTreeMap<u64, String>,
    conversation_id: Option<String>,
    service_tier: Option<String>,
    system_fingerprint: Option<String>,
    pub(super) time_to_first_chunk: Option<f64>,
    /// The failure that a response reports, although the call succeeded.
    pub(super) failure: Option<Cow<'static, str>>,
    pub(super) usage: TokenUsage,
    output: BTreeMap<u64, OutputMessage>,
}

impl SpanAttributes {
    pub(super) fn new(is_traced: bool, captures_content: bool, has_conversation: bool) -> Self {
        let captures_content = captures_content && is_traced;
        Self { is_brief: !is_traced, captures_content, has_conversation, ..Self::default() }
    }

    /// Notes the id; an empty one, as in Azure's first event, does not count.
    pub(crate) fn id(&mut self, id: &str) {
        note(self.is_brief, &mut self.id, Some(id));
    }

    /// Notes the model; an empty one does not count.
    pub(crate) fn model(&mut self, model: &str) {
        note(false, &mut self.model, Some(model));
    }

    /// Notes the conversation that the service stores.
    pub(crate) fn conversation(&mut self, id: Option<&str>) {
        note(self.is_brief || self.has_conversation, &mut self.conversation_id, id);
    }

    /// Notes the tier that processed the request.
    pub(crate) fn service_tier(&mut self, tier: Option<&str>) {
        note(self.is_brief, &mut self.service_tier, tier);
    }

    /// Notes the build of the model.
    pub(crate) fn system_fingerprint(&mut self, fingerprint: Option<&str>) {
        note(self.is_brief, &mut self.system_fingerprint, fingerprint);
    }

    /// Notes why a choice ended.
    pub(crate) fn finish_reason(&mut self, choice: u64, reason: &str) {
        if !self.is_brief {
            self.finish_reasons.insert(choice, reason.to_owned());
        }
    }

    /// Notes the code with which a response failed that was delivered well.
    pub(crate) fn failure(&mut self, code: &str) {
        let code = if code.is_empty() { "_OTHER".into() } else { code.to_owned().into() };
        self.failure = Some(code);
    }

    /// Records the token usage; `output` is nothing where an operation has no such tokens.
    pub(crate) fn tokens(&mut self, input: u64, output: impl Into<Option<u64>>) -> &mut TokenUsage {
        self.usage.input = Some(input);
        self.usage.output = output.into();
        &mut self.usage
    }

    /// Whether the text of the response is wanted too.
    pub(crate) fn captures_content(&self) -> bool {
        self.captures_content
    }

    /// Notes a whole message of a chat, if content is captured.
    pub(crate) fn message(&mut self, choice: u64, message: &impl Serialize) {
        if self.captures_content {
            let message = to_value(message).unwrap_or_default();
            self.output.insert(choice, OutputMessage::of_chat(&message));
        }
    }

    /// Notes the items of a response, if content is captured.
    pub(crate) fn items(&mut self, items: &impl Serialize) {
        if self.captures_content {
            let items = to_value(items).unwrap_or_default();
            let items = items.as_array().map(Vec::as_slice).unwrap_or_default();
            self.output.insert(0, OutputMessage::of_items(items));
        }
    }

    /// The message of a choice that arrives in deltas. Only if content is captured.
    pub(crate) fn partial(&mut self, choice: u64) -> &mut OutputMessage {
        self.output.entry(choice).or_default()
    }

    /// Writes everything into the span.
    pub(super) fn record(&self, span: &Span) {
        let texts = [
            ("gen_ai.response.id", &self.id),
            ("gen_ai.response.model", &self.model),
            ("gen_ai.conversation.id", &self.conversation_id),
            ("openai.response.service_tier", &self.service_tier),
            ("openai.response.system_fingerprint", &self.system_fingerprint),
        ];
        for (name, text) in texts {
            if let Some(text) = text {
                span.record(name, text);
            }
        }
        if !self.finish_reasons.is_empty() {
            let reasons = Value::from_iter(self.finish_reasons.values().cloned());
            span.record("gen_ai.response.finish_reasons", reasons.to_string());
        }
        if let Some(seconds) = self.time_to_first_chunk {
            span.record("gen_ai.response.time_to_first_chunk", seconds);
        }
        let usage = &self.usage;
        let counts = [
            ("gen_ai.usage.input_tokens", usage.input),
            ("gen_ai.usage.output_tokens", usage.output),
            ("gen_ai.usage.cache_read.input_tokens", usage.cache_read),
            ("gen_ai.usage.cache_creation.input_tokens", usage.cache_creation),
            ("gen_ai.usage.reasoning.output_tokens", usage.reasoning),
            ("gen_ai.usage.audio.input_tokens", usage.audio_input),
            ("gen_ai.usage.image.input_tokens", usage.image_input),
            ("gen_ai.usage.text.input_tokens", usage.text_input),
            ("gen_ai.usage.audio.output_tokens", usage.audio_output),
            ("gen_ai.usage.text.output_tokens", usage.text_output),
        ];
        for (name, count) in counts {
            if let Some(count) = count {
                span.record(name, i64::try_from(count).unwrap_or(i64::MAX));
            }
        }
        if let Some(output) = messages(&self.output, &self.finish_reasons) {
            span.record("gen_ai.output.messages", output);
        }
    }
}

fn note(is_unwanted: bool, known: &mut Option<String>, text: Option<&str>) {
    if let Some(text) = text
        && !is_unwanted
        && known.is_none()
        && !text.is_empty()
    {
        *known = Some(text.to_owned());
    }
}
