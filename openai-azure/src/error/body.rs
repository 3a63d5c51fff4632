//! The shapes in which the service and the gateways before it write their errors.

use serde_json::{Map, Value};

/// How much of a body that is no JSON goes into the message, in characters.
const EXCERPT: usize = 200;

/// What an error body reports, whatever its shape.
#[derive(Debug, Default, Clone, PartialEq)]
pub(crate) struct ErrorBody {
    pub(crate) code: Option<String>,
    pub(crate) message: Option<String>,
    pub(crate) param: Option<String>,
    pub(crate) kind: Option<String>,
    /// The fields of `error`, or of the body itself: the filter results stand there.
    pub(crate) members: Map<String, Value>,
}

/// Reads an error body: JSON of any known shape, plain text, HTML or nothing. Never fails.
pub(crate) fn parse(body: &[u8]) -> ErrorBody {
    match serde_json::from_slice::<Value>(body) {
        Ok(value) => from_value(value),
        Err(_) => ErrorBody { message: excerpt(body), ..ErrorBody::default() },
    }
}

/// Reads an error that is already JSON, such as an event of a stream.
pub(crate) fn from_value(value: Value) -> ErrorBody {
    match value {
        Value::Object(mut object) => match object.remove("error") {
            Some(Value::Object(error)) => from_members(error),
            Some(Value::String(message)) => {
                let mut body = from_members(object);
                body.message = Some(message);
                body
            }
            _ => from_members(object),
        },
        Value::String(message) => ErrorBody { message: Some(message), ..ErrorBody::default() },
        Value::Null => ErrorBody::default(),
        other => ErrorBody { message: Some(other.to_string()), ..ErrorBody::default() },
    }
}

fn from_members(members: Map<String, Value>) -> ErrorBody {
    let text = |name: &str| members.get(name).and_then(scalar);
    ErrorBody {
        code: text("code").or_else(|| text("statusCode")),
        message: text("message").or_else(|| text("detail")).or_else(|| text("title")),
        param: text("param"),
        kind: text("type"),
        members,
    }
}

/// A string, or a number as text: `code` is written both ways. A list of details is kept as JSON.
fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::String(text) if text.is_empty() => None,
        Value::String(text) => Some(text.clone()),
        Value::Null => None,
        other => Some(other.to_string()),
    }
}

/// The first words of a body that is no JSON; tags of HTML are left out.
fn excerpt(body: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(&body[..body.len().min(16 * EXCERPT)]);
    let mut words = String::new();
    let mut inside_tag = false;
    for c in text.chars() {
        match c {
            '<' => inside_tag = true,
            '>' if inside_tag => {
                inside_tag = false;
                words.push(' ');
            }
            _ if inside_tag => {}
            c => words.push(c),
        }
    }
    let short: String =
        words.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(EXCERPT).collect();
    (!short.is_empty()).then_some(short)
}

#[cfg(test)]
mod tests {
    use super::{ErrorBody, parse};

    fn read(body: &str) -> (Option<String>, Option<String>) {
        let ErrorBody { code, message, .. } = parse(body.as_bytes());
        (code, message)
    }

    fn some(code: &str, message: &str) -> (Option<String>, Option<String>) {
        let text = |s: &str| (!s.is_empty()).then(|| s.to_owned());
        (text(code), text(message))
    }

    #[test]
    fn every_shape_seen_in_the_wild_is_read() {
        for (body, expected) in [
            (
                r#"{"error":{"code":"DeploymentNotFound","message":"none"}}"#,
                ("DeploymentNotFound", "none"),
            ),
            (r#"{"error":{"code":404,"message":"none"}}"#, ("404", "none")),
            (r#"{"error":"broken"}"#, ("", "broken")),
            (r#"{"error":"broken","code":"x"}"#, ("x", "broken")),
            (r#"{"statusCode":401,"message":"no key"}"#, ("401", "no key")),
            (r#"{"detail":"not here"}"#, ("", "not here")),
            ("upstream connect error", ("", "upstream connect error")),
            (
                "<html><head><title>502</title></head><body><h1>Bad Gateway</h1></body>",
                ("", "502 Bad Gateway"),
            ),
            ("", ("", "")),
            ("null", ("", "")),
            ("\"oops\"", ("", "oops")),
            ("[1]", ("", "[1]")),
            (r#"{"error":null,"message":"m"}"#, ("", "m")),
        ] {
            assert_eq!(read(body), some(expected.0, expected.1), "{body}");
        }
    }

    #[test]
    fn a_body_that_is_not_utf8_is_read() {
        assert!(parse(&[0xff, 0xfe, b'a']).message.is_some());
    }
}
