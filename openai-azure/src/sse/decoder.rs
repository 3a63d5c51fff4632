//! From bytes to events, without IO.
//!
//! Lines end with LF, CR or CRLF; several `data:` lines make one event; comments and a byte order
//! mark are skipped. However the bytes are cut, the events are the same. An event whose one `data:`
//! line arrived in one chunk is a view of that chunk, not a copy.

use bytes::{Bytes, BytesMut};

/// One event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Event {
    /// The `event:` line, if there was one.
    pub(crate) name: Option<Bytes>,
    /// The `data:` lines, joined by line ends.
    pub(crate) data: Bytes,
}

/// The event is longer than the limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an event is longer than the limit of {limit} bytes")]
pub(crate) struct TooLong {
    limit: usize,
}

/// Collects bytes and returns the events that are complete.
#[derive(Debug)]
pub(crate) struct Decoder {
    limit: usize,
    /// What was pushed last.
    input: Bytes,
    /// How much of it is read.
    at: usize,
    /// The beginning of a line whose end has not arrived.
    line: BytesMut,
    /// The last byte was CR: an LF that follows belongs to it.
    after_cr: bool,
    /// No line was read yet: a byte order mark may stand here.
    at_start: bool,
    name: Option<Bytes>,
    data: Data,
}

/// The `data:` lines of the event that is being read.
#[derive(Debug)]
enum Data {
    None,
    One(Bytes),
    Many(BytesMut),
}

/// What a line holds; the value begins at this byte of the line.
enum Field {
    Data(usize),
    Event(usize),
    /// A comment, or a field of no use: `id` and `retry` serve reconnecting, which the service does
    /// not offer.
    Other,
}

impl Decoder {
    /// `limit` is the most bytes that one event may have.
    pub(crate) fn new(limit: usize) -> Self {
        Self {
            limit,
            input: Bytes::new(),
            at: 0,
            line: BytesMut::new(),
            after_cr: false,
            at_start: true,
            name: None,
            data: Data::None,
        }
    }

    /// Takes more bytes. Call [`Decoder::next_event`] until it returns `None` before the next push.
    pub(crate) fn push(&mut self, bytes: Bytes) {
        debug_assert!(self.at == self.input.len(), "events are drained before the next push");
        self.input = bytes;
        self.at = 0;
    }

    /// Returns the next complete event.
    ///
    /// # Errors
    ///
    /// [`TooLong`] as soon as an event passes the limit; the stream is of no use after it.
    pub(crate) fn next_event(&mut self) -> Result<Option<Event>, TooLong> {
        loop {
            let mut start = self.at;
            if self.after_cr && start < self.input.len() {
                self.after_cr = false;
                start += usize::from(self.input[start] == b'\n');
            }
            let rest = &self.input[start..];
            let Some(length) = memchr::memchr2(b'\n', b'\r', rest) else {
                self.check(self.line.len() + rest.len())?;
                self.line.extend_from_slice(rest);
                self.release_input();
                return Ok(None);
            };
            self.check(self.line.len() + length)?;
            let end = start + length;
            self.after_cr = rest[length] == b'\r';
            self.at = end + 1;
            let is_blank = if self.line.is_empty() {
                // A whole line is read where it stands.
                start += self.mark_length(&self.input[start..end]);
                self.at_start = false;
                let line = &self.input[start..end];
                match Field::of(line) {
                    Field::Data(at) => self.push_data(self.input.slice(start + at..end))?,
                    Field::Event(at) => self.name = Some(self.input.slice(start + at..end)),
                    Field::Other => {}
                }
                start == end
            } else {
                self.line.extend_from_slice(&self.input[start..end]);
                self.end_line()?
            };
            if is_blank && let Some(event) = self.take_event() {
                if self.at == self.input.len() {
                    self.release_input();
                }
                return Ok(Some(event));
            }
        }
    }

    /// Returns the event that the end of the body left without its blank line.
    pub(crate) fn finish(&mut self) -> Result<Option<Event>, TooLong> {
        if !self.line.is_empty() {
            self.end_line()?;
        }
        Ok(self.take_event())
    }

