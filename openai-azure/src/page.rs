//! One page of a list.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{IgnoredAny, MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Map, Value};

/// An entry of a list that names itself.
pub trait ListItem {
    /// Unique ID, the cursor of the page that begins after this entry.
    fn id(&self) -> &str;
}

/// One page of a list.
///
/// The pages of a list are read with the `stream` and `pages` of its request; one page by its
/// `send`.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Page<T> {
    /// The entries of the page.
    pub data: Vec<T>,
    /// Whether there are more pages.
    pub has_more: bool,
    /// ID of the first entry.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first_id: Option<String>,
    /// ID of the last entry.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_id: Option<String>,
    /// Fields that this crate does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

impl<T> Default for Page<T> {
    fn default() -> Self {
        Self { data: Vec::new(), has_more: false, first_id: None, last_id: None, extra: Map::new() }
    }
}

impl<T: ListItem> Page<T> {
    /// The cursor of the next page, to be sent as `after`; `None` on the last page.
    ///
    /// A page is the last one when `has_more` is false or it has no entries.
    #[must_use]
    pub fn next_after(&self) -> Option<&str> {
        let last = self.data.last().filter(|_| self.has_more)?;
        let last_id = self.last_id.as_deref().filter(|id| !id.is_empty());
        Some(last_id.unwrap_or_else(|| last.id())).filter(|id| !id.is_empty())
    }
}

/// Unknown fields are stored without a buffer for the known ones, which can be large.
impl<'de, T: Deserialize<'de>> Deserialize<'de> for Page<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(PageVisitor(PhantomData))
    }
}

struct PageVisitor<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for PageVisitor<T> {
    type Value = Page<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a page of a list")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Page<T>, A::Error> {
        let mut page = Page::default();
        while let Some(key) = map.next_key::<String>()? {
            match key.as_str() {
                "data" => page.data = map.next_value::<Option<_>>()?.unwrap_or_default(),
                "has_more" => page.has_more = map.next_value::<Option<_>>()?.unwrap_or_default(),
                "first_id" => page.first_id = map.next_value()?,
                "last_id" => page.last_id = map.next_value()?,
                "object" => {
                    map.next_value::<IgnoredAny>()?;
                }
                _ => {
                    page.extra.insert(key, map.next_value()?);
                }
            }
        }
        Ok(page)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{ListItem, Page};

    impl ListItem for Value {
        fn id(&self) -> &str {
            self["id"].as_str().unwrap_or_default()
        }
    }

    fn page(value: Value) -> Page<Value> {
        serde_json::from_str(&value.to_string()).unwrap()
    }

    #[test]
    fn the_next_page_begins_after_the_last_id_or_the_id_of_the_last_entry() {
        let entries = json!([{"id": "a"}, {"id": "b"}]);
        for (value, expected) in [
            (json!({"data": entries, "has_more": true, "last_id": "c"}), Some("c")),
            (json!({"data": entries, "has_more": true, "last_id": null}), Some("b")),
            (json!({"data": entries, "has_more": true, "last_id": ""}), Some("b")),
            (json!({"data": entries, "has_more": false, "last_id": "b"}), None),
            (json!({"data": entries}), None),
            (json!({"data": [], "has_more": true, "last_id": "b"}), None),
            (json!({"data": null, "has_more": null}), None),
            (json!({"data": [{}], "has_more": true}), None),
        ] {
            assert_eq!(page(value.clone()).next_after(), expected, "{value}");
        }
    }

    #[test]
    fn unknown_fields_of_a_page_are_kept() {
        let page = page(json!({"object": "list", "data": [], "new": 1}));
        assert_eq!(page.extra["new"], 1);
        assert_eq!(page.extra.len(), 1);
    }
}
