//! What must hold for any bytes that a server may send.
//!
//! The fuzz targets in `tests/fuzz` call these functions with bytes of their own, and the tests
//! below with random ones of a fixed seed.

use std::sync::Arc;
use std::time::{Duration, UNIX_EPOCH};

use bytes::Bytes;
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};

use crate::error::ApiError;
use crate::rate_limit::RateLimit;
use crate::response_origin::ResponseOrigin;
use crate::retry::{self, Outcome, RetryDecision, RetryPolicy, classify};
use crate::sse::{Decoder, Event, TooLong};

/// The name and the data of an event.
type Read = (Option<Vec<u8>>, Vec<u8>);

/// The decoder returns what a plain reading of the whole text returns, however the bytes are cut, and
/// no event is longer than the limit. The first bytes choose the limit and the cuts.
pub fn event_stream(bytes: &[u8]) {
    let Some((settings, body)) = bytes.split_at_checked(4) else { return };
    let limit = if settings[0] == 0 { usize::from(settings[1]) } else { 1 << 20 };
    let step = 1 + usize::from(settings[2]);
    let growth = usize::from(settings[3] % 4);
    let whole = decode([body].into_iter(), limit);
    let mut rest = body;
    let mut size = step;
    let pieces = std::iter::from_fn(|| {
        let (piece, after) = rest.split_at(size.min(rest.len()));
        (rest, size) = (after, (size * growth).clamp(1, 1 << 16));
        (!piece.is_empty()).then_some(piece)
    });
    assert_eq!(decode(pieces, limit), whole, "the cuts change the events");
    let (events, end) = whole;
    assert!(events.iter().all(|(_, data)| data.len() <= limit), "an event is over the limit");
    if limit > bytes.len() {
        assert_eq!(end, Ok(()), "nothing is over the limit");
        assert_eq!(events, plainly(body));
    }
}

fn decode<'a>(
    pieces: impl Iterator<Item = &'a [u8]>,
    limit: usize,
) -> (Vec<Read>, Result<(), TooLong>) {
    let mut decoder = Decoder::new(limit);
    let mut events = Vec::new();
    let read = |event: Event| (event.name.map(|name| name.to_vec()), event.data.to_vec());
    let all = || {
        for piece in pieces {
            decoder.push(Bytes::copy_from_slice(piece));
            while let Some(event) = decoder.next_event()? {
                events.push(read(event));
            }
        }
        events.extend(decoder.finish()?.map(read));
        Ok(())
    };
    let end = all();
    (events, end)
}

/// The same in the simplest way: all lines first, then field by field.
fn plainly(body: &[u8]) -> Vec<Read> {
    let body = body.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(body);
    let mut lines: Vec<Vec<u8>> = vec![Vec::new()];
    let mut bytes = body.iter().copied().peekable();
    while let Some(byte) = bytes.next() {
        match (byte, lines.last_mut()) {
            (b'\r' | b'\n', _) => {
                if byte == b'\r' {
                    bytes.next_if_eq(&b'\n');
                }
                lines.push(Vec::new());
            }
            (byte, Some(line)) => line.push(byte),
            (_, None) => {}
        }
    }
    // The end of the body is the end of its last event.
    lines.push(Vec::new());
    let (mut events, mut name, mut data) = (Vec::new(), None, Vec::<Vec<u8>>::new());
    for line in lines {
        if line.is_empty() {
            let own_name = name.take();
            if !data.is_empty() {
                events.push((own_name, std::mem::take(&mut data).join(&b'\n')));
            }
            continue;
        }
        let colon = line.iter().position(|byte| *byte == b':').unwrap_or(line.len());
        let value = line.get(colon + 1..).unwrap_or_default();
        let value = value.strip_prefix(b" ").unwrap_or(value).to_vec();
        match &line[..colon] {
            b"data" => data.push(value),
            b"event" => name = Some(value),
            _ => {}
        }
    }
    events
}

/// Any body becomes an error whose text is one line of bounded length. The first two bytes are
/// the status.
pub fn error_body(bytes: &[u8]) {
    let Some((status, body)) = bytes.split_first_chunk::<2>() else { return };
    let status = 300 + u16::from_be_bytes(*status) % 300;
    let url = "https://r.example/openai/x".to_owned();
    let origin = Arc::new(ResponseOrigin { url, status, ..ResponseOrigin::default() });
    let body = Bytes::copy_from_slice(body);
    check(&ApiError::from_response(body.clone(), &origin));
    if let Ok(value) = serde_json::from_slice(&body) {
        let error = ApiError::from_event(body, value, &origin);
        assert!((400..600).contains(&error.status()), "{}", error.status());
        check(&error);
    }
}

