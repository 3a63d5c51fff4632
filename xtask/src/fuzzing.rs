//! What must hold for any document: an import may refuse it, but never panics.
//!
//! The fuzz target `import` calls [`import`] with bytes of its own, and the test below with random
//! ones of a fixed seed.

use serde_json::{Value, json};

use crate::import::merge::{Parts, merge, split};
use crate::import::patches::Patches;
use crate::import::source::parse;
use crate::import::{expressible, read_facts, try_out};

/// A small document with a bit of everything.
const DOCUMENT: &str = include_str!("fuzzing/document.json");

/// Imports the bytes as a document. If the first one is 0, the others damage a good document
/// instead: three bytes for each place, two that choose it and one that chooses what to put there.
pub fn import(bytes: &[u8]) {
    match bytes.split_first() {
        Some((0, damage)) => import_text(damaged(damage).to_string().as_bytes()),
        _ => import_text(bytes),
    }
}

/// Everything that an import does with a document but reading and writing files.
pub(crate) fn import_text(bytes: &[u8]) {
    let Ok(source) = parse("any.json".to_owned(), bytes) else { return };
    let (name, facts, _) = read_facts(&source, &Patches::default());
    let parts: Parts = [(name.to_owned(), facts)].into();
    let (mut merged, _) = merge(&parts, "2024-06-01");
    let left_out = expressible::leave_out(&mut merged, |document| try_out(document, "2024-06-01"));
    // A panic of the generator is caught there, but it is a fault all the same.
    let left_out = format!("{left_out:?}");
    assert!(!left_out.contains(expressible::GAVE_UP), "{left_out}");
    split(&merged);
}

fn damaged(damage: &[u8]) -> Value {
    let mut document: Value = serde_json::from_str(DOCUMENT).unwrap_or_default();
    for piece in damage.chunks_exact(3).take(8) {
        let mut places = Vec::new();
        collect(&document, "", &mut places);
        let at = usize::from(u16::from_be_bytes([piece[0], piece[1]])) % places.len();
        let other = usize::from(piece[2]) * 7 % places.len();
        let value = junk(piece[2], document.pointer(&places[other]));
        if let Some(target) = document.pointer_mut(&places[at]) {
            *target = value;
        }
    }
    document
}

/// Every place in a document.
fn collect(value: &Value, place: &str, found: &mut Vec<String>) {
    found.push(place.to_owned());
    match value {
        Value::Object(members) => {
            for (name, value) in members {
                let name = name.replace('~', "~0").replace('/', "~1");
                collect(value, &format!("{place}/{name}"), found);
            }
        }
        Value::Array(items) => {
            for (at, item) in items.iter().enumerate() {
                collect(item, &format!("{place}/{at}"), found);
            }
        }
        _ => {}
    }
}

/// What is put in the place of something else; also a copy of another part.
fn junk(kind: u8, other: Option<&Value>) -> Value {
    match kind % 16 {
        0 => Value::Null,
        1 => json!(true),
        2 => json!([]),
        3 => json!({}),
        4 => json!(-1.5e300),
        5 => json!(""),
        6 => json!("#/components/schemas/request"),
        7 => json!({"$ref": "#/components/schemas/user"}),
        8 => json!({"$ref": "#/components/schemas/message"}),
        9 => json!({"$ref": "#"}),
        10 => json!(["string", "null", 3]),
        11 => json!({"type": "array", "items": true}),
        12 => json!("r#type-\u{0}\u{e9}/{a}"),
        _ => other.cloned().unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

    #[test]
    fn any_document_is_imported_or_refused() {
        let config = Config { cases: 150, failure_persistence: None, ..Config::default() };
        let random = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
        TestRunner::new_with_rng(config, random)
            .run(&proptest::collection::vec(any::<u8>(), 0..25), |mut bytes| {
                super::import(&bytes);
                bytes.insert(0, 0);
                super::import(&bytes);
                Ok(())
            })
            .unwrap();
    }
}
