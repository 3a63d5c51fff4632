//! Filters of a search.

use serde::{Serialize, Serializer};
use serde_json::{Value, json};

/// What the attributes of a file must be for the file to be searched.
///
/// ```
/// use openai_azure::vector_stores::SearchFilter;
///
/// let filter = SearchFilter::eq("language", "en").and(SearchFilter::gte("year", 2024));
/// assert_eq!(serde_json::to_value(&filter).unwrap()["type"], "and");
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct SearchFilter(Value);

macro_rules! comparison {
    ($($(#[$about:meta])* $name:ident = $kind:literal,)*) => {
        impl SearchFilter {
            $(
                $(#[$about])*
                #[must_use]
                pub fn $name(key: impl Into<String>, value: impl Into<Value>) -> Self {
                    Self(json!({"type": $kind, "key": key.into(), "value": value.into()}))
                }
            )*
        }
    };
}

comparison! {
    /// The attribute equals the value.
    eq = "eq",
    /// The attribute does not equal the value.
    ne = "ne",
    /// The attribute is greater than the value.
    gt = "gt",
    /// The attribute is greater than the value or equals it.
    gte = "gte",
    /// The attribute is less than the value.
    lt = "lt",
    /// The attribute is less than the value or equals it.
    lte = "lte",
    /// The attribute is in the list of values.
    is_in = "in",
    /// The attribute is not in the list of values.
    not_in = "nin",
}

impl SearchFilter {
    /// Both filters must match.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        self.joined("and", other)
    }

    /// One of the filters must match.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        self.joined("or", other)
    }

    /// A filter as JSON, of a kind that this crate does not know.
    #[must_use]
    pub fn json(filter: Value) -> Self {
        Self(filter)
    }

    fn joined(self, kind: &str, other: Self) -> Self {
        Self(json!({"type": kind, "filters": [self.0, other.0]}))
    }
}

impl Serialize for SearchFilter {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

#[cfg(test)]
mod tests {
    use super::SearchFilter;
    use serde_json::json;

    #[test]
    fn filters_are_written_as_the_service_reads_them() {
        let filter =
            SearchFilter::is_in("lang", vec!["de", "en"]).or(SearchFilter::lt("year", 2000));
        assert_eq!(
            serde_json::to_value(filter).unwrap(),
            json!({"type": "or", "filters": [
                {"type": "in", "key": "lang", "value": ["de", "en"]},
                {"type": "lt", "key": "year", "value": 2000},
            ]})
        );
    }
}
