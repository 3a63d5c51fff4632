//! URLs that are as good as a key.

use std::fmt;
use std::ops::Deref;

use serde::{Deserialize, Serialize};

/// A URL whose query may be a signature: who has it needs no credential. `Debug` does not show the
/// query; `Display` and `Deref` give the whole URL.
#[derive(Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SignedUrl(String);

impl SignedUrl {
    /// The whole URL.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The URL without its query and its fragment.
    #[must_use]
    pub fn without_query(&self) -> &str {
        self.0.split(['?', '#']).next().unwrap_or_default()
    }
}

impl Deref for SignedUrl {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl AsRef<str> for SignedUrl {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl From<String> for SignedUrl {
    fn from(url: String) -> Self {
        Self(url)
    }
}

impl From<&str> for SignedUrl {
    fn from(url: &str) -> Self {
        Self(url.to_owned())
    }
}

impl fmt::Display for SignedUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for SignedUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = self.without_query();
        let hidden = if shown.len() < self.0.len() { "?…" } else { "" };
        write!(f, "\"{shown}{hidden}\"")
    }
}

#[cfg(test)]
mod tests {
    use super::SignedUrl;

    #[test]
    fn the_signature_is_in_no_debug_output() {
        let url = SignedUrl::from("https://blob.example/a.png?sig=hunter2#hunter2");
        assert_eq!(format!("{url:?}"), r#""https://blob.example/a.png?…""#);
        assert_eq!(url.to_string(), "https://blob.example/a.png?sig=hunter2#hunter2");
        assert_eq!(format!("{:?}", SignedUrl::from("https://x/a")), r#""https://x/a""#);
    }
}
