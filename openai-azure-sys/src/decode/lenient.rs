//! Values that are read whatever their form is.

use std::fmt;
use std::marker::PhantomData;

use serde::de::value::{MapAccessDeserializer, SeqAccessDeserializer};
use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::Value;

use super::key::Key;

/// The visits of what is neither a text nor an object.
macro_rules! neither_text_nor_object {
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

/// A type that is an object, and keeps anything else as JSON.
pub trait Lenient: Sized {
    /// Reads an object.
    ///
    /// # Errors
    ///
    /// A field that does not fit its type.
    fn from_map<'de, A: MapAccess<'de>>(map: A) -> Result<Self, A::Error>;

    /// Keeps what is no object.
    fn from_other(value: Value) -> Self;
}

/// Reads an object, or anything else.
///
/// # Errors
///
/// A field that does not fit its type.
pub fn read_lenient<'de, T: Lenient, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    deserializer.deserialize_any(LenientVisitor(PhantomData))
}

struct LenientVisitor<T>(PhantomData<T>);

impl<'de, T: Lenient> Visitor<'de> for LenientVisitor<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any value")
    }

    #[inline]
    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<T, A::Error> {
        T::from_map(map)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<T, E> {
        Ok(T::from_other(text.into()))
    }

    neither_text_nor_object!(T, T::from_other);
}

/// A text, borrowed where that is possible, or anything else.
#[derive(Debug)]
pub enum Loose<'de> {
    /// A text.
    Text(Key<'de>),
    /// Anything else.
    Other(Value),
}

impl Loose<'_> {
    /// As JSON.
    #[must_use]
    pub fn into_value(self) -> Value {
        match self {
            Self::Text(text) => Value::String(text.into_string()),
            Self::Other(value) => value,
        }
    }
}

impl<'de> Deserialize<'de> for Loose<'de> {
    #[inline]
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(LooseVisitor)
    }
}

struct LooseVisitor;

impl<'de> Visitor<'de> for LooseVisitor {
    type Value = Loose<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any value")
    }

    #[inline]
    fn visit_borrowed_str<E: Error>(self, text: &'de str) -> Result<Loose<'de>, E> {
        Ok(Loose::Text(Key::Borrowed(text)))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Loose<'de>, E> {
        Ok(Loose::Text(Key::Owned(text.to_owned())))
    }

    fn visit_string<E: Error>(self, text: String) -> Result<Loose<'de>, E> {
        Ok(Loose::Text(Key::Owned(text)))
    }

    neither_text_nor_object!(Loose<'de>, Loose::Other);

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Loose<'de>, A::Error> {
        Value::deserialize(MapAccessDeserializer::new(map)).map(Loose::Other)
    }
}
