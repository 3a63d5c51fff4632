//! What the integration tests share.

pub mod exchange;
pub mod replay;
pub mod wire;
