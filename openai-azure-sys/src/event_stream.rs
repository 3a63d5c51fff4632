//! Server-sent events, decoded as they arrive.

use std::collections::VecDeque;
use std::fmt;
use std::marker::PhantomData;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use futures_core::Stream;
use http::{HeaderMap, StatusCode};
use serde::de::DeserializeOwned;

use crate::byte_stream::ByteStream;
use crate::error::Error;

/// How many bytes the data of one event may have.
const LARGEST_EVENT: usize = 64 * 1024 * 1024;

/// The server-sent events of a response: a `Stream` of what the data of each event holds.
///
/// It ends with `[DONE]` or with the body. An event that does not decode as `T` is an error of kind
/// [`Decode`](crate::ErrorKind::Decode), and the stream goes on behind it; unions keep events that
/// they do not list. [`into_bytes`](Self::into_bytes) returns the body itself.
///
/// ```
/// use futures_util::StreamExt;
/// use openai_azure_sys::{ByteStream, EventStream};
///
/// # async fn example() -> Result<(), openai_azure_sys::Error> {
/// let body = ByteStream::from("event: delta\ndata: {\"n\": 1}\n\ndata: [DONE]\n\n");
/// let mut events: EventStream<serde_json::Value> = EventStream::new(body);
/// while let Some(event) = events.next().await {
///     println!("{}", event?["n"]);
/// }
/// # Ok(())
/// # }
/// ```
pub struct EventStream<T> {
    body: ByteStream,
    decoder: Decoder,
    waiting: VecDeque<Vec<u8>>,
    is_over: bool,
    item: PhantomData<fn() -> T>,
}

impl<T> EventStream<T> {
    /// The events of a body.
    #[must_use]
    pub fn new(body: ByteStream) -> Self {
        Self {
            body,
            decoder: Decoder::default(),
            waiting: VecDeque::new(),
            is_over: false,
            item: PhantomData,
        }
    }

    /// The bytes of the body that no event was made of yet: all, if none was read.
    #[must_use]
    pub fn into_bytes(self) -> ByteStream {
        self.body
    }

    /// The same events, decoded as another type.
    #[must_use]
    pub fn decode<U>(self) -> EventStream<U> {
        let Self { body, decoder, waiting, is_over, item: _ } = self;
        EventStream { body, decoder, waiting, is_over, item: PhantomData }
    }
}

impl<T: DeserializeOwned> Stream for EventStream<T> {
    type Item = Result<T, Error>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = self.get_mut();
        loop {
            if let Some(data) = this.waiting.pop_front() {
                if data == b"[DONE]" {
                    this.is_over = true;
                    this.waiting.clear();
                    return Poll::Ready(None);
                }
                return Poll::Ready(Some(serde_json::from_slice(&data).map_err(|error| {
                    Error::decode(StatusCode::OK, HeaderMap::new(), Bytes::from(data), error)
                })));
            }
            if this.is_over {
                return Poll::Ready(None);
            }
            match Pin::new(&mut this.body).poll_next(context) {
                Poll::Pending => return Poll::Pending,
                Poll::Ready(Some(Ok(chunk))) => {
                    if let Err(error) = this.decoder.read(&chunk, &mut this.waiting) {
                        this.is_over = true;
                        return Poll::Ready(Some(Err(error)));
                    }
                }
                Poll::Ready(Some(Err(error))) => {
                    this.is_over = true;
                    return Poll::Ready(Some(Err(error)));
                }
                Poll::Ready(None) => {
                    this.is_over = true;
                    this.decoder.end(&mut this.waiting);
                }
            }
        }
    }
}

impl<T> fmt::Debug for EventStream<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EventStream").field("body", &self.body).finish_non_exhaustive()
    }
}

/// Bytes → the data of events, however the bytes are cut.
#[derive(Default)]
struct Decoder {
    line: Vec<u8>,
    data: Vec<u8>,
    has_data: bool,
    /// The last byte was a carriage return: a line feed behind it belongs to the same line end.
    after_return: bool,
    is_begun: bool,
}

