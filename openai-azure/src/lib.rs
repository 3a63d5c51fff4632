//! The Azure OpenAI client for Rust.
//!
//! ```no_run
//! # async fn example() -> Result<(), openai_azure::Error> {
//! use openai_azure::Client;
//!
//! let client = Client::from_env()?;
//! let chat = client.chat("gpt-5.6-terra").developer("Be brief.").user("Why is the sky blue?");
//! println!("{}", chat.send().await?.text());
//! # Ok(())
//! # }
//! ```
//!
//! A call starts with a verb or a collection of the [`Client`], is set up by setters with the names
//! of the REST API, and ends with `send` or `stream`. The name in the first argument is that of a
//! deployment.
//!
//! | task | call | module |
//! |---|---|---|
//! | chat | [`Client::chat`] | [`chat`] |
//! | Responses, conversations | [`Client::respond`], [`Client::responses`], [`Client::conversations`] | [`responses`], [`conversations`] |
//! | embeddings | [`Client::embed`] | [`embeddings`] |
//! | transcription, translation, speech | [`Client::transcribe`], [`Client::translate`], [`Client::speak`] | [`audio`] |
//! | images | [`Client::generate_image`], [`Client::edit_image`] | [`images`] |
//! | legacy completions, models | [`Client::complete`], [`Client::models`] | [`completions`], [`models`] |
//! | files, uploads in parts | [`Client::files`], [`Client::uploads`] | [`files`], [`uploads`] |
//! | vector stores, containers | [`Client::vector_stores`], [`Client::containers`] | [`vector_stores`], [`containers`] |
//! | batches | [`Client::batches`] | [`batches`] |
//! | fine-tuning | [`Client::fine_tuning_jobs`] | [`fine_tuning`] |
//! | realtime, feature `realtime` | `Client::realtime` | `realtime` |
//! | webhooks, feature `webhooks` | `Webhooks::parse`, `Client::webhook_endpoints` | `webhooks` |
//! | any path | [`Client::request`] | |
//! | any generated operation | [`Client::call`] | [`sys`] |
//!
//! # Installing
//!
//! ```text
//! cargo add openai-azure
//! cargo add tokio --features macros,rt-multi-thread
//! ```
//!
//! | feature | default | what |
//! |---|---|---|
//! | `entra` | yes | Microsoft Entra ID, through azure_identity |
//! | `http2` | yes | HTTP/2, where the server offers it: many calls share one connection |
//! | `gzip` | yes | compressed responses |
//! | `rustls` | yes | TLS by rustls; its cryptography needs a C compiler. Off, bring a `reqwest::Client` |
//! | `rustls-no-provider` | no | TLS by rustls with the cryptography that the program installs |
//! | `native-tls` | no | TLS of the platform, on Linux OpenSSL; wins over rustls |
//! | `schema` | yes | the text of a model as a Rust type, tools as Rust functions |
//! | `blocking` | no | the module `blocking`: `.wait()` and `.iter()`, for programs without `async` |
//! | `metrics` | no | metrics of calls by `opentelemetry`, see [`trace`](crate::trace#metrics) |
//! | `realtime` | no | the module `realtime`: sessions over WebSocket, calls, client secrets |
//! | `webhooks` | no | the module `webhooks`: signatures, events, endpoints |
//! | `client-certificate` | no | `Credential::client_certificate`, which needs OpenSSL |
//! | `v1`, `2024-10-21`, … | no | the typed operations of one api-version in [`sys`] |
//!
//! # Authentication
//!
//! [`Client::from_env`] reads `AZURE_OPENAI_ENDPOINT`, and `AZURE_OPENAI_AD_TOKEN` or
//! `AZURE_OPENAI_API_KEY`. The builder takes the same, or any [`Credential`]:
//!
//! ```no_run
//! # async fn example() -> Result<(), openai_azure::Error> {
//! use openai_azure::{Client, Credential};
//!
//! // Microsoft Entra ID: environment, workload identity, managed identity, Azure CLI.
//! let client = Client::builder()
//!     .endpoint("https://my-resource.openai.azure.com")
//!     .credential(Credential::default_chain()?)
//!     .build()?;
//! # Ok(())
//! # }
//! ```
//!
//! Tokens are cached and renewed before they expire. [`ApiKey`] is a key that can be replaced while
//! it is in use. [`Endpoint`] lists the URLs that are understood: resources, Foundry projects and
//! gateways. A client is cheap to clone; make one and keep it.
//!
//! # Chat
//!
//! ```no_run
//! # async fn example(client: openai_azure::Client) -> Result<(), openai_azure::Error> {
//! use openai_azure::chat::Message;
//!
//! let mut history = vec![Message::developer("Be brief."), Message::user("Name a crab.")];
//! let completion = client.chat("gpt-5.6-terra").messages(history.clone()).send().await?;
//! println!("{}", completion.text());
//!
//! history.push(Message::assistant(completion.text()));
//! history.push(Message::user("And another one."));
//! let completion = client
//!     .chat("gpt-5.6-terra")
//!     .messages(history)
//!     .max_completion_tokens(200)
//!     .reasoning_effort("low")
//!     .send()
//!     .await?;
//! println!("{} ({:?})", completion.text(), completion.usage);
//! # Ok(())
//! # }
//! ```
//!
//! # Streaming
//!
//! ```no_run
//! # async fn example(client: openai_azure::Client) -> Result<(), openai_azure::Error> {
//! let mut stream = client.chat("gpt-5.6-terra").user("Count to ten.").stream().await?;
//! while let Some(chunk) = stream.try_next().await? {
//!     print!("{}", chunk.text());
//! }
//! # Ok(())
//! # }
//! ```
//!
//! A stream is a [`Stream`](futures_core::Stream) too. [`ChatStream::finish`](chat::ChatStream::finish)
//! returns the whole completion, `texts()` the text alone, `events()` text, tool calls and the end by
//! kind. A dropped stream closes its connection at once.
//!
//! # Structured output
//!
//! The text of the model as a type, by a strict JSON schema; it needs the crates `schemars` and
//! `serde`. See [`schema`].
//!
//! ```no_run
//! # async fn example(client: openai_azure::Client) -> Result<(), openai_azure::Error> {
//! #[derive(schemars::JsonSchema, serde::Deserialize)]
//! struct Recipe {
//!     title: String,
//!     /// One step each, in order.
//!     steps: Vec<String>,
//! }
//!
//! let chat = client.chat("gpt-5.6-terra").user("How do I make pancakes?");
//! let recipe = chat.respond_as::<Recipe>().await?.into_inner().into_value();
//! println!("{}: {} steps", recipe.title, recipe.steps.len());
//! # Ok(())
//! # }
//! ```
//!
//! # Tools
//!
//! Functions that the model calls, run until it has its result; the same with [`Client::respond`].
//! See [`tools`].
//!
//! ```no_run
//! # async fn example(client: openai_azure::Client) -> Result<(), openai_azure::Error> {
//! use openai_azure::tools::Tools;
//!
//! #[derive(schemars::JsonSchema, serde::Deserialize)]
//! struct Place {
//!     city: String,
//! }
//!
//! async fn weather(place: Place) -> Result<String, String> {
//!     Ok(format!("{}: 18 degrees, sunny", place.city))
//! }
//!
//! let tools = Tools::new().tool("get_weather", "The weather in a city now.", weather);
//! let chat = client.chat("gpt-5.6-terra").user("How is the weather in Oslo?");
//! println!("{}", chat.run_tools(tools).max_rounds(5).send().await?.text());
//! # Ok(())
//! # }
//! ```
//!
//! # Responses
//!
//! ```no_run
//! # async fn example(client: openai_azure::Client) -> Result<(), openai_azure::Error> {
//! let first = client.respond("gpt-5.6-terra").user("Tell a joke.").send().await?;
//! let second = client
//!     .respond("gpt-5.6-terra")
//!     .previous_response_id(&first.id)
//!     .user("Why is that funny?")
//!     .send()
//!     .await?;
//! println!("{}", second.text());
//!
//! // Minutes of work: the service goes on without a connection.
//! let long = client.respond("gpt-5.6-terra").user("Take your time.").run_in_background().await?;
//! println!("{:?}: {}", long.status, long.text());
//! # Ok(())
//! # }
//! ```
//!
//! # Errors
//!
//! ```no_run
//! # async fn example(client: openai_azure::Client) -> Result<(), openai_azure::Error> {
//! use openai_azure::{Error, ErrorKind};
//!
//! match client.chat("gpt-5.6-terra").user("Hello").send().await {
//!     Ok(completion) => println!("{}", completion.text()),
//!     Err(Error::Api(e)) if e.is_content_filter() => eprintln!("blocked: {:?}", e.content_filter()),
//!     Err(e) if e.kind() == ErrorKind::RateLimit => eprintln!("later: {e}"),
//!     Err(e) => eprintln!("{e}; request {:?}", e.request_ids()),
//! }
//! # Ok(())
//! # }
//! ```
//!
//! An [`Error`] is one line with what happened and what to do. It has a [`kind`](Error::kind), the
//! request IDs, the retries that were taken and, of a stream, the text until then. A [`Response`] has
//! the same: `request_id()`, `rate_limit()`, `headers()`, `retries_taken()`.
//!
//! # Retries and timeouts
//!
//! | limit | default |
//! |---|---|
//! | retries, after 0.5 s and 1 s or as the service asks | 2 |
//! | [`connect_timeout`](ClientBuilder::connect_timeout) | 5 s |
//! | [`timeout`](CallOptions::timeout) of an attempt, of a stream until its first event | 600 s |
//! | [`idle_timeout`](CallOptions::idle_timeout) of a stream after that | 600 s |
//! | [`deadline`](CallOptions::deadline) over all attempts and waits | none |
//! | [`max_retry_after`](RetryPolicy::max_retry_after): a longer wait ends the call | 120 s |
//!
//! Retried are broken connections, timeouts, 408, 409, 429 and statuses from 500 on. Each limit is
//! set per client and per call:
//!
//! ```no_run
//! # async fn example(client: openai_azure::Client) -> Result<(), openai_azure::Error> {
//! use std::time::Duration;
//! use openai_azure::{CallOptions, RetryPolicy};
//!
//! let quick = CallOptions::new()
//!     .timeout(Duration::from_secs(20))
//!     .deadline(Duration::from_secs(60))
//!     .retry(RetryPolicy::new().max_retries(5));
//! client.chat("gpt-5.6-terra").user("Hello").options(quick).send().await?;
//! # Ok(())
//! # }
//! ```
//!
//! # Api-versions
//!
//! Without one, the client uses v1, and its preview for operations that only the preview has. A date,
//! such as `.api_version("2024-10-21")` or one in the endpoint's URL, selects the dated API. What an
//! api-version is known to lack is refused before anything is sent; each method documents which ones
//! have it. A hand-written type serves all of them.
//!
//! The typed operations of one api-version go through the same engine, with its feature on:
//!
//! ```no_run
//! # #[cfg(feature = "v1")]
//! # async fn example(client: openai_azure::Client) -> Result<(), openai_azure::Error> {
//! use openai_azure::sys;
//!
//! let models = client.call(|api: sys::v1::Client| async move { api.models_list().await }).await?;
//! println!("{} models", models.data.len());
//! # Ok(())
//! # }
//! ```
//!
//! # Logging and metrics
//!
//! Each call is a span of the crate [`tracing`], with the names that OpenTelemetry has for generative
//! AI: model, tokens, finish reasons, request IDs, retries. See [`trace`] for fields, levels and what
//! is never logged. To see it, add the crate `tracing-subscriber`:
//!
//! <!-- compiled only: a process has one subscriber -->
//! ```no_run
//! # fn main() -> Result<(), openai_azure::Error> {
//! use openai_azure::{Client, LogDetail};
//!
//! tracing_subscriber::fmt().with_max_level(tracing_subscriber::filter::LevelFilter::DEBUG).init();
//! let client = Client::builder().env().log_detail(LogDetail::Headers).build()?;
//! # Ok(())
//! # }
//! ```
//!
//! # Middleware
//!
//! Hooks around each attempt: caches, rate limiters, recorders for tests, headers, measurements. See
//! [`middleware`]. [`Client::with_options`] makes a client with other headers, timeouts and retries
//! over the same connections:
//!
//! ```no_run
//! # async fn example(client: openai_azure::Client) -> Result<(), openai_azure::Error> {
//! use openai_azure::{CallOptions, RetryPolicy};
//!
//! let patient = CallOptions::new().retry(RetryPolicy::new().max_retries(8)).header("x-team", "nightly");
//! let nightly = client.with_options(patient);
//! nightly.chat("gpt-5.6-terra").user("Summarize the day.").send().await?;
//! # Ok(())
//! # }
//! ```
//!
//! # Pools
//!
//! Several endpoints behind one client: provisioned deployments first, others when these have no
//! room, other regions when one fails, stored responses where they are. See [`pool`].
//!
//! ```no_run
//! # fn main() -> Result<(), openai_azure::Error> {
//! use openai_azure::{Client, PoolBackend};
//!
//! let client = Client::builder()
//!     .pool([
//!         PoolBackend::new("https://contoso-east.openai.azure.com").api_key("KEY-1"),
//!         PoolBackend::new("https://contoso-west.openai.azure.com").api_key("KEY-2").priority(1),
//!     ])
//!     .build()?;
//! # Ok(())
//! # }
//! ```
//!
//! # Testing offline
//!
//! The crate `openai-azure-emulator` is a server on 127.0.0.1 that speaks the service's API, checks
//! each request against the api-version's document, and takes scripted replies:
//!
//! ```
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! use openai_azure::Client;
//! use openai_azure_emulator::{Emulator, Reply};
//!
//! let emulator = Emulator::start().await?;
//! let client = Client::builder()
//!     .endpoint(emulator.endpoint())
//!     .api_key(emulator.api_key())
//!     .build()?;
//!
//! emulator.reply(Reply::status(503).header("retry-after-ms", "5"));
//! let completion = client.chat("gpt-5.6-terra").user("Hello").send().await?;
//! assert_eq!(completion.retries_taken(), 1);
//! # Ok(())
//! # }
//! ```
//!
//! # Which types can grow
//!
//! What a response is decoded into, errors, and enums are `#[non_exhaustive]`: the service adds
//! fields and values. Structs that a program fills in are not: parts of messages and tools, which
//! have `extra` for other fields, and options such as [`chat::StreamOptions`], which have
//! `Default`. Requests have setters and no public fields.

