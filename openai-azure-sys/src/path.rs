//! Path parameters: each is exactly one segment of the URL, whatever it holds.

use progenitor_client::Error;

/// Encodes `value` as one path segment.
///
/// Everything but the unreserved characters of RFC 3986 is percent-encoded, so `/`, `\`, `?`,
/// `#`, `%` and control characters cannot leave the segment.
///
/// # Errors
///
/// [`Error::InvalidRequest`] for an empty value and for `.` and `..`, which URL parsers resolve.
#[allow(dead_code, reason = "without a version there is no client")]
pub(crate) fn segment<E>(name: &str, value: &str) -> Result<String, Error<E>> {
    if matches!(value, "" | "." | "..") {
        return Err(Error::InvalidRequest(format!(
            "the path parameter `{name}` may not be {value:?}"
        )));
    }
    let mut encoded = String::with_capacity(value.len());
    for byte in value.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                encoded.push(char::from(byte));
            }
            _ => {
                const HEX: &[u8; 16] = b"0123456789ABCDEF";
                encoded.push('%');
                encoded.push(char::from(HEX[usize::from(byte >> 4)]));
                encoded.push(char::from(HEX[usize::from(byte & 15)]));
            }
        }
    }
    Ok(encoded)
}

#[cfg(test)]
mod tests {
    use super::segment;

    fn encoded(value: &str) -> String {
        segment::<()>("deployment-id", value).unwrap()
    }

    #[test]
    fn hostile_names_stay_one_segment() {
        for (value, expected) in [
            ("gpt-4o", "gpt-4o"),
            ("a/b", "a%2Fb"),
            ("%2e", "%252e"),
            ("a b", "a%20b"),
            ("a?b#c", "a%3Fb%23c"),
            ("a\\b", "a%5Cb"),
            ("a\r\nb", "a%0D%0Ab"),
            ("é", "%C3%A9"),
            ("deployments", "deployments"),
        ] {
            assert_eq!(encoded(value), expected);
        }
    }

    #[test]
    fn names_that_url_parsers_resolve_are_refused() {
        for value in ["", ".", ".."] {
            assert!(segment::<()>("deployment-id", value).is_err(), "{value:?}");
        }
    }
}
