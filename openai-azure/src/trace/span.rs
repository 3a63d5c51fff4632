//! The span and the metrics of a call.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use reqwest::header::HeaderValue;
use tokio::time::Instant;
use tracing::Span;
use tracing::field::Empty;

use super::metrics::{CallMetrics, ChunkAttributes};
use super::operation::Operation;
use super::request_attributes::RequestAttributes;
use super::wire_response::WireResponse;
use super::{SpanAttributes, TARGET, Telemetry};
use crate::endpoint::Endpoint;
use crate::error::{Error, ErrorKind};
use crate::response_origin::ResponseOrigin;

/// What OpenTelemetry calls this service.
pub(super) const PROVIDER: &str = "azure.ai.openai";

/// The type of the error when the caller dropped the call or the stream.
const CANCELLED: &str = "cancelled";

/// The span of calls that nobody looks at.
static NO_SPAN: Span = Span::none();

/// The span and the metrics of a call; clones are the same call. When the last one is dropped, the
/// call is over.
#[derive(Debug, Clone)]
pub(crate) struct CallSpan(Option<Arc<Observed>>);

/// A call that somebody looks at.
struct Observed {
    span: Span,
    metrics: Option<CallMetrics>,
    captures_content: bool,
    /// The request named its conversation.
    has_conversation: bool,
    started: Instant,
    /// The head of a response was recorded.
    has_head: AtomicBool,
    is_measured: AtomicBool,
}

impl CallSpan {
    /// A call that nobody looks at.
    pub(crate) fn none() -> Self {
        Self(None)
    }

    pub(super) fn new(
        span: Span,
        metrics: Option<CallMetrics>,
        captures_content: bool,
        has_conversation: bool,
    ) -> Self {
        if span.is_disabled() && metrics.is_none() {
            return Self::none();
        }
        Self(Some(Arc::new(Observed {
            span,
            metrics,
            captures_content,
            has_conversation,
            started: Instant::now(),
            has_head: AtomicBool::new(false),
            is_measured: AtomicBool::new(false),
        })))
    }

    /// The span itself, to run something inside it.
    pub(crate) fn inner(&self) -> &Span {
        self.0.as_ref().map_or(&NO_SPAN, |observed| &observed.span)
    }

    /// Whether anybody looks at it, or measures it.
    pub(super) fn is_observed(&self) -> bool {
        self.0.is_some()
    }

    /// Notes the id that every attempt sends.
    pub(crate) fn client_request_id(&self, id: &HeaderValue) {
        if self.is_observed() {
            self.inner().record("az.client_request_id", id.to_str().unwrap_or_default());
        }
    }

    /// Nothing learned yet, of what is wanted.
    pub(super) fn attributes(&self) -> SpanAttributes {
        self.0.as_ref().map_or_else(SpanAttributes::default, |observed| {
            let Observed { span, captures_content, has_conversation, .. } = &**observed;
            SpanAttributes::new(!span.is_disabled(), *captures_content, *has_conversation)
        })
    }

    /// Records what a typed response reports. The call is over.
    pub(crate) fn describe(&self, response: &impl Telemetry) {
        if self.is_observed() {
            let mut attributes = self.attributes();
            response.describe(&mut attributes);
            self.described(&attributes);
            self.measure(&attributes, None, None);
        }
    }

    /// Records what the body of a response reports, whatever its type. The call is over.
    pub(crate) fn describe_body(&self, body: &[u8]) {
        let response = self.is_observed().then(|| WireResponse::read(body)).flatten();
        if let Some(response) = response {
            self.describe(&response);
        }
    }

    /// Records what was learned of the response.
    pub(super) fn described(&self, attributes: &SpanAttributes) {
        let span = self.inner();
        if span.is_disabled() {
            return;
        }
        attributes.record(span);
        if let Some(code) = attributes.failure.as_deref() {
            span.record("otel.status_code", "error");
            span.record("error.type", code);
        }
    }

    /// Measures the call; once. It is over, or was at `ended`, well or as `error`.
    pub(super) fn measure(
        &self,
        attributes: &SpanAttributes,
        error: Option<&str>,
        ended: Option<Instant>,
    ) {
        if let Some(observed) = &self.0 {
            let error = error.or(attributes.failure.as_deref());
            observed.measure(attributes, error, ended);
        }
    }

