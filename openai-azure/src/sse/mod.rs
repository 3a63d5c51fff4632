//! Server-sent events: bytes in, typed events out.

mod decoder;
mod idle_timer;
mod stream;
mod template;

#[cfg(any(test, fuzzing))]
pub(crate) use decoder::TooLong;
pub(crate) use decoder::{Decoder, Event};
pub(crate) use idle_timer::FAR;
pub(crate) use idle_timer::IdleTimer;
pub(crate) use stream::{EventStream, Limits};
pub(crate) use template::{Hole, Kind, RepeatReader, Repeats};