#![cfg_attr(docsrs, feature(doc_cfg))]

mod argument_check;
mod atomic_file;
pub mod audio;
mod auth;
pub mod batches;
#[cfg(feature = "blocking")]
pub mod blocking;
pub mod chat;
pub mod completions;
pub mod containers;
mod content_filter;
pub mod conversations;
mod effort;
pub mod embeddings;
mod endpoint;
mod engine;
pub mod error;
mod extra;
#[cfg(not(all(
    feature = "client-certificate",
    feature = "entra",
    feature = "metrics",
    feature = "realtime",
    feature = "schema",
    feature = "webhooks",
)))]
pub mod feature_off;
pub mod files;
pub mod fine_tuning;
#[cfg(any(test, fuzzing))]
#[doc(hidden)]
pub mod fuzzing;
mod image_detail;
pub mod images;
mod json_schema;
mod model_settings;
pub mod models;
mod page;
mod partial_json;
mod rate_limit;
#[cfg(feature = "realtime")]
pub mod realtime;
mod request_ids;
mod response;
mod response_headers;
mod response_origin;
pub mod responses;
mod retry;
#[cfg(feature = "schema")]
pub mod schema;
mod serde_ext;
mod sse;
#[cfg(feature = "schema")]
pub mod tools;
pub mod trace;
mod upload;
pub mod uploads;
mod usage;
pub mod vector_stores;
#[cfg(feature = "webhooks")]
pub mod webhooks;

