//! Conversations keep the items of their responses.

// Helpers of tests panic.
#![allow(clippy::unwrap_used)]

mod http;

use http::{call, json, refused};
use openai_azure_emulator::Emulator;
use serde_json::{Value, json};

fn message(text: impl ToString) -> Value {
    json!({"type": "message", "role": "user", "content": text.to_string()})
}

#[tokio::test]
async fn a_conversation_is_created_read_changed_and_deleted() {
    let emulator = Emulator::start().await.unwrap();
    let body = json!({"metadata": {"topic": "trains"}, "items": [message("Hello")]});
    let made = json(&emulator, "POST", "/conversations", body).await;
    let id = made["id"].as_str().unwrap();
    assert!(id.starts_with("conv_"), "{id}");
    let path = format!("/conversations/{id}");
    assert_eq!(json(&emulator, "GET", &path, Value::Null).await, made);
    let changed = json(&emulator, "POST", &path, json!({"metadata": {"topic": "ships"}})).await;
    assert_eq!(changed["metadata"]["topic"], "ships");
    let deleted = json(&emulator, "DELETE", &path, Value::Null).await;
    assert_eq!(deleted, json!({"object": "conversation.deleted", "id": id, "deleted": true}));
    assert_eq!(call(&emulator, "GET", &path, Value::Null).await.status, 404);
}

#[tokio::test]
async fn items_are_added_twenty_at_a_time_listed_and_deleted() {
    let emulator = Emulator::start().await.unwrap();
    let made = json(&emulator, "POST", "/conversations", json!({})).await;
    let path = format!("/conversations/{}/items", made["id"].as_str().unwrap());
    let items = |count: usize| json!({"items": (0..count).map(message).collect::<Vec<_>>()});
    assert_eq!(refused(&emulator, &path, items(21)).await.0, 400);
    let added = json(&emulator, "POST", &path, items(20)).await;
    assert_eq!(added["data"].as_array().unwrap().len(), 20);
    let page = json(&emulator, "GET", &format!("{path}?limit=3"), Value::Null).await;
    assert_eq!((&page["first_id"], &page["has_more"]), (&added["last_id"], &json!(true)));
    let one = format!("{path}/{}", added["first_id"].as_str().unwrap());
    assert_eq!(json(&emulator, "GET", &one, Value::Null).await, added["data"][0]);
    assert_eq!(json(&emulator, "DELETE", &one, Value::Null).await["id"], made["id"]);
    assert_eq!(call(&emulator, "GET", &one, Value::Null).await.status, 404);
}

#[tokio::test]
async fn a_response_adds_what_was_said_to_its_conversation() {
    let emulator = Emulator::start().await.unwrap();
    let made = json(&emulator, "POST", "/conversations", json!({})).await;
    let id = made["id"].as_str().unwrap();
    let body = json!({"model": "gpt-4.1", "input": "Count to two.", "conversation": id});
    let response = json(&emulator, "POST", "/responses", body.clone()).await;
    assert_eq!(response["conversation"]["id"], id);
    let path = format!("/conversations/{id}/items?order=asc");
    let items = json(&emulator, "GET", &path, Value::Null).await;
    assert_eq!(items["data"][0]["content"][0]["text"], "Count to two.");
    assert_eq!(items["data"][1], response["output"][0]);
    let mut both = body;
    both["previous_response_id"] = response["id"].clone();
    let found = refused(&emulator, "/responses", both).await;
    assert_eq!(found, (400, "mutually_exclusive_parameters".into()));
    let unknown = json!({"model": "gpt-4.1", "input": "Hi", "conversation": "conv_none"});
    assert_eq!(refused(&emulator, "/responses", unknown).await.0, 404);
}
