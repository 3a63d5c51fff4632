//! Embeddings: real traffic, limits, encodings, and texts in bulk.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use futures_util::{StreamExt as _, stream};
use openai_azure::embeddings::AfterError;
use openai_azure::{CallOptions, Client, Error, RetryPolicy};
use openai_azure_emulator::{Emulator, Reply};
use openai_azure_tests::replay::{Cut, replay};
use openai_azure_tests::wire::{self, Wire};
use openai_azure_tests::{exchange, planted};
use serde_json::{Value, json};

const MODEL: &str = "text-embedding-3-small";

async fn service() -> (Emulator, Client) {
    let emulator = Emulator::start().await.unwrap();
    let client = planted::builder().endpoint(emulator.endpoint()).api_key(emulator.api_key());
    let client = client.retry(RetryPolicy::none()).build().unwrap();
    (emulator, client)
}

#[tokio::test]
async fn every_recorded_answer_decodes() {
    let mut exchanges = exchange::all();
    exchanges.retain(|exchange| exchange.kind == "embeddings");
    assert!(!exchanges.is_empty());
    for exchange in &exchanges {
        let (_emulator, client) = replay(exchange, Cut::Random(3)).await.unwrap();
        let recorded: Value = serde_json::from_str(&exchange.response.body).unwrap();
        let inputs = vec!["?".to_owned(); recorded["data"].as_array().unwrap().len()];
        let answer = client.embed(exchange.deployment()).input(inputs).send().await;
        let answer = answer.unwrap_or_else(|e| panic!("{}: {e:?}", exchange.file));
        assert_eq!(answer.data.len(), recorded["data"].as_array().unwrap().len());
        assert_eq!(answer.usage.total_tokens, recorded["usage"]["total_tokens"]);
        for (vector, recorded) in answer.vectors().zip(recorded["data"].as_array().unwrap()) {
            if let Some(numbers) = recorded["embedding"].as_array() {
                assert_eq!(vector.len(), numbers.len(), "{}", exchange.file);
            }
            assert!(!vector.is_empty(), "{}", exchange.file);
        }
    }
    println!("replayed {} embeddings", exchanges.len());
}

#[tokio::test]
async fn base64_is_asked_for_and_numbers_are_the_same() {
    let (emulator, client) = service().await;
    let request = client.embed(MODEL).input(["red", "blue"]).dimensions(8);
    let base64 = request.clone().send().await.unwrap().into_inner().into_vectors();
    assert_eq!(emulator.last().unwrap().json()["encoding_format"], "base64");
    let floats = request.encoding_format("float").send().await.unwrap().into_inner().into_vectors();
    assert_eq!(emulator.last().unwrap().json()["encoding_format"], "float");
    assert_eq!(base64, floats);
    assert_eq!(base64.len(), 2);
}

#[tokio::test]
async fn a_server_that_refuses_base64_is_asked_for_numbers() {
    let (emulator, client) = service().await;
    let refusal = json!({"error": {"code": null, "param": "encoding_format", "message": "no"}});
    emulator.reply(Reply::status(400).json(refusal));
    let answer = client.embed(MODEL).input("red").dimensions(4).send().await.unwrap();
    assert_eq!(answer.data[0].embedding.len(), 4);
    assert_eq!(emulator.last().unwrap().json().get("encoding_format"), None);
}

#[tokio::test]
async fn tokens_are_sent_as_numbers() {
    let (emulator, client) = service().await;
    // The documents of the dated api-versions leave them out; the service takes them.
    emulator.reply(Reply::status(200).json(
        json!({"data": [{"index": 0, "embedding": [1.0]}, {"index": 1, "embedding": [2.0]}]}),
    ));
    client.embed(MODEL).input(vec![vec![1, 2], vec![3]]).send().await.unwrap();
    assert_eq!(emulator.last().unwrap().json()["input"], json!([[1, 2], [3]]));
}

