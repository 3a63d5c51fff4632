//! Raw, typed bindings of the Azure OpenAI REST API: every operation of every api-version.
//!
//! Each api-version is a module behind a feature of its own name, and none is on by default. A
//! module has one `Client` with one method per operation, and the `types` of that version. An
//! operation that a version lacks does not compile against it.
//!
//! ```
//! # #[cfg(feature = "2024-10-21")]
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! use openai_azure_sys::Api as _;
//! use openai_azure_sys::context::CallContext;
//! use openai_azure_sys::v2024_10_21::{Client, types};
//!
//! let context = CallContext::new().api_version("2024-10-21").api_key("KEY")?;
//! let base_url = "https://NAME.openai.azure.com/openai";
//! let client = Client::bind(base_url, &openai_azure_sys::reqwest::Client::new(), context);
//!
//! let message = types::ChatCompletionRequestUserMessage::new("Why is the sky blue?");
//! let request = types::CreateChatCompletionRequest::new(vec![message.into()]);
//! let answer = client.chat_completions_create("gpt-4o", &request).await?;
//! println!("{:?}", answer.into_inner());
//! # Ok(())
//! # }
//! ```
//!
//! This crate sends one request per call and decodes its answer. Retries, credentials that are
//! refreshed, time-outs and event streams are what the crate `openai-azure` is for.
//!
//! - Every failure status is [`Error::UnexpectedResponse`] with the answer's body unread.
//! - An operation that can stream has a second method that ends in `_stream` and answers with the
//!   bytes of the event stream.
//! - String enums and unions keep values that the api-version does not list.
//! - What is not set is not sent; what is nullable may be absent.

pub mod api;
pub mod context;
#[doc(hidden)]
pub mod decode;
pub mod multipart;
#[cfg(feature = "raw")]
mod raw_operation;
mod version;

// prettyplease has formatted it.
#[rustfmt::skip]
mod generated;
#[allow(unused_macros, unused_imports, reason = "not every set of features has an enum")]
mod open_enum;
#[macro_use]
mod open_struct;
#[macro_use]
mod open_union;
mod path;
#[allow(unused_macros, unused_imports, reason = "not every set of features has a union")]
mod tagged_union;

pub use api::Api;
pub use bytes;
pub use generated::VERSIONS;
#[cfg(feature = "raw")]
pub use generated::raw;
pub use progenitor_client::{ByteStream, Error, ResponseValue};
#[cfg(feature = "raw")]
pub use raw_operation::RawOperation;
pub use reqwest;
pub use version::{Document, Stage, Version};

// `cargo xtask generate` writes what is between the marks.
// <versions>
#[cfg(feature = "v1")]
pub use generated::v1;
#[cfg(feature = "2024-02-01")]
pub use generated::v2024_02_01;
#[cfg(feature = "2024-06-01")]
pub use generated::v2024_06_01;
#[cfg(feature = "2024-08-01-preview")]
pub use generated::v2024_08_01_preview;
#[cfg(feature = "2024-09-01-preview")]
pub use generated::v2024_09_01_preview;
#[cfg(feature = "2024-10-01-preview")]
pub use generated::v2024_10_01_preview;
#[cfg(feature = "2024-10-21")]
pub use generated::v2024_10_21;
#[cfg(feature = "2025-01-01-preview")]
pub use generated::v2025_01_01_preview;
#[cfg(feature = "2025-03-01-preview")]
pub use generated::v2025_03_01_preview;
#[cfg(feature = "2025-04-01-preview")]
pub use generated::v2025_04_01_preview;
// </versions>
