//! What a call reads of its response inside the attempt, so that what breaks is tried again.

use std::sync::Arc;

use bytes::Bytes;
use openai_azure_sys::ByteStream;
use tokio::sync::Mutex;

use super::body_stream::BodyStream;
use crate::atomic_file::Draft;
use crate::sse::EventStream;

/// How much of a response belongs to the attempt.
#[derive(Debug, Clone)]
pub(crate) enum Expect {
    /// The whole body.
    Whole,
    /// The head, up to the first event of a stream.
    Events,
    /// The head, up to the first bytes of the body.
    Stream,
    /// The whole body, written into a file.
    File(Arc<Mutex<Draft>>),
    /// The head alone.
    Head,
    /// The connection itself, as a WebSocket.
    #[cfg(feature = "realtime")]
    Upgrade,
}

/// What was read of a response.
#[derive(Debug)]
pub(super) enum Reply {
    Whole(Bytes),
    Events(Box<EventStream>),
    Stream(Box<BodyStream>),
    /// The number of bytes.
    File(u64),
    Head(ByteStream),
    #[cfg(feature = "realtime")]
    Upgraded(reqwest::Upgraded),
}

impl Reply {
    /// The whole body, or the data of the first event.
    pub(super) fn first_bytes(&self) -> Option<&[u8]> {
        match self {
            Self::Whole(body) => Some(body),
            Self::Events(events) => events.first_data(),
            _ => None,
        }
    }
}
