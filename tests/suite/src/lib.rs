//! What the integration tests share.

pub mod change;
pub mod exchange;
pub mod lossless;
pub mod planted;
pub mod replay;
pub mod skip;
pub mod wire;
