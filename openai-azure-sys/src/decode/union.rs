//! Unions by a tag, read in place where the tag comes first.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{Deserializer, Error, MapAccess, Visitor};
use serde_json::{Map, Value};

use super::key::Key;
use super::lenient::{Lenient, Loose};

/// A union whose variants are told apart by one field; `open_union!` implements it.
pub trait Tagged: Lenient {
    /// The name of the field.
    const TAG: &'static str;

    /// Whether a variant is listed for this tag.
    fn is_listed(tag: &str) -> bool;

    /// Reads the fields of the variant that is listed for `tag`, without the tag itself.
    ///
    /// # Errors
    ///
    /// A field that does not fit its type.
    fn read_variant<'de, A: MapAccess<'de>>(tag: &str, map: A) -> Result<Self, A::Error>;
}

/// Reads a union from its fields. If the tag is the first one, the variant is read in place;
/// otherwise the object is collected first.
///
/// # Errors
///
/// A field of a listed variant that does not fit its type.
pub fn read_union<'de, T: Tagged, A: MapAccess<'de>>(mut map: A) -> Result<T, A::Error> {
    let Some(first) = map.next_key::<Key<'de>>()? else {
        return Ok(T::from_other(Value::Object(Map::new())));
    };
    let mut fields = Map::new();
    if first.as_str() == T::TAG {
        match map.next_value::<Loose<'de>>()? {
            Loose::Text(tag) if T::is_listed(tag.as_str()) => {
                let tag = tag.as_str();
                return T::read_variant(tag, map).map_err(|error| within(tag, error));
            }
            tag => fields.insert(T::TAG.to_owned(), tag.into_value()),
        };
    } else {
        fields.insert(first.into_string(), map.next_value()?);
    }
    while let Some((key, value)) = map.next_entry()? {
        fields.insert(key, value);
    }
    match fields.remove(T::TAG) {
        Some(Value::String(tag)) if T::is_listed(&tag) => fields
            .deserialize_map(VariantVisitor { tag: &tag, union: PhantomData })
            .map_err(|error| within(&tag, error)),
        tag => {
            fields.extend(tag.map(|tag| (T::TAG.to_owned(), tag)));
            Ok(T::from_other(Value::Object(fields)))
        }
    }
}

/// The error names the variant that was being read.
fn within<E: Error>(tag: &str, error: impl fmt::Display) -> E {
    E::custom(format_args!("{tag}: {error}"))
}

struct VariantVisitor<'t, T> {
    tag: &'t str,
    union: PhantomData<T>,
}

impl<'de, T: Tagged> Visitor<'de> for VariantVisitor<'_, T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<T, A::Error> {
        T::read_variant(self.tag, map)
    }
}
