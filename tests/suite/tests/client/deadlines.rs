//! The deadline holds for a whole operation: tool rounds, waits, bulk embeddings, batches, and a
//! stream until its end.

use std::time::{Duration, Instant};

use openai_azure::error::TimeoutScope;
use openai_azure::tools::Tools;
use openai_azure::{CallOptions, Client, Endpoint, Error, Polling, RetryPolicy};
use openai_azure_tests::planted;
use openai_azure_tests::wire::{Step, Wire, chat_event, json, stream_head};
use serde_json::json as object;

const LIMIT: Duration = Duration::from_secs(1);
/// Far more than the deadline, and far less than an operation without one would take.
const BOUND: Duration = Duration::from_secs(20);

fn client(wire: &Wire) -> Client {
    let options = CallOptions::new().deadline(LIMIT).retry(RetryPolicy::none());
    let builder = planted::builder().endpoint(wire.endpoint()).api_key(planted::KEY);
    builder.options(options).build().unwrap()
}

/// A response after a moment.
fn slowly(body: &serde_json::Value) -> Vec<Step> {
    vec![Step::Wait(Duration::from_millis(40)), json(200, "", &body.to_string())]
}

/// Holds that an operation that began then ended at the deadline.
fn assert_over(error: Error, began: Instant) {
    let Error::Timeout(error) = error else { panic!("{error:?}") };
    assert_eq!((error.scope(), error.limit()), (TimeoutScope::Deadline, LIMIT), "{error}");
    assert!(began.elapsed() < BOUND, "{:?}", began.elapsed());
}

async fn within<T>(operation: impl Future<Output = T>) -> T {
    tokio::time::timeout(BOUND, operation).await.expect("the operation goes on after its deadline")
}

#[tokio::test]
async fn all_rounds_of_tools_have_one_deadline() {
    let call =
        object!({"id": "t", "type": "function", "function": {"name": "again", "arguments": "{}"}});
    let message = object!({"role": "assistant", "tool_calls": [call]});
    let choice = object!({"index": 0, "message": message, "finish_reason": "tool_calls"});
    let body = object!({"id": "c", "choices": [choice]});
    let wire = Wire::start(move |_| slowly(&body)).await;
    let tools = Tools::new().tool("again", "Again.", async |()| Ok::<_, String>("more"));
    let run = client(&wire).chat("d").user("?").run_tools(tools).max_rounds(1000);
    let began = Instant::now();
    assert_over(within(run.send()).await.unwrap_err(), began);
    assert!(wire.requests().len() > 1, "one deadline for all, not one for each");
}

#[tokio::test]
async fn a_wait_for_a_response_ends_at_the_deadline() {
    let body = object!({"id": "r", "status": "in_progress", "output": []});
    let wire = Wire::start(move |_| slowly(&body)).await;
    let wait = client(&wire).responses().wait("r");
    let wait = wait.polling(Polling::new().every(Duration::from_millis(5)));
    let began = Instant::now();
    assert_over(within(wait.into_future()).await.unwrap_err(), began);
    assert!(wire.requests().len() > 1);
}

#[tokio::test]
async fn a_wait_does_not_sleep_beyond_the_deadline() {
    let body = object!({"id": "r", "status": "in_progress", "output": []}).to_string();
    let wire = Wire::always(vec![json(200, "retry-after: 60\r\n", &body)]).await;
    let began = Instant::now();
    let wait = client(&wire).responses().wait("r");
    assert_over(within(wait.into_future()).await.unwrap_err(), began);
    assert_eq!(wire.requests().len(), 1);
}

#[tokio::test]
async fn a_wait_for_a_batch_ends_at_the_deadline() {
    let body = object!({"id": "b", "status": "in_progress"});
    let wire = Wire::start(move |_| slowly(&body)).await;
    let batches = client(&wire).batches();
    let batches = batches.polling(Polling::new().every(Duration::from_millis(5)));
    let began = Instant::now();
    assert_over(within(batches.wait("b").into_future()).await.unwrap_err(), began);
    assert!(wire.requests().len() > 1);
}

#[tokio::test]
async fn bulk_embeddings_have_one_deadline() {
    let body = object!({"data": [{"index": 0, "embedding": [1.0]}]});
    let wire = Wire::start(move |_| slowly(&body)).await;
    let texts = (0..1000).map(|number| format!("text {number}"));
    let bulk = client(&wire).embed("d").bulk_of(texts);
    let mut bulk = bulk.inputs_per_request(1).concurrency(1);
    let began = Instant::now();
    let error = loop {
        match within(bulk.try_next()).await {
            Ok(vector) => assert!(vector.is_some()),
            Err(error) => break error,
        }
    };
    assert_over(error, began);
    assert!(bulk.done() > 0, "the vectors before it were returned");
}

#[tokio::test]
async fn an_open_stream_ends_at_the_deadline_and_keeps_its_text() {
    let mut steps = vec![stream_head()];
    for _ in 0..1000 {
        steps.extend([chat_event("x"), Step::Wait(Duration::from_millis(20))]);
    }
    let wire = Wire::always(steps).await;
    let began = Instant::now();
    let mut stream = client(&wire).chat("d").user("?").stream().await.unwrap();
    let error = within(stream.finish()).await.unwrap_err();
    let Error::Timeout(timeout) = &error else { panic!("{error:?}") };
    assert!(timeout.partial_text().starts_with("xx"), "{error}");
    assert_over(error, began);
}

#[tokio::test]
async fn the_bytes_of_speech_end_at_the_deadline() {
    let head = b"HTTP/1.1 200 OK\r\ncontent-type: audio/mpeg\r\nconnection: close\r\n\r\n";
    let mut steps = vec![Step::Write(head.to_vec())];
    for _ in 0..1000 {
        steps.extend([Step::Write(vec![7; 16]), Step::Wait(Duration::from_millis(20))]);
    }
    let wire = Wire::always(steps).await;
    let options = CallOptions::new().deadline(LIMIT).any_version(true);
    let endpoint = Endpoint::dated(&wire.endpoint()).unwrap();
    let client = planted::builder().endpoint(endpoint).api_key(planted::KEY).build().unwrap();
    let began = Instant::now();
    let mut stream = client.speak("d", "Hi").options(options).stream().await.unwrap().into_inner();
    let error = loop {
        match within(stream.try_next()).await {
            Ok(bytes) => assert!(bytes.is_some()),
            Err(error) => break error,
        }
    };
    assert_over(error, began);
}

#[tokio::test]
async fn a_retry_that_the_deadline_forbids_costs_nothing_of_the_budget() {
    let wire = Wire::start(|n| match n {
        0..20 => vec![json(503, "retry-after: 60\r\n", "")],
        _ => vec![json(503, "retry-after-ms: 1\r\n", "")],
    })
    .await;
    // Ten retries are in reserve, and none is earned.
    let policy = RetryPolicy::new().budget(0.0).jitter(0.0);
    let client = planted::builder().endpoint(wire.endpoint()).api_key(planted::KEY);
    let client = client.retry(policy).build().unwrap();
    for _ in 0..20 {
        let chat = client.chat("d").user("?").options(CallOptions::new().deadline(LIMIT));
        within(chat.send()).await.unwrap_err();
    }
    assert_eq!(wire.requests().len(), 20);
    let error = client.chat("d").user("?").send().await.unwrap_err();
    assert_eq!((error.retries_taken(), wire.requests().len()), (2, 23));
}