impl Decoder {
    fn read(&mut self, mut bytes: &[u8], events: &mut VecDeque<Vec<u8>>) -> Result<(), Error> {
        while !bytes.is_empty() {
            if std::mem::take(&mut self.after_return) && bytes[0] == b'\n' {
                bytes = &bytes[1..];
                continue;
            }
            let end = bytes.iter().position(|byte| matches!(byte, b'\n' | b'\r'));
            let Some(end) = end else {
                self.line.extend_from_slice(bytes);
                break;
            };
            self.line.extend_from_slice(&bytes[..end]);
            self.after_return = bytes[end] == b'\r';
            bytes = &bytes[end + 1..];
            self.end_line(events);
        }
        if self.line.len() + self.data.len() > LARGEST_EVENT {
            return Err(Error::body(format!("an event has more than {LARGEST_EVENT} bytes")));
        }
        Ok(())
    }

    fn end_line(&mut self, events: &mut VecDeque<Vec<u8>>) {
        let line = std::mem::take(&mut self.line);
        let mut line = line.as_slice();
        if !std::mem::replace(&mut self.is_begun, true) {
            line = line.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(line);
        }
        if line.is_empty() {
            self.end_event(events);
            return;
        }
        let (field, value) = match line.iter().position(|byte| *byte == b':') {
            Some(colon) => (&line[..colon], &line[colon + 1..]),
            None => (line, &[][..]),
        };
        if field == b"data" {
            if self.has_data {
                self.data.push(b'\n');
            }
            self.has_data = true;
            self.data.extend_from_slice(value.strip_prefix(b" ").unwrap_or(value));
        }
    }

    fn end_event(&mut self, events: &mut VecDeque<Vec<u8>>) {
        let data = std::mem::take(&mut self.data);
        if std::mem::take(&mut self.has_data) && !data.is_empty() {
            events.push_back(data);
        }
    }

    /// The last event may lack its blank line.
    fn end(&mut self, events: &mut VecDeque<Vec<u8>>) {
        if !self.line.is_empty() {
            self.end_line(events);
        }
        self.end_event(events);
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use futures_util::{StreamExt, stream};
    use serde_json::{Value, json};

    use super::EventStream;
    use crate::{ByteStream, Error, ErrorKind};

    fn body(chunks: Vec<Result<&'static [u8], Error>>) -> EventStream<Value> {
        let chunks = chunks.into_iter().map(|chunk| chunk.map(Bytes::from_static));
        EventStream::new(ByteStream::new(stream::iter(chunks)))
    }

    #[tokio::test]
    async fn events_are_the_same_however_the_bytes_are_cut() {
        let text: &[u8] = b"\xEF\xBB\xBF: hello\r\nevent: a\r\ndata: {\"n\":\r\ndata: 1}\r\n\r\n\
            data:2\n\ndata\n\nid: 3\r\rdata: \"\xC3\xA9\"\n\ndata: [DONE]\n\ndata: 9\n\n";
        for cut in 0..text.len() {
            let (left, right) = text.split_at(cut);
            let events: Vec<Value> =
                body(vec![Ok(left), Ok(right)]).map(|event| event.unwrap()).collect().await;
            assert_eq!(events, [json!({"n": 1}), json!(2), json!("é")], "cut at {cut}");
        }
    }

    #[tokio::test]
    async fn an_event_that_does_not_fit_is_an_error_and_the_next_one_is_read() {
        let mut events = body(vec![Ok(b"data: {\n\ndata: 1")]);
        assert_eq!(events.next().await.unwrap().unwrap_err().kind(), ErrorKind::Decode);
        assert_eq!(events.next().await.unwrap().unwrap(), 1, "also without its blank line");
        assert!(events.next().await.is_none());
    }

    #[tokio::test]
    async fn a_broken_body_ends_the_stream_with_its_error() {
        let mut events = body(vec![Ok(b"data: 1\n\nda"), Err(Error::body("cut".to_owned()))]);
        assert_eq!(events.next().await.unwrap().unwrap(), 1);
        assert_eq!(events.next().await.unwrap().unwrap_err().kind(), ErrorKind::Body);
        assert!(events.next().await.is_none());
    }

    #[tokio::test]
    async fn the_bytes_are_there_if_no_event_was_read() {
        let events = body(vec![Ok(b"data: 1\n\n")]);
        assert_eq!(events.into_bytes().into_bytes().await.unwrap(), "data: 1\n\n");
    }
}