fn check(error: &ApiError) {
    let line = error.to_string();
    assert!(line.len() < 16 << 10, "{} bytes", line.len());
    assert!(!line.contains(char::is_control), "{line:?}");
    let _ = (error.kind(), error.content_filter(), error.is_content_filter());
    for text in [error.code(), error.message(), error.param(), error.error_type()] {
        assert_ne!(text, Some(""), "nothing is said by no text");
    }
}

/// Whatever the headers ask for, a wait is more than nothing and at most the ceiling. The first
/// bytes are the status and the clock; then each line is the value of a header.
pub fn retry_after(bytes: &[u8]) {
    const NAMES: [&str; 7] = [
        "retry-after",
        "retry-after-ms",
        "date",
        "x-ratelimit-reset-requests",
        "x-ratelimit-reset-tokens",
        "x-rate-limit-reset-tokens",
        "x-should-retry",
    ];
    let Some((settings, lines)) = bytes.split_first_chunk::<6>() else { return };
    let [a, b, clock @ ..] = *settings;
    let status = u16::from_be_bytes([a, b]) % 600;
    let now = UNIX_EPOCH + Duration::from_secs(u64::from(u32::from_be_bytes(clock)));
    let mut headers = HeaderMap::new();
    for (name, line) in NAMES.iter().zip(lines.split(|byte| *byte == b'\n')) {
        if let Ok(value) = HeaderValue::from_bytes(line) {
            headers.insert(HeaderName::from_static(name), value);
        }
    }
    let asked = retry::retry_after(status, &headers, now);
    assert_ne!(asked, Some(Duration::ZERO), "no wait is no wait");
    let backoff = Duration::from_millis(500);
    let policy = RetryPolicy::new();
    match classify(Outcome::Status(status, &headers), &policy, Some(backoff), now) {
        RetryDecision::Retry(wait) => {
            assert_eq!(wait, asked.unwrap_or(backoff));
            assert!(wait <= policy.max_retry_after, "{wait:?}");
        }
        RetryDecision::WaitTooLong => assert!(asked > Some(policy.max_retry_after), "{asked:?}"),
        RetryDecision::Fail => {}
    }
    let _ = RateLimit::from_headers(&headers).reset();
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

    /// Runs the property with bytes made of these words, and a few of any kind.
    fn run(words: &'static [&'static str], settings: usize, property: fn(&[u8])) {
        let word = prop_oneof![
            8 => proptest::sample::select(words).prop_map(|word| word.as_bytes().to_vec()),
            1 => proptest::collection::vec(any::<u8>(), 0..6),
        ];
        let head = proptest::collection::vec(any::<u8>(), settings);
        let body = proptest::collection::vec(word, 0..24);
        let config = Config { cases: 3000, failure_persistence: None, ..Config::default() };
        let random = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
        TestRunner::new_with_rng(config, random)
            .run(&(head, body), |(head, body)| {
                property(&[head, body.concat()].concat());
                Ok(())
            })
            .unwrap();
    }

    #[test]
    fn any_bytes_are_a_stream_of_events_or_too_long() {
        let words = &[
            "data:",
            "data: ",
            "event: ",
            "id:",
            ":",
            "\n",
            "\r",
            "\r\n",
            "\n\n",
            "[DONE]",
            "é",
            "\u{feff}",
            "{\"choices\":[]}",
            " ",
            "datax",
            "😀",
        ];
        run(words, 4, super::event_stream);
        super::event_stream(b"");
        super::event_stream(b"\0\0\0\0");
    }

    #[test]
    fn any_bytes_are_an_error_that_is_told_in_one_line() {
        let words = &[
            "{",
            "}",
            "[",
            "]",
            ",",
            ":",
            "\"error\"",
            "\"message\"",
            "\"code\"",
            "\"param\"",
            "\"innererror\"",
            "\"content_filter_result\"",
            "\"a\\nb\\u0007\"",
            "{\"error\":{",
            "\"statusCode\":401",
            "null",
            "1e999",
            "-7",
            "<html>",
            "<",
            ">",
            "\n",
            "\u{1b}[0m",
            "\"content_filter\"",
            "{\"error\":{\"code\":\"\\n\",\"message\":[\"\\n\"]}}",
        ];
        run(words, 2, super::error_body);
        let long =
            format!("00{{\"error\":{{\"code\":\"{0}\",\"message\":\"{0}\"}}}}", "x".repeat(60_000));
        super::error_body(long.as_bytes());
    }

    #[test]
    fn any_headers_ask_for_a_wait_within_the_ceiling_or_for_none() {
        let words = &[
            "\n",
            "0",
            "1",
            "120",
            "121",
            "-",
            ".",
            "e",
            "9",
            "inf",
            "NaN",
            "ms",
            "s",
            "m",
            "h",
            "d",
            " ",
            "Sun, 06 Nov 1994 08:49:37 GMT",
            "Thu, 01 Jan 1970 00:00:01 GMT",
            "1e308",
            "99999999999999999999",
            "true",
            "false",
            "é",
        ];
        run(words, 6, super::retry_after);
    }
}