    /// Lets go of what is read: a view of it would keep the whole read buffer of the connection.
    fn release_input(&mut self) {
        self.input = Bytes::new();
        self.at = 0;
    }

    /// Reads the line that arrived in parts. Returns whether it is blank.
    fn end_line(&mut self) -> Result<bool, TooLong> {
        let line = self.line.split().freeze();
        let line = line.slice(self.mark_length(&line)..);
        self.at_start = false;
        match Field::of(&line) {
            Field::Data(at) => self.push_data(line.slice(at..))?,
            Field::Event(at) => self.name = Some(line.slice(at..)),
            Field::Other => {}
        }
        Ok(line.is_empty())
    }

    /// The length of the byte order mark before the first line.
    fn mark_length(&self, line: &[u8]) -> usize {
        const MARK: &[u8] = b"\xEF\xBB\xBF";
        if self.at_start && line.starts_with(MARK) { MARK.len() } else { 0 }
    }

    fn push_data(&mut self, value: Bytes) -> Result<(), TooLong> {
        self.check(self.data.len() + value.len() + 1)?;
        self.data.push(value);
        Ok(())
    }

    fn take_event(&mut self) -> Option<Event> {
        let name = self.name.take();
        let data = match std::mem::replace(&mut self.data, Data::None) {
            Data::None => return None,
            Data::One(data) => data,
            Data::Many(data) => data.freeze(),
        };
        Some(Event { name, data })
    }

    fn check(&self, length: usize) -> Result<(), TooLong> {
        if length > self.limit { Err(TooLong { limit: self.limit }) } else { Ok(()) }
    }
}

impl Field {
    fn of(line: &[u8]) -> Self {
        // One space behind the colon is no part of the value.
        let value = |colon: usize| colon + 1 + usize::from(line.get(colon + 1) == Some(&b' '));
        match line {
            [b'd', b'a', b't', b'a', b':', ..] => Self::Data(value(4)),
            [b'e', b'v', b'e', b'n', b't', b':', ..] => Self::Event(value(5)),
            b"data" => Self::Data(4),
            b"event" => Self::Event(5),
            _ => Self::Other,
        }
    }
}

impl Data {
    fn len(&self) -> usize {
        match self {
            Self::None => 0,
            Self::One(data) => data.len(),
            Self::Many(data) => data.len(),
        }
    }

    fn push(&mut self, value: Bytes) {
        let mut many = match std::mem::replace(self, Self::None) {
            Self::None => {
                *self = Self::One(value);
                return;
            }
            Self::One(first) => BytesMut::from(first),
            Self::Many(many) => many,
        };
        many.extend_from_slice(b"\n");
        many.extend_from_slice(&value);
        *self = Self::Many(many);
    }
}

#[cfg(test)]
mod tests {
    use super::{Bytes, Decoder, TooLong};
    use proptest::prelude::*;

    type Read = (Option<String>, String);

    fn decode(pieces: &[&[u8]]) -> Result<Vec<Read>, TooLong> {
        let text = |bytes: Bytes| String::from_utf8_lossy(&bytes).into_owned();
        let mut decoder = Decoder::new(1 << 20);
        let mut events = Vec::new();
        for piece in pieces {
            decoder.push(Bytes::copy_from_slice(piece));
            while let Some(event) = decoder.next_event()? {
                events.push((event.name.map(text), text(event.data)));
            }
        }
        if let Some(event) = decoder.finish()? {
            events.push((event.name.map(text), text(event.data)));
        }
        Ok(events)
    }

    fn data(text: &str) -> Vec<String> {
        decode(&[text.as_bytes()]).unwrap().into_iter().map(|(_, data)| data).collect()
    }

    #[test]
    fn every_line_end_ends_a_line() {
        for end in ["\n", "\r", "\r\n"] {
            let text = format!("data: a{end}{end}data: b{end}data: c{end}{end}");
            assert_eq!(data(&text), ["a", "b\nc"], "{end:?}");
        }
    }

