//! Legacy completions and models: real traffic, the emulator, limits.

use openai_azure::{Endpoint, Error, ErrorKind};
use openai_azure_emulator::Emulator;
use openai_azure_tests::exchange::{self, Exchange};
use openai_azure_tests::planted;
use openai_azure_tests::replay::{Cut, replay};
use serde_json::Value;

use super::service;

const MODEL: &str = "gpt-35-turbo-instruct";

/// Completions among the exchanges; `is_stream` chooses those with an event stream.
fn recorded(is_stream: bool) -> Vec<Exchange> {
    let mut found = exchange::all();
    found.retain(|exchange| {
        let is_completion = exchange.kind.starts_with("completions");
        let is_sse = exchange.response.body.trim_start().starts_with("data:");
        is_completion && exchange.response.status == 200 && is_sse == is_stream
    });
    assert!(!found.is_empty());
    found
}

#[tokio::test]
async fn every_recorded_completion_decodes() {
    let exchanges = recorded(false);
    for exchange in &exchanges {
        let (_emulator, client) = replay(exchange, Cut::Random(5)).await.unwrap();
        let answer = client.complete(exchange.deployment(), "?").send().await;
        let answer = answer.unwrap_or_else(|e| panic!("{}: {e:?}", exchange.file));
        let recorded: Value = serde_json::from_str(&exchange.response.body).unwrap();
        assert_eq!(answer.text(), recorded["choices"][0]["text"], "{}", exchange.file);
        assert_eq!(answer.choices.len(), recorded["choices"].as_array().unwrap().len());
    }
    println!("replayed {} completions", exchanges.len());
}

#[tokio::test]
async fn every_recorded_stream_comes_through_whole_however_it_is_cut() {
    let exchanges = recorded(true);
    for exchange in &exchanges {
        let events = exchange.response.body.lines().filter_map(|line| line.strip_prefix("data:"));
        let events: Vec<Value> = events.filter_map(|e| serde_json::from_str(e).ok()).collect();
        let text: String =
            events.iter().filter_map(|event| event["choices"][0]["text"].as_str()).collect();
        for cut in [Cut::Whole, Cut::Frames, Cut::Random(1), Cut::Random(2)] {
            let (_emulator, client) = replay(exchange, cut).await.unwrap();
            let stream = client.complete(exchange.deployment(), "?").stream().await;
            let mut stream = stream.unwrap_or_else(|e| panic!("{}: {e:?}", exchange.file));
            let mut pieces = 0;
            while let Some(piece) = stream.try_next().await.unwrap() {
                assert_eq!(piece.id, events[pieces]["id"].as_str().unwrap_or_default());
                pieces += 1;
            }
            assert_eq!(stream.text_so_far(), text, "{} {cut:?}", exchange.file);
            assert_eq!(pieces, events.len());
        }
    }
    println!("replayed {} streams", exchanges.len());
}

#[tokio::test]
async fn a_stream_gives_the_same_text_as_the_whole_answer() {
    let (emulator, client) = service().await;
    let request = client.complete(MODEL, "Once upon a time").max_tokens(60).seed(1);
    let whole = request.clone().send().await.unwrap();
    assert!(!whole.text().is_empty());
    let mut stream = request.stream().await.unwrap();
    while stream.try_next().await.unwrap().is_some() {}
    assert_eq!(stream.text_so_far(), whole.text());
    assert_eq!(emulator.last().unwrap().json()["stream"], true);
}

#[tokio::test]
async fn what_the_service_would_refuse_is_refused_before_anything_is_sent() {
    let (emulator, client) = service().await;
    let best = client.complete(MODEL, "a").best_of(3).stream().await;
    assert!(matches!(best, Err(Error::Config(_))));
    let none = client.complete(MODEL, Vec::<String>::new()).send().await;
    assert!(matches!(none, Err(Error::Config(_))));
    assert_eq!(emulator.requests(), 0);
}

#[tokio::test]
async fn models_are_listed_and_described_in_both_forms() {
    let emulator = Emulator::start().await.unwrap();
    for endpoint in [Endpoint::dated(emulator.endpoint()), Endpoint::v1(emulator.endpoint())] {
        let client = planted::builder().endpoint(endpoint.unwrap()).api_key(emulator.api_key());
        let client = client.build().unwrap();
        let models = client.models().list().await.unwrap();
        assert!(!models.data.is_empty());
        let model = client.models().get(&models.data[0].id).await.unwrap();
        assert_eq!(*model, models.data[0]);
        let error = client.models().get("no-such-model").await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::NotFound);
    }
}