#[tokio::test]
async fn what_cannot_have_a_vector_is_refused_before_anything_is_sent() {
    let (emulator, client) = service().await;
    for request in [
        client.embed(MODEL),
        client.embed(MODEL).input(""),
        client.embed(MODEL).input(vec!["x".to_owned(); 2049]),
    ] {
        assert!(matches!(request.send().await, Err(Error::Config(_))));
    }
    assert_eq!(emulator.requests(), 0);
}

#[tokio::test]
async fn bulk_gives_what_single_requests_give_in_order() {
    let (emulator, client) = service().await;
    let texts: Vec<String> = (0..25).map(|number| format!("text {number}")).collect();
    let mut expected = Vec::new();
    for text in &texts {
        let answer = client.embed(MODEL).input(text).dimensions(4).send().await.unwrap();
        expected.extend(answer.into_inner().into_vectors());
    }
    for (inputs, bytes, concurrency) in [(1, 1 << 19, 3), (4, 1 << 19, 1), (7, 30, 4), (100, 8, 2)]
    {
        emulator.clear_journal();
        let bulk = client.embed(MODEL).dimensions(4).bulk(stream::iter(texts.clone()));
        let bulk =
            bulk.inputs_per_request(inputs).bytes_per_request(bytes).concurrency(concurrency);
        let vectors: Vec<Vec<f32>> = bulk.map(Result::unwrap).collect().await;
        assert_eq!(vectors, expected, "{inputs} {bytes} {concurrency}");
        for request in emulator.journal() {
            assert!(request.json()["input"].as_array().unwrap().len() <= inputs);
        }
    }
}

#[tokio::test]
async fn bulk_goes_on_after_an_error_at_the_first_text_that_is_not_done() {
    let (emulator, client) = service().await;
    let progress = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&progress);
    let texts = (0..6).map(|number| format!("text {number}"));
    let mut bulk = client
        .embed(MODEL)
        .dimensions(2)
        .bulk_of(texts)
        .inputs_per_request(2)
        .concurrency(2)
        .after_error(AfterError::Retry)
        .on_progress(move |so_far| seen.lock().unwrap().push(so_far.vectors));
    assert!(bulk.try_next().await.unwrap().is_some());
    assert!(bulk.try_next().await.unwrap().is_some());
    // Texts 2 and 3 run already or start now; the one after them fails.
    emulator.reply(Reply::status(400).json(json!({"error": {"code": "x", "message": "no"}})));
    let mut vectors = 2;
    let mut errors = 0;
    loop {
        match bulk.try_next().await {
            Ok(Some(_)) => vectors += 1,
            Ok(None) => break,
            Err(error) => {
                errors += 1;
                assert_eq!(error.as_api().unwrap().status(), 400);
                assert_eq!(bulk.done(), vectors);
                assert_eq!(bulk.done() % 2, 0);
            }
        }
    }
    assert_eq!((errors, vectors, bulk.done()), (1, 6, 6));
    assert_eq!(progress.lock().unwrap().last(), Some(&6));
}

#[tokio::test]
async fn bulk_ends_after_an_error_or_skips_and_can_be_resumed() {
    let texts = || (0..6).map(|number| format!("text {number}"));
    let refused = || Reply::status(400).json(json!({"error": {"code": "x", "message": "no"}}));
    for after_error in [AfterError::End, AfterError::Skip] {
        let (emulator, client) = service().await;
        let request = client.embed(MODEL).dimensions(2);
        let bulk = request.clone().bulk_of(texts()).inputs_per_request(2).concurrency(1);
        let mut bulk = bulk.after_error(after_error);
        emulator.reply(Reply::usual());
        emulator.reply(refused());
        let mut found = Vec::new();
        let mut errors = 0;
        loop {
            match bulk.try_next_indexed().await {
                Ok(Some((input, _))) => found.push(input),
                Ok(None) => break,
                Err(_) => errors += 1,
            }
        }
        assert_eq!((errors, bulk.failed_inputs(), bulk.progress().total), (1, Some(2..4), Some(6)));
        if after_error == AfterError::Skip {
            assert_eq!((found, bulk.done(), bulk.progress().skipped), (vec![0, 1, 4, 5], 6, 2));
            continue;
        }
        assert_eq!((found, bulk.done()), (vec![0, 1], 2));
        let before = emulator.requests();
        let mut rest = request.bulk_of(texts()).inputs_per_request(2).resume_at(bulk.done());
        let (first, _) = rest.try_next_indexed().await.unwrap().unwrap();
        while rest.try_next().await.unwrap().is_some() {}
        assert_eq!((first, rest.done(), emulator.requests() - before), (2, 6, 2));
    }
}

