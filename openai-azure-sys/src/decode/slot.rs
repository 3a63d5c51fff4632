//! How a field of a type is read, and when it counts as not set.
//!
//! The macros know a field's type only as tokens. `(&&&Slot::<T>::NEW).read(…)` finds the first of
//! [`ReadAs`] (types with a reading of their own), [`ReadList`] (other lists) and [`ReadAny`]
//! (everything that serde can read) that `T` has, because method lookup takes references off one
//! by one. The same holds for [`UnsetAs`] and [`UnsetAny`].

use std::collections::BTreeMap;
use std::marker::PhantomData;

use serde::de::{Deserialize, MapAccess};
use serde_json::{Map, Value};

use super::integer::Integer;
use super::list::List;
use super::object::{MaybeObject, Nullable, Object, Objects, Open};
use super::shared_str::{SharedSeed, SharedStr};

/// Stands for a field of type `T`.
#[derive(Debug)]
pub struct Slot<T>(PhantomData<T>);

impl<T> Slot<T> {
    /// The only value.
    pub const NEW: Self = Self(PhantomData);
}

/// The reading of a type that has one of its own.
pub trait ReadAs<T> {
    /// Reads the value of a field into `into`; `null` changes nothing.
    ///
    /// # Errors
    ///
    /// A value that does not fit the type.
    fn read<'de, A: MapAccess<'de>>(
        &self,
        map: &mut A,
        into: &mut T,
        prior: Option<&T>,
    ) -> Result<(), A::Error>;
}

/// The reading of lists of anything.
pub trait ReadList<T> {
    /// Reads the value of a field into `into`; `null` changes nothing.
    ///
    /// # Errors
    ///
    /// A value that does not fit the type.
    fn read<'de, A: MapAccess<'de>>(
        &self,
        map: &mut A,
        into: &mut T,
        prior: Option<&T>,
    ) -> Result<(), A::Error>;
}

/// The reading of everything else.
pub trait ReadAny<'de, T> {
    /// Reads the value of a field into `into`; `null` changes nothing.
    ///
    /// # Errors
    ///
    /// A value that does not fit the type.
    fn read<A: MapAccess<'de>>(
        &self,
        map: &mut A,
        into: &mut T,
        prior: Option<&T>,
    ) -> Result<(), A::Error>;
}

impl<'de, T: Deserialize<'de>> ReadAny<'de, T> for Slot<T> {
    #[inline]
    fn read<A: MapAccess<'de>>(
        &self,
        map: &mut A,
        into: &mut T,
        _: Option<&T>,
    ) -> Result<(), A::Error> {
        if let Some(value) = map.next_value()? {
            *into = value;
        }
        Ok(())
    }
}

impl<T: for<'a> Deserialize<'a>> ReadList<Vec<T>> for &Slot<Vec<T>> {
    #[inline]
    fn read<'de, A: MapAccess<'de>>(
        &self,
        map: &mut A,
        into: &mut Vec<T>,
        _: Option<&Vec<T>>,
    ) -> Result<(), A::Error> {
        if let Some(list) = map.next_value::<Option<List<T>>>()? {
            *into = list.0;
        }
        Ok(())
    }
}

macro_rules! read_as {
    ([$($generics:tt)*] $ty:ty, |$map:ident, $into:ident, $prior:ident| $read:expr) => {
        impl<$($generics)*> ReadAs<$ty> for &&Slot<$ty> {
            #[inline]
            fn read<'de, A: MapAccess<'de>>(
                &self,
                $map: &mut A,
                $into: &mut $ty,
                $prior: Option<&$ty>,
            ) -> Result<(), A::Error> {
                $read
            }
        }
    };
}

macro_rules! integers {
    ($($integer:ty)*) => {$(
        read_as!([] $integer, |map, into, _prior| {
            if let Some(read) = map.next_value::<Option<Integer<$integer>>>()? {
                *into = read.0;
            }
            Ok(())
        });

        read_as!([] Option<$integer>, |map, into, _prior| {
            if let Some(read) = map.next_value::<Option<Integer<$integer>>>()? {
                *into = Some(read.0);
            }
            Ok(())
        });
    )*};
}

integers!(u8 u16 u32 u64 usize i8 i16 i32 i64 isize);

read_as!([] SharedStr, |map, into, prior| {
    if let Some(text) = map.next_value_seed(SharedSeed { prior })? {
        *into = text;
    }
    Ok(())
});

read_as!([] Option<SharedStr>, |map, into, prior| {
    let prior = prior.and_then(Option::as_ref);
    if let Some(text) = map.next_value_seed(SharedSeed { prior })? {
        *into = Some(text);
    }
    Ok(())
});

read_as!([T: Open] T, |map, into, prior| map.next_value_seed(Nullable(Object { into, prior })));

read_as!([T: Open] Option<T>, |map, into, _prior| {
    map.next_value_seed(Nullable(MaybeObject(into)))
});

read_as!([T: Open] Vec<T>, |map, into, _prior| map.next_value_seed(Nullable(Objects(into))));

/// When a type that can be empty counts as not set.
pub trait UnsetAs<T> {
    /// Whether the field is left out.
    fn is_unset(&self, value: &T) -> bool;
}

/// Everything else is always set.
pub trait UnsetAny<T> {
    /// Whether the field is left out.
    fn is_unset(&self, _: &T) -> bool {
        false
    }
}

impl<T> UnsetAny<T> for &Slot<T> {}

impl<T> UnsetAs<Option<T>> for Slot<Option<T>> {
    fn is_unset(&self, value: &Option<T>) -> bool {
        value.is_none()
    }
}

impl<T> UnsetAs<Vec<T>> for Slot<Vec<T>> {
    fn is_unset(&self, value: &Vec<T>) -> bool {
        value.is_empty()
    }
}

impl UnsetAs<Map<String, Value>> for Slot<Map<String, Value>> {
    fn is_unset(&self, value: &Map<String, Value>) -> bool {
        value.is_empty()
    }
}

impl<K, V> UnsetAs<BTreeMap<K, V>> for Slot<BTreeMap<K, V>> {
    fn is_unset(&self, value: &BTreeMap<K, V>) -> bool {
        value.is_empty()
    }
}
