//! Strings that repeat, held once.

use std::borrow::Borrow;
use std::fmt;
use std::ops::Deref;
use std::sync::Arc;

use serde::de::{Deserialize, DeserializeSeed, Deserializer, Error, Visitor};
use serde::ser::{Serialize, Serializer};

/// A string whose clones share one allocation, and whose empty value has none.
///
/// The chunks of a stream repeat their `id` and `model`; all of them share one copy. It
/// dereferences to [`str`] and compares with `str`, `&str` and [`String`].
///
/// ```
/// use openai_azure_sys::decode::SharedStr;
///
/// let id = SharedStr::from("chatcmpl-1");
/// assert_eq!(id, "chatcmpl-1");
/// assert!(id.starts_with("chatcmpl-"));
/// ```
#[derive(Clone, Default)]
pub struct SharedStr(Option<Arc<str>>);

impl SharedStr {
    /// The text.
    #[inline]
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_deref().unwrap_or_default()
    }

    /// Whether both are the same allocation, or both empty.
    #[must_use]
    pub fn ptr_eq(&self, other: &Self) -> bool {
        match (&self.0, &other.0) {
            (Some(this), Some(other)) => Arc::ptr_eq(this, other),
            (None, None) => true,
            _ => false,
        }
    }
}

impl Deref for SharedStr {
    type Target = str;

    fn deref(&self) -> &str {
        self.as_str()
    }
}

impl AsRef<str> for SharedStr {
    fn as_ref(&self) -> &str {
        self.as_str()
    }
}

impl Borrow<str> for SharedStr {
    fn borrow(&self) -> &str {
        self.as_str()
    }
}

impl From<&str> for SharedStr {
    fn from(text: &str) -> Self {
        Self((!text.is_empty()).then(|| text.into()))
    }
}

impl From<String> for SharedStr {
    fn from(text: String) -> Self {
        text.as_str().into()
    }
}

impl From<SharedStr> for String {
    fn from(text: SharedStr) -> Self {
        text.as_str().to_owned()
    }
}

impl PartialEq for SharedStr {
    fn eq(&self, other: &Self) -> bool {
        self.ptr_eq(other) || self.as_str() == other.as_str()
    }
}

impl Eq for SharedStr {}

impl PartialEq<str> for SharedStr {
    fn eq(&self, other: &str) -> bool {
        self.as_str() == other
    }
}

impl PartialEq<&str> for SharedStr {
    fn eq(&self, other: &&str) -> bool {
        self.as_str() == *other
    }
}

impl PartialEq<String> for SharedStr {
    fn eq(&self, other: &String) -> bool {
        self.as_str() == other
    }
}

impl PartialEq<SharedStr> for str {
    fn eq(&self, other: &SharedStr) -> bool {
        self == other.as_str()
    }
}

impl PartialEq<SharedStr> for &str {
    fn eq(&self, other: &SharedStr) -> bool {
        *self == other.as_str()
    }
}

impl PartialEq<SharedStr> for String {
    fn eq(&self, other: &SharedStr) -> bool {
        self == other.as_str()
    }
}

impl PartialOrd for SharedStr {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for SharedStr {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.as_str().cmp(other.as_str())
    }
}

impl std::hash::Hash for SharedStr {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.as_str().hash(state);
    }
}

impl fmt::Debug for SharedStr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.as_str(), f)
    }
}

impl fmt::Display for SharedStr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self)
    }
}

impl Serialize for SharedStr {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self)
    }
}

impl<'de> Deserialize<'de> for SharedStr {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(SharedVisitor { prior: None })
    }
}

/// Reads a string, or `null` as nothing; one that equals `prior` is shared with it.
pub(super) struct SharedSeed<'p> {
    pub(super) prior: Option<&'p SharedStr>,
}

impl<'de> DeserializeSeed<'de> for SharedSeed<'_> {
    type Value = Option<SharedStr>;

    #[inline]
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_option(self)
    }
}

impl<'de> Visitor<'de> for SharedSeed<'_> {
    type Value = Option<SharedStr>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string")
    }

    #[inline]
    fn visit_none<E: Error>(self) -> Result<Self::Value, E> {
        Ok(None)
    }

    #[inline]
    fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
        Ok(None)
    }

    #[inline]
    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_str(SharedVisitor { prior: self.prior }).map(Some)
    }
}

struct SharedVisitor<'p> {
    prior: Option<&'p SharedStr>,
}

impl Visitor<'_> for SharedVisitor<'_> {
    type Value = SharedStr;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string")
    }

    #[inline]
    fn visit_str<E: Error>(self, text: &str) -> Result<SharedStr, E> {
        match self.prior {
            Some(prior) if prior == text => Ok(prior.clone()),
            _ => Ok(text.into()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::SharedStr;

    #[test]
    fn clones_share_and_the_empty_string_allocates_nothing() {
        let text = SharedStr::from("abc");
        assert!(text.ptr_eq(&text.clone()));
        assert!(!text.ptr_eq(&SharedStr::from("abc")));
        assert!(SharedStr::from("").ptr_eq(&SharedStr::default()));
    }

    #[test]
    fn it_compares_prints_and_encodes_like_a_string() {
        let text = SharedStr::from("a\"b");
        let owned = "a\"b".to_owned();
        assert_eq!(text, "a\"b");
        assert_eq!("a\"b", text);
        assert_eq!(text, *"a\"b");
        assert_eq!(text, owned);
        assert_eq!(format!("{text} {text:?} {text:>4}"), "a\"b \"a\\\"b\"  a\"b");
        let json = serde_json::to_string(&text).unwrap();
        assert_eq!(serde_json::from_str::<SharedStr>(&json).unwrap(), text);
    }
}
