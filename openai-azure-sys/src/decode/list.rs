//! Lists that take no more room than they need while they have one element.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{Deserialize, Deserializer, SeqAccess, Visitor};

/// A list. Most lists of large elements have one, and `Vec` would make room for four.
pub(super) struct List<T>(pub(super) Vec<T>);

/// How many bytes of elements a list makes room for at once.
const FIRST: usize = 256;

/// Makes room for the first elements of a list.
#[inline]
pub(super) fn make_room<T>(list: &mut Vec<T>) {
    if list.capacity() == 0 {
        list.reserve_exact((FIRST / size_of::<T>().max(1)).clamp(1, 4));
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for List<T> {
    #[inline]
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_seq(ListVisitor(PhantomData))
    }
}

struct ListVisitor<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for ListVisitor<T> {
    type Value = List<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list")
    }

    #[inline]
    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<List<T>, A::Error> {
        let mut list = Vec::new();
        while let Some(element) = elements.next_element()? {
            make_room(&mut list);
            list.push(element);
        }
        Ok(List(list))
    }
}
