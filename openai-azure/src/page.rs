//! Lists that come page by page.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// A page of a list.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, bound(deserialize = "T: Deserialize<'de>"))]
#[non_exhaustive]
pub struct Page<T> {
    /// What is on the page.
    #[serde(deserialize_with = "crate::serde_ext::null_as_default")]
    pub data: Vec<T>,
    /// Whether there are more pages. The next one begins after the id of the last entry.
    #[serde(deserialize_with = "crate::serde_ext::null_as_default")]
    pub has_more: bool,
    /// Members that this crate does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

impl<T> Default for Page<T> {
    fn default() -> Self {
        Self { data: Vec::new(), has_more: false, extra: Map::new() }
    }
}
