//! Events that repeat the one before them but for a few values.
//!
//! A delta of a text differs from the one before in its text, its number and its padding; everything
//! else is the same, byte by byte. Such an event is not parsed again: what surrounds the values that
//! change is compared, the values are read, and the event before is copied with them. An event that
//! differs anywhere else is decoded as ever.
//!
//! That both ways give the same is tried when a template is made: its values are replaced by others,
//! the result is decoded, and it must be the event with exactly these values.

use memchr::memmem;

/// An event of which some values change.
pub(crate) trait Repeats: Clone + PartialEq + 'static {
    /// The values that change.
    const HOLES: &'static [Hole<Self>];
}

/// A value that changes.
#[derive(Debug)]
pub(crate) struct Hole<T> {
    /// The key with its quotes and its colon. It stands in the event once.
    pub(crate) key: &'static str,
    pub(crate) kind: Kind,
    /// Sets the value; `false` for an event that has no such field.
    pub(crate) set: fn(&mut T, Filling) -> bool,
}

/// What stands in a hole.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Kind {
    Text,
    Number,
}

/// What was read in a hole.
#[derive(Debug, Default)]
pub(crate) enum Filling {
    #[default]
    None,
    Text(String),
    Number(u64),
}

impl Filling {
    pub(crate) fn into_text(self) -> String {
        match self {
            Self::Text(text) => text,
            _ => String::new(),
        }
    }

    pub(crate) fn number(&self) -> u64 {
        match self {
            Self::Number(number) => *number,
            _ => 0,
        }
    }
}

/// How many holes an event has at the most.
const MOST_HOLES: usize = 4;

/// How many events in a row are tried as a template without one that fits it.
const TRIES: u8 = 4;

/// Decodes the events of one stream.
#[derive(Debug)]
pub(crate) struct RepeatReader<T: 'static> {
    template: Option<Box<Template<T>>>,
    tries: u8,
    has_decoded: bool,
}

impl<T: 'static> Default for RepeatReader<T> {
    fn default() -> Self {
        Self { template: None, tries: TRIES, has_decoded: false }
    }
}

impl<T: Repeats> RepeatReader<T> {
    /// Returns what `decode` makes of an event.
    ///
    /// # Errors
    ///
    /// Those of `decode`.
    pub(crate) fn read(
        &mut self,
        data: &[u8],
        decode: impl Fn(&[u8]) -> serde_json::Result<T>,
    ) -> serde_json::Result<T> {
        if let Some(template) = &self.template
            && let Some(event) = template.read(data)
        {
            self.tries = TRIES;
            return Ok(event);
        }
        let event = decode(data)?;
        // Many streams have one event of a kind: the first one is no template.
        if std::mem::replace(&mut self.has_decoded, true)
            && self.tries > 0
            && let Some(template) = Template::of(data, &event, &decode, &mut self.tries)
        {
            self.template = Some(Box::new(template));
        }
        Ok(event)
    }
}

/// An event, and where its changing values stand.
#[derive(Debug)]
struct Template<T: 'static> {
    /// The event, with nothing in its holes.
    event: T,
    /// What stands before each hole, and the hole.
    parts: Vec<(Box<[u8]>, &'static Hole<T>)>,
    /// What stands behind the last one.
    tail: Box<[u8]>,
}

