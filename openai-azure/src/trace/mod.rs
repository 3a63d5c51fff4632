//! Observability: spans and log events of the crate [`tracing`], metrics of `opentelemetry`.
//!
//! Nothing is formatted, copied or read from a body, unless a subscriber wants it.
//!
//! ```no_run
//! # async fn example() -> Result<(), openai_azure::Error> {
//! use openai_azure::{Client, LogDetail};
//! use tracing::Level;
//!
//! tracing_subscriber::fmt().with_max_level(Level::DEBUG).init();
//! let client = Client::builder().env().log_detail(LogDetail::Headers).build()?;
//! client.chat("gpt-5.6-terra").user("Hello").send().await?;
//! # Ok(())
//! # }
//! ```
//!
//! # Spans
//!
//! Each call is one span of target `openai_azure` and level `INFO`. It ends with the response; that of
//! a stream lives as long as the stream. Name, kind and fields are those of OpenTelemetry's
//! [conventions for generative AI], so that a bridge such as tracing-opentelemetry exports them as they
//! are; request IDs have the names that other Azure clients give them. A field is there only if the
//! request sets what it is about, or the response reports it. Lists are written as JSON, because
//! `tracing` has no lists.
//!
//! [conventions for generative AI]: https://github.com/open-telemetry/semantic-conventions-genai
//!
//! | field | what |
//! |---|---|
//! | `otel.name` | `chat my-deployment`: operation and deployment, or vector store |
//! | `otel.kind` | `client` |
//! | `otel.status_code` | `error`, if the call failed |
//! | `gen_ai.operation.name` | `chat` (chats and responses), `text_completion`, `embeddings`, `retrieval` (search in a vector store), `generate_content` (images and audio), `execute_tool`; else the name of the operation, such as `files_list` |
//! | `gen_ai.provider.name` | `azure.ai.openai` |
//! | `gen_ai.request.model` | deployment |
//! | `gen_ai.request.max_tokens`, `.temperature`, `.top_p`, `.top_k`, `.frequency_penalty`, `.presence_penalty`, `.stop_sequences`, `.seed`, `.encoding_formats` | as the request sets them; `top_k` is also `max_num_results` of a search |
//! | `gen_ai.request.choice.count` | `n`, if it is not 1 |
//! | `gen_ai.request.stream` | `true` for a stream |
//! | `gen_ai.output.type` | `text`, `json`, `image` or `speech`, as requested |
//! | `gen_ai.conversation.id` | conversation of the Responses API |
//! | `gen_ai.data_source.id` | vector store that is searched |
//! | `gen_ai.embeddings.dimension.count` | dimensions of embeddings |
//! | `gen_ai.response.id`, `.model`, `.finish_reasons` | as the response reports; the finish reason of a response of the Responses API is its status |
//! | `gen_ai.response.time_to_first_chunk` | seconds from the request to the first event of a stream that has output; filter results of the prompt and events such as `response.created` have none |
//! | `gen_ai.usage.input_tokens`, `.output_tokens` | token usage; a streamed chat reports it with [`include_usage`](crate::chat::ChatRequest::include_usage) only |
//! | `gen_ai.usage.cache_read.input_tokens`, `.cache_creation.input_tokens`, `.reasoning.output_tokens` | of these, read from the cache, written to the cache, used for reasoning |
//! | `gen_ai.usage.{audio,image,text}.input_tokens`, `.{audio,text}.output_tokens` | of these, by modality |
//! | `openai.api.type` | `chat_completions` or `responses` |
//! | `openai.request.service_tier`, `openai.response.service_tier` | processing tier, requested and used |
//! | `openai.response.system_fingerprint` | build of the model |
//! | `server.address`, `server.port` | of the endpoint |
//! | `http.response.status_code` | of the last attempt |
//! | `http.request.resend_count` | number of retries, if there were any |
//! | `az.client_request_id` | `x-ms-client-request-id`, the same in every attempt |
//! | `az.service_request_id` | `x-request-id`, else `apim-request-id` |
//! | `error.type` | the [`ErrorKind`](crate::ErrorKind) in lower case, such as `rate_limit`; the code of a response that failed, such as `server_error`; `cancelled` when the call or the stream was dropped before its end |
//!
//! A function that [`tools`](crate::tools) run is a span too, `execute_tool` and its name, of kind
//! `internal`, with `gen_ai.tool.name`, `gen_ai.tool.call.id`, `gen_ai.tool.type` and `error.type`.
//!
//! Settings of requests that are forms, such as those with audio files, are not read.
//!
//! # Content
//!
//! No span has what people and models say, unless
//! [`ClientBuilder::capture_content`](crate::ClientBuilder::capture_content) is set. Then chats,
//! responses and completions have `gen_ai.input.messages`, `gen_ai.output.messages`,
//! `gen_ai.system_instructions` (the `instructions` of a response) and `gen_ai.tool.definitions`,
//! and searches `gen_ai.retrieval.query.text`: JSON in the form of OpenTelemetry's conventions. The
//! bytes of images, audio and files are left out, so are the queries of URLs and the credentials of
//! remote tools.
//!
//! # Metrics
//!
//! The feature `metrics` measures calls by histograms of the crate `opentelemetry`:
//!
//! | histogram | unit | measured |
//! |---|---|---|
//! | `gen_ai.client.operation.duration` | `s` | each call, with all its attempts; a stream to its end |
//! | `gen_ai.client.token.usage` | `{token}` | input and output tokens (`gen_ai.token.type`), if reported |
//! | `gen_ai.client.operation.time_to_first_chunk` | `s` | each stream |
//! | `gen_ai.client.operation.time_per_output_chunk` | `s` | each further event of a stream with output |
//!
//! Their attributes are `gen_ai.operation.name`, `gen_ai.provider.name`, `gen_ai.request.model`,
//! `gen_ai.response.model`, `server.address`, `server.port`, and `error.type` of the duration; never
//! content. Only operations that OpenTelemetry has a name for are measured, and no realtime sessions.
//!
//! They go to the global meter provider as it is when the client is built, or to that of
//! `ClientBuilder::meter_provider`. The crate depends on the API of `opentelemetry` 0.33 only; the
//! program chooses SDK and exporter of the same version.
//!
//! # Events
//!
//! | event | target | level | from [`LogDetail`] |
//! |---|---|---|---|
//! | an attempt ended | `openai_azure` | `DEBUG` | `basic` |
//! | an attempt failed and will be tried again, with cause and wait | `openai_azure` | `INFO` | `basic` |
//! | a request, the head of a response: headers | `openai_azure::http` | `DEBUG` | `headers` |
//! | a request, a response, an event of a stream: body | `openai_azure::http` | `DEBUG` | `body` |
//!
//! The detail is set by [`ClientBuilder::log_detail`](crate::ClientBuilder::log_detail), else by
//! `AZURE_HTTP_LOG_DETAIL_LEVEL` (`none`, `basic`, `headers`, `body`, `body_and_headers`) where the
//! client reads its environment; the default is `basic`.
//!
//! # What is never logged
//!
//! - Keys, tokens and cookies, at any level; where a body repeats the credential of its request, it
//!   is taken out, and out of the errors that are made of it. In a body, keys and passwords of data
//!   sources and of remote tools are `REDACTED`.
//! - Headers that are not known as harmless: their value is `REDACTED`. More can be shown by
//!   [`ClientBuilder::log_header`](crate::ClientBuilder::log_header).
//! - Parameters of the query other than `api-version`.
//! - Bodies that are no text, such as forms and audio: only their length. Texts are cut at 4 KiB, or
//!   at [`ClientBuilder::log_body_limit`](crate::ClientBuilder::log_body_limit).
//!
//! Two things are seen by nobody here: what the HTTP client adds while it sends, such as
//! `user-agent`, and the bodies of responses that [`Client::call`](crate::Client::call) decodes.

mod attempt;
mod call_trace;
mod content;
mod fields;
mod log_detail;
#[cfg_attr(not(feature = "metrics"), path = "no_metrics.rs")]
mod metrics;
mod observer;
mod operation;
mod output;
mod redact;
mod request_attributes;
mod span;
mod stream_trace;
mod telemetry;
#[cfg(test)]
mod tests;
#[cfg(feature = "schema")]
mod tool_span;
mod wire;
mod wire_response;

pub(crate) use attempt::{attempt_failed, attempt_succeeded};
pub(crate) use call_trace::CallTrace;
pub use log_detail::LogDetail;
#[cfg(feature = "metrics")]
pub(crate) use metrics::MetricsSettings;
pub(crate) use observer::Observer;
pub(crate) use redact::{Shown, is_secret, url as shown_url};
pub(crate) use span::CallSpan;
pub(crate) use stream_trace::StreamTrace;
pub(crate) use telemetry::{SpanAttributes, Telemetry};
#[cfg(feature = "schema")]
pub(crate) use tool_span::ToolSpan;
pub(crate) use wire::Log;

/// The target of spans and of the events of attempts.
const TARGET: &str = "openai_azure";

/// The target of headers and bodies.
const HTTP_TARGET: &str = "openai_azure::http";
