//! Values made from the schemas of `spec/` go through the generated types unchanged.
//!
//! The values are made here, from the documents alone, so a fault of the generator shows. Needs all
//! versions: `cargo test -p openai-azure-sys --all-features --test round_trip`.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

#[rustfmt::skip]
mod generated;
mod values;

use std::panic::catch_unwind;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// A schema, and what decodes a value as its type and encodes it again.
type Row = (&'static str, fn(&Value) -> Result<Value, String>);

/// How many values are made of each schema.
const VALUES: u64 = 32;

fn again<T: Serialize + DeserializeOwned + PartialEq>(value: &Value) -> Result<Value, String> {
    let first: T = serde_json::from_value(value.clone()).map_err(|error| error.to_string())?;
    let encoded = serde_json::to_value(&first).map_err(|error| error.to_string())?;
    let second: T = serde_json::from_value(encoded.clone()).map_err(|error| error.to_string())?;
    if first == second { Ok(encoded) } else { Err("differs after a second decoding".to_owned()) }
}

fn failures(version: &str, rows: &[Row]) -> (usize, Vec<String>) {
    let file = if version == "events" { "events/openai" } else { version };
    let path = format!("{}/../spec/{file}.json", env!("CARGO_MANIFEST_DIR"));
    let document: Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    let document = values::Document::new(&document);
    let mut found = Vec::new();
    let mut tried = 0;
    for (schema, again) in rows {
        for seed in 0..VALUES {
            let value = document.value_of(schema, seed);
            tried += 1;
            let outcome = catch_unwind(|| again(&value)).unwrap_or(Err("panicked".to_owned()));
            match outcome {
                Ok(encoded) if encoded == value => continue,
                Ok(encoded) => found.push(format!("{version} {schema}: {value} became {encoded}")),
                Err(error) => found.push(format!("{version} {schema}: {error} in {value}")),
            }
            break;
        }
    }
    (tried, found)
}

#[test]
fn values_of_every_schema_round_trip() {
    let mut all = Vec::new();
    for (version, rows) in generated::VERSIONS {
        let (tried, found) = failures(version, rows);
        println!("{version}: {} schemas, {tried} values, {} faults", rows.len(), found.len());
        all.extend(found);
    }
    let shown: Vec<String> = all.iter().map(|fault| fault.chars().take(700).collect()).collect();
    assert!(all.is_empty(), "{} faults\n{}", all.len(), shown.join("\n"));
}
