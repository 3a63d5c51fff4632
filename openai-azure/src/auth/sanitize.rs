//! Takes what looks like a secret out of a text.

use url::form_urlencoded::byte_serialize;

use super::secret::Secret;

/// What stands where a secret stood.
const MASK: &str = "[hidden]";
/// The longest text that is kept of one error.
const LONG: usize = 600;
/// The longest text that is looked at: an error may hold a whole response.
const LOOKED_AT: usize = 16 << 10;
/// Runs of letters and digits shorter than this are words, not tokens.
const TOKEN: usize = 20;

/// The names after which forms, JSON and headers carry secrets.
const NAMES: [&str; 9] = [
    "client_secret",
    "client_assertion",
    "assertion",
    "access_token",
    "accesstoken",
    "refresh_token",
    "id_token",
    "password",
    "bearer",
];

/// Makes one line of a text, without `secrets` and without what looks like one.
pub(super) fn clean(text: &str, secrets: &[Secret]) -> String {
    let text = cut(text, LOOKED_AT);
    let mut text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    for secret in secrets.iter().map(Secret::expose).map(str::trim) {
        // A shorter one would mask half the alphabet, and protects nothing.
        if secret.len() >= 4 {
            text = text.replace(secret, MASK);
            let in_form: String = byte_serialize(secret.as_bytes()).collect();
            text = text.replace(&in_form, MASK);
        }
    }
    let text = mask_quoted_values(&text);
    let text = mask_named_values(&text);
    cut(&mask_tokens(&text), LONG)
}

/// Shortens a text to a number of bytes, at the end of a character.
pub(super) fn cut(text: &str, most: usize) -> String {
    if text.len() <= most {
        return text.to_owned();
    }
    let end = (0..=most).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
    format!("{}…", &text[..end])
}

/// serde repeats a value that it did not expect; only the sentences of Entra ID are worth it.
fn mask_quoted_values(text: &str) -> String {
    const BEFORE: &str = ": string \"";
    let mut clean = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(BEFORE) {
        let (before, value) = rest.split_at(at + BEFORE.len());
        let end = value.find("\", expected").unwrap_or(value.len());
        clean.push_str(before);
        clean.push_str(if value.starts_with("AADSTS") { &value[..end] } else { MASK });
        rest = &value[end..];
    }
    clean + rest
}

/// Masks what follows a name of [`NAMES`] and one of `=`, `:` or a space.
fn mask_named_values(text: &str) -> String {
    let lower = text.to_ascii_lowercase();
    let mut clean = String::with_capacity(text.len());
    let mut at = 0;
    while let Some((start, end)) = next_named_value(&lower, at) {
        clean.push_str(&text[at..start]);
        clean.push_str(MASK);
        at = end;
    }
    clean + &text[at..]
}

fn next_named_value(lower: &str, from: usize) -> Option<(usize, usize)> {
    NAMES
        .iter()
        .flat_map(|name| lower[from..].match_indices(name).map(|(at, name)| from + at + name.len()))
        .filter_map(|after| value_after(lower, after, lower[..after].ends_with("bearer")))
        .min()
}

fn value_after(text: &str, after: usize, space_is_enough: bool) -> Option<(usize, usize)> {
    let rest = &text[after..];
    let value = rest.trim_start_matches(['"', '\'', '\\', ' ', '=', ':']);
    let between = &rest[..rest.len() - value.len()];
    let separated = between.contains(['=', ':']) || space_is_enough && between.contains(' ');
    let length = value.find(['&', '"', '\'', '\\', ' ', ',', ';', '}']).unwrap_or(value.len());
    let start = after + between.len();
    // "[hidden]" is what a known secret has become already.
    (separated && length > 0 && !value.starts_with(MASK)).then_some((start, start + length))
}

