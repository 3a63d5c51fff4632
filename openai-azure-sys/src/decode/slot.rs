//! How a field of a type is read, and when it counts as not set.
//!
//! The macros know a field's type only as tokens. `(&Slot::<T>::NEW).read(…)` finds the reading of
//! `T` itself ([`ReadAs`]) if there is one, else that of everything that serde can read
//! ([`ReadAny`]), because method lookup prefers fewer references. The same holds for
//! [`UnsetAs`] and [`UnsetAny`].

use std::collections::BTreeMap;
use std::marker::PhantomData;

use serde::de::{Deserialize, MapAccess};
use serde_json::{Map, Value};

use super::integer::Integer;
use super::list::List;
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
    /// Reads the value of a field; `null` is nothing.
    ///
    /// # Errors
    ///
    /// A value that does not fit the type.
    fn read<'de, A: MapAccess<'de>>(
        &self,
        map: &mut A,
        prior: Option<&T>,
    ) -> Result<Option<T>, A::Error>;
}

/// The reading of everything else.
pub trait ReadAny<'de, T> {
    /// Reads the value of a field; `null` is nothing.
    ///
    /// # Errors
    ///
    /// A value that does not fit the type.
    fn read<A: MapAccess<'de>>(
        &self,
        map: &mut A,
        prior: Option<&T>,
    ) -> Result<Option<T>, A::Error>;
}

impl<'de, T: Deserialize<'de>> ReadAny<'de, T> for &Slot<T> {
    #[inline]
    fn read<A: MapAccess<'de>>(&self, map: &mut A, _: Option<&T>) -> Result<Option<T>, A::Error> {
        map.next_value()
    }
}

macro_rules! integers {
    ($($integer:ty)*) => {$(
        impl ReadAs<$integer> for Slot<$integer> {
            #[inline]
            fn read<'de, A: MapAccess<'de>>(
                &self,
                map: &mut A,
                _: Option<&$integer>,
            ) -> Result<Option<$integer>, A::Error> {
                Ok(map.next_value::<Option<Integer<$integer>>>()?.map(|read| read.0))
            }
        }

        impl ReadAs<Option<$integer>> for Slot<Option<$integer>> {
            #[inline]
            fn read<'de, A: MapAccess<'de>>(
                &self,
                map: &mut A,
                _: Option<&Option<$integer>>,
            ) -> Result<Option<Option<$integer>>, A::Error> {
                Ok(map.next_value::<Option<Integer<$integer>>>()?.map(|read| Some(read.0)))
            }
        }
    )*};
}

integers!(u8 u16 u32 u64 usize i8 i16 i32 i64 isize);

impl ReadAs<SharedStr> for Slot<SharedStr> {
    #[inline]
    fn read<'de, A: MapAccess<'de>>(
        &self,
        map: &mut A,
        prior: Option<&SharedStr>,
    ) -> Result<Option<SharedStr>, A::Error> {
        map.next_value_seed(SharedSeed { prior })
    }
}

impl ReadAs<Option<SharedStr>> for Slot<Option<SharedStr>> {
    #[inline]
    fn read<'de, A: MapAccess<'de>>(
        &self,
        map: &mut A,
        prior: Option<&Option<SharedStr>>,
    ) -> Result<Option<Option<SharedStr>>, A::Error> {
        let prior = prior.and_then(Option::as_ref);
        Ok(map.next_value_seed(SharedSeed { prior })?.map(Some))
    }
}

impl<T: for<'a> Deserialize<'a>> ReadAs<Vec<T>> for Slot<Vec<T>> {
    #[inline]
    fn read<'de, A: MapAccess<'de>>(
        &self,
        map: &mut A,
        _: Option<&Vec<T>>,
    ) -> Result<Option<Vec<T>>, A::Error> {
        Ok(map.next_value::<Option<List<T>>>()?.map(|list| list.0))
    }
}

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
