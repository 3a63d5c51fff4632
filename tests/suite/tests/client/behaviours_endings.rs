//! How calls end: by a limit on time, by being dropped, or by an answer that HTTP does not allow.

use std::future::pending;
use std::sync::Arc;
use std::time::{Duration, Instant};

use openai_azure::error::TimeoutScope;
use openai_azure::sys::raw;
use openai_azure::{CallOptions, Client, Error, ErrorKind, RetryPolicy};
use openai_azure_tests::planted;
use openai_azure_tests::wire::{Step, Wire, chat_answer, chat_event, json, stream_head};
use reqwest::dns::{Name, Resolve, Resolving};

const SHORT: Duration = Duration::from_millis(200);
const BOUND: Duration = Duration::from_secs(5);

fn client(endpoint: &str) -> Client {
    let quick = RetryPolicy::new().first_backoff(Duration::from_millis(1));
    planted::builder().endpoint(endpoint).api_key(planted::KEY).retry(quick).build().unwrap()
}

async fn ask(client: &Client) -> Result<String, Error> {
    let call = client.chat("d").user("?").send();
    let answer = tokio::time::timeout(BOUND, call).await.expect("the call hangs")?;
    Ok(answer.text().to_owned())
}

/// Waits until the server sees no connection.
async fn closes(wire: &Wire) {
    let start = Instant::now();
    while wire.open_connections() > 0 {
        assert!(start.elapsed() < BOUND, "a connection stays open");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

/// Waits until the server has so many requests.
async fn arrive(wire: &Wire, requests: usize) {
    let start = Instant::now();
    while wire.requests().len() < requests {
        assert!(start.elapsed() < BOUND, "no request arrives");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

/// Finds no address, for ever.
struct Nowhere;

impl Resolve for Nowhere {
    fn resolve(&self, _: Name) -> Resolving {
        Box::pin(pending())
    }
}

#[tokio::test]
async fn a_connection_that_is_not_made_in_time_is_told_as_such() {
    let client = planted::builder()
        .endpoint("https://slow.example")
        .api_key(planted::KEY)
        .retry(RetryPolicy::none())
        .connect_timeout(SHORT)
        .http(|http| http.no_proxy().dns_resolver(Arc::new(Nowhere)))
        .build()
        .unwrap();
    let start = Instant::now();
    let Err(Error::Timeout(error)) = ask(&client).await else { panic!("no time-out") };
    assert_eq!((error.scope(), error.limit()), (TimeoutScope::Connect, SHORT));
    assert!(start.elapsed() < BOUND);
}

#[tokio::test]
async fn a_time_out_is_set_per_client_and_per_call() {
    let wire = Wire::always(vec![Step::Hold]).await;
    let client = planted::builder()
        .endpoint(wire.endpoint())
        .api_key(planted::KEY)
        .retry(RetryPolicy::none())
        .timeout(SHORT)
        .build()
        .unwrap();
    for (options, limit) in [
        (CallOptions::new(), SHORT),
        (CallOptions::new().timeout(SHORT / 4), SHORT / 4),
        (CallOptions::new().timeout(SHORT * 2), SHORT * 2),
    ] {
        let start = Instant::now();
        let Err(Error::Timeout(error)) = client.chat("d").user("?").options(options).send().await
        else {
            panic!("no time-out")
        };
        assert_eq!(error.limit(), limit);
        assert!(start.elapsed() >= limit && start.elapsed() < BOUND);
    }
}

#[tokio::test]
async fn a_time_out_is_tried_again() {
    let wire = Wire::start(|n| if n == 0 { vec![Step::Hold] } else { vec![chat_answer("hi")] });
    let wire = wire.await;
    let options = CallOptions::new().timeout(SHORT);
    let answer =
        client(&wire.endpoint()).chat("d").user("?").options(options).send().await.unwrap();
    assert_eq!((answer.text(), answer.retries_taken()), ("hi", 1));
}

#[tokio::test]
async fn a_call_that_is_dropped_between_two_attempts_sends_nothing_more() {
    let wire = Wire::always(vec![json(503, "retry-after-ms: 300\r\n", ""), Step::Close]).await;
    let client = client(&wire.endpoint());
    let mut call = Box::pin(client.chat("d").user("?").send());
    tokio::select! {
        _ = &mut call => panic!("it waits for the second attempt"),
        () = arrive(&wire, 1) => {}
    }
    let _ = tokio::time::timeout(Duration::from_millis(50), &mut call).await;
    drop(call);
    closes(&wire).await;
    tokio::time::sleep(Duration::from_millis(400)).await;
    assert_eq!(wire.requests().len(), 1);
}

#[tokio::test]
async fn a_stream_that_is_dropped_before_its_first_event_is_closed() {
    let wire = Wire::always(vec![stream_head(), Step::Hold]).await;
    let client = client(&wire.endpoint());
    let opening = client.chat("d").user("?").stream();
    assert!(tokio::time::timeout(SHORT, opening).await.is_err());
    assert_eq!(wire.requests().len(), 1);
    closes(&wire).await;
}

#[tokio::test]
async fn the_bytes_of_a_raw_call_are_closed_when_they_are_dropped() {
    let wire = Wire::always(vec![stream_head(), chat_event("a"), Step::Hold]).await;
    let client = client(&wire.endpoint());
    let operation = |api: raw::Client| async move {
        api.chat_completions_create("d", r#"{"stream":true}"#).await
    };
    let bytes = client.call(operation).await.unwrap();
    assert_eq!(wire.open_connections(), 1);
    drop(bytes);
    closes(&wire).await;
}

#[test]
fn dropping_calls_and_streams_leaves_no_task_behind() {
    let server = tokio::runtime::Runtime::new().unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let talking = server.block_on(Wire::always(vec![stream_head(), chat_event("a"), Step::Hold]));
    let silent = server.block_on(Wire::always(vec![Step::Hold]));
    let tasks = || runtime.metrics().num_alive_tasks();
    runtime.block_on(async {
        let (talks, keeps_silent) = (client(&talking.endpoint()), client(&silent.endpoint()));
        let mut streams = Vec::new();
        for _ in 0..10 {
            streams.push(talks.chat("d").user("?").stream().await.unwrap());
        }
        let calls = (0..10).map(|_| keeps_silent.chat("d").user("?").send());
        let calls = futures_util::future::join_all(calls);
        assert!(tokio::time::timeout(SHORT, calls).await.is_err());
        assert_eq!(talking.open_connections(), 10);
        drop(streams);
        closes(&talking).await;
        closes(&silent).await;
        let start = Instant::now();
        while tasks() > 0 {
            assert!(start.elapsed() < BOUND, "{} tasks are left", tasks());
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    });
}

#[tokio::test]
async fn several_provisional_answers_before_the_answer_are_skipped() {
    let hints = "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 102 Processing\r\n\r\n\
                 HTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\n";
    let hints = Step::Write(hints.as_bytes().to_vec());
    let wire = Wire::always(vec![hints, Step::Wait(SHORT / 10), chat_answer("hi")]).await;
    assert_eq!(ask(&client(&wire.endpoint())).await.unwrap(), "hi");
    assert_eq!(wire.requests().len(), 1);
}

#[tokio::test]
async fn a_switch_of_protocols_that_nobody_asked_for_is_an_error() {
    let switch = b"HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n";
    let wire = Wire::always(vec![Step::Write(switch.to_vec()), Step::Close]).await;
    let error = ask(&client(&wire.endpoint())).await.unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Connection | ErrorKind::OtherStatus), "{error:?}");
}

#[tokio::test]
async fn lengths_that_lie_end_in_an_error_and_harm_no_other_call() {
    let body = r#"{"choices":[{"message":{"content":"hi"}}]}"#;
    for (head, kind) in [
        // More comes than was announced.
        ("content-length: 5", ErrorKind::Decode),
        ("content-length: 0", ErrorKind::Decode),
        // Less comes.
        ("content-length: 5000", ErrorKind::Connection),
        ("content-length: 18446744073709551615", ErrorKind::Connection),
        // No number at all, or two.
        ("content-length: -1", ErrorKind::Connection),
        ("content-length: many", ErrorKind::Connection),
        ("content-length: 3\r\ncontent-length: 4", ErrorKind::Connection),
        ("transfer-encoding: chunked", ErrorKind::Connection),
    ] {
        let answer = format!("HTTP/1.1 200 OK\r\n{head}\r\n\r\n{body}").into_bytes();
        let wire = Wire::start(move |n| match n {
            0 => vec![Step::Write(answer.clone()), Step::Wait(SHORT / 10), Step::Close],
            _ => vec![chat_answer("whole")],
        })
        .await;
        let policy = RetryPolicy::none();
        let client =
            planted::builder().endpoint(wire.endpoint()).api_key(planted::KEY).retry(policy);
        let client = client.build().unwrap();
        assert_eq!(ask(&client).await.unwrap_err().kind(), kind, "{head}");
        assert_eq!(ask(&client).await.unwrap(), "whole", "{head}");
    }
}
