//! The Azure OpenAI client for Rust.
//!
//! ```no_run
//! # async fn example() -> Result<(), openai_azure::Error> {
//! use openai_azure::Client;
//!
//! let client = Client::from_env()?;
//! let answer = client.chat("gpt-4o").system("Be brief.").user("Why is the sky blue?").send().await?;
//! println!("{}", answer.text());
//!
//! let mut stream = client.chat("gpt-4o").user("Count to ten.").stream().await?;
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
//! - [`Endpoint`]: dated, v1 and gateway URLs.
//! - [`Credential`]: API keys, tokens, Microsoft Entra ID.
//! - [`chat`]: conversations, whole or streamed.
//! - [`tools`]: functions of yours that the model calls, run until it has its answer.
//! - [`schema`]: answers as types of yours, by strict JSON schemas.
//! - [`responses`]: the Responses API, whole, streamed or in the background.
//! - [`embeddings`]: texts into vectors, few or many.
//! - [`completions`]: texts continued, the legacy operation; [`models`]: what the resource has.
//! - [`audio`]: recordings into words, words into speech.
//! - [`images`]: pictures from a text.
//! - [`Upload`]: files to send, from a path, from memory or from a stream.
//! - [`files`] and [`batches`]: many chats at once, from input to results.
//! - [`fine_tuning`]: models of your own.
//! - [`Client::call`]: every generated operation of every api-version, with the same credential,
//!   retries, time-outs and errors. The generated crate is [`sys`].
//! - [`Error`]: what can go wrong, by kind, with request ids.
//! - [`CallOptions`] and [`RetryPolicy`]: time-outs, retries, headers and query, per client and per
//!   call.
//! - [`trace`]: spans, events and how much of requests and answers is logged.
//!
//! # Features
//!
//! | feature | default | what |
//! |---|---|---|
//! | `entra` | yes | Microsoft Entra ID through azure_identity |
//! | `rustls` | yes | TLS by rustls |
//! | `schema` | yes | answers as types of yours, see [`schema`]; functions that the model calls, see [`tools`] |
//! | `blocking` | no | the module `blocking`: calls that wait, for programs without `async` |
//! | `2024-10-21`, … | no | the typed calls of one api-version in [`sys`] |

mod atomic_file;
pub mod audio;
mod auth;
pub mod batches;
#[cfg(feature = "blocking")]
pub mod blocking;
pub mod chat;
pub mod completions;
mod content_filter;
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
pub mod models;
mod page;
mod partial_json;
mod rate_limit;
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
mod usage;

pub use auth::{ApiKey, Credential};
pub use content_filter::{ContentFilter, FilterResult, PromptFilter, Severity};
pub use endpoint::{Endpoint, Mode};
pub use engine::DEFAULT_API_VERSION;
pub use engine::builder::ClientBuilder;
pub use engine::client::Client;
pub use engine::options::CallOptions;
pub use engine::polling::Polling;
pub use error::{ApiError, Error, ErrorKind};
pub use openai_azure_sys as sys;
pub use page::Page;
pub use rate_limit::{Quota, RateLimit};
pub use request_ids::RequestIds;
pub use response::Response;
pub use retry::RetryPolicy;
#[cfg(feature = "schema")]
pub use schemars;
pub use trace::LogDetail;
pub use upload::Upload;

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
