//! What a client reports of its calls: spans and metrics.

use std::sync::Arc;

use openai_azure_sys::Request;

use super::TARGET;
use super::metrics::Metrics;
use super::operation::Operation;
use super::request_attributes::RequestAttributes;
use super::span::{self, CallSpan};
use crate::endpoint::Endpoint;

/// What a client reports of its calls, beside its log.
#[derive(Debug, Clone, Default)]
pub(crate) struct Observer {
    /// Whether spans have what people and models say.
    pub(crate) captures_content: bool,
    /// Without them, nothing is measured.
    pub(crate) metrics: Option<Metrics>,
}

impl Observer {
    /// Starts the span and the clock of a call, inside the current span. Does nothing when nobody
    /// looks at spans and there are no metrics.
    ///
    /// `method` is the name of the raw client's method; `is_stream` whether the response is read as
    /// a stream.
    pub(crate) fn start(
        &self,
        method: &'static str,
        deployment: Option<&Arc<str>>,
        endpoint: &Endpoint,
        request: Option<&Request>,
        is_stream: bool,
    ) -> CallSpan {
        let is_traced = tracing::enabled!(target: TARGET, tracing::Level::INFO);
        if !is_traced && self.metrics.is_none() {
            return CallSpan::none();
        }
        let operation = Operation::of(method);
        let metrics = self.metrics.as_ref().filter(|_| operation.is_gen_ai);
        if !is_traced && metrics.is_none() {
            return CallSpan::none();
        }
        // What is known without a look at the body is enough for metrics, except for the model of a
        // call by a generated client.
        let is_read = is_traced || deployment.is_none();
        let mut attributes = match request.filter(|_| is_read) {
            Some(request) => RequestAttributes::read(operation, request, self.captures_content),
            None => RequestAttributes::default(),
        };
        attributes.is_stream |= is_stream && operation.is_gen_ai;
        let model = deployment.cloned().or_else(|| attributes.model.take().map(Arc::from));
        let metrics = metrics.map(|metrics| metrics.start(operation.name, model.as_ref()));
        let span = if is_traced {
            span::new(operation, model.as_deref(), endpoint, &attributes)
        } else {
            tracing::Span::none()
        };
        let has_conversation = attributes.conversation_id.is_some();
        CallSpan::new(span, metrics, self.captures_content, has_conversation)
    }
}
