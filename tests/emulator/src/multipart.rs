//! Reads `multipart/form-data`.

use bytes::Bytes;

use crate::journal::Part;

/// The boundary that a content type names.
pub(crate) fn boundary(content_type: &str) -> Option<String> {
    let (kind, parameters) = content_type.split_once(';')?;
    if !kind.trim().eq_ignore_ascii_case("multipart/form-data") {
        return None;
    }
    parameter(parameters, "boundary")
}

/// The parts of a body. What does not look like a part is left out.
pub(crate) fn parse(body: &Bytes, boundary: &str) -> Vec<Part> {
    let delimiter = [b"\r\n--", boundary.as_bytes()].concat();
    // The first delimiter has no line end before it.
    let Some(mut from) = find(body, &delimiter[2..], 0).map(|at| at + delimiter.len() - 2) else {
        return Vec::new();
    };
    let mut parts = Vec::new();
    while let Some(to) = find(body, &delimiter, from) {
        // A line end stands behind the delimiter.
        parts.extend(part(body.slice((from + 2).min(to)..to)));
        from = to + delimiter.len();
    }
    parts
}

fn part(bytes: Bytes) -> Option<Part> {
    let end = find(&bytes, b"\r\n\r\n", 0)?;
    let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
    let header = |wanted: &str| {
        head.lines().find_map(|line| {
            let (name, value) = line.split_once(':')?;
            name.trim().eq_ignore_ascii_case(wanted).then(|| value.trim().to_owned())
        })
    };
    let disposition = header("content-disposition")?;
    Some(Part {
        name: parameter(&disposition, "name")?,
        file_name: parameter(&disposition, "filename"),
        content_type: header("content-type"),
        body: bytes.slice(end + 4..),
    })
}

/// A parameter of a header, quoted or not.
fn parameter(text: &str, wanted: &str) -> Option<String> {
    let mut rest = text;
    loop {
        let (name, after) = rest.split_once('=')?;
        let name = name.rsplit(';').next()?.trim();
        let (value, tail) = match after.trim_start().strip_prefix('"') {
            Some(quoted) => unquote(quoted),
            None => {
                let (value, tail) = after.split_once(';').unwrap_or((after, ""));
                (value.trim().to_owned(), tail)
            }
        };
        if name.eq_ignore_ascii_case(wanted) {
            return Some(value);
        }
        rest = tail;
    }
}

/// The text up to the closing quote, and what follows.
fn unquote(text: &str) -> (String, &str) {
    let mut value = String::new();
    let mut chars = text.char_indices();
    while let Some((at, c)) = chars.next() {
        match c {
            '"' => return (value, &text[at + 1..]),
            '\\' => value.extend(chars.next().map(|(_, c)| c)),
            c => value.push(c),
        }
    }
    (value, "")
}

fn find(bytes: &[u8], wanted: &[u8], from: usize) -> Option<usize> {
    let found = bytes.get(from..)?.windows(wanted.len()).position(|window| window == wanted)?;
    Some(from + found)
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    #[test]
    fn parts_are_named_and_keep_their_bytes() {
        let boundary = super::boundary("multipart/form-data; boundary=\"x y\"").unwrap();
        let body = "--x y\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\\\"b.mp3\"\
            \r\nContent-Type: audio/mpeg\r\n\r\n\r\n--x\r\n\0\r\n--x y\r\n\
            content-disposition: form-data; name=model\r\n\r\nwhisper\r\n--x y--\r\n";
        let parts = super::parse(&Bytes::from(body), &boundary);
        assert_eq!(parts.len(), 2);
        assert_eq!(parts[0].file_name.as_deref(), Some("a\"b.mp3"));
        assert_eq!(parts[0].content_type.as_deref(), Some("audio/mpeg"));
        assert_eq!(&parts[0].body[..], b"\r\n--x\r\n\0");
        assert_eq!((parts[1].name.as_str(), parts[1].text().as_str()), ("model", "whisper"));
    }

    #[test]
    fn damaged_bodies_give_no_part() {
        for body in ["", "--b", "--b\r\n", "--b--", "--b\r\n\r\n--b", "--b\r\nx: y\r\n\r\nz\r\n--b"]
        {
            assert!(super::parse(&Bytes::from(body), "b").is_empty(), "{body:?}");
        }
    }
}
