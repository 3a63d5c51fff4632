//! Objects with known fields and an `extra` for the others.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, MapAccess, Visitor};
use serde::ser::SerializeMap;

/// An object with known fields and an `extra` for the others; `open_struct!` implements it.
pub trait Open: Sized {
    /// The name of the type, for error messages.
    const NAME: &'static str;

    /// Reads the rest of an object. Strings that equal those of `prior` are shared with it.
    ///
    /// # Errors
    ///
    /// A field that does not fit its type.
    fn read_map<'de, A: MapAccess<'de>>(map: A, prior: Option<&Self>) -> Result<Self, A::Error>;

    /// Writes the fields into an object: the known ones in their order, then `extra`.
    ///
    /// # Errors
    ///
    /// Those of the serializer.
    fn write_fields<M: SerializeMap>(&self, map: &mut M) -> Result<(), M::Error>;
}

impl<T: Open> Open for Box<T> {
    const NAME: &'static str = T::NAME;

    fn read_map<'de, A: MapAccess<'de>>(map: A, prior: Option<&Self>) -> Result<Self, A::Error> {
        T::read_map(map, prior.map(Box::as_ref)).map(Self::new)
    }

    fn write_fields<M: SerializeMap>(&self, map: &mut M) -> Result<(), M::Error> {
        T::write_fields(self, map)
    }
}

/// Reads a `T`; strings that equal those of a `T` before it are shared with it.
#[derive(Debug)]
pub struct ObjectSeed<'p, T>(pub Option<&'p T>);

impl<'de, T: Open> DeserializeSeed<'de> for ObjectSeed<'_, T> {
    type Value = T;

    #[inline]
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<T, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de, T: Open> Visitor<'de> for ObjectSeed<'_, T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "an object ({})", T::NAME)
    }

    #[inline]
    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<T, A::Error> {
        T::read_map(map, self.0)
    }
}
