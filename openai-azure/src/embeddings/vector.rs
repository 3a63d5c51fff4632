//! Vectors as they are written in JSON: base64 of 32-bit numbers, or a list of numbers.

use std::fmt;

use serde::Deserializer;
use serde::de::{DeserializeSeed, Error, SeqAccess, Visitor};

/// Usual number of dimensions, for lists whose length is not known.
const USUAL: usize = 3072;

/// Reads either form, and `null` as nothing.
pub(super) struct VectorSeed;

impl<'de> DeserializeSeed<'de> for VectorSeed {
    type Value = Option<Vec<f32>>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for VectorSeed {
    type Value = Option<Vec<f32>>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of numbers, or base64")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
        from_base64(text.as_bytes()).map(Some).map_err(E::custom)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
        let mut vector = Vec::with_capacity(list.size_hint().unwrap_or(USUAL).min(USUAL));
        while let Some(number) = list.next_element()? {
            vector.push(number);
        }
        vector.shrink_to_fit();
        Ok(Some(vector))
    }

    fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
        Ok(None)
    }
}

/// What is wrong with a vector in base64.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
enum Fault {
    #[error("a character is not base64")]
    Character,
    #[error("{0} bytes are no 32-bit numbers")]
    Length(usize),
}

/// For a character at each of the four places of a group, its bits where they stand in the group's
/// three bytes, read with the lowest byte first; `INVALID` for what is not base64.
static PLACES: [[u32; 256]; 4] = places();

/// The byte that no group has.
const INVALID: u32 = 0xFF00_0000;

const fn places() -> [[u32; 256]; 4] {
    let alphabet = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut places = [[INVALID; 256]; 4];
    let mut value = 0;
    while value < 64 {
        let mut place = 0;
        while place < 4 {
            let bits = (value as u32) << (18 - 6 * place);
            let bytes = (bits >> 16) | (bits & 0xFF00) | ((bits & 0xFF) << 16);
            places[place as usize][alphabet[value as usize] as usize] = bytes;
            place += 1;
        }
        value += 1;
    }
    places
}

/// The three bytes of four characters, the first one lowest.
#[inline(always)]
fn group(characters: &[u8; 4]) -> u32 {
    let [a, b, c, d] = *characters;
    PLACES[0][usize::from(a)]
        | PLACES[1][usize::from(b)]
        | PLACES[2][usize::from(c)]
        | PLACES[3][usize::from(d)]
}

/// Decodes straight into numbers: sixteen characters are three of them.
fn from_base64(text: &[u8]) -> Result<Vec<f32>, Fault> {
    let padding = text.iter().rev().take(2).take_while(|character| **character == b'=').count();
    let text = &text[..text.len() - padding];
    let bytes = text.len() * 3 / 4;
    if !bytes.is_multiple_of(4) || text.len() % 4 == 1 {
        return Err(Fault::Length(bytes));
    }
    let mut vector = Vec::with_capacity(bytes / 4);
    let mut seen = 0;
    let (blocks, rest) = text.as_chunks::<16>();
    vector.extend(blocks.iter().flat_map(|block| {
        let (numbers, groups) = three(block);
        seen |= groups;
        numbers
    }));
    if !rest.is_empty() {
        // The rest of the block stands for zeros, and is cut off again.
        let mut block = [b'A'; 16];
        block[..rest.len()].copy_from_slice(rest);
        let (numbers, groups) = three(&block);
        seen |= groups;
        vector.extend(numbers);
        vector.truncate(bytes / 4);
    }
    if seen & INVALID != 0 { Err(Fault::Character) } else { Ok(vector) }
}

/// Three numbers, and all bits of their groups.
#[inline(always)]
fn three(block: &[u8; 16]) -> ([f32; 3], u32) {
    let (groups, _) = block.as_chunks::<4>();
    let [a, b, c, d] = [group(&groups[0]), group(&groups[1]), group(&groups[2]), group(&groups[3])];
    let numbers = [a | b << 24, b >> 8 & 0xFFFF | c << 16, c >> 16 & 0xFF | d << 8];
    (numbers.map(f32::from_bits), a | b | c | d)
}

/// Writes a vector as the service does, for tests.
#[allow(dead_code, reason = "tests alone write it")]
pub(super) fn to_base64(vector: &[f32]) -> String {
    use base64::Engine as _;
    let bytes: Vec<u8> = vector.iter().flat_map(|number| number.to_le_bytes()).collect();
    base64::engine::general_purpose::STANDARD.encode(bytes)
}

#[cfg(test)]
mod tests {
    use super::{VectorSeed, to_base64};
    use proptest::prelude::*;
    use serde::de::DeserializeSeed as _;

    fn read(json: &str) -> Result<Vec<f32>, serde_json::Error> {
        let vector = VectorSeed.deserialize(&mut serde_json::Deserializer::from_str(json));
        vector.map(Option::unwrap_or_default)
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
        for json in
            ["\"AAA\"", "\"?\"", "\"AACA?w==\"", "\"AAAAAAAAAAAAAAA\u{e9}\"", "true", "[\"x\"]"]
        {
            assert!(read(json).is_err(), "{json}");
        }
        assert_eq!(read("null").unwrap(), Vec::<f32>::new());
    }
}
