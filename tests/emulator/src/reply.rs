//! A response, and how it goes wrong.

use std::time::Duration;

use bytes::Bytes;
use serde_json::Value;

/// A response of the server: status, headers, body, and how the bytes travel.
#[derive(Debug, Clone)]
#[must_use]
pub struct Reply {
    pub(crate) kind: Kind,
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) pieces: Vec<Bytes>,
    /// Whether the length stands before the body; otherwise it is sent in chunks.
    pub(crate) sized: bool,
    pub(crate) sizes: Vec<usize>,
    pub(crate) delay: Duration,
    pub(crate) pause: Duration,
    pub(crate) ending: Ending,
    pub(crate) times: usize,
    /// The output items of a response that the emulator makes.
    pub(crate) output: Option<Vec<Value>>,
}

/// Where the response comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Kind {
    /// From the reply itself.
    Scripted,
    /// The emulator's usual response, sent the way this reply is set.
    Usual,
    /// These bytes instead of an HTTP response.
    Raw(Bytes),
    /// The connection is reset before the head.
    Reset,
}

/// How the body ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ending {
    Complete,
    /// The connection is closed after so many bytes.
    Cut(usize),
    /// The connection is closed after so many server-sent events.
    CutEvents(usize),
    /// Nothing comes any more after so many server-sent events, but the connection stays open.
    SilentEvents(usize),
    /// Nothing comes any more, but the connection stays open.
    Silent,
    /// The same after so many bytes.
    SilentAfter(usize),
}

impl Reply {
    /// A response with this status, no header and no body.
    pub fn status(status: u16) -> Self {
        Self {
            kind: Kind::Scripted,
            status,
            headers: Vec::new(),
            pieces: Vec::new(),
            sized: true,
            sizes: Vec::new(),
            delay: Duration::ZERO,
            pause: Duration::ZERO,
            ending: Ending::Complete,
            times: 1,
            output: None,
        }
    }

    /// The response that the emulator would have sent without a script, but delayed, split, cut,
    /// or with more headers, as the other methods say.
    pub fn usual() -> Self {
        Self { kind: Kind::Usual, ..Self::status(200) }
    }

    /// The response that the emulator would have sent, with these output items: for `POST
    /// /responses`, whole, stored or as the events of a stream. The items are taken as they are,
    /// so that any kind can be scripted; tools and the text of the user do not matter then.
    ///
    /// ```
    /// use openai_azure_emulator::Reply;
    /// use serde_json::json;
    ///
    /// let reply = Reply::output([json!({
    ///     "type": "shell_call", "id": "sh_1", "call_id": "call_1", "status": "completed",
    ///     "action": {"commands": ["ls"]},
    /// })]);
    /// ```
    pub fn output<I: IntoIterator<Item: Into<Value>>>(items: I) -> Self {
        let items = items.into_iter().map(Into::into).collect();
        Self { output: Some(items), ..Self::usual() }
    }

    /// Bytes that are written as they are instead of an HTTP response; then the connection is
    /// closed, or stays open with [`silent`](Reply::silent).
    pub fn raw(bytes: impl Into<Bytes>) -> Self {
        Self { kind: Kind::Raw(bytes.into()), ..Self::status(200) }
    }

    /// Adds a header. `content-length` may be a lie.
    pub fn header(mut self, name: impl AsRef<str>, value: impl AsRef<str>) -> Self {
        self.headers.push((name.as_ref().to_owned(), value.as_ref().to_owned()));
        self
    }

    /// A body in one chunk, with its `content-length`.
    pub fn body(mut self, body: impl Into<Bytes>) -> Self {
        self.pieces = vec![body.into()];
        self.sized = true;
        self
    }

    /// A body of several chunks, with its length announced.
    pub(crate) fn sized_chunks(mut self, chunks: Vec<Bytes>) -> Self {
        self.pieces = chunks;
        self.sized = true;
        self
    }

    /// A JSON body.
    pub fn json(self, body: impl Into<Value>) -> Self {
        let reply = self.content_type("application/json");
        reply.body(body.into().to_string())
    }

    /// An error in the shape of the service: a status, a code and a message.
    pub fn error(status: u16, code: &str, message: &str) -> Self {
        let error = serde_json::json!({"error": {"code": code, "message": message}});
        Self::status(status).json(error)
    }

    /// A stream of server-sent events: each text becomes one `data:` event, in one chunk.
    /// `[DONE]` is not added.
    pub fn sse<I: IntoIterator<Item: ToString>>(self, events: I) -> Self {
        let chunk = |event: I::Item| Bytes::from(format!("data: {}\n\n", event.to_string()));
        let chunks = events.into_iter().map(chunk).collect::<Vec<_>>();
        self.content_type("text/event-stream").chunks(chunks)
    }

