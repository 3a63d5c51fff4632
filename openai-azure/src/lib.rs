//! The Azure OpenAI client for Rust.
//!
//! ```no_run
//! # async fn example() -> Result<(), openai_azure::Error> {
//! use openai_azure::Client;
//!
//! let client = Client::from_env()?;
//! let chat = client.chat("gpt-5.6-terra").developer("Be brief.").user("Why is the sky blue?");
//! println!("{}", chat.send().await?.text());
//!
//! let mut stream = client.chat("gpt-5.6-terra").user("Count to ten.").stream().await?;
//! while let Some(chunk) = stream.try_next().await? {
//!     print!("{}", chunk.text());
//! }
//! # Ok(())
//! # }
//! ```
//!
//! # What is where
//!
//! - [`Client`]: one resource, made by [`Client::from_env`] or [`Client::builder`].
//! - [`Endpoint`]: the URL of a resource, a Foundry project or a gateway; v1 or a dated
//!   api-version.
//! - [`Credential`]: API keys, tokens, Microsoft Entra ID, headers of gateways.
//! - [`chat`]: chat completions, at once or as a stream.
//! - [`tools`]: functions that the model calls, run until it has finished.
//! - [`schema`]: the text of a model as a type of yours, by strict JSON schemas.
//! - [`responses`]: the Responses API, at once, as a stream or in the background.
//! - [`embeddings`]: embeddings of a few texts or of many.
//! - [`completions`]: legacy completions; [`models`]: the models of the resource.
//! - [`audio`]: transcription, translation and speech.
//! - [`images`]: images from a prompt, and edits.
//! - [`Client::request`]: any path of the service, also those that no document names.
//! - [`Upload`]: files to send, from a path, from memory or from a stream.
//! - [`batches`]: any number of requests at half the price, resumable at any moment.
//! - [`files`] and [`uploads`]: files of the resource, in one request or in parts.
//! - [`vector_stores`] and [`containers`]: what file search and the code interpreter work with.
//! - [`fine_tuning`]: models of your own.
//! - [`Page`], [`Pages`] and [`Items`]: every list is a request with one page, its pages or all
//!   its entries.
//! - `realtime` (feature): sessions with speech and text over WebSocket; calls of WebRTC and SIP.
//! - `webhooks` (feature): what the service sends when something has happened.
//! - [`Client::call`]: every generated operation of every api-version, with the same credential,
//!   retries, timeouts and errors. The generated crate is [`sys`].
//! - [`Error`]: what can go wrong, by kind, with request IDs.
//! - [`CallOptions`] and [`RetryPolicy`]: timeouts, retries, headers and query, per client and per
//!   call.
//! - [`trace`]: spans, events and how much of requests and responses is logged.
//!
//! # Which types can grow
//!
//! What a response is decoded into, errors, and enums are `#[non_exhaustive]`: the service adds
//! fields and values. Structs that a program fills in are not: parts of messages and tools, which
//! have `extra` for other fields, and options such as [`chat::StreamOptions`], which have
//! `Default`. Requests have setters and no public fields.
//!
//! # Features
//!
//! | feature | default | what |
//! |---|---|---|
//! | `entra` | yes | Microsoft Entra ID through azure_identity |
//! | `rustls` | yes | TLS by rustls |
//! | `schema` | yes | the text of a model as types, see [`schema`]; functions that it calls, see [`tools`] |
//! | `client-certificate` | no | `Credential::client_certificate`, which needs OpenSSL |
//! | `blocking` | no | the module `blocking`: calls that wait, for programs without `async` |
//! | `realtime` | no | the module `realtime`: sessions over WebSocket, calls, client secrets |
//! | `webhooks` | no | the module `webhooks`: signatures, events, endpoints |
//! | `2024-10-21`, … | no | the typed calls of one api-version in [`sys`] |

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
pub use engine::options::CallOptions;
pub use engine::pagination::{Items, ListOrder, Pages};
pub use engine::polling::Polling;
pub use engine::raw_request::RawRequest;
pub use engine::raw_stream::{RawByteStream, RawEventStream};
pub use error::{ApiError, Error, ErrorKind};
pub use openai_azure_sys as sys;
pub use page::{ListItem, Page};
pub use rate_limit::{Quota, RateLimit};
pub use request_ids::RequestIds;
pub use reqwest::Method;
pub use response::Response;
pub use retry::RetryPolicy;
#[cfg(feature = "schema")]
pub use schemars;
pub use trace::LogDetail;
pub use upload::Upload;
#[cfg(feature = "entra")]
pub use {azure_core, azure_identity};

/// What the README shows compiles.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

/// The clients are shared between threads, and their futures are spawned.
const _: () = {
    const fn assert_send_sync<T: Send + Sync + 'static>() {}
    assert_send_sync::<Client>();
    assert_send_sync::<Error>();
    assert_send_sync::<Response<chat::ChatStream>>();
};