pub use auth::{ApiKey, Credential};
pub use content_filter::{ContentFilter, FilterResult, PromptFilter, Severity};
pub use endpoint::{Endpoint, Mode};
pub use engine::DEFAULT_API_VERSION;
pub use engine::builder::ClientBuilder;
pub use engine::client::Client;
pub use engine::form::Form;
#[doc(inline)]
pub use engine::middleware;
pub use engine::options::CallOptions;
pub use engine::pagination::{Items, ListOrder, Pages};
pub use engine::polling::Polling;
#[doc(inline)]
pub use engine::pool;
pub use engine::pool::PoolBackend;
pub use engine::raw_request::RawRequest;
pub use engine::raw_stream::{RawByteStream, RawEventStream};
pub use engine::wait_request::WaitRequest;
pub use error::{ApiError, Error, ErrorKind};
pub use openai_azure_sys as sys;
pub use page::{ListItem, Page};
pub use rate_limit::{Quota, RateLimit};
pub use request_ids::RequestIds;
pub use reqwest;
pub use reqwest::Method;
pub use response::Response;
pub use retry::RetryPolicy;
#[cfg(feature = "schema")]
pub use schemars;
pub use trace::LogDetail;
pub use upload::Upload;
#[cfg(feature = "entra")]
pub use {azure_core, azure_identity};

/// The clients are shared between threads, and their futures are spawned.
const _: () = {
    const fn assert_send_sync<T: Send + Sync + 'static>() {}
    assert_send_sync::<Client>();
    assert_send_sync::<Error>();
    assert_send_sync::<Response<chat::ChatStream>>();
};
