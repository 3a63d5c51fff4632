//! What may be shown of headers, queries and bodies.

use std::borrow::Cow;
use std::fmt;

use reqwest::Url;
use reqwest::header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};

use super::fields;

const REDACTED: &str = "REDACTED";

/// Headers whose values are known as harmless.
const HARMLESS: &[&str] = &[
    "accept",
    "accept-encoding",
    "apim-request-id",
    "api-supported-versions",
    "cache-control",
    "connection",
    "content-encoding",
    "content-length",
    "content-type",
    "date",
    "idempotency-key",
    "openai-processing-ms",
    "retry-after",
    "retry-after-ms",
    "server",
    "strict-transport-security",
    "traceparent",
    "transfer-encoding",
    "user-agent",
    "vary",
    "x-content-type-options",
    "x-envoy-upstream-service-time",
    "x-ms-client-request-id",
    "x-ms-deployment-name",
    "x-ms-rai-invoked",
    "x-ms-region",
    "x-ms-request-id",
    "x-ms-spillover-deployment",
    "x-ms-spillover-error",
    "x-ms-spillover-from-deployment",
    "x-rate-limit-reset-tokens",
    "x-request-id",
    "x-should-retry",
];

/// Harmless headers with the same beginning.
const HARMLESS_PREFIX: &str = "x-ratelimit-";

/// Headers that are hidden even when somebody asks for them.
pub(super) const SECRET: &[&str] = &[
    "api-key",
    "authorization",
    "cookie",
    "ocp-apim-subscription-key",
    "proxy-authorization",
    "set-cookie",
    "x-api-key",
    "x-functions-key",
];

/// Whether the values of a header are hidden whatever anybody asks for.
pub(crate) fn is_secret(name: &HeaderName) -> bool {
    SECRET.contains(&name.as_str())
}

/// Prints headers, and hides the values that are not known as harmless.
pub(crate) struct Shown<'a> {
    pub(crate) headers: &'a HeaderMap,
    /// Names that are shown too.
    pub(crate) also: &'a [String],
}

impl Shown<'_> {
    fn may_show(&self, name: &HeaderName, value: &HeaderValue) -> bool {
        let known = name.as_str();
        let is_known = HARMLESS.contains(&known)
            || known.starts_with(HARMLESS_PREFIX)
            || self.also.iter().any(|also| also.eq_ignore_ascii_case(known));
        is_known && !value.is_sensitive() && !is_secret(name)
    }
}

impl fmt::Debug for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = self.headers.iter().map(|(name, value)| {
            let value = if self.may_show(name, value) {
                String::from_utf8_lossy(value.as_bytes())
            } else {
                REDACTED.into()
            };
            (name.as_str(), value)
        });
        f.debug_map().entries(shown).finish()
    }
}

/// The URL without user and password; of the query only `api-version` keeps its value.
pub(crate) fn url(url: &Url) -> String {
    let mut shown = format!("{}{}", url.origin().ascii_serialization(), url.path());
    for (at, (name, value)) in url.query_pairs().enumerate() {
        let value = if name == "api-version" { value } else { REDACTED.into() };
        shown.push(if at == 0 { '?' } else { '&' });
        shown.push_str(&name);
        shown.push('=');
        shown.push_str(&value);
    }
    shown
}

/// The beginning of a body of `length` bytes as text, cut at `limit` bytes and without the secrets
/// of data sources and remote tools; what is no text is shown by its length.
pub(super) fn body<'a>(
    headers: &HeaderMap,
    body: &'a [u8],
    length: usize,
    limit: usize,
) -> Cow<'a, str> {
    if !is_text(headers) {
        return format!("{length} bytes").into();
    }
    if body.len() <= limit {
        return fields::hidden(String::from_utf8_lossy(body));
    }
    let mut end = limit;
    // Not in the middle of a UTF-8 character.
    while end > 0 && body[end] & 0xC0 == 0x80 {
        end -= 1;
    }
    let shown = fields::hidden(String::from_utf8_lossy(&body[..end]));
    format!("{shown}… ({length} bytes)").into()
}

fn is_text(headers: &HeaderMap) -> bool {
    let Some(kind) = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()) else {
        return false;
    };
    let kind = kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    kind.starts_with("text/") || kind.ends_with("json") || kind.ends_with("xml")
}

#[cfg(test)]
mod tests {
    use super::{Shown, body, url};
    use reqwest::Url;
    use reqwest::header::{HeaderMap, HeaderName, HeaderValue};

    fn headers(list: &[(&'static str, &'static str)]) -> HeaderMap {
        let header = |(name, value): &(&'static str, &'static str)| {
            (HeaderName::from_static(name), HeaderValue::from_static(value))
        };
        list.iter().map(header).collect()
    }

    #[test]
    fn only_harmless_headers_and_those_asked_for_are_shown() {
        let headers = headers(&[
            ("x-ratelimit-remaining-tokens", "9"),
            ("x-team", "search"),
            ("x-unknown", "hunter2"),
        ]);
        let also = ["X-Team".to_owned()];
        assert_eq!(
            format!("{:?}", Shown { headers: &headers, also: &also }),
            r#"{"x-ratelimit-remaining-tokens": "9", "x-team": "search", "x-unknown": "REDACTED"}"#
        );
    }

    #[test]
    fn secrets_are_hidden_even_when_asked_for() {
        let mut headers = headers(&[("api-key", "hunter2"), ("authorization", "Bearer hunter2")]);
        let mut sensitive = HeaderValue::from_static("hunter2");
        sensitive.set_sensitive(true);
        headers.insert("x-team", sensitive);
        let also = ["api-key", "Authorization", "x-team"].map(str::to_owned);
        let shown = format!("{:?}", Shown { headers: &headers, also: &also });
        assert!(!shown.contains("hunter2"), "{shown}");
    }

    #[test]
    fn of_a_query_only_the_version_is_shown() {
        let full = "https://u:hunter2@r.example/a?api-version=2024-10-21&sig=hunter2";
        let shown = url(&Url::parse(full).unwrap());
        assert_eq!(shown, "https://r.example/a?api-version=2024-10-21&sig=REDACTED");
    }

    #[test]
    fn texts_are_cut_between_characters_and_other_bodies_are_told_by_their_length() {
        let json = headers(&[("content-type", "application/json; charset=utf-8")]);
        let text = |text: &'static str, limit| body(&json, text.as_bytes(), text.len(), limit);
        assert_eq!(text("{}", 4), "{}");
        assert_eq!(text("ab€cd", 4), "ab… (7 bytes)");
        assert_eq!(text("ab€cd", 5), "ab€… (7 bytes)");
        assert_eq!(text("€", 0), "… (3 bytes)");
        let form = headers(&[("content-type", "multipart/form-data; boundary=x")]);
        assert_eq!(body(&form, b"--x", 3, 100), "3 bytes");
        assert_eq!(body(&HeaderMap::new(), b"\x00\x01", 2, 100), "2 bytes");
    }
}
