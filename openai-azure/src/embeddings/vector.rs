//! Vectors as they are written in JSON: base64 of 32-bit numbers, or a list of numbers.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD};
use serde::de::{Error, SeqAccess, Visitor};
use serde::{Deserializer, Serializer};

/// How many numbers a vector usually has.
const USUAL: usize = 3072;

pub(super) fn serialize<S: Serializer>(vector: &[f32], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(vector)
}

/// Reads either form, and `null` as no numbers.
pub(super) fn deserialize<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Vec<f32>, D::Error> {
    deserializer.deserialize_any(Form)
}

struct Form;

impl<'de> Visitor<'de> for Form {
    type Value = Vec<f32>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of numbers, or base64")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Vec<f32>, E> {
        let text = text.trim_end_matches('=');
        let bytes = STANDARD_NO_PAD.decode(text).map_err(E::custom)?;
        let (numbers, rest) = bytes.as_chunks::<4>();
        if !rest.is_empty() {
            return Err(E::custom(format!("{} bytes are no 32-bit numbers", bytes.len())));
        }
        Ok(numbers.iter().map(|&number| f32::from_le_bytes(number)).collect())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Vec<f32>, A::Error> {
        let mut vector = Vec::with_capacity(list.size_hint().unwrap_or(0).min(USUAL));
        while let Some(number) = list.next_element()? {
            vector.push(number);
        }
        Ok(vector)
    }

    fn visit_unit<E: Error>(self) -> Result<Vec<f32>, E> {
        Ok(Vec::new())
    }
}

/// Writes a vector as the service does, for tests.
#[allow(dead_code, reason = "tests alone write it")]
pub(super) fn to_base64(vector: &[f32]) -> String {
    let bytes: Vec<u8> = vector.iter().flat_map(|number| number.to_le_bytes()).collect();
    STANDARD.encode(bytes)
}

#[cfg(test)]
mod tests {
    use super::{deserialize, to_base64};
    use proptest::prelude::*;

    fn read(json: &str) -> Result<Vec<f32>, serde_json::Error> {
        deserialize(&mut serde_json::Deserializer::from_str(json))
    }

    proptest! {
        #[test]
        fn both_forms_give_the_same_numbers(vector: Vec<f32>) {
            prop_assume!(vector.iter().all(|number| number.is_finite()));
            let base64 = read(&format!("{:?}", to_base64(&vector))).unwrap();
            prop_assert_eq!(&base64, &vector);
            let list = read(&serde_json::to_string(&vector).unwrap()).unwrap();
            prop_assert_eq!(&list, &vector);
        }
    }

    #[test]
    fn what_is_no_vector_is_an_error() {
        for json in ["\"AAA\"", "\"?\"", "true", "[\"x\"]"] {
            assert!(read(json).is_err(), "{json}");
        }
        assert_eq!(read("null").unwrap(), Vec::<f32>::new());
    }
}
