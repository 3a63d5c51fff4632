//! Every recorded response and every fixture with one place changed still decodes: each field once
//! null, once absent, once an unknown word, and an unknown field in each object.

use std::collections::BTreeMap;

use openai_azure::audio::{TranscriptEvent, VerboseTranscript};
use openai_azure::batches::BatchEndpoint;
use openai_azure::chat::ChatChunk;
use openai_azure::completions::Completion;
use openai_azure::responses::{ResponseEvent, ResponseStatus};
use openai_azure::{CallOptions, Client, Error, RetryPolicy, Upload};
use openai_azure_tests::change::{Change, Changed, changes, distinct};
use openai_azure_tests::exchange::{self, Exchange};
use openai_azure_tests::planted;
use openai_azure_tests::wire::{Wire, json};
use serde::de::DeserializeOwned;
use serde_json::Value;

/// The kinds of exchanges that this crate has no type for.
const WITHOUT_TYPE: [&str; 11] = [
    "assistants-create",
    "threads-create",
    "messages-create",
    "runs-create",
    "runs-get",
    "images-submit",
    "images-operation",
    "transcription-text",
    "transcription-srt",
    "transcription-vtt",
    "chat-sse-broken",
];

/// Changes after which a response means nothing: the kind, the field, the changes, and why.
const NEEDED: [(&str, &str, &[Change], &str); 10] = [
    ("chat", ".choices", &GONE, "the messages of the model are in it"),
    ("extensions-chat-completions", ".choices", &GONE, "the same"),
    ("completions", ".choices", &GONE, "the texts of the model are in it"),
    ("embeddings", ".data", &GONE, "the vectors are in it"),
    ("embeddings", ".data[].embedding", &[Change::UnknownWord], "a word is no vector in base64"),
    ("images", ".data", &GONE, "the images are in it"),
    ("responses", ".output", &[Change::Absent], "a body without it is no response"),
    ("responses-sse", "response.response", &GONE, "the event consists of the response"),
    ("responses-sse", "output_item.item", &GONE, "the event consists of the item"),
    ("responses-sse", "content_part.part", &GONE, "the event consists of the part"),
];

const GONE: [Change; 2] = [Change::Null, Change::Absent];

/// How many changes there were, and how many did not decode, by kind of exchange and of change.
#[derive(Default)]
struct Figures(BTreeMap<(String, Change), (usize, usize)>);

impl Figures {
    fn count(&mut self, kind: &str, change: Change, is_decoded: bool) {
        let figures = self.0.entry((kind.to_owned(), change)).or_default();
        figures.0 += 1;
        figures.1 += usize::from(is_decoded);
    }

    fn print(&self) {
        for change in Change::ALL {
            let of_it = self.0.iter().filter(|((_, other), _)| *other == change);
            let (all, decoded) = of_it.fold((0, 0), |sum, (_, one)| (sum.0 + one.0, sum.1 + one.1));
            println!("{change:?}: {decoded} of {all} decode");
        }
        for ((kind, change), (all, decoded)) in &self.0 {
            println!("  {kind} {change:?}: {decoded} of {all}");
        }
    }
}

fn is_needed(kind: &str, path: &str, change: Change) -> bool {
    NEEDED
        .iter()
        .any(|(of, field, changes, _)| kind == *of && path == *field && changes.contains(&change))
}

/// The field of an event that the list names: `response.completed.response` is
/// `response.response`, `response.output_item.added.item` is `output_item.item`.
fn of_event(name: &str, path: &str) -> String {
    let mut words = name.split('.');
    let (first, second) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    let subject = if words.next().is_some() { second } else { first };
    format!("{subject}{path}")
}

/// Sends the request that the exchange is the response to.
async fn ask(client: &Client, kind: &str, value: &Value) -> Result<(), Error> {
    let talk = || Upload::bytes("a.wav", "RIFF");
    let (files, batches) = (client.files(), client.batches());
    match kind {
        "chat" | "extensions-chat-completions" => client.chat("d").user("?").send().await.map(drop),
        "responses" => client.respond("d").user("?").send().await.map(drop),
        "embeddings" => {
            let inputs = value["data"].as_array().map_or(1, Vec::len);
            client.embed("d").input(vec!["?".to_owned(); inputs]).send().await.map(drop)
        }
        "completions" => client.complete("d", "?").send().await.map(drop),
        "images" => client.generate_image("d", "?").send().await.map(drop),
        "transcription" => client.transcribe("d", talk()).verbose().send().await.map(drop),
        "translation" => client.translate("d", talk()).send().await.map(drop),
        "files-upload" => files.upload(talk(), "batch").send().await.map(drop),
        "files-get" => files.get("f").await.map(drop),
        "files-delete" => files.delete("f").await.map(drop),
        "batches-create" => {
            batches.create("f", BatchEndpoint::ChatCompletions).send().await.map(drop)
        }
        "batches-get" => batches.get("b").await.map(drop),
        "batches-cancel" => batches.cancel("b").await.map(drop),
        kind if kind.contains("-err") => match client.chat("d").user("?").send().await {
            // An error stays an error of the service, whatever its body is.
            Err(Error::Api(_)) => Ok(()),
            Err(other) => Err(other),
            Ok(_) => panic!("{kind} is a success"),
        },
        kind => panic!("no request for an exchange of kind {kind}"),
    }
}

