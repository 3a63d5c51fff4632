//! What a program can see of its calls: spans and events of the crate [`tracing`].
//!
//! Nothing is formatted, and no body is copied, unless a subscriber wants it.
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
//! a stream lives as long as the stream. The fields have the names that OpenTelemetry has for
//! generative AI and that other Azure clients give to request ids, so that a bridge such as
//! tracing-opentelemetry exports them as they are.
//!
//! | field | what | known |
//! |---|---|---|
//! | `otel.name` | `chat gpt-5.6-terra`: operation and deployment | at the start |
//! | `otel.kind` | `client` | at the start |
//! | `otel.status_code` | `error`, if the call failed | at the end |
//! | `gen_ai.operation.name` | `chat`, `embeddings`, …; for [`Client::call`](crate::Client::call) the id of the operation | at the start; the id when the request is made |
//! | `gen_ai.provider.name`, `gen_ai.system` | `azure.ai.openai`, by its new and its old name | at the start |
//! | `gen_ai.request.model` | the deployment | at the start |
//! | `gen_ai.response.id`, `gen_ai.response.model` | as the response reports | at the end |
//! | `gen_ai.response.finish_reasons` | a JSON list, such as `["stop"]` | at the end |
//! | `gen_ai.usage.input_tokens`, `gen_ai.usage.output_tokens` | as the response reports | at the end |
//! | `server.address`, `server.port` | of the endpoint | at the start |
//! | `http.response.status_code` | of the last attempt | at the end |
//! | `http.request.resend_count` | how often it was tried again, if it was | at the end |
//! | `az.client_request_id` | `x-ms-client-request-id`, the same in every attempt | at the start |
//! | `az.service_request_id` | `x-request-id`, else `apim-request-id` | at the end |
//! | `error.type` | the [`ErrorKind`](crate::ErrorKind) in lower case, such as `rate_limit`; `cancelled` when the call or the stream was dropped before its end | at the end |
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
mod fields;
mod log_detail;
mod redact;
mod span;
mod telemetry;
#[cfg(test)]
mod tests;
mod wire;

pub(crate) use attempt::{attempt_failed, attempt_succeeded};
pub(crate) use call_trace::{CallTrace, StreamTrace};
pub use log_detail::LogDetail;
pub(crate) use redact::{Shown, is_secret, url as shown_url};
pub(crate) use span::CallSpan;
pub(crate) use telemetry::{SpanAttributes, Telemetry};
pub(crate) use wire::Log;

/// The target of spans and of the events of attempts.
const TARGET: &str = "openai_azure";

/// The target of headers and bodies.
const HTTP_TARGET: &str = "openai_azure::http";