impl<T: Repeats> Template<T> {
    /// `None` for an event without values that change, or that reads otherwise when they do.
    fn of(
        data: &[u8],
        event: &T,
        decode: impl Fn(&[u8]) -> serde_json::Result<T>,
        tries: &mut u8,
    ) -> Option<Self> {
        let mut holes = Vec::new();
        for hole in T::HOLES {
            let mut found = memmem::find_iter(data, hole.key);
            let Some(at) = found.next() else { continue };
            if found.next().is_some() {
                return None;
            }
            let value = &data[at + hole.key.len()..];
            let start = data.len() - value.trim_ascii_start().len();
            // A value of another kind, such as `null`, is a part of what does not change.
            if let Some((_, length)) = hole.kind.read(&data[start..]) {
                holes.push((start, start + length, hole));
            }
        }
        if holes.is_empty() || holes.len() > MOST_HOLES {
            return None;
        }
        holes.sort_by_key(|(start, ..)| *start);
        let (mut with_others, mut expected, mut event) = (Vec::new(), event.clone(), event.clone());
        let (mut parts, mut from) = (Vec::new(), 0);
        for (number, (start, end, hole)) in holes.into_iter().enumerate() {
            let before = data.get(from..start)?;
            let (other, text) = hole.kind.other(number);
            if !(hole.set)(&mut expected, other) {
                return None;
            }
            (hole.set)(&mut event, Filling::None);
            with_others.extend_from_slice(before);
            with_others.extend_from_slice(text.as_bytes());
            parts.push((before.into(), hole));
            from = end;
        }
        with_others.extend_from_slice(&data[from..]);
        *tries -= 1;
        let is_proven = decode(&with_others).is_ok_and(|read| read == expected);
        is_proven.then(|| Self { event, parts, tail: data[from..].into() })
    }

    /// The event, if it differs in its holes alone.
    fn read(&self, data: &[u8]) -> Option<T> {
        let mut fillings: [Filling; MOST_HOLES] = Default::default();
        let mut rest = data;
        for ((before, hole), filling) in self.parts.iter().zip(&mut fillings) {
            rest = rest.strip_prefix(&**before)?;
            let (read, length) = hole.kind.read(rest)?;
            *filling = read;
            rest = &rest[length..];
        }
        if rest != &*self.tail {
            return None;
        }
        let mut event = self.event.clone();
        for ((_, hole), filling) in self.parts.iter().zip(fillings) {
            (hole.set)(&mut event, filling);
        }
        Some(event)
    }
}

impl Kind {
    /// Reads the value that stands at the beginning, and how many bytes it has.
    fn read(self, data: &[u8]) -> Option<(Filling, usize)> {
        match self {
            Self::Text => {
                let (text, length) = read_text(data)?;
                Some((Filling::Text(text), length))
            }
            Self::Number => {
                let (number, length) = read_number(data)?;
                Some((Filling::Number(number), length))
            }
        }
    }

    /// Another value for the hole of this number, and its JSON.
    fn other(self, number: usize) -> (Filling, String) {
        match self {
            Self::Text => {
                let text = format!("hole {number}");
                let json = format!("\"{text}\"");
                (Filling::Text(text), json)
            }
            Self::Number => {
                let number = 7_000_000 + number as u64;
                (Filling::Number(number), number.to_string())
            }
        }
    }
}

fn read_text(data: &[u8]) -> Option<(String, usize)> {
    let text = data.strip_prefix(b"\"")?;
    let end = memchr::memchr2(b'"', b'\\', text)?;
    let plain = &text[..end];
    if text[end] == b'"' && plain.iter().all(|byte| *byte >= b' ') {
        return Some((std::str::from_utf8(plain).ok()?.to_owned(), end + 2));
    }
    // Escapes, and whatever is wrong.
    let mut values = serde_json::Deserializer::from_slice(data).into_iter::<String>();
    let text = values.next()?.ok()?;
    Some((text, values.byte_offset()))
}

/// Reads a whole number as JSON writes it, up to 15 digits.
fn read_number(data: &[u8]) -> Option<(u64, usize)> {
    let length = data.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let (digits, rest) = data.split_at(length);
    let is_whole = matches!(rest.first(), Some(b',' | b'}'));
    let has_leading_zero = length > 1 && digits[0] == b'0';
    if !is_whole || has_leading_zero || !(1..=15).contains(&length) {
        return None;
    }
    let number = digits.iter().fold(0, |number, digit| number * 10 + u64::from(digit - b'0'));
    Some((number, length))
}

#[cfg(test)]
mod tests;
