//! The requests of a batch.

use std::collections::BTreeSet;

use bytes::{BufMut as _, Bytes, BytesMut};
use serde_json::json;

use crate::chat::ChatRequest;
use crate::error::Error;

/// The most requests of a file.
const MAX_LINES: usize = 100_000;

/// The most bytes of a file: 200 MB.
const MAX_BYTES: usize = 200_000_000;

/// Requests, each with an id of yours, by which its answer is found.
#[derive(Debug, Clone, Default)]
#[must_use]
pub struct BatchInput {
    ids: BTreeSet<String>,
    parts: Vec<Open>,
}

/// A file in the making.
#[derive(Debug, Clone, Default)]
struct Open {
    ids: Vec<String>,
    lines: BytesMut,
}

/// A file, and the ids of its requests in order.
#[derive(Debug, Clone)]
pub(super) struct Part {
    pub(super) ids: Vec<String>,
    pub(super) lines: Bytes,
}

impl BatchInput {
    /// Holds no request.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a chat. Its deployment is of the kind Global Batch, and the same in all chats; its call
    /// options do not count.
    ///
    /// # Errors
    ///
    /// [`Error::Config`] for an id that was used before, for a chat that could not be sent, and for
    /// one that is larger than a file may be.
    pub fn chat(&mut self, custom_id: impl Into<String>, chat: &ChatRequest) -> Result<(), Error> {
        let (id, body) = (custom_id.into(), chat.to_body()?);
        // The body is compact JSON, so it has no line end.
        let head = json!({"custom_id": id, "method": "POST", "url": "/chat/completions"});
        let head = head.to_string();
        let line = [head.trim_end_matches('}').as_bytes(), b",\"body\":", &body, b"}\n"].concat();
        if line.len() > MAX_BYTES {
            return Err(Error::config(format!("request {id:?} is larger than a file may be")));
        }
        if !self.ids.insert(id.clone()) {
            return Err(Error::config(format!("two requests of the batch have the id {id:?}")));
        }
        let has_room = |part: &&mut Open| {
            part.ids.len() < MAX_LINES && part.lines.len() + line.len() <= MAX_BYTES
        };
        match self.parts.last_mut().filter(has_room) {
            Some(part) => part.push(id, &line),
            None => {
                let mut part = Open::default();
                part.push(id, &line);
                self.parts.push(part);
            }
        }
        Ok(())
    }

    /// How many requests there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.ids.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.ids.is_empty()
    }

    /// The requests as files of lines, each of at most 100,000 requests and 200 MB, for
    /// [`Files::upload`](crate::files::Files::upload).
    #[must_use]
    pub fn into_files(self) -> Vec<Bytes> {
        self.parts().map(|part| part.lines).collect()
    }

    pub(super) fn parts(self) -> impl Iterator<Item = Part> {
        self.parts.into_iter().map(|part| Part { ids: part.ids, lines: part.lines.freeze() })
    }
}

impl Open {
    fn push(&mut self, id: String, line: &[u8]) {
        self.ids.push(id);
        self.lines.put_slice(line);
    }
}