#[tokio::test]
async fn bulk_slows_down_when_the_headers_say_that_nothing_is_left() {
    let (emulator, client) = service().await;
    let low = Reply::usual()
        .header("x-ratelimit-remaining-requests", "0")
        .header("x-ratelimit-reset-requests", "300ms");
    emulator.reply(low);
    let began = Instant::now();
    let bulk = client.embed(MODEL).dimensions(2).bulk_of(["a", "b"]);
    let vectors: Vec<_> = bulk.inputs_per_request(1).concurrency(1).collect().await;
    assert_eq!(vectors.len(), 2);
    assert!(began.elapsed() >= Duration::from_millis(300), "{:?}", began.elapsed());
}

#[tokio::test]
async fn a_bulk_that_is_dropped_leaves_no_request_behind() {
    let (emulator, client) = service().await;
    emulator.reply(Reply::usual().delay(Duration::from_secs(60)).times(4));
    let mut bulk = client.embed(MODEL).bulk_of(["a", "b", "c"]).inputs_per_request(1);
    let waited = tokio::time::timeout(Duration::from_millis(100), bulk.try_next()).await;
    assert!(waited.is_err());
    drop(bulk);
    tokio::time::sleep(Duration::from_millis(100)).await;
    assert_eq!(emulator.open_responses(), 0);
}

#[tokio::test]
async fn each_body_has_an_idempotency_key_of_its_own() {
    let (emulator, client) = service().await;
    let options = CallOptions::new().idempotency_key("mine");
    let refusal = json!({"error": {"code": null, "param": "encoding_format", "message": "no"}});
    emulator.reply(Reply::status(400).json(refusal));
    let request = client.embed(MODEL).dimensions(2).options(options);
    request.clone().input("red").send().await.unwrap();
    let bulk = request.bulk_of(["a", "b", "c"]).inputs_per_request(1);
    assert_eq!(bulk.count().await, 3);
    let key = |request: &openai_azure_emulator::Recorded| {
        request.header("idempotency-key").unwrap().to_owned()
    };
    let keys: Vec<String> = emulator.journal().iter().map(key).collect();
    assert_eq!((keys.len(), keys[0].as_str()), (5, "mine"));
    let distinct: std::collections::BTreeSet<&String> = keys.iter().collect();
    assert_eq!(distinct.len(), 5, "{keys:?}");
}

#[tokio::test]
async fn vectors_that_are_not_those_of_the_inputs_are_an_error() {
    let (emulator, client) = service().await;
    let one = json!({"index": 0, "embedding": [1.0]});
    for (data, what) in [(json!([one]), "1 vectors for 2"), (json!([one, one]), "the index 0")] {
        emulator.reply(Reply::status(200).json(json!({"data": data})));
        let error = client.embed(MODEL).input(["red", "blue"]).send().await.unwrap_err();
        let Error::Decode(error) = error else { panic!("{error:?}") };
        let source = std::error::Error::source(&error).unwrap().to_string();
        assert!(source.contains(what), "{source}");
        assert!(!error.body().is_empty());
    }
}

