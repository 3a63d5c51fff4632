//! Raw, typed bindings of the Azure OpenAI REST API.

pub mod api;
pub mod context;
mod path;
