//! The span of a tool that this process runs.

use tracing::Span;
use tracing::field::Empty;

use super::TARGET;

/// The span of one call of a tool.
#[derive(Debug, Clone)]
pub(crate) struct ToolSpan(Span);

impl ToolSpan {
    /// Starts a span inside the current one.
    pub(crate) fn start(name: &str, id: &str) -> Self {
        if !tracing::enabled!(target: TARGET, tracing::Level::INFO) {
            return Self(Span::none());
        }
        Self(tracing::info_span!(
            target: TARGET,
            "openai_azure.tool",
            otel.name = format!("execute_tool {name}"),
            otel.kind = "internal",
            otel.status_code = Empty,
            gen_ai.operation.name = "execute_tool",
            gen_ai.tool.name = name,
            gen_ai.tool.call.id = id,
            gen_ai.tool.type = "function",
            error.type = Empty,
        ))
    }

    /// The span itself, to run the tool inside it.
    pub(crate) fn inner(&self) -> &Span {
        &self.0
    }

    /// Notes that the tool failed: the kind of its failure, not its message.
    pub(crate) fn failed(&self, error_type: &'static str) {
        self.0.record("otel.status_code", "error");
        self.0.record("error.type", error_type);
    }
}
