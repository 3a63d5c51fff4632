//! Damaged documents: an import may refuse them, but never panics.

use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use serde_json::{Value, json};

use super::merge::{Parts, merge};
use super::patches::Patches;
use super::source::parse;
use super::{expressible, read_facts, try_out};
use crate::fuzzing::import_text;

/// A small document with a bit of everything.
fn document() -> Value {
    json!({
        "openapi": "3.1.0",
        "servers": [{"url": "{endpoint}/openai"}],
        "paths": {
            "/deployments/{deployment-id}/chat/completions": {
                "parameters": [{"$ref": "#/components/parameters/id"}],
                "post": {
                    "operationId": "ChatCompletions_Create",
                    "parameters": [{"name": "order", "in": "query",
                        "schema": {"type": "string", "enum": ["asc", "desc"]}}],
                    "requestBody": {"required": true, "content": {"application/json": {
                        "schema": {"$ref": "#/components/schemas/request"}}}},
                    "responses": {"200": {"content": {
                        "application/json": {"schema": {"$ref": "#/components/schemas/answer"}},
                        "text/event-stream": {"schema": {"type": "string"}}}}}
                }
            },
            "/files": {"post": {"operationId": "Files_Upload",
                "requestBody": {"content": {"multipart/form-data": {"schema": {
                    "type": "object", "required": ["file"], "properties": {
                        "file": {"type": "string", "format": "binary"},
                        "purpose": {"type": "string"}}}}}},
                "responses": {"201": {"description": "Done."}}}}
        },
        "components": {
            "parameters": {"id": {"name": "deployment-id", "in": "path", "required": true,
                "schema": {"type": "string"}}},
            "schemas": {
                "request": {"allOf": [{"$ref": "#/components/schemas/base"}, {"type": "object",
                    "required": ["messages"], "properties": {
                        "stream": {"type": ["boolean", "null"]},
                        "messages": {"type": "array", "items": {"$ref": "#/components/schemas/message"}},
                        "stop": {"anyOf": [{"type": "string"}, {"type": "array",
                            "items": {"type": "string"}}, {"type": "null"}]}}}]},
                "base": {"type": "object", "properties": {"n": {"type": "integer", "minimum": 0}}},
                "message": {"type": "object", "required": ["role"],
                    "properties": {"role": {"type": "string"}},
                    "discriminator": {"propertyName": "role",
                        "mapping": {"user": "#/components/schemas/user"}}},
                "user": {"allOf": [{"$ref": "#/components/schemas/message"}, {"properties": {
                    "content": {"type": "string"}, "reply": {"$ref": "#/components/schemas/message"}}}]},
                "answer": {"type": "object", "additionalProperties": {"type": "number"},
                    "properties": {"object": {"const": "answer"}, "it": {"$recursiveRef": "#"}}}
            }
        }
    })
}

/// Every place in a document.
fn places(value: &Value, place: &str, found: &mut Vec<String>) {
    found.push(place.to_owned());
    match value {
        Value::Object(members) => members.iter().for_each(|(name, value)| {
            let name = name.replace('~', "~0").replace('/', "~1");
            places(value, &format!("{place}/{name}"), found);
        }),
        Value::Array(items) => items
            .iter()
            .enumerate()
            .for_each(|(at, value)| places(value, &format!("{place}/{at}"), found)),
        _ => {}
    }
}

fn junk() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        Just(json!(true)),
        Just(json!([])),
        Just(json!({})),
        Just(json!(-1.5)),
        Just(json!("")),
        Just(json!("#/components/schemas/request")),
        Just(json!({"$ref": "#/components/schemas/user"})),
        Just(json!({"$ref": "./examples/gone.json"})),
        Just(json!({"$ref": "#"})),
        Just(json!(["string", "null", 3])),
        Just(json!({"type": "array", "items": true})),
        Just(json!([{"allOf": [{"$ref": "#/components/schemas/request"}]}])),
        "[ -~]{0,12}".prop_map(Value::String),
    ]
}

fn runner(cases: u32) -> TestRunner {
    let config = Config { cases, failure_persistence: None, ..Config::default() };
    TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha))
}

#[test]
fn damaged_documents_never_panic() {
    let document = document();
    let mut found = Vec::new();
    places(&document, "", &mut found);
    let damage = proptest::collection::vec((0..found.len(), junk()), 1..4);
    runner(300)
        .run(&damage, |damage| {
            let mut document = document.clone();
            for (place, value) in damage {
                if let Some(target) = document.pointer_mut(&found[place]) {
                    *target = value;
                }
            }
            import_text(document.to_string().as_bytes());
            Ok(())
        })
        .unwrap();
}

#[test]
fn cut_and_garbled_bytes_never_panic() {
    let bytes = serde_json::to_vec(&document()).unwrap();
    runner(200)
        .run(&(0..bytes.len(), any::<u8>(), any::<bool>()), |(at, byte, cut)| {
            let mut bytes = bytes.clone();
            bytes[at] = byte;
            if cut {
                bytes.truncate(at);
            }
            let _ = parse("garbled".to_owned(), &bytes);
            Ok(())
        })
        .unwrap();
}

#[test]
fn the_undamaged_document_is_expressed_in_full() {
    let bytes = serde_json::to_vec(&document()).unwrap();
    let source = parse("whole.json".to_owned(), &bytes).unwrap();
    let (name, facts, _) = read_facts(&source, &Patches::default());
    assert_eq!(name, "inference");
    assert_eq!(facts.problems, []);
    let parts: Parts = [(name.to_owned(), facts)].into();
    let (mut merged, _) = merge(&parts, "2024-06-01");
    assert_eq!(
        expressible::leave_out(&mut merged, |document| try_out(document, "2024-06-01")).unwrap(),
        []
    );
}