    #[test]
    fn comments_unknown_fields_and_the_byte_order_mark_are_skipped() {
        assert_eq!(data("\u{feff}data:a\n: keep-alive\n\nid: 7\nretry: 10\n\ndata\n\n"), ["a", ""]);
    }

    #[test]
    fn only_one_space_after_the_colon_is_taken() {
        assert_eq!(data("data:  a \n\n"), [" a "]);
    }

    #[test]
    fn names_belong_to_their_event_only() {
        let events = decode(&[b"event: x\ndata: 1\n\nevent: lost\n\ndata: 2\n\n"]).unwrap();
        assert_eq!(events, [(Some("x".into()), "1".into()), (None, "2".into())]);
    }

    #[test]
    fn an_event_without_its_blank_line_is_given_at_the_end() {
        assert_eq!(data("data: a\n\ndata: b"), ["a", "b"]);
        assert_eq!(data("data: a\n\ndata: b\n"), ["a", "b"]);
    }

    #[test]
    fn an_event_in_one_piece_is_not_copied() {
        let piece = Bytes::from_static(b"data: hello\n\n");
        let mut decoder = Decoder::new(100);
        decoder.push(piece.clone());
        let event = decoder.next_event().unwrap().unwrap();
        assert_eq!(event.data.as_ptr(), piece[6..].as_ptr());
    }

    #[test]
    fn nothing_of_the_bytes_is_held_once_their_events_are_dropped() {
        for text in ["data: a\n\n", "data: a\n\ndata: b", "event: e\ndata: a\n\n\r"] {
            let bytes = Bytes::from(text.to_owned());
            let mut decoder = Decoder::new(100);
            decoder.push(bytes.clone());
            assert!(decoder.next_event().unwrap().is_some());
            assert_eq!(decoder.next_event(), Ok(None));
            assert!(bytes.is_unique(), "{text:?}");
        }
        // Also when nobody asks for another event.
        let bytes = Bytes::from("data: a\n\n".to_owned());
        let mut decoder = Decoder::new(100);
        decoder.push(bytes.clone());
        drop(decoder.next_event());
        assert!(bytes.is_unique());
    }

    #[test]
    fn an_event_over_the_limit_is_an_error_before_it_is_complete() {
        let mut decoder = Decoder::new(10);
        decoder.push(Bytes::from_static(b"data: 12345678901"));
        assert_eq!(decoder.next_event(), Err(TooLong { limit: 10 }));
        let mut decoder = Decoder::new(10);
        decoder.push(Bytes::from_static(b"data:1234\ndata:1234\ndata:1234\n"));
        assert_eq!(decoder.next_event(), Err(TooLong { limit: 10 }));
    }

    proptest! {
        #[test]
        fn any_split_of_the_bytes_gives_the_same_events(
            lines in prop::collection::vec(
                prop_oneof![
                    Just(String::new()), Just(": c".into()), Just("data".into()),
                    "data: ?[a-zé€😀: ]{0,12}", "event: [a-z.]{1,8}", "[a-z]{0,4}:[ -~]{0,6}",
                ], 0..24),
            ends in prop::collection::vec(prop_oneof![Just("\n"), Just("\r"), Just("\r\n")], 24),
            cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..12),
        ) {
            let text: String =
                lines.iter().zip(&ends).flat_map(|(line, end)| [line.as_str(), end]).collect();
            let bytes = text.as_bytes();
            let mut cuts: Vec<usize> = cuts.iter().map(|cut| cut.index(bytes.len() + 1)).collect();
            cuts.extend([0, bytes.len()]);
            cuts.sort_unstable();
            let pieces: Vec<&[u8]> = cuts.windows(2).map(|pair| &bytes[pair[0]..pair[1]]).collect();
            prop_assert_eq!(decode(&pieces).unwrap(), decode(&[bytes]).unwrap());
        }

        #[test]
        fn no_bytes_make_it_panic(pieces in prop::collection::vec(any::<Vec<u8>>(), 0..8)) {
            let pieces: Vec<&[u8]> = pieces.iter().map(Vec::as_slice).collect();
            let _ = decode(&pieces);
        }
    }
}