/// Masks long runs that mix capitals, small letters and digits, as tokens and keys do.
///
/// Ids, paths and host names have one case only, and stay.
fn mask_tokens(text: &str) -> String {
    let in_run = |c: char| c.is_ascii_alphanumeric() || "-_.~+/=%".contains(c);
    let mut clean = String::with_capacity(text.len());
    let mut rest = text;
    while !rest.is_empty() {
        let length = rest.find(|c| !in_run(c)).unwrap_or(rest.len());
        let (run, tail) = rest.split_at(length);
        clean.push_str(if is_token(run) { MASK } else { run });
        let mut tail = tail.chars();
        clean.extend(tail.next());
        rest = tail.as_str();
    }
    clean
}

fn is_token(run: &str) -> bool {
    run.split(['/', '.']).any(|piece| {
        piece.len() >= TOKEN
            && piece.contains(|c: char| c.is_ascii_uppercase())
            && piece.contains(|c: char| c.is_ascii_lowercase())
            && piece.contains(|c: char| c.is_ascii_digit())
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn no_text_around_a_known_secret_brings_it_to_light(
            before in "(?s).{0,80}",
            after in "(?s).{0,80}",
            name in proptest::sample::select(&["", "client_secret=", "Bearer ", ": string \""][..]),
        ) {
            let secret = Secret::new("Wq~7-planted/secret+9");
            let text = format!("{before}{name}{}{after}", secret.expose());
            let clean = clean(&text, std::slice::from_ref(&secret));
            prop_assert!(!clean.contains("planted"), "{clean}");
            prop_assert!(!clean.contains(['\n', '\r', '\t']), "{clean}");
        }
    }

    #[test]
    fn useful_text_stays() {
        for text in [
            "AADSTS7000215: Invalid client secret provided for app \
             'a5e0c1f6-1111-4d4c-9e0b-0242ac120002'.",
            "failed to read federated token from file /var/run/secrets/azure/tokens/azure-identity",
            "Please run 'az login' to setup account.",
            "error sending request for url (https://login.microsoftonline.com/tenant/oauth2/v2.0)",
            "expected value at line 1 column 1",
            "The password expired yesterday",
            "password=&user=me",
        ] {
            assert_eq!(clean(text, &[]), text);
        }
    }

    #[test]
    fn what_looks_like_a_token_is_hidden() {
        for text in [
            "The request failed: {\"access_token\":\"short-one\"}",
            "body: client_id=x&client_secret=correct-horse&scope=y",
            "got eyJ0eXAiOiJKV1QiLCJhbGciOiJSUzI1NiJ9.eyJhdWQiOiIxMjM0NTY3ODkwIn0.c2ln here",
            "Authorization: Bearer some-token",
            "invalid type: string \"plain-value\", expected struct Token at line 1",
            "of twenty characters: Tok3nTok3nTok3nTok3n",
        ] {
            let clean = clean(text, &[]);
            assert!(clean.contains(MASK), "{clean}");
            for secret in
                ["short-one", "correct-horse", "eyJ", "some-token", "plain-value", "Tok3n"]
            {
                assert!(!clean.contains(secret), "{clean}");
            }
        }
    }

    #[test]
    fn a_known_secret_is_hidden_as_it_is_and_as_a_form_has_it() {
        let secrets = [Secret::new("a~b c+d")];
        assert_eq!(clean("one a~b c+d two", &secrets), "one [hidden] two");
        assert_eq!(clean("one a%7Eb+c%2Bd two", &secrets), "one [hidden] two");
        let short = [Secret::new("four"), Secret::new("the")];
        assert_eq!(clean("the one of four", &short), "the one of [hidden]");
    }

    #[test]
    fn a_text_becomes_one_line_of_bounded_length() {
        assert_eq!(clean("a\r\n\tb\n", &[]), "a b");
        assert!(clean(&"ä ".repeat(4000), &[]).len() < 610);
        assert_eq!(cut("whole", 5), "whole");
        assert_eq!(cut("longer", 5), "longe…");
    }

    #[test]
    fn several_named_values_are_all_hidden() {
        let text = "client_secret=one&client_assertion=two&password: three";
        let clean = clean(text, &[]);
        assert_eq!(clean, "client_secret=[hidden]&client_assertion=[hidden]&password: [hidden]");
    }
}
