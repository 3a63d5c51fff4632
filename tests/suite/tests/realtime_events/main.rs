//! Every event of both directions: decoded, encoded, and sent over a real socket.

mod schema;

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::time::Duration;

use openai_azure::realtime::{ClientEvent, ServerEvent};
use openai_azure::{Client, Endpoint};
use openai_azure_emulator::{Emulator, RealtimeScript};
use openai_azure_tests::planted;
use openai_azure_tests::skip::skipped;
use serde_json::{Value, json};

fn events(text: &str) -> Vec<Value> {
    serde_json::from_str(text).expect("a list of events")
}

fn server_events() -> Vec<Value> {
    events(include_str!("server.json"))
}

fn client_events() -> Vec<Value> {
    events(include_str!("client.json"))
}

fn check_server(event: &Value) {
    let kind = event["type"].as_str().unwrap();
    let read = ServerEvent::from_json(&event.to_string()).unwrap_or_else(|e| panic!("{kind}: {e}"));
    assert_eq!(read.kind(), kind);
    assert!(!matches!(read, ServerEvent::Other(_)), "{kind} is unknown");
    assert_eq!(&serde_json::to_value(&read).unwrap(), event, "{kind}");
    assert_eq!(serde_json::from_value::<ServerEvent>(event.clone()).unwrap(), read, "{kind}");
}

fn check_client(event: &Value) {
    let kind = event["type"].as_str().unwrap();
    let read = ClientEvent::from_json(&event.to_string()).unwrap_or_else(|e| panic!("{kind}: {e}"));
    assert_eq!(read.kind(), kind);
    assert!(!matches!(read, ClientEvent::Other(_)), "{kind} is unknown");
    let written: Value = serde_json::from_str(&read.to_json()).unwrap();
    assert_eq!(&written, event, "{kind}");
}

#[test]
fn there_is_an_example_of_every_event() {
    let kinds = |events: Vec<Value>| -> BTreeSet<String> {
        events.iter().map(|event| event["type"].as_str().unwrap().to_owned()).collect()
    };
    let known = |kinds: &[&str]| -> BTreeSet<String> {
        kinds.iter().map(|&kind| kind.to_owned()).collect()
    };
    assert_eq!(kinds(server_events()), known(ServerEvent::KINDS));
    assert_eq!(kinds(client_events()), known(ClientEvent::KINDS));
    assert_eq!((ServerEvent::KINDS.len(), ClientEvent::KINDS.len()), (46, 11));
}

#[test]
fn every_event_survives_both_ways() {
    server_events().iter().for_each(check_server);
    client_events().iter().for_each(check_client);
}

#[test]
fn fields_that_are_not_known_are_kept_at_every_level() {
    fn add(value: &mut Value) {
        match value {
            Value::Object(fields) => {
                fields.values_mut().for_each(add);
                // The objects of these unions have no room for more.
                let is_closed = fields.len() <= 2
                    && (fields.contains_key("rate") || fields.values().all(Value::is_string));
                if !is_closed {
                    fields.insert("unheard_of".to_owned(), json!({"a": [1, null, "b"]}));
                }
            }
            Value::Array(items) => items.iter_mut().for_each(add),
            _ => {}
        }
    }
    for mut event in server_events() {
        add(&mut event);
        check_server(&event);
    }
    for mut event in client_events() {
        add(&mut event);
        check_client(&event);
    }
}

#[test]
fn nulls_and_absent_fields_are_the_same() {
    fn with_nulls(value: &mut Value) {
        if let Value::Object(fields) = value {
            for (name, value) in fields.iter_mut() {
                if name != "type" && !value.is_object() {
                    *value = Value::Null;
                } else {
                    with_nulls(value);
                }
            }
        }
    }
    for mut event in server_events() {
        let kind = event["type"].clone();
        let bare = ServerEvent::from_json(&json!({"type": kind}).to_string());
        let bare = bare.unwrap_or_else(|e| panic!("{kind}: {e}"));
        assert_eq!(bare.kind(), kind.as_str().unwrap());
        with_nulls(&mut event);
        ServerEvent::from_json(&event.to_string()).unwrap_or_else(|e| panic!("{kind}: {e}"));
    }
}

