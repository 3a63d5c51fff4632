//! Server-sent events: bytes in, typed events out.

mod decoder;
mod stream;

pub(crate) use decoder::{Decoder, Event};
pub(crate) use stream::{EventStream, Limits};