    /// Notes where an attempt goes, when that is not the endpoint of the client.
    pub(crate) fn served_by(&self, endpoint: &Endpoint) {
        let Some(observed) = &self.0 else { return };
        observed.span.record("server.address", endpoint.host());
        observed.span.record("server.port", i64::from(endpoint.port()));
        if let Some(metrics) = &observed.metrics {
            metrics.served_by(endpoint);
        }
    }

    /// Records the head of the response with which the attempts ended.
    pub(crate) fn succeeded(&self, origin: &ResponseOrigin, retries: u32) {
        if let Some(observed) = self.0.as_ref().filter(|observed| !observed.span.is_disabled()) {
            let id = service_request_id(origin);
            observed.record_head(Some(origin.status), retries, id);
        }
    }

    /// Notes the failure with which the call ended.
    pub(crate) fn failed(&self, error: &Error) {
        self.failed_after(error, &SpanAttributes::default());
    }

    /// Notes the failure with which a stream ended, of which something was learned before.
    pub(super) fn failed_after(&self, error: &Error, attributes: &SpanAttributes) {
        let Some(observed) = &self.0 else { return };
        let error_type = error_type(error.kind());
        if !observed.span.is_disabled() {
            observed.span.record("otel.status_code", "error");
            observed.span.record("error.type", &*error_type);
            let id = error.request_ids().and_then(|ids| ids.request_id());
            observed.record_head(error.status(), error.retries_taken(), id);
        }
        observed.measure(attributes, Some(&error_type), None);
    }

    /// Notes that the caller dropped the call, unless [`Unfinished::finished`] was called. The
    /// status of the span stays unset, because nothing went wrong.
    pub(crate) fn unfinished(&self) -> Unfinished<'_> {
        Unfinished { span: self, is_finished: false }
    }

    pub(super) fn cancelled(&self, attributes: &SpanAttributes) {
        self.inner().record("error.type", CANCELLED);
        self.measure(attributes, Some(CANCELLED), None);
    }

    /// The seconds since the call began.
    pub(super) fn seconds(&self, at: Instant) -> f64 {
        let since = |observed: &Arc<Observed>| at.duration_since(observed.started).as_secs_f64();
        self.0.as_ref().map_or(0.0, since)
    }

    pub(super) fn metrics(&self) -> Option<&CallMetrics> {
        self.0.as_ref()?.metrics.as_ref()
    }

    /// The attributes of the chunks of a stream.
    pub(super) fn chunk_attributes(&self, model: Option<&str>) -> Option<ChunkAttributes> {
        self.metrics().map(|metrics| metrics.with_model(model))
    }
}

impl Observed {
    /// Records the last response; once, because an exporter keeps every value.
    fn record_head(&self, status: Option<u16>, retries: u32, id: Option<&str>) {
        if self.has_head.swap(true, Ordering::Relaxed) {
            return;
        }
        if retries > 0 {
            self.span.record("http.request.resend_count", i64::from(retries));
        }
        if let Some(status) = status {
            self.span.record("http.response.status_code", i64::from(status));
        }
        if let Some(id) = id {
            self.span.record("az.service_request_id", id);
        }
    }

    fn measure(&self, attributes: &SpanAttributes, error: Option<&str>, ended: Option<Instant>) {
        let Some(metrics) = &self.metrics else { return };
        if !self.is_measured.swap(true, Ordering::Relaxed) {
            let ended = ended.unwrap_or_else(Instant::now);
            let seconds = ended.duration_since(self.started).as_secs_f64();
            metrics.finish(seconds, attributes.model.as_deref(), attributes.usage, error);
        }
    }
}

/// Responses that are not decoded here, such as files, say nothing of themselves.
impl Drop for Observed {
    fn drop(&mut self) {
        self.measure(&SpanAttributes::default(), None, None);
    }
}

impl fmt::Debug for Observed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Observed")
            .field("span", &self.span)
            .field("metrics", &self.metrics)
            .finish_non_exhaustive()
    }
}

/// A call that may still be dropped.
pub(crate) struct Unfinished<'a> {
    span: &'a CallSpan,
    is_finished: bool,
}

impl Unfinished<'_> {
    /// The call has its outcome.
    pub(crate) fn finished(mut self) {
        self.is_finished = true;
    }
}

impl Drop for Unfinished<'_> {
    fn drop(&mut self) {
        if !self.is_finished {
            self.span.cancelled(&SpanAttributes::default());
        }
    }
}