/// The JSON bodies of all exchanges that are one body each, by kind and status.
fn bodies(exchanges: &[Exchange]) -> BTreeMap<(String, u16), Vec<Value>> {
    let mut bodies = BTreeMap::<_, Vec<Value>>::new();
    for exchange in exchanges {
        let kind = &exchange.kind;
        if kind.contains("-sse") || WITHOUT_TYPE.contains(&kind.as_str()) {
            continue;
        }
        if let Ok(body @ Value::Object(_)) = serde_json::from_str(&exchange.response.body) {
            bodies.entry((kind.clone(), exchange.response.status)).or_default().push(body);
        }
    }
    bodies
}

#[tokio::test]
async fn a_response_that_is_changed_in_one_place_decodes() {
    let mut figures = Figures::default();
    let mut refused = Vec::new();
    for ((kind, status), bodies) in bodies(&exchange::all()) {
        // Many bodies have the same fields: one of each is enough, and many times faster.
        let changed = distinct(&bodies);
        let texts: Vec<String> = changed.iter().map(|it| it.value.to_string()).collect();
        let wire = Wire::start(move |n| vec![json(status, "", &texts[n])]).await;
        let options = CallOptions::new().any_version(true).retry(RetryPolicy::none());
        let client = planted::builder().endpoint(wire.endpoint()).api_key(planted::KEY);
        let client = client.options(options).build().unwrap();
        for Changed { path, change, value } in changed {
            let outcome = ask(&client, &kind, &value).await;
            let is_needed = is_needed(&kind, &path, change);
            if !is_needed {
                figures.count(&kind, change, outcome.is_ok());
            }
            match outcome {
                Err(error) if !is_needed => {
                    let cause = std::error::Error::source(&error).map(ToString::to_string);
                    refused
                        .push(format!("{kind} {path} {change:?}: {}", cause.unwrap_or_default()));
                }
                Ok(()) if is_needed => {
                    refused.push(format!("{kind} {path} {change:?} decodes: it is not needed"));
                }
                _ => {}
            }
        }
    }
    figures.print();
    assert!(refused.is_empty(), "{}", refused.join("\n"));
}

/// The events of all streams of a kind.
fn events(exchanges: &[Exchange], kind: &str) -> Vec<Value> {
    let streams = exchanges.iter().filter(|exchange| exchange.kind == kind);
    let events = streams.flat_map(|stream| {
        let data = stream.response.body.lines().filter_map(|line| line.strip_prefix("data:"));
        let events = data.filter_map(|data| serde_json::from_str(data).ok());
        events.filter(|event: &Value| event["error"].is_null()).collect::<Vec<_>>()
    });
    events.collect()
}

fn decode_events<T: DeserializeOwned>(
    kind: &str,
    exchanges: &[Exchange],
    figures: &mut Figures,
    refused: &mut Vec<String>,
) {
    // Events of one type have the same fields; those of other types are other paths.
    let mut by_type = BTreeMap::<String, Vec<Value>>::new();
    for event in events(exchanges, kind) {
        let name = event["type"].as_str().unwrap_or_default().to_owned();
        by_type.entry(name).or_default().push(event);
    }
    for (name, events) in by_type {
        for Changed { path, change, value } in distinct(&events) {
            let outcome = serde_json::from_str::<T>(&value.to_string());
            if is_needed(kind, &of_event(&name, &path), change) {
                if outcome.is_ok() {
                    refused
                        .push(format!("{kind} {name}{path} {change:?} decodes: it is not needed"));
                }
                continue;
            }
            figures.count(kind, change, outcome.is_ok());
            if let Err(error) = outcome {
                refused.push(format!("{kind} {name}{path} {change:?}: {error}"));
            }
        }
    }
}

#[test]
fn an_event_that_is_changed_in_one_place_decodes() {
    let exchanges = exchange::all();
    let (mut figures, mut refused) = (Figures::default(), Vec::new());
    decode_events::<ChatChunk>("chat-sse", &exchanges, &mut figures, &mut refused);
    decode_events::<ResponseEvent>("responses-sse", &exchanges, &mut figures, &mut refused);
    decode_events::<Completion>("completions-sse", &exchanges, &mut figures, &mut refused);
    decode_events::<TranscriptEvent>("transcription-sse", &exchanges, &mut figures, &mut refused);
    figures.print();
    assert!(refused.is_empty(), "{}", refused.join("\n"));
}

/// An unknown word is kept, also where this crate has names for the known ones.
#[test]
fn an_unknown_status_is_kept() {
    let status: ResponseStatus = serde_json::from_str("\"evaporated\"").unwrap();
    assert_eq!(status.as_str(), "evaporated");
    let body = serde_json::json!({"text": "a", "segments": [{"id": 1, "text": "a"}]});
    for changed in changes(&body) {
        serde_json::from_value::<VerboseTranscript>(changed.value).unwrap();
    }
}
