//! Objects with known fields and an `extra` for the others.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde::ser::SerializeMap;

use super::list::make_room;

/// An object with known fields and an `extra` for the others; `open_struct!` implements it.
pub trait Open: Default {
    /// The name of the type, for error messages.
    const NAME: &'static str;

    /// Reads the rest of an object into `self`, in place, because moving a large struct costs as
    /// much as reading it. Strings that equal those of `prior` are shared with it.
    ///
    /// # Errors
    ///
    /// A field that does not fit its type.
    fn fill<'de, A: MapAccess<'de>>(
        &mut self,
        map: A,
        prior: Option<&Self>,
    ) -> Result<(), A::Error>;

    /// Writes the fields into an object: the known ones in their order, then `extra`.
    ///
    /// # Errors
    ///
    /// Those of the serializer.
    fn write_fields<M: SerializeMap>(&self, map: &mut M) -> Result<(), M::Error>;

    /// Reads the rest of an object.
    ///
    /// # Errors
    ///
    /// A field that does not fit its type.
    fn read_map<'de, A: MapAccess<'de>>(map: A) -> Result<Self, A::Error> {
        let mut read = Self::default();
        read.fill(map, None)?;
        Ok(read)
    }
}

impl<T: Open> Open for Box<T> {
    const NAME: &'static str = T::NAME;

    fn fill<'de, A: MapAccess<'de>>(
        &mut self,
        map: A,
        prior: Option<&Self>,
    ) -> Result<(), A::Error> {
        T::fill(self, map, prior.map(Box::as_ref))
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
        let mut read = T::default();
        deserializer.deserialize_map(Fill { into: &mut read, prior: self.0 })?;
        Ok(read)
    }
}

/// Reads an object into `into`.
struct Fill<'i, 'p, T> {
    into: &'i mut T,
    prior: Option<&'p T>,
}

impl<'de, T: Open> Visitor<'de> for Fill<'_, '_, T> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "an object ({})", T::NAME)
    }

    #[inline]
    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<(), A::Error> {
        self.into.fill(map, self.prior)
    }
}

/// Reads a value into a field, unless it is `null`.
pub(super) struct Nullable<R>(pub(super) R);

/// A field that is read in place.
pub(super) trait Place {
    const EXPECTED: &'static str;

    fn read<'de, D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error>;
}

impl<'de, R: Place> DeserializeSeed<'de> for Nullable<R> {
    type Value = ();

    #[inline]
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_option(self)
    }
}

impl<'de, R: Place> Visitor<'de> for Nullable<R> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(R::EXPECTED)
    }

    #[inline]
    fn visit_none<E: Error>(self) -> Result<(), E> {
        Ok(())
    }

    #[inline]
    fn visit_unit<E: Error>(self) -> Result<(), E> {
        Ok(())
    }

    #[inline]
    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        self.0.read(deserializer)
    }
}

/// An object.
pub(super) struct Object<'i, 'p, T> {
    pub(super) into: &'i mut T,
    pub(super) prior: Option<&'p T>,
}

impl<T: Open> Place for Object<'_, '_, T> {
    const EXPECTED: &'static str = "an object";

    #[inline]
    fn read<'de, D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(Fill { into: self.into, prior: self.prior })
    }
}

/// An object that may be absent.
pub(super) struct MaybeObject<'i, T>(pub(super) &'i mut Option<T>);

impl<T: Open> Place for MaybeObject<'_, T> {
    const EXPECTED: &'static str = "an object";

    #[inline]
    fn read<'de, D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        let into = self.0.insert(T::default());
        deserializer.deserialize_map(Fill { into, prior: None })
    }
}

/// A list of objects.
pub(super) struct Objects<'i, T>(pub(super) &'i mut Vec<T>);

impl<T: Open> Place for Objects<'_, T> {
    const EXPECTED: &'static str = "a list";

    #[inline]
    fn read<'de, D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de, T: Open> Visitor<'de> for Objects<'_, T> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list")
    }

    #[inline]
    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<(), A::Error> {
        self.0.clear();
        while elements.next_element_seed(Element(self.0))?.is_some() {}
        Ok(())
    }
}

/// One more element of a list.
struct Element<'i, T>(&'i mut Vec<T>);

impl<'de, T: Open> DeserializeSeed<'de> for Element<'_, T> {
    type Value = ();

    #[inline]
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        make_room(self.0);
        self.0.push(T::default());
        match self.0.last_mut() {
            Some(into) => deserializer.deserialize_map(Fill { into, prior: None }),
            None => Ok(()),
        }
    }
}
