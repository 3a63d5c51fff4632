//! Streams of responses in the background that are cut and go on: nothing comes twice, nothing is
//! missing.

use std::time::Duration;

use openai_azure::responses::{ModelResponse, ResponseRequest, ResponseStatus, ResponseTool};
use openai_azure::{CallOptions, Client, Endpoint, ErrorKind, RetryPolicy};
use openai_azure_emulator::{Emulator, Reply};
use openai_azure_tests::planted;
use serde_json::{Value, json, to_value};

const CREATE: &str = "POST /responses";
const GET: &str = "GET /responses/{response_id}";

async fn service() -> (Emulator, Client) {
    let emulator = Emulator::start().await.unwrap();
    let retry = RetryPolicy::new().max_retries(3).first_backoff(Duration::from_millis(1));
    let client = planted::builder()
        .endpoint(Endpoint::v1(emulator.endpoint()).unwrap())
        .api_key(emulator.api_key())
        .options(CallOptions::new().retry(retry.max_backoff(Duration::from_millis(5))))
        .build()
        .unwrap();
    (emulator, client)
}

fn request(client: &Client) -> ResponseRequest {
    let request = client.respond("gpt-5").user("[web_search] Count to twenty.").background(true);
    request.tool(ResponseTool::web_search()).reasoning_summary("auto")
}

/// What a stream brought.
#[derive(Debug, PartialEq)]
struct Run {
    numbers: Vec<u64>,
    text: String,
    response: Value,
}

async fn run(client: &Client) -> Run {
    let mut stream = request(client).stream().await.unwrap();
    let (mut numbers, mut text) = (Vec::new(), String::new());
    while let Some(event) = stream.try_next().await.unwrap() {
        numbers.extend(event.sequence_number());
        text.push_str(event.text());
    }
    Run { numbers, text, response: comparable(stream.finish().await.unwrap()) }
}

/// Without what differs from run to run.
fn comparable(response: ModelResponse) -> Value {
    let mut response = to_value(response).unwrap();
    for name in ["id", "created_at", "completed_at"] {
        response.as_object_mut().unwrap().remove(name);
    }
    for item in response["output"].as_array_mut().unwrap() {
        for name in ["id", "call_id", "encrypted_content"] {
            item.as_object_mut().unwrap().remove(name);
        }
    }
    response
}

/// The length of the body in bytes, and the end of its first event.
async fn lengths(client: &Client) -> (usize, usize) {
    let mut body = request(client).to_json().unwrap();
    (body["model"], body["stream"]) = (json!("gpt-5"), json!(true));
    let raw = client.request(openai_azure::Method::POST, "/responses").json(&body);
    let bytes = raw.send_bytes().await.unwrap().into_inner();
    let first = bytes.windows(2).position(|pair| pair == b"\n\n").unwrap() + 2;
    (bytes.len(), first)
}

#[tokio::test]
async fn a_stream_cut_at_each_of_its_events_goes_on() {
    let (emulator, client) = service().await;
    let whole = run(&client).await;
    assert!(whole.numbers.len() > 20 && !whole.text.is_empty());
    assert_eq!(whole.numbers, (0..whole.numbers.len() as u64).collect::<Vec<_>>());
    for events in 1..=whole.numbers.len() {
        emulator.clear_journal();
        emulator.reply_to_operation(CREATE, Reply::usual().cut_after_events(events));
        assert_eq!(run(&client).await, whole, "cut after {events} events");
        assert_eq!(emulator.count(CREATE), 1);
    }
    println!("cut at {} events", whole.numbers.len());
}

#[tokio::test]
async fn a_stream_cut_a_thousand_times_anywhere_goes_on() {
    let (emulator, client) = service().await;
    let whole = run(&client).await;
    let (length, first) = lengths(&client).await;
    let (mut cuts, mut runs) = (0, 0);
    for seed in 0.. {
        if cuts >= 1000 {
            break;
        }
        let mut random = fastrand::Rng::with_seed(seed);
        emulator.clear_journal();
        emulator.reply_to_operation(CREATE, Reply::usual().cut_after(random.usize(first..length)));
        cuts += 1;
        // The rest is cut too, as often as without any event in between is allowed.
        for _ in 0..random.usize(0..3) {
            let cut = Reply::usual().cut_after(random.usize(0..length));
            emulator.reply_to_operation(GET, cut);
            cuts += 1;
        }
        assert_eq!(run(&client).await, whole, "seed {seed}");
        assert_eq!(emulator.count(CREATE), 1, "seed {seed}");
        emulator.clear_replies();
        runs += 1;
    }
    println!("{cuts} cuts in {runs} runs");
}

#[tokio::test]
async fn a_stream_goes_on_in_another_process() {
    let (emulator, client) = service().await;
    let whole = run(&client).await;
    for events in [1, 2, whole.numbers.len() / 2, whole.numbers.len() - 1] {
        let mut stream = request(&client).stream().await.unwrap();
        let mut text = String::new();
        for _ in 0..events {
            text.push_str(stream.try_next().await.unwrap().unwrap().text());
        }
        let (id, after) = (stream.so_far().id.clone(), stream.sequence_number());
        drop(stream);
        let mut rest = client.responses().resume(id, after).await.unwrap();
        while let Some(event) = rest.try_next().await.unwrap() {
            text.push_str(event.text());
        }
        assert_eq!(text, whole.text);
        assert_eq!(comparable(rest.finish().await.unwrap()), whole.response);
    }
    assert_eq!(emulator.count(GET), 4);
    assert_eq!(emulator.last().unwrap().query("stream"), Some("true"));
}

#[tokio::test]
async fn a_response_that_was_cancelled_ends_its_stream() {
    let (emulator, client) = service().await;
    emulator.reply_to_operation(CREATE, Reply::usual().cut_after_events(2));
    let mut stream = request(&client).stream().await.unwrap();
    stream.try_next().await.unwrap();
    client.responses().cancel(&stream.so_far().id).await.unwrap();
    let cancelled = stream.finish().await.unwrap();
    assert_eq!(cancelled.status, Some(ResponseStatus::Cancelled));
}

#[tokio::test]
async fn the_retry_policy_bounds_how_often_a_stream_goes_on() {
    let (emulator, client) = service().await;
    emulator.reply_to_operation(CREATE, Reply::usual().cut_after_events(3));
    emulator.reply_to_operation(GET, Reply::usual().cut_after(0).times(1000));
    let mut stream = request(&client).stream().await.unwrap();
    let error = stream.finish().await.unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Connection | ErrorKind::Stream), "{error:?}");
    assert!(emulator.count(GET) <= 16, "{}", emulator.count(GET));
    assert!(stream.try_next().await.unwrap().is_none());
}

#[tokio::test]
async fn a_stream_that_is_not_in_the_background_does_not_go_on() {
    let (emulator, client) = service().await;
    emulator.reply_to_operation(CREATE, Reply::usual().cut_after_events(5));
    let mut stream = request(&client).background(false).stream().await.unwrap();
    assert_eq!(stream.finish().await.unwrap_err().kind(), ErrorKind::Stream);
    assert_eq!(emulator.requests(), 1);
}
