//! Items and events of every kind go through their types without loss.

use openai_azure::responses::{Item, ResponseEvent};
use openai_azure_tests::lossless::lost;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json, to_value};

/// The kinds that stand in the files but are of tomorrow.
const UNKNOWN: [&str; 3] = ["tool_search_call", "multi_agent_call", "response.teleport.done"];

fn shapes(name: &str) -> Vec<Value> {
    let path = format!("{}/shapes/{name}", env!("CARGO_MANIFEST_DIR"));
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

/// Reads a shape as text, as it comes, and as a value, where the type may stand anywhere.
fn through<T: DeserializeOwned + Serialize + PartialEq + std::fmt::Debug>(shape: &Value) -> T {
    let mut text = format!("{{\"type\":{}", shape["type"]);
    for (name, value) in shape.as_object().unwrap().iter().filter(|(name, _)| *name != "type") {
        text.push_str(&format!(",{}:{value}", json!(name)));
    }
    text.push('}');
    let read: T = serde_json::from_str(&text).unwrap_or_else(|e| panic!("{text}: {e}"));
    assert_eq!(serde_json::from_value::<T>(shape.clone()).unwrap(), read);
    let written = to_value(&read).unwrap();
    assert_eq!(lost(shape, &written), None, "{shape}");
    assert_eq!(serde_json::from_value::<T>(written).unwrap(), read);
    read
}

fn is_unknown(shape: &Value) -> bool {
    UNKNOWN.contains(&shape["type"].as_str().unwrap())
}

#[test]
fn every_item_decodes_and_encodes_without_loss() {
    let shapes = shapes("items.json");
    assert!(shapes.len() >= 50);
    for shape in &shapes {
        let item: Item = through(shape);
        assert_eq!(matches!(item, Item::Other(_)), is_unknown(shape), "{shape}");
        assert_eq!(item.id(), shape["id"].as_str());
    }
}

#[test]
fn every_event_decodes_and_encodes_without_loss() {
    let shapes = shapes("events.json");
    assert!(shapes.len() >= 55);
    for shape in &shapes {
        let event: ResponseEvent = through(shape);
        assert_eq!(matches!(event, ResponseEvent::Other(_)), is_unknown(shape), "{shape}");
        assert_eq!(event.sequence_number(), shape["sequence_number"].as_u64());
    }
}

/// Every field of every shape once null, once absent, and a new field at every object.
#[test]
fn a_shape_that_is_changed_in_one_place_still_decodes() {
    let (mut tried, mut refused) = (0, Vec::new());
    for (shapes, is_event) in [(shapes("items.json"), false), (shapes("events.json"), true)] {
        for shape in &shapes {
            for changed in changes(shape) {
                tried += 1;
                let text = changed.to_string();
                let outcome = if is_event {
                    serde_json::from_str::<ResponseEvent>(&text).map(drop)
                } else {
                    serde_json::from_str::<Item>(&text).map(drop)
                };
                if let Err(error) = outcome {
                    refused.push(format!("{}: {error}", shape["type"]));
                }
            }
        }
    }
    refused.sort();
    refused.dedup();
    println!("{tried} changes; refused: {refused:#?}");
    // Without their object these events mean nothing.
    let has_meaning = |refused: &&String| {
        !["missing field `item`", "missing field `response`", "missing field `part`"]
            .iter()
            .any(|why| refused.contains(why))
    };
    assert_eq!(refused.iter().find(has_meaning), None);
}

/// The changes of one place each, at any depth.
fn changes(value: &Value) -> Vec<Value> {
    let mut changed = Vec::new();
    match value {
        Value::Object(fields) => {
            let with = |name: &str, value: Option<Value>| {
                let mut fields = fields.clone();
                match value {
                    Some(value) => fields.insert(name.to_owned(), value),
                    None => fields.remove(name),
                };
                Value::Object(fields)
            };
            changed.push(with("a_new_field", Some(json!({"deep": [1]}))));
            for (name, value) in fields {
                changed.push(with(name, Some(Value::Null)));
                changed.push(with(name, None));
                for inner in changes(value) {
                    changed.push(with(name, Some(inner)));
                }
            }
        }
        Value::Array(items) => {
            for (at, item) in items.iter().enumerate() {
                for inner in changes(item) {
                    let mut items = items.clone();
                    items[at] = inner;
                    changed.push(Value::Array(items));
                }
            }
        }
        Value::String(text) if !text.is_empty() => changed.push(json!("an unknown word")),
        _ => {}
    }
    changed
}
