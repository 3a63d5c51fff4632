//! The headers of a response, as small as they can be kept.

use std::fmt;
use std::ops::Deref;
use std::sync::OnceLock;

use reqwest::header::{HeaderMap, HeaderName, HeaderValue};

/// What begins the line of a header whose value is a secret, and of any other.
const SECRET: u8 = b'!';
const PLAIN: u8 = b' ';

/// The headers of a response in one block of memory.
///
/// As they arrive, values are slices of the connection's read buffer, which would live as long as
/// one of them, and their map has room for as many again. Here they are copied as lines; the map is
/// made when somebody asks for it.
#[derive(Clone, Default)]
pub(crate) struct ResponseHeaders {
    /// Lines of [`PLAIN`] or [`SECRET`], name, colon, value. Neither has a line feed, and no name a
    /// colon.
    lines: Box<[u8]>,
    map: OnceLock<Box<HeaderMap>>,
}

impl ResponseHeaders {
    /// The first value under this name, in lower case, if it is text; without making the map.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        let found = self.lines().find(|(_, found, _)| *found == name.as_bytes());
        let value = found?.2;
        // What `HeaderValue::to_str` takes.
        let is_text = value.iter().all(|byte| matches!(byte, b'\t' | b' '..=b'~'));
        std::str::from_utf8(value).ok().filter(|_| is_text)
    }

    /// Whether it is a secret, the name and the value of each header.
    fn lines(&self) -> impl Iterator<Item = (bool, &[u8], &[u8])> {
        self.lines.split(|byte| *byte == b'\n').filter_map(|line| {
            let (kind, line) = line.split_first()?;
            let colon = memchr::memchr(b':', line)?;
            Some((*kind == SECRET, &line[..colon], &line[colon + 1..]))
        })
    }

    fn map(&self) -> HeaderMap {
        let mut map = HeaderMap::new();
        for (is_secret, name, value) in self.lines() {
            if let (Ok(name), Ok(mut value)) =
                (HeaderName::from_bytes(name), HeaderValue::from_bytes(value))
            {
                value.set_sensitive(is_secret);
                map.append(name, value);
            }
        }
        map
    }
}

impl From<&HeaderMap> for ResponseHeaders {
    fn from(map: &HeaderMap) -> Self {
        let length = map.iter().map(|(name, value)| name.as_str().len() + value.len() + 3).sum();
        let mut lines = Vec::with_capacity(length);
        for (name, value) in map {
            lines.push(if value.is_sensitive() { SECRET } else { PLAIN });
            lines.extend_from_slice(name.as_str().as_bytes());
            lines.push(b':');
            lines.extend_from_slice(value.as_bytes());
            lines.push(b'\n');
        }
        Self { lines: lines.into(), map: OnceLock::new() }
    }
}

impl Deref for ResponseHeaders {
    type Target = HeaderMap;

    fn deref(&self) -> &HeaderMap {
        self.map.get_or_init(|| Box::new(self.map()))
    }
}

impl fmt::Debug for ResponseHeaders {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.map().fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::ResponseHeaders;
    use bytes::Bytes;
    use proptest::prelude::*;
    use reqwest::header::{HeaderMap, HeaderName, HeaderValue};

    #[test]
    fn values_are_copied_out_of_the_buffer_that_they_came_in() {
        let read = Bytes::from(vec![b'x'; 4096]);
        let mut headers = HeaderMap::new();
        for (at, name) in ["a", "b", "a"].into_iter().enumerate() {
            let value = HeaderValue::from_maybe_shared(read.slice(at..2 * at)).unwrap();
            headers.append(name, value);
        }
        let kept = ResponseHeaders::from(&headers);
        assert_eq!(*kept, headers);
        drop(headers);
        assert!(read.is_unique());
    }

    #[test]
    fn a_value_is_found_without_the_map_and_one_that_is_no_text_is_not() {
        let mut headers = HeaderMap::new();
        headers.insert("x-request-id", HeaderValue::from_static("a:b"));
        headers.append("x-request-id", HeaderValue::from_static("later"));
        headers.insert("x-bytes", HeaderValue::from_bytes(b"\xff").unwrap());
        let kept = ResponseHeaders::from(&headers);
        assert_eq!(kept.text("x-request-id"), Some("a:b"));
        assert_eq!((kept.text("x-bytes"), kept.text("x-request")), (None, None));
        assert!(kept.map.get().is_none());
        assert_eq!(kept.get_all("x-request-id").iter().count(), 2);
    }

    proptest! {
        #[test]
        fn the_map_is_what_arrived(
            headers in prop::collection::vec(("[a-z0-9-]{1,9}", any::<Vec<u8>>(), any::<bool>()), 0..9)
        ) {
            let mut map = HeaderMap::new();
            for (name, value, is_secret) in headers {
                let Ok(mut value) = HeaderValue::from_bytes(&value) else { continue };
                value.set_sensitive(is_secret);
                map.append(HeaderName::from_bytes(name.as_bytes()).unwrap(), value);
            }
            let kept = ResponseHeaders::from(&map);
            prop_assert_eq!(&*kept, &map);
            for (kept, sent) in kept.values().zip(map.values()) {
                prop_assert_eq!(kept.is_sensitive(), sent.is_sensitive());
            }
        }
    }
}
