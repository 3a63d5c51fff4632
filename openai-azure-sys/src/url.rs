//! URLs: the path of an operation behind the base, each parameter exactly one segment.

use crate::{Base, Error};

/// The URL of an operation: `template` behind the base, `values` in place of its parameters.
///
/// `deployment` goes in front of the template as `/deployments/{deployment}`.
///
/// # Errors
///
/// An empty value, `.` and `..`, which URL parsers resolve.
#[allow(dead_code, reason = "without a version there is no client")]
pub(crate) fn build(
    base: &Base,
    deployment: Option<&str>,
    template: &str,
    values: &[&str],
) -> Result<String, Error> {
    let room = values.iter().chain(&deployment).map(|value| value.len() + 16).sum::<usize>();
    let mut url = String::with_capacity(base.url().len() + template.len() + room);
    url.push_str(base.url());
    if let Some(deployment) = deployment {
        url.push_str("/deployments/");
        push_segment(&mut url, "deployment", deployment)?;
    }
    let mut values = values.iter();
    let mut rest = template;
    while let Some((constant, after)) = rest.split_once('{') {
        url.push_str(constant);
        let (name, after) = after.split_once('}').unwrap_or((after, ""));
        push_segment(&mut url, name, values.next().copied().unwrap_or_default())?;
        rest = after;
    }
    url.push_str(rest);
    Ok(url)
}

fn push_segment(url: &mut String, name: &str, value: &str) -> Result<(), Error> {
    if matches!(value, "" | "." | "..") {
        return Err(Error::invalid_request(format!(
            "the path parameter `{name}` may not be {value:?}"
        )));
    }
    push_encoded(url, value);
    Ok(())
}

/// Adds `name=value` to a query, both encoded.
pub(crate) fn push_pair(query: &mut String, name: &str, value: &str) {
    if !query.is_empty() {
        query.push('&');
    }
    push_encoded(query, name);
    query.push('=');
    push_encoded(query, value);
}

/// The text of [`push_encoded`].
pub(crate) fn encoded(value: &str) -> String {
    let mut text = String::with_capacity(value.len());
    push_encoded(&mut text, value);
    text
}

/// Percent-encodes everything but the unreserved characters of RFC 3986, so `/`, `\`, `?`, `#`,
/// `&`, `%` and control characters cannot leave their place.
pub(crate) fn push_encoded(text: &mut String, value: &str) {
    const HEX: &[u8; 16] = b"0123456789ABCDEF";
    for byte in value.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                text.push(char::from(byte));
            }
            _ => {
                text.push('%');
                text.push(char::from(HEX[usize::from(byte >> 4)]));
                text.push(char::from(HEX[usize::from(byte & 15)]));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{build, push_pair};
    use crate::Base;

    fn file(id: &str) -> Result<String, String> {
        build(&Base::dated("http://host/openai"), None, "/files/{file_id}/content", &[id])
            .map_err(|error| error.to_string())
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
            ("{x}", "%7Bx%7D"),
            ("deployments", "deployments"),
        ] {
            assert_eq!(
                file(value).unwrap(),
                format!("http://host/openai/files/{expected}/content")
            );
        }
    }

    #[test]
    fn names_that_url_parsers_resolve_are_refused() {
        for value in ["", ".", ".."] {
            let error = file(value).unwrap_err();
            assert!(error.contains("`file_id`"), "{error}");
        }
    }

    #[test]
    fn a_deployment_stands_in_front_of_the_path() {
        let base = Base::dated("http://host/openai");
        let url = build(&base, Some("a/b"), "/threads/{a}/runs/{b}", &["1", "2"]).unwrap();
        assert_eq!(url, "http://host/openai/deployments/a%2Fb/threads/1/runs/2");
        assert!(build(&base, Some(".."), "/embeddings", &[]).is_err());
    }

    #[test]
    fn pairs_of_a_query_are_encoded() {
        let mut query = String::new();
        push_pair(&mut query, "include[]", "a&b=c d");
        push_pair(&mut query, "$filter", "+");
        assert_eq!(query, "include%5B%5D=a%26b%3Dc%20d&%24filter=%2B");
    }
}