#[tokio::test]
async fn bulk_returns_in_order_after_a_failed_request_is_sent_again() {
    let (emulator, client) = service().await;
    let texts = (0..12).map(|number| format!("text {number}"));
    let bulk = client.embed(MODEL).dimensions(2).bulk_of(texts).inputs_per_request(2);
    let mut bulk = bulk.concurrency(3).after_error(AfterError::Retry);
    let refused = json!({"error": {"code": "x", "message": "no"}});
    // The first is slow, so that the others are done before it.
    emulator.reply(Reply::usual().delay(Duration::from_millis(60)));
    emulator.reply(Reply::status(400).delay(Duration::from_millis(20)).json(refused));
    let (mut found, mut errors) = (Vec::new(), 0);
    loop {
        match bulk.try_next_indexed().await {
            Ok(Some((input, _))) => found.push(input),
            Ok(None) => break,
            Err(_) => errors += 1,
        }
    }
    assert_eq!((found, errors), ((0..12).collect(), 1));
}

/// The service takes one request per period, and refuses all others.
#[tokio::test]
async fn a_429_holds_back_the_requests_of_a_bulk_beside_it() {
    const PERIOD: Duration = Duration::from_millis(150);
    let last = Arc::new(Mutex::new(None::<Instant>));
    let wire = Wire::start(move |_| {
        let mut last = last.lock().unwrap();
        let now = Instant::now();
        if last.is_some_and(|last| now - last < PERIOD) {
            let left = (PERIOD - (now - last.unwrap())).as_millis() + 1;
            let headers = format!("retry-after-ms: {left}\r\n");
            return vec![wire::json(429, &headers, "{}")];
        }
        *last = Some(now);
        let body = json!({"data": [{"index": 0, "embedding": [1.0]}]}).to_string();
        vec![wire::json(200, "", &body)]
    })
    .await;
    let client = planted::builder().endpoint(wire.endpoint()).api_key(planted::KEY);
    let client = client.build().unwrap();
    let texts = (0..8).map(|number| format!("text {number}"));
    let bulk = client.embed("d").bulk_of(texts).inputs_per_request(1).concurrency(4);
    let vectors: Vec<_> = bulk.collect().await;
    let errors: Vec<_> = vectors.iter().filter_map(|vector| vector.as_ref().err()).collect();
    assert!(errors.is_empty() && vectors.len() == 8, "{errors:?}");
    // Unheld, four at once would be refused three times in each period.
    assert!(wire.requests().len() <= 8 * 3, "{} requests", wire.requests().len());
}

#[tokio::test]
async fn a_bulk_that_is_always_refused_ends_with_that_error() {
    let wire = Wire::always(vec![wire::json(429, "retry-after-ms: 5\r\n", "{}")]).await;
    let client = planted::builder().endpoint(wire.endpoint()).api_key(planted::KEY);
    let client = client.build().unwrap();
    let texts = (0..8).map(|number| format!("text {number}"));
    let mut bulk = client.embed("d").bulk_of(texts).inputs_per_request(1).concurrency(4);
    let next = tokio::time::timeout(Duration::from_secs(10), bulk.try_next());
    let error = next.await.expect("it ends").unwrap_err();
    assert_eq!(error.kind(), openai_azure::ErrorKind::RateLimit);
    assert!(wire.requests().len() <= 4 + 4 + 3, "{} requests", wire.requests().len());
}

#[tokio::test]
async fn a_refusal_because_of_others_is_no_retry_where_there_are_none() {
    let wire = Wire::always(vec![wire::json(429, "retry-after-ms: 5\r\n", "{}")]).await;
    let client = planted::builder().endpoint(wire.endpoint()).api_key(planted::KEY);
    let client = client.retry(RetryPolicy::none()).build().unwrap();
    let texts = ["red", "green", "blue"];
    let mut bulk = client.embed("d").bulk_of(texts).inputs_per_request(1);
    let error = bulk.try_next().await.unwrap_err();
    assert_eq!((error.kind(), error.retries_taken()), (openai_azure::ErrorKind::RateLimit, 0));
}

#[tokio::test]
async fn bulk_of_nothing_sends_nothing() {
    let (emulator, client) = service().await;
    let bulk = client.embed(MODEL).bulk_of(Vec::<String>::new());
    assert_eq!(bulk.count().await, 0);
    assert_eq!(emulator.requests(), 0);
}
