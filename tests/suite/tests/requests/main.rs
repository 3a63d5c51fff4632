//! Recorded requests, made again by the builders: what is sent equals what was recorded, member
//! for member.
//!
//! The texts and the schemas, which a user brings, are read from the recording; everything else is
//! said by the builders.

mod chats;
mod fixtures;
mod others;
mod recorded;
mod responses;
mod tools;

use std::collections::BTreeMap;

use openai_azure_emulator::Emulator;
use openai_azure_tests::exchange;
use openai_azure_tests::skip::skipped;
use serde_json::Value;

use recorded::{Recorded, Row};

/// Whether both say the same; the number 0 is the number 0.0.
fn is_same(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Number(one), Value::Number(other)) => one.as_f64() == other.as_f64(),
        (Value::Array(one), Value::Array(other)) => {
            one.len() == other.len() && one.iter().zip(other).all(|(a, b)| is_same(a, b))
        }
        (Value::Object(one), Value::Object(other)) => {
            let has = |(name, a): (&String, &Value)| other.get(name).is_some_and(|b| is_same(a, b));
            one.len() == other.len() && one.iter().all(has)
        }
        (one, other) => one == other,
    }
}

/// A message of the Responses API may leave its type out; the client never does.
fn typed(mut body: Value) -> Value {
    for item in body.get_mut("input").and_then(Value::as_array_mut).into_iter().flatten() {
        if item.is_object() && item["type"].is_null() {
            item["type"] = "message".into();
        }
    }
    body
}

/// Makes the requests of all rows again, and says how many they were.
async fn rebuild(rows: &[&[Row]]) -> usize {
    let exchanges = exchange::all().into_iter();
    let exchanges: BTreeMap<String, _> = exchanges.map(|it| (it.file.clone(), it)).collect();
    let emulator = Emulator::builder().validate(false).start().await.unwrap();
    let (mut bodies, mut shapes) = (0, 0);
    for (files, rebuild) in rows.iter().copied().flatten() {
        for file in *files {
            let exchange = exchanges.get(*file).unwrap_or_else(|| panic!("no recording {file}"));
            let recorded = Recorded::of(exchange, &emulator);
            let before = emulator.requests();
            rebuild(&recorded).send().await;
            assert_eq!(emulator.requests(), before + 1, "{file} was not sent");
            let sent = emulator.last().unwrap().json();
            let expected = &typed(recorded.body().clone());
            assert!(is_same(&sent, expected), "{file}\n sent     {sent}\n recorded {expected}");
            bodies += 1;
        }
        shapes += 1;
    }
    println!("rebuilt {bodies} recorded bodies of {shapes} shapes");
    bodies
}

#[tokio::test]
async fn requests_of_fixtures_are_rebuilt_member_for_member() {
    assert!(rebuild(&[fixtures::ROWS]).await >= 20);
}

#[tokio::test]
async fn recorded_requests_are_rebuilt_member_for_member() {
    if std::env::var_os(exchange::RECORDINGS).is_none() {
        skipped(&format!("real traffic, {} is not set", exchange::RECORDINGS));
        return;
    }
    let rows = [chats::ROWS, tools::ROWS, responses::ROWS, others::ROWS];
    assert!(rebuild(&rows).await >= 40);
}
