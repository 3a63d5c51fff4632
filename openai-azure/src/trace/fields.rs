//! Members of JSON bodies that are secret: keys of data sources, headers of remote tools.

use std::borrow::Cow;

/// Names of members whose text is hidden, in small letters.
const SECRET: &[&str] = &[
    "access_token",
    "api-key",
    "api_key",
    "authorization",
    "client_secret",
    "connection_string",
    "encoded_api_key",
    "key",
    "password",
    "x-api-key",
];

const REDACTED: &str = "REDACTED";

/// Hides the texts of secret members. The JSON may be cut off anywhere. What people and models say
/// is inside of texts, and is not looked at.
pub(super) fn hidden(json: Cow<'_, str>) -> Cow<'_, str> {
    let mut shown = String::new();
    let mut kept = 0;
    let mut at = 0;
    while let Some(open) = json[at..].find('"').map(|found| at + found) {
        let close = end_of_text(&json, open + 1);
        let name = &json[open + 1..close];
        at = (close + 1).min(json.len());
        let rest = json[at..].trim_start();
        let Some(rest) = rest.strip_prefix(':').map(str::trim_start) else { continue };
        if !rest.starts_with('"') || !SECRET.iter().any(|it| it.eq_ignore_ascii_case(name)) {
            continue;
        }
        let value = json.len() - rest.len() + 1;
        shown.push_str(&json[kept..value]);
        shown.push_str(REDACTED);
        kept = end_of_text(&json, value);
        at = (kept + 1).min(json.len());
    }
    if kept == 0 {
        return json;
    }
    shown.push_str(&json[kept..]);
    shown.into()
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
    fn texts_of_secret_members_are_hidden_and_nothing_else() {
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
    fn a_secret_that_is_cut_off_is_hidden_too() {
        let json = r#"{"parameters":{"connection_string":"mongodb://u:hunter2@h"}}"#;
        for end in 0..json.len() {
            let shown = hidden(json[..end].into());
            assert!(!shown.contains("mongodb") && !shown.contains("hunter"), "{shown}");
        }
    }
}
