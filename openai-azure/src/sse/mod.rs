//! Server-sent events: bytes in, typed events out.

mod decoder;
mod stream;

#[cfg(any(test, fuzzing))]
pub(crate) use decoder::TooLong;
pub(crate) use decoder::{Decoder, Event};
pub(crate) use stream::{EventStream, Limits};
