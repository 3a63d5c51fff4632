//! Raw, typed bindings of the Azure OpenAI REST API: every operation of every api-version.
//!
//! Each api-version is a module behind a feature of its own name, and none is on by default. A
//! module has one `Client` with one method per operation, and the `types` of that version. An
//! operation has the same method name in every version; one that a version lacks does not compile
//! against it.
//!
//! <!-- compiled only: there is no such resource -->
//! ```no_run
//! # #[cfg(feature = "2024-10-21")]
//! # async fn example() -> Result<(), openai_azure_sys::Error> {
//! use std::sync::Arc;
//!
//! use openai_azure_sys::v2024_10_21::{Client, types};
//! use openai_azure_sys::{HttpTransport, reqwest};
//!
//! let transport = HttpTransport::new(reqwest::Client::new()).api_key("KEY")?;
//! let client = Client::new("https://NAME.openai.azure.com/openai", Arc::new(transport));
//!
//! let message = types::ChatCompletionRequestUserMessage::new("Why is the sky blue?");
//! let request = types::CreateChatCompletionRequest::new(vec![message.into()]);
//! let response = client.chat_completions_create("DEPLOYMENT", &request).await?;
//! println!("{:?}", response.choices);
//! # Ok(())
//! # }
//! ```
//!
//! # What a call does
//!
//! A method builds a [`Request`], hands it to the [`Transport`] of its client, once, and decodes
//! the [`Response`]. [`HttpTransport`] sends each request once, with a credential that does not
//! change. Retries, credentials that are refreshed, timeouts and event streams are what the crate
//! `openai-azure` is for; it is a transport of its own.
//!
//! - A failure status is an [`Error`] with status, headers and request IDs; its body is read when
//!   [`Error::typed`] or [`Error::read_body`] asks for it.
//! - An operation that can stream has a second method that ends in `_stream` and returns its
//!   server-sent events, decoded ([`EventStream`]) or as bytes.
//! - Two or more optional query parameters are one `…Params` struct.
//! - String enums and unions keep values that the api-version does not list.
//! - What is not set is not sent; what is nullable may be absent.
//!
//! # Events
//!
//! The feature `events` adds the module `events`: realtime client and server events, webhook
//! payloads, and the events of streams, by OpenAI's own document. They are the same in every
//! api-version.
//!
//! # The raw client
//!
//! The feature `raw` adds the module `raw`, whose `Client` has every operation of every
//! api-version once, bytes in and bytes out. [`operations`] lists them, with the api-versions that
//! have them.

#![cfg_attr(docsrs, feature(doc_cfg))]

pub mod api;
mod base;
mod body;
mod byte_stream;
mod client;
#[doc(hidden)]
pub mod decode;
mod error;
mod event_stream;
// prettyplease has formatted it.
#[rustfmt::skip]
mod generated;
mod http_transport;
pub mod multipart;
#[allow(unused_macros, unused_imports, reason = "not every set of features has an enum")]
mod open_enum;
#[macro_use]
mod open_struct;
#[macro_use]
mod open_union;
mod operation;
mod query;
mod request;
mod request_ids;
mod response;
#[allow(unused_macros, unused_imports, reason = "not every set of features has a union")]
mod tagged_union;
mod transport;
mod url;
mod version;

pub use api::Api;
pub use base::Base;
pub use body::{Body, BodySource, OpenedBody};
pub use byte_stream::ByteStream;
pub use bytes;
pub use error::{Error, ErrorKind};
pub use event_stream::EventStream;
#[cfg(feature = "events")]
pub use generated::events;
#[cfg(feature = "raw")]
pub use generated::raw;
pub use generated::{VERSIONS, operations};
pub use http;
pub use http_transport::HttpTransport;
pub use operation::Operation;
pub use request::{Reads, Request};
pub use request_ids::RequestIds;
pub use reqwest;
pub use response::ResponseValue;
pub use transport::{BoxFuture, Response, Transport};
pub use version::{Document, Stage, Version};

// `cargo xtask generate` writes what is between the marks.
// <versions>
#[cfg(feature = "v1")]
pub use generated::v1;
#[cfg(feature = "v1-preview")]
pub use generated::v1_preview;
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
