//! The span of a call.

use bytes::Bytes;
use tracing::Span;
use tracing::field::Empty;

use super::{SpanAttributes, TARGET, Telemetry};
use crate::endpoint::Endpoint;
use crate::engine::call::Attempt;
use crate::error::{Error, ErrorKind};
use crate::response::Head;

/// What OpenTelemetry calls this service.
const PROVIDER: &str = "azure.ai.openai";

/// The type of the error when the caller dropped the call or the stream.
const CANCELLED: &str = "cancelled";

/// The span of a call; clones are the same span.
#[derive(Debug, Clone)]
pub(crate) struct CallSpan(Span);

impl CallSpan {
    /// Starts a span inside the current one. Without an operation it waits for [`Self::name`].
    pub(crate) fn start(
        operation: Option<&'static str>,
        deployment: Option<&str>,
        endpoint: &Endpoint,
    ) -> Self {
        Self(tracing::info_span!(
            target: TARGET,
            "openai_azure.call",
            otel.name = operation.map(|operation| title(operation, deployment)),
            otel.kind = "client",
            otel.status_code = Empty,
            gen_ai.operation.name = operation,
            gen_ai.provider.name = PROVIDER,
            gen_ai.system = PROVIDER,
            gen_ai.request.model = deployment,
            gen_ai.response.id = Empty,
            gen_ai.response.model = Empty,
            gen_ai.response.finish_reasons = Empty,
            gen_ai.usage.input_tokens = Empty,
            gen_ai.usage.output_tokens = Empty,
            server.address = endpoint.host(),
            server.port = endpoint.port(),
            http.response.status_code = Empty,
            http.request.resend_count = Empty,
            az.client_request_id = Empty,
            az.service_request_id = Empty,
            error.type = Empty,
        ))
    }

    /// The span itself, to run something inside it.
    pub(crate) fn inner(&self) -> &Span {
        &self.0
    }

    /// Whether anybody looks at it.
    pub(crate) fn is_enabled(&self) -> bool {
        !self.0.is_disabled()
    }

    /// Names the operation, if it was not known at the start.
    pub(crate) fn name(&self, operation: &'static str) {
        self.0.record("otel.name", operation);
        self.0.record("gen_ai.operation.name", operation);
    }

    /// Notes the id that every attempt sends.
    pub(crate) fn client_request_id(&self, id: &str) {
        self.0.record("az.client_request_id", id);
    }

    /// Notes what a typed answer says.
    pub(crate) fn describe(&self, answer: &impl Telemetry) {
        if self.is_enabled() {
            let mut facts = SpanAttributes::default();
            answer.describe(&mut facts);
            facts.record(&self.0);
        }
    }

    /// Notes the head of the answer with which the attempts ended.
    pub(crate) fn succeeded(&self, head: &Head) {
        self.0.record("http.response.status_code", head.status);
        self.resent(head.retries);
        if let Some(id) = service_request_id(head) {
            self.0.record("az.service_request_id", id);
        }
    }

    /// Notes the failure with which the attempts or the stream ended.
    pub(crate) fn failed(&self, error: &Error) {
        if !self.is_enabled() {
            return;
        }
        self.0.record("otel.status_code", "error");
        self.0.record("error.type", error_type(error.kind()));
        self.resent(error.retries_taken());
        if let Some(status) = status(error) {
            self.0.record("http.response.status_code", status);
        }
        if let Some(id) = error.request_ids().and_then(|ids| ids.request_id()) {
            self.0.record("az.service_request_id", id);
        }
    }

    /// Notes that the caller dropped the call, unless [`Unfinished::finished`] says otherwise. The
    /// status of the span stays unset, because nothing went wrong.
    pub(crate) fn unfinished(&self) -> Unfinished<'_> {
        Unfinished { span: self, is_finished: false }
    }

    fn cancelled(&self) {
        self.0.record("error.type", CANCELLED);
    }

    fn resent(&self, retries: u32) {
        if retries > 0 {
            self.0.record("http.request.resend_count", retries);
        }
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
            self.span.cancelled();
        }
    }
}

/// The span of a call whose answer is a stream: it lives as long as the stream, and learns what the
/// events say when the stream ends or is dropped.
pub(crate) struct StreamSpan {
    attempt: Attempt,
    facts: SpanAttributes,
    /// The caller has the stream and did not see its end.
    is_open: bool,
}

impl StreamSpan {
    pub(crate) fn new(attempt: Attempt) -> Self {
        Self { attempt, facts: SpanAttributes::default(), is_open: false }
    }

    /// The span, to poll the stream inside it.
    pub(crate) fn inner(&self) -> &Span {
        self.attempt.span().inner()
    }

    /// Logs an event as it arrived.
    pub(crate) fn received(&self, data: &[u8]) {
        self.attempt.log_body("an event of the answer", data);
    }

    /// Takes the credential out of an event that repeats it.
    pub(crate) fn without_credential(&self, data: Bytes) -> Bytes {
        self.attempt.without_credential(data)
    }

    /// The caller gets the stream: from here on, dropping it early is its choice.
    pub(crate) fn opened(&mut self) {
        self.is_open = true;
    }

    /// Notes what an event says.
    pub(crate) fn describe(&mut self, event: &impl Telemetry) {
        if self.attempt.span().is_enabled() {
            event.describe(&mut self.facts);
        }
    }

    /// Notes the failure that ends the stream.
    pub(crate) fn failed(&mut self, error: &Error) {
        self.attempt.span().failed(error);
        self.ended();
    }

    /// Writes down what was learned; once.
    pub(crate) fn ended(&mut self) {
        self.is_open = false;
        std::mem::take(&mut self.facts).record(self.inner());
    }
}

impl Drop for StreamSpan {
    fn drop(&mut self) {
        if self.is_open {
            self.attempt.span().cancelled();
        }
        self.ended();
    }
}

fn title(operation: &str, deployment: Option<&str>) -> String {
    match deployment {
        Some(deployment) => format!("{operation} {deployment}"),
        None => operation.to_owned(),
    }
}

/// `x-request-id`, else `apim-request-id`.
pub(super) fn service_request_id(head: &Head) -> Option<&str> {
    let text = |name: &str| head.headers.get(name)?.to_str().ok();
    text("x-request-id").or_else(|| text("apim-request-id"))
}

/// The status of the answer that a failure is about, if there was one.
pub(super) fn status(error: &Error) -> Option<u16> {
    match error {
        Error::Api(error) => Some(error.status()),
        Error::Decode(error) => Some(error.status()),
        _ => None,
    }
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
