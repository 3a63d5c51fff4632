//! What the integration tests share.

pub mod exchange;
pub mod lossless;
pub mod planted;
pub mod replay;
pub mod wire;
