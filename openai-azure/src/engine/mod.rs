//! The engine: one client, its settings, and the life of one request. It names no API.

mod api_version;
mod attempt;
mod bases;
pub(crate) mod body_stream;
pub(crate) mod builder;
pub(crate) mod call;
pub(crate) mod client;
mod clock;
mod connections;
mod deadline;
mod done;
#[cfg(test)]
mod endpoint_tests;
mod environment;
pub(crate) mod expiry;
pub(crate) mod form;
mod last_url;
mod lazy_http;
pub mod middleware;
pub(crate) mod options;
pub(crate) mod pagination;
mod plan;
pub(crate) mod polling;
pub mod pool;
pub(crate) mod raw_request;
pub(crate) mod raw_stream;
mod reply;
pub(crate) mod request_body;
mod resource;
mod retry_loop;
mod sending;
pub(crate) mod setters;
mod target;
#[cfg(all(feature = "rustls-no-provider", not(feature = "native-tls")))]
mod tls;
pub(crate) mod tolerance;
#[cfg(feature = "realtime")]
mod upgrade;
pub(crate) mod wait_request;
#[cfg(feature = "realtime")]
pub(crate) mod web_socket;

pub use api_version::DEFAULT_API_VERSION;
