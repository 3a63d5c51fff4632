//! The span of a call.

use tracing::Span;
use tracing::field::Empty;

use super::{SpanAttributes, TARGET, Telemetry};
use crate::endpoint::Endpoint;
use crate::error::{Error, ErrorKind};
use crate::response_origin::ResponseOrigin;

/// What OpenTelemetry calls this service.
const PROVIDER: &str = "azure.ai.openai";

/// The type of the error when the caller dropped the call or the stream.
const CANCELLED: &str = "cancelled";

/// The span of a call; clones are the same span.
#[derive(Debug, Clone)]
pub(crate) struct CallSpan(Span);

impl CallSpan {
    /// A span that nobody looks at.
    #[cfg(test)]
    pub(crate) fn none() -> Self {
        Self(Span::none())
    }

    /// Starts a span inside the current one.
    pub(crate) fn start(
        operation: &'static str,
        deployment: Option<&str>,
        endpoint: &Endpoint,
    ) -> Self {
        if !tracing::enabled!(target: TARGET, tracing::Level::INFO) {
            return Self(Span::none());
        }
        Self(tracing::info_span!(
            target: TARGET,
            "openai_azure.call",
            otel.name = title(operation, deployment),
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

    /// Notes the id that every attempt sends.
    pub(crate) fn client_request_id(&self, id: &str) {
        self.0.record("az.client_request_id", id);
    }

    /// Records what a typed response reports.
    pub(crate) fn describe(&self, answer: &impl Telemetry) {
        if self.is_enabled() {
            let mut facts = SpanAttributes::default();
            answer.describe(&mut facts);
            facts.record(&self.0);
        }
    }

    /// Notes where an attempt goes, when that is not the endpoint of the client.
    pub(crate) fn served_by(&self, endpoint: &Endpoint) {
        if self.is_enabled() {
            self.0.record("server.address", endpoint.host());
            self.0.record("server.port", endpoint.port());
        }
    }

    /// Records the head of the response with which the attempts ended.
    pub(crate) fn succeeded(&self, origin: &ResponseOrigin, retries: u32) {
        if !self.is_enabled() {
            return;
        }
        self.0.record("http.response.status_code", origin.status);
        self.resent(retries);
        if let Some(id) = service_request_id(origin) {
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

    /// Notes that the caller dropped the call, unless [`Unfinished::finished`] was called. The
    /// status of the span stays unset, because nothing went wrong.
    pub(crate) fn unfinished(&self) -> Unfinished<'_> {
        Unfinished { span: self, is_finished: false }
    }

    pub(super) fn cancelled(&self) {
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

fn title(operation: &str, deployment: Option<&str>) -> String {
    match deployment {
        Some(deployment) => format!("{operation} {deployment}"),
        None => operation.to_owned(),
    }
}

/// `x-request-id`, else `apim-request-id`.
pub(super) fn service_request_id(origin: &ResponseOrigin) -> Option<&str> {
    origin.header("x-request-id").or_else(|| origin.header("apim-request-id"))
}

/// The status of the response that a failure is about, if there was one.
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
