//! The engine: one client, its settings, and the life of one request. It names no API.

mod api_version;
mod attempt;
pub(crate) mod body_stream;
pub(crate) mod builder;
pub(crate) mod call;
pub(crate) mod client;
mod clock;
mod deadline;
mod environment;
pub(crate) mod form;
#[cfg(feature = "realtime")]
mod http1;
pub(crate) mod options;
mod plan;
pub(crate) mod polling;
mod reply;
pub(crate) mod request_body;
mod retry_loop;
pub(crate) mod setters;
#[cfg(feature = "realtime")]
mod upgrade;

pub use api_version::DEFAULT_API_VERSION;
