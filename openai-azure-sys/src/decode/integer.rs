//! Whole numbers, also when they are written as `1.0`.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{Deserialize, Deserializer, Error, Unexpected, Visitor};

/// A whole number that may be written with a fraction of zero.
pub(super) struct Integer<T>(pub(super) T);

impl<'de, T: TryFrom<i128>> Deserialize<'de> for Integer<T> {
    #[inline]
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_u64(IntegerVisitor(PhantomData))
    }
}

struct IntegerVisitor<T>(PhantomData<T>);

/// The least `f64` that no `u64` holds.
const TWO_POW_64: f64 = 18_446_744_073_709_551_616.0;

impl<T: TryFrom<i128>> Visitor<'_> for IntegerVisitor<T> {
    type Value = Integer<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a whole number")
    }

    #[inline]
    fn visit_u64<E: Error>(self, number: u64) -> Result<Integer<T>, E> {
        let fits = T::try_from(i128::from(number));
        fits.map(Integer).map_err(|_| E::invalid_value(Unexpected::Unsigned(number), &self))
    }

    #[inline]
    fn visit_i64<E: Error>(self, number: i64) -> Result<Integer<T>, E> {
        let fits = T::try_from(i128::from(number));
        fits.map(Integer).map_err(|_| E::invalid_value(Unexpected::Signed(number), &self))
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<Integer<T>, E> {
        let is_whole = number.fract() == 0.0 && number.abs() < TWO_POW_64;
        let fits = is_whole.then(|| T::try_from(number as i128).ok()).flatten();
        fits.map(Integer).ok_or_else(|| E::invalid_value(Unexpected::Float(number), &self))
    }
}
