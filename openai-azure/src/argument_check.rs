//! Arguments that the service refuses, found before anything is sent.

use crate::error::Error;

/// Checks the name of a tool, a function or a schema: letters, digits, `_` and `-`.
///
/// # Errors
///
/// [`Error::Config`] for any other name.
pub(crate) fn name(what: &str, name: &str, most: usize) -> Result<(), Error> {
    let is_allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
    if (1..=most).contains(&name.len()) && name.bytes().all(is_allowed) {
        return Ok(());
    }
    Err(Error::config(format!(
        "the name {name:?} of a {what} is not allowed: it has 1 to {most} letters, digits, `_` and \
         `-`, and no spaces"
    )))
}

/// Checks where an image is: the service takes a URL and no path.
///
/// # Errors
///
/// [`Error::Config`] for a path and anything else that is no URL.
pub(crate) fn image_url(url: &str, from_file: &str) -> Result<(), Error> {
    let begins =
        |scheme: &str| url.get(..scheme.len()).is_some_and(|it| it.eq_ignore_ascii_case(scheme));
    if ["https:", "http:", "data:"].into_iter().any(begins) {
        return Ok(());
    }
    let shown: String = url.chars().take(80).collect();
    Err(Error::config(format!(
        "{shown:?} is not the URL of an image: the service cannot read files of this computer; send \
         one with `{from_file}`, or an `https:` or `data:` URL"
    )))
}

#[cfg(test)]
mod tests {
    use super::{image_url, name};

    #[test]
    fn names_have_letters_digits_and_dashes() {
        let longest = "x".repeat(64);
        for good in ["a", "get_weather-2", &longest] {
            name("tool", good, 64).unwrap();
        }
        for bad in ["", "get weather", "wétter", "a.b", &"x".repeat(65)] {
            let error = name("tool", bad, 64).unwrap_err().to_string();
            assert!(error.contains("no spaces"), "{error}");
        }
    }

    #[test]
    fn an_image_has_a_url_and_no_path() {
        for good in ["https://x.example/a.png", "HTTP://x.example", "data:image/png;base64,AA=="] {
            image_url(good, "Part::image_file").unwrap();
        }
        for bad in ["cat.png", "/home/me/cat.png", "C:\\cat.png", "file:///cat.png", "", "é"] {
            let error = image_url(bad, "Part::image_file").unwrap_err().to_string();
            assert!(error.contains("Part::image_file"), "{error}");
        }
    }
}
