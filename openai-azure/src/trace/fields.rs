//! Secrets inside JSON bodies: keys of data sources, headers and URLs of remote tools.

use std::borrow::Cow;

use super::redact::SECRET;

/// Names of fields whose text is hidden, in small letters, beside the names of
/// [secret headers](SECRET).
const SECRET_FIELDS: &[&str] = &[
    "access_token",
    "api_key",
    "client_secret",
    "connection_string",
    "encoded_api_key",
    "key",
    "password",
    "secret",
    "token",
];

/// The field of a remote tool whose values are headers, every one of which may be a secret.
const HEADERS: &str = "headers";

const REDACTED: &str = "REDACTED";

/// Hides the texts of secret fields, all values below `headers`, and the queries of URLs. The JSON
/// may be cut off anywhere. What people and models say is inside of texts, and is not looked at.
pub(super) fn hidden(json: Cow<'_, str>) -> Cow<'_, str> {
    let mut shown = String::new();
    let mut copied = 0;
    let mut at = 0;
    let mut depth = 0_usize;
    // The depth of the object below `headers`.
    let mut headers_at = None;
    let mut name: Option<&str> = None;
    while let Some(found) = json[at..].find(['"', '{', '}', '[', ']', ',']) {
        let start = at + found;
        at = start + 1;
        match json.as_bytes()[start] {
            b'{' | b'[' => {
                depth += 1;
                if name.take().is_some_and(|name| name.eq_ignore_ascii_case(HEADERS)) {
                    headers_at = headers_at.or(Some(depth));
                }
            }
            b'}' | b']' => {
                if headers_at == Some(depth) {
                    headers_at = None;
                }
                depth = depth.saturating_sub(1);
                name = None;
            }
            b',' => name = None,
            _ => {
                let end = end_of_text(&json, at);
                let text = &json[at..end];
                at = (end + 1).min(json.len());
                if name.is_none() && json[at..].trim_start().starts_with(':') {
                    name = Some(text);
                    continue;
                }
                let is_secret = name.take().is_some_and(is_secret) || headers_at.is_some();
                if let Some(keep) = kept(text, is_secret) {
                    shown.push_str(&json[copied..start + 1 + keep]);
                    shown.push_str(REDACTED);
                    copied = end;
                }
            }
        }
    }
    if copied == 0 {
        return json;
    }
    shown.push_str(&json[copied..]);
    shown.into()
}

fn is_secret(name: &str) -> bool {
    let known = SECRET.iter().chain(SECRET_FIELDS);
    known.into_iter().any(|known| known.eq_ignore_ascii_case(name))
}

/// How much of a text is shown before what is hidden; `None` for all of it.
fn kept(text: &str, is_secret: bool) -> Option<usize> {
    if is_secret {
        return Some(0);
    }
    let is_url = text.starts_with("https://") || text.starts_with("http://");
    // A text that goes on after the URL is no URL.
    let query = text.find('?').filter(|_| is_url && !text.contains(' '))?;
    Some(query + 1)
}

/// Where the text that starts here ends: its quotation mark, or the end of all.
fn end_of_text(json: &str, start: usize) -> usize {
    let mut is_escaped = false;
    for (at, byte) in json.bytes().enumerate().skip(start) {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' => is_escaped = true,
            b'"' => return at,
            _ => {}
        }
    }
    json.len()
}

#[cfg(test)]
mod tests {
    use super::hidden;

    #[test]
    fn texts_of_secret_fields_are_hidden_and_nothing_else() {
        for (json, shown) in [
            (
                r#"{"type":"api_key","key":"hunter2","n":1}"#,
                r#"{"type":"api_key","key":"REDACTED","n":1}"#,
            ),
            (
                r#"{"Authorization" : "Bearer \"hunter2\\", "password":""}"#,
                r#"{"Authorization" : "REDACTED", "password":"REDACTED"}"#,
            ),
            (r#"{"content":"{\"key\":\"a\"}"}"#, r#"{"content":"{\"key\":\"a\"}"}"#),
            (r#"{"key":{"type":"string"},"é":"key"}"#, r#"{"key":{"type":"string"},"é":"key"}"#),
            ("no JSON: \"", "no JSON: \""),
        ] {
            assert_eq!(hidden(json.into()), shown);
        }
    }

    #[test]
    fn headers_of_a_tool_and_queries_of_urls_are_hidden_whatever_their_names() {
        for (json, shown) in [
            (
                r#"{"tools":[{"headers":{"X-Mine":"hunter2","n":{"o":"hunter2"}},"require":"no"}]}"#,
                r#"{"tools":[{"headers":{"X-Mine":"REDACTED","n":{"o":"REDACTED"}},"require":"no"}]}"#,
            ),
            (
                r#"{"server_url":"https://h.example/mcp?key=hunter2&v=1","t":"a"}"#,
                r#"{"server_url":"https://h.example/mcp?REDACTED","t":"a"}"#,
            ),
            (r#"["https://h/i.png?sig=hunter2"]"#, r#"["https://h/i.png?REDACTED"]"#),
            (
                r#"{"content":"https://h.example? Is that so?"}"#,
                r#"{"content":"https://h.example? Is that so?"}"#,
            ),
            (r#"{"x-functions-key":"hunter2"}"#, r#"{"x-functions-key":"REDACTED"}"#),
        ] {
            assert_eq!(hidden(json.into()), shown);
        }
    }

    #[test]
    fn a_secret_that_is_cut_off_is_hidden_too() {
        let json = r#"{"parameters":{"connection_string":"mongodb://u:hunter2@h"}}"#;
        for end in 0..json.len() {
            let shown = hidden(json[..end].into());
            assert!(!shown.contains("mongodb") && !shown.contains("hunter"), "{shown}");
        }
    }
}