/// Starts a span with all that is known before the request is sent. Numbers are signed, because
/// bridges to OpenTelemetry write unsigned ones as texts.
pub(super) fn new(
    operation: Operation,
    model: Option<&str>,
    endpoint: &Endpoint,
    request: &RequestAttributes,
) -> Span {
    let subject = model.or(request.data_source_id.as_deref());
    tracing::info_span!(
        target: TARGET,
        "openai_azure.call",
        otel.name = &*title(operation.name, subject),
        otel.kind = "client",
        otel.status_code = Empty,
        gen_ai.operation.name = operation.name,
        gen_ai.provider.name = PROVIDER,
        gen_ai.request.model = model,
        server.address = endpoint.host(),
        server.port = i64::from(endpoint.port()),
        gen_ai.conversation.id = request.conversation_id.as_deref(),
        gen_ai.data_source.id = request.data_source_id.as_deref(),
        gen_ai.output.type = request.output_type,
        gen_ai.request.choice.count = request.choice_count,
        gen_ai.request.seed = request.seed,
        gen_ai.request.stream = request.is_stream.then_some(true),
        gen_ai.request.top_k = request.top_k,
        gen_ai.request.max_tokens = request.max_tokens,
        gen_ai.request.temperature = request.temperature,
        gen_ai.request.top_p = request.top_p,
        gen_ai.request.frequency_penalty = request.frequency_penalty,
        gen_ai.request.presence_penalty = request.presence_penalty,
        gen_ai.request.stop_sequences = request.stop_sequences.as_deref(),
        gen_ai.request.encoding_formats = request.encoding_formats.as_deref(),
        gen_ai.embeddings.dimension.count = request.dimensions,
        openai.api.type = operation.api_type,
        openai.request.service_tier = request.service_tier.as_deref(),
        gen_ai.input.messages = request.content.input.as_deref(),
        gen_ai.system_instructions = request.content.instructions.as_deref(),
        gen_ai.tool.definitions = request.content.tools.as_deref(),
        gen_ai.retrieval.query.text = request.content.query.as_deref(),
        gen_ai.output.messages = Empty,
        gen_ai.response.id = Empty,
        gen_ai.response.model = Empty,
        gen_ai.response.finish_reasons = Empty,
        gen_ai.response.time_to_first_chunk = Empty,
        openai.response.service_tier = Empty,
        openai.response.system_fingerprint = Empty,
        gen_ai.usage.input_tokens = Empty,
        gen_ai.usage.output_tokens = Empty,
        gen_ai.usage.cache_read.input_tokens = Empty,
        gen_ai.usage.cache_creation.input_tokens = Empty,
        gen_ai.usage.reasoning.output_tokens = Empty,
        gen_ai.usage.audio.input_tokens = Empty,
        gen_ai.usage.image.input_tokens = Empty,
        gen_ai.usage.text.input_tokens = Empty,
        gen_ai.usage.audio.output_tokens = Empty,
        gen_ai.usage.text.output_tokens = Empty,
        http.response.status_code = Empty,
        http.request.resend_count = Empty,
        az.client_request_id = Empty,
        az.service_request_id = Empty,
        error.type = Empty,
    )
}

fn title<'a>(operation: &'a str, subject: Option<&str>) -> Cow<'a, str> {
    match subject {
        Some(subject) => format!("{operation} {subject}").into(),
        None => operation.into(),
    }
}

/// `x-request-id`, else `apim-request-id`.
pub(super) fn service_request_id(origin: &ResponseOrigin) -> Option<&str> {
    origin.header("x-request-id").or_else(|| origin.header("apim-request-id"))
}

/// `RateLimit` as `rate_limit`.
pub(super) fn error_type(kind: ErrorKind) -> String {
    let mut name = String::new();
    for letter in format!("{kind:?}").chars() {
        if letter.is_ascii_uppercase() && !name.is_empty() {
            name.push('_');
        }
        name.push(letter.to_ascii_lowercase());
    }
    name
}

#[cfg(test)]
mod tests {
    use super::error_type;
    use crate::error::ErrorKind;

    #[test]
    fn kinds_of_errors_are_written_in_lower_case() {
        assert_eq!(error_type(ErrorKind::RateLimit), "rate_limit");
        assert_eq!(error_type(ErrorKind::Timeout), "timeout");
    }
}
