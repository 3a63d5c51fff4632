//! Rate limits in the headers of a response.

use std::time::Duration;

use reqwest::header::HeaderMap;

/// The rate limits of a deployment, for requests and for tokens.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RateLimit {
    requests: Quota,
    tokens: Quota,
}

/// One rate limit: its size, what remains, and when it resets.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Quota {
    limit: Option<u64>,
    remaining: Option<u64>,
    reset: Option<Duration>,
}

impl RateLimit {
    pub(crate) fn from_headers(headers: &HeaderMap) -> Self {
        let quota = |what: &str| {
            let text = |part: &str, prefix: &str| {
                headers.get(format!("{prefix}-{part}-{what}"))?.to_str().ok()
            };
            let number = |part: &str| text(part, "x-ratelimit")?.trim().parse().ok();
            let reset = text("reset", "x-ratelimit").or_else(|| text("reset", "x-rate-limit"));
            Quota {
                limit: number("limit"),
                remaining: number("remaining"),
                reset: reset.and_then(parse_reset),
            }
        };
        Self { requests: quota("requests"), tokens: quota("tokens") }
    }

    /// The limit on requests: `x-ratelimit-{limit,remaining,reset}-requests`.
    #[must_use]
    pub fn requests(&self) -> Quota {
        self.requests
    }

    /// The limit on tokens: `x-ratelimit-{limit,remaining,reset}-tokens`.
    #[must_use]
    pub fn tokens(&self) -> Quota {
        self.tokens
    }

    /// The longer of the two resets: after it both limits are at their full size.
    #[must_use]
    pub fn reset(&self) -> Option<Duration> {
        self.requests.reset.max(self.tokens.reset)
    }

    /// After a refusal: the reset of the limit that was hit, as far as the headers show which it
    /// was; else the longer of the two.
    pub(crate) fn reset_of_the_hit(&self) -> Option<Duration> {
        let hit = match (self.requests.remaining, self.tokens.remaining) {
            (Some(0), Some(tokens)) if tokens > 0 => self.requests.reset,
            (Some(requests), _) if requests > 0 => self.tokens.reset,
            _ => None,
        };
        hit.or_else(|| self.reset())
    }
}

impl Quota {
    /// The size of the limit in a period.
    #[must_use]
    pub fn limit(&self) -> Option<u64> {
        self.limit
    }

    /// What remains of it.
    #[must_use]
    pub fn remaining(&self) -> Option<u64> {
        self.remaining
    }

    /// The time until the limit is at its full size: Azure sends seconds (`55`), OpenAI a duration
    /// (`6m0s`); both are read.
    #[must_use]
    pub fn reset(&self) -> Option<Duration> {
        self.reset
    }
}

/// Reads `55`, `1.5`, `20ms`, `1s` or `6m0s`; anything else is `None`.
fn parse_reset(text: &str) -> Option<Duration> {
    let mut rest = text.trim();
    if let Ok(seconds) = rest.parse::<f64>() {
        return Duration::try_from_secs_f64(seconds).ok();
    }
    if rest.is_empty() {
        return None;
    }
    let mut total = 0.0;
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit() && c != '.')?;
        let number: f64 = rest[..digits].parse().ok()?;
        rest = &rest[digits..];
        let letters = rest.find(|c: char| c.is_ascii_digit()).unwrap_or(rest.len());
        let unit = match &rest[..letters] {
            "ms" => 0.001,
            "s" => 1.0,
            "m" => 60.0,
            "h" => 3600.0,
            "d" => 86_400.0,
            _ => return None,
        };
        total += number * unit;
        rest = &rest[letters..];
    }
    Duration::try_from_secs_f64(total).ok()
}

#[cfg(test)]
mod tests {
    use super::{RateLimit, parse_reset};
    use reqwest::header::{HeaderMap, HeaderValue};
    use std::time::Duration;

    #[test]
    fn every_way_to_write_a_reset_is_read() {
        for (text, millis) in [
            ("55", Some(55_000)),
            ("0", Some(0)),
            ("1.5", Some(1_500)),
            ("20ms", Some(20)),
            ("1s", Some(1_000)),
            ("6m0s", Some(360_000)),
            ("1h2m3s", Some(3_723_000)),
            ("", None),
            ("soon", None),
            ("5x", None),
            ("-1", None),
            ("nan", None),
            ("inf", None),
        ] {
            assert_eq!(parse_reset(text), millis.map(Duration::from_millis), "{text:?}");
        }
    }

    #[test]
    fn both_spellings_of_the_reset_header_are_read() {
        let mut headers = HeaderMap::new();
        headers.insert("x-ratelimit-limit-requests", HeaderValue::from_static("300"));
        headers.insert("x-ratelimit-remaining-requests", HeaderValue::from_static("299"));
        headers.insert("x-rate-limit-reset-tokens", HeaderValue::from_static("55"));
        let limit = RateLimit::from_headers(&headers);
        assert_eq!(limit.requests().limit(), Some(300));
        assert_eq!(limit.requests().remaining(), Some(299));
        assert_eq!(limit.tokens().limit(), None);
        assert_eq!(limit.reset(), Some(Duration::from_secs(55)));
    }
}