    /// A stream of server-sent events that are named as their `type`, one in each chunk.
    pub fn named_events<I: IntoIterator<Item: Into<Value>>>(self, events: I) -> Self {
        let chunk = |event: I::Item| {
            let event: Value = event.into();
            let name = event["type"].as_str().unwrap_or("message");
            Bytes::from(format!("event: {name}\ndata: {event}\n\n"))
        };
        let chunks = events.into_iter().map(chunk).collect::<Vec<_>>();
        self.content_type("text/event-stream; charset=utf-8").chunks(chunks)
    }

    /// A body in chunks, without a length.
    pub fn chunks<I: IntoIterator<Item: Into<Bytes>>>(mut self, chunks: I) -> Self {
        self.pieces = chunks.into_iter().map(Into::into).collect();
        self.sized = false;
        self
    }

    /// Splits the body into chunks of these sizes, from the first again after the last.
    pub fn chunk_sizes(mut self, sizes: impl Into<Vec<usize>>) -> Self {
        self.sizes = sizes.into();
        self
    }

    /// Waits before the head.
    pub fn delay(mut self, delay: Duration) -> Self {
        self.delay = delay;
        self
    }

    /// Waits between two chunks.
    pub fn pause(mut self, pause: Duration) -> Self {
        self.pause = pause;
        self
    }

    /// Closes the connection after so many bytes of the body, without an end.
    pub fn cut_after(mut self, bytes: usize) -> Self {
        self.ending = Ending::Cut(bytes);
        self
    }

    /// Closes the connection after so many whole server-sent events, without an end.
    pub fn cut_after_events(mut self, events: usize) -> Self {
        self.ending = Ending::CutEvents(events);
        self
    }

    /// Sends so many whole server-sent events and then nothing, while the connection stays open.
    pub fn stall_after_events(mut self, events: usize) -> Self {
        self.ending = Ending::SilentEvents(events);
        self
    }

    /// Sends the head and the body, if there is one, and then nothing for ever.
    pub fn silent(mut self) -> Self {
        self.ending = Ending::Silent;
        self.sized = false;
        self
    }

    /// Resets the connection before the head.
    pub fn reset(mut self) -> Self {
        self.kind = Kind::Reset;
        self
    }

    /// Serves for so many requests instead of one.
    pub fn times(mut self, times: usize) -> Self {
        self.times = times;
        self
    }

    pub(crate) fn content_type(self, value: &str) -> Self {
        let has = self.headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("content-type"));
        if has { self } else { self.header("content-type", value) }
    }

    /// Sends `usual` the way this reply is set.
    pub(crate) fn in_place_of(mut self, usual: Self) -> Self {
        let mut headers = usual.headers;
        headers.retain(|(name, _)| !self.headers.iter().any(|(n, _)| n.eq_ignore_ascii_case(name)));
        headers.append(&mut self.headers);
        Self {
            kind: Kind::Scripted,
            status: usual.status,
            headers,
            pieces: usual.pieces,
            sized: usual.sized && self.sized,
            pause: self.pause.max(usual.pause),
            ..self
        }
    }

    /// Where the body ends in bytes, if events say it.
    pub(crate) fn ending_in_bytes(&self) -> Ending {
        let length = |events: usize| {
            let body = self.pieces.concat();
            let ends = (0..body.len()).filter(|&at| body[at..].starts_with(b"\n\n"));
            match events.checked_sub(1) {
                None => 0,
                Some(last) => ends.map(|at| at + 2).nth(last).unwrap_or(body.len()),
            }
        };
        match self.ending {
            Ending::CutEvents(events) => Ending::Cut(length(events)),
            Ending::SilentEvents(events) => Ending::SilentAfter(length(events)),
            other => other,
        }
    }

    /// The chunks of the body, split as asked.
    pub(crate) fn chunked(&self) -> Vec<Bytes> {
        let sizes: Vec<usize> = self.sizes.iter().copied().filter(|&size| size > 0).collect();
        if sizes.is_empty() {
            return self.pieces.iter().filter(|piece| !piece.is_empty()).cloned().collect();
        }
        let mut rest = Bytes::from(self.pieces.concat());
        let mut chunks = Vec::new();
        for &size in sizes.iter().cycle() {
            if rest.is_empty() {
                break;
            }
            chunks.push(rest.split_to(size.min(rest.len())));
        }
        chunks
    }
}

#[cfg(test)]
mod tests {
    use super::Reply;

    #[test]
    fn sizes_are_used_in_turn_until_the_body_ends() {
        let reply = Reply::status(200).body("abcdefgh").chunk_sizes([1, 0, 3]);
        assert_eq!(reply.chunked(), ["a", "bcd", "e", "fgh"]);
    }
}
