//! OpenTelemetry's conventions for generative AI, as of November 2026.

/// `gen_ai.provider.name` of Azure OpenAI.
pub const PROVIDER: &str = "azure.ai.openai";

/// Attributes that every span of a call has.
pub const REQUIRED: &[&str] = &["gen_ai.operation.name", "gen_ai.provider.name"];

/// Attributes that a span has if the request or the response has what they are about.
pub const CONDITIONALLY_REQUIRED: &[&str] = &[
    "error.type",
    "gen_ai.conversation.id",
    "gen_ai.data_source.id",
    "gen_ai.output.type",
    "gen_ai.request.choice.count",
    "gen_ai.request.model",
    "gen_ai.request.seed",
    "gen_ai.request.stream",
    "gen_ai.request.top_k",
    "server.port",
];

/// Attributes that a span should have.
pub const RECOMMENDED: &[&str] = &[
    "gen_ai.embeddings.dimension.count",
    "gen_ai.request.encoding_formats",
    "gen_ai.request.frequency_penalty",
    "gen_ai.request.max_tokens",
    "gen_ai.request.presence_penalty",
    "gen_ai.request.stop_sequences",
    "gen_ai.request.temperature",
    "gen_ai.request.top_p",
    "gen_ai.response.finish_reasons",
    "gen_ai.response.id",
    "gen_ai.response.model",
    "gen_ai.response.time_to_first_chunk",
    "gen_ai.usage.audio.input_tokens",
    "gen_ai.usage.audio.output_tokens",
    "gen_ai.usage.cache_creation.input_tokens",
    "gen_ai.usage.cache_read.input_tokens",
    "gen_ai.usage.image.input_tokens",
    "gen_ai.usage.input_tokens",
    "gen_ai.usage.output_tokens",
    "gen_ai.usage.reasoning.output_tokens",
    "gen_ai.usage.text.input_tokens",
    "gen_ai.usage.text.output_tokens",
    "server.address",
];

/// Attributes with what people and models say; only by choice.
pub const OPT_IN: &[&str] = &[
    "gen_ai.input.messages",
    "gen_ai.output.messages",
    "gen_ai.retrieval.query.text",
    "gen_ai.system_instructions",
    "gen_ai.tool.definitions",
];

/// Attributes of OpenAI's own conventions.
pub const OPENAI: &[&str] = &[
    "openai.api.type",
    "openai.request.service_tier",
    "openai.response.service_tier",
    "openai.response.system_fingerprint",
];

/// Attributes of HTTP, and those that other Azure clients give to request IDs.
pub const HTTP: &[&str] = &[
    "az.client_request_id",
    "az.service_request_id",
    "http.request.resend_count",
    "http.response.status_code",
];

/// Attributes that are integers, beside all token counts.
pub const INTEGERS: &[&str] = &[
    "gen_ai.embeddings.dimension.count",
    "gen_ai.request.choice.count",
    "gen_ai.request.max_tokens",
    "gen_ai.request.seed",
    "http.request.resend_count",
    "http.response.status_code",
    "server.port",
];

/// Attributes that are floating-point numbers.
pub const DOUBLES: &[&str] = &[
    "gen_ai.request.frequency_penalty",
    "gen_ai.request.presence_penalty",
    "gen_ai.request.temperature",
    "gen_ai.request.top_k",
    "gen_ai.request.top_p",
    "gen_ai.response.time_to_first_chunk",
];

/// Bucket boundaries of durations.
pub const SECONDS: [f64; 14] =
    [0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92];

/// Bucket boundaries of token counts.
pub const TOKENS: [f64; 14] = [
    1.0, 4.0, 16.0, 64.0, 256.0, 1024.0, 4096.0, 16384.0, 65536.0, 262144.0, 1048576.0, 4194304.0,
    16777216.0, 67108864.0,
];

/// A histogram.
pub struct Metric {
    pub name: &'static str,
    pub unit: &'static str,
    pub bounds: [f64; 14],
    /// The attributes that may be there beside those of every metric.
    pub more: &'static [&'static str],
}

/// Attributes that every metric has, once the model has answered.
pub const METRIC_ATTRIBUTES: &[&str] = &[
    "gen_ai.operation.name",
    "gen_ai.provider.name",
    "gen_ai.request.model",
    "gen_ai.response.model",
    "server.address",
    "server.port",
];

pub const METRICS: [Metric; 4] = [
    Metric {
        name: "gen_ai.client.operation.duration",
        unit: "s",
        bounds: SECONDS,
        more: &["error.type"],
    },
    Metric {
        name: "gen_ai.client.token.usage",
        unit: "{token}",
        bounds: TOKENS,
        more: &["gen_ai.token.type"],
    },
    Metric {
        name: "gen_ai.client.operation.time_to_first_chunk",
        unit: "s",
        bounds: SECONDS,
        more: &[],
    },
    Metric {
        name: "gen_ai.client.operation.time_per_output_chunk",
        unit: "s",
        bounds: SECONDS,
        more: &[],
    },
];