#[test]
fn older_names_are_read_as_those_of_today() {
    for (older, now) in [
        ("response.text.delta", "response.output_text.delta"),
        ("response.text.done", "response.output_text.done"),
        ("response.audio.delta", "response.output_audio.delta"),
        ("response.audio.done", "response.output_audio.done"),
        ("response.audio_transcript.delta", "response.output_audio_transcript.delta"),
        ("response.audio_transcript.done", "response.output_audio_transcript.done"),
        ("transcription_session.created", "session.created"),
        ("transcription_session.updated", "session.updated"),
    ] {
        let mut event = server_events().into_iter().find(|event| event["type"] == now).unwrap();
        let read = ServerEvent::from_json(&event.to_string()).unwrap();
        event["type"] = older.into();
        assert_eq!(ServerEvent::from_json(&event.to_string()).unwrap(), read, "{older}");
    }
}

#[test]
fn what_is_unknown_is_kept_and_what_is_no_event_is_an_error() {
    let unknown = json!({"type": "response.smell.delta", "delta": 1});
    let read = ServerEvent::from_json(&unknown.to_string()).unwrap();
    assert_eq!(read, ServerEvent::Other(unknown.clone()));
    assert_eq!(
        (read.kind(), serde_json::to_value(&read).unwrap()),
        ("response.smell.delta", unknown)
    );
    for text in
        ["", "null", "[]", "\"error\"", r#"{"type":"error""#, r#"{"type":"error","error":1}"#]
    {
        ServerEvent::from_json(text).expect_err(text);
    }
    let item = json!({"type": "hologram", "id": "i", "depth": 3});
    let event = json!({"type": "conversation.item.done", "event_id": "e", "item": item});
    check_server(&event);
}

/// The events of the service's own document, where it is at hand.
#[test]
fn the_events_of_the_document_survive_both_ways() {
    let Some(folder) = std::env::var_os("OPENAI_AZURE_UPSTREAM").map(PathBuf::from) else {
        skipped("OPENAI_AZURE_UPSTREAM is not set");
        return;
    };
    let text = std::fs::read_to_string(folder.join("openai-events.json")).expect("the document");
    let document = schema::Document::parse(&text);
    let mut seen = BTreeSet::new();
    for choice in 0..12 {
        for event in document.examples("RealtimeServerEvent", choice) {
            seen.insert(event["type"].as_str().unwrap().to_owned());
            check_server(&event);
        }
        for event in document.examples("RealtimeClientEvent", choice) {
            seen.insert(event["type"].as_str().unwrap().to_owned());
            check_client(&event);
        }
    }
    let known = ServerEvent::KINDS.iter().chain(ClientEvent::KINDS);
    assert_eq!(seen, known.map(|&kind| kind.to_owned()).collect());
}

async fn emulator() -> (Emulator, Client) {
    let emulator = Emulator::builder().start().await.unwrap();
    let client = planted::builder()
        .endpoint(Endpoint::v1(emulator.endpoint()).unwrap())
        .api_key(emulator.api_key())
        .build()
        .unwrap();
    (emulator, client)
}

#[tokio::test]
async fn every_event_of_the_service_arrives_over_a_socket() {
    let (emulator, client) = emulator().await;
    let sent = server_events();
    let script = sent.iter().cloned().fold(RealtimeScript::new(), RealtimeScript::send);
    emulator.realtime(script.close(1000, ""));
    let mut session = client.realtime("gpt-realtime-1.5").connect().await.unwrap();
    let mut received = Vec::new();
    let read = async {
        while let Some(event) = session.try_next().await.unwrap() {
            received.push(serde_json::to_value(&event).unwrap());
        }
    };
    tokio::time::timeout(Duration::from_secs(10), read).await.expect("the end");
    assert_eq!(received, sent);
}

#[tokio::test]
async fn every_event_of_the_client_arrives_over_a_socket() {
    let (emulator, client) = emulator().await;
    let sent = client_events();
    let last = sent.last().unwrap()["type"].as_str().unwrap();
    emulator.realtime(RealtimeScript::new().expect(last).close(1000, ""));
    let mut session = client.realtime("gpt-realtime-1.5").connect().await.unwrap();
    for event in &sent {
        session.send(ClientEvent::from_json(&event.to_string()).unwrap()).await.unwrap();
    }
    let end = tokio::time::timeout(Duration::from_secs(10), session.try_next()).await;
    assert!(end.expect("the end").unwrap().is_none());
    assert_eq!(emulator.realtime_received(), sent);
}
