//! The engine: one client, its settings, and the life of one request.

pub(crate) mod attempt_error;
pub(crate) mod availability;
pub(crate) mod builder;
pub(crate) mod call;
pub(crate) mod client;
pub(crate) mod clock;
pub(crate) mod either;
pub(crate) mod environment;
pub(crate) mod form;
pub(crate) mod options;
pub(crate) mod polling;
pub(crate) mod request_body;
pub(crate) mod response_body;
