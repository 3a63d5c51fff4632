//! Unions by a tag, read in place where the tag comes first.

use std::fmt;
use std::marker::PhantomData;

use serde::de::value::{MapAccessDeserializer, SeqAccessDeserializer};
use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

use super::key::Key;

/// A union whose variants are told apart by one field; `open_union!` implements it.
pub trait Tagged: Sized {
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

    /// A value whose tag is missing or not listed.
    fn other(value: Value) -> Self;
}

/// Reads a union. If the tag is the first field, the variant is read in place; otherwise the object
/// is collected first.
///
/// # Errors
///
/// A field of a listed variant that does not fit its type.
pub fn read_union<'de, T: Tagged, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    deserializer.deserialize_any(UnionVisitor(PhantomData))
}

/// The visits of what is neither a text nor an object.
macro_rules! not_text {
    ($ty:ty, $of:expr) => {
        fn visit_bool<E: Error>(self, value: bool) -> Result<$ty, E> {
            Ok($of(value.into()))
        }

        fn visit_i64<E: Error>(self, value: i64) -> Result<$ty, E> {
            Ok($of(value.into()))
        }

        fn visit_u64<E: Error>(self, value: u64) -> Result<$ty, E> {
            Ok($of(value.into()))
        }

        fn visit_f64<E: Error>(self, value: f64) -> Result<$ty, E> {
            Ok($of(value.into()))
        }

        fn visit_unit<E: Error>(self) -> Result<$ty, E> {
            Ok($of(Value::Null))
        }

        fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<$ty, A::Error> {
            Value::deserialize(SeqAccessDeserializer::new(list)).map($of)
        }
    };
}

struct UnionVisitor<T>(PhantomData<T>);

impl<'de, T: Tagged> Visitor<'de> for UnionVisitor<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "an object with the field `{}`", T::TAG)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<T, A::Error> {
        let Some(first) = map.next_key::<Key<'de>>()? else {
            return Ok(T::other(Value::Object(Map::new())));
        };
        let mut fields = Map::new();
        if first.as_str() == T::TAG {
            match map.next_value::<Tag<'de>>()? {
                Tag::Text(tag) if T::is_listed(tag.as_str()) => {
                    return T::read_variant(tag.as_str(), map).map_err(|e| within(tag.as_str(), e));
                }
                tag => fields.insert(T::TAG.to_owned(), tag.into_value()),
            };
        } else {
            fields.insert(first.into_string(), map.next_value()?);
        }
        while let Some((key, value)) = map.next_entry()? {
            fields.insert(key, value);
        }
        from_fields(fields)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<T, E> {
        Ok(T::other(text.into()))
    }

    not_text!(T, T::other);
}

fn from_fields<T: Tagged, E: Error>(mut fields: Map<String, Value>) -> Result<T, E> {
    match fields.remove(T::TAG) {
        Some(Value::String(tag)) if T::is_listed(&tag) => fields
            .deserialize_map(VariantVisitor { tag: &tag, union: PhantomData })
            .map_err(|error| within(&tag, error)),
        tag => {
            fields.extend(tag.map(|tag| (T::TAG.to_owned(), tag)));
            Ok(T::other(Value::Object(fields)))
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

/// The value of the tag: text, or anything else.
enum Tag<'de> {
    Text(Key<'de>),
    Other(Value),
}

impl Tag<'_> {
    fn into_value(self) -> Value {
        match self {
            Self::Text(text) => Value::String(text.into_string()),
            Self::Other(value) => value,
        }
    }
}

impl<'de> Deserialize<'de> for Tag<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(TagVisitor)
    }
}

struct TagVisitor;

impl<'de> Visitor<'de> for TagVisitor {
    type Value = Tag<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string")
    }

    #[inline]
    fn visit_borrowed_str<E: Error>(self, text: &'de str) -> Result<Tag<'de>, E> {
        Ok(Tag::Text(Key::Borrowed(text)))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Tag<'de>, E> {
        Ok(Tag::Text(Key::Owned(text.to_owned())))
    }

    fn visit_string<E: Error>(self, text: String) -> Result<Tag<'de>, E> {
        Ok(Tag::Text(Key::Owned(text)))
    }

    not_text!(Tag<'de>, Tag::Other);

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Tag<'de>, A::Error> {
        Value::deserialize(MapAccessDeserializer::new(map)).map(Tag::Other)
    }
}
