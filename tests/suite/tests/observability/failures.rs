//! Failures: `error.type` of spans and metrics.

use std::time::Duration;

use openai_azure_tests::wire::{Step, Wire};
use opentelemetry::trace::Status;

use crate::observed::{DEPLOYMENT, Observed, by_name, serve, stream};
use crate::streams::{chunks, events};

const DURATION: &str = "gen_ai.client.operation.duration";

/// The type of the error in the span and in the metric.
fn error_types(observed: &Observed) -> (String, String) {
    let span = by_name(&observed.span().attributes);
    let [point] = &observed.points_of(DURATION)[..] else { panic!("{:?}", observed.points()) };
    assert_eq!(point.count, 1);
    for point in observed.points().iter().filter(|point| point.metric != DURATION) {
        assert!(!point.attributes.contains_key("error.type"), "{point:?}");
    }
    (span["error.type"].clone(), point.attributes["error.type"].clone())
}

fn both(name: &str) -> (String, String) {
    (name.to_owned(), name.to_owned())
}

#[tokio::test]
async fn a_refused_call_has_the_kind_of_its_error() {
    for (status, name) in [(429, "rate_limit"), (404, "not_found"), (500, "internal_server")] {
        let observed = Observed::start();
        let body = r#"{"error":{"code":"planted","message":"Planted message"}}"#;
        let wire = serve(status, "application/json", body).await;
        let client = observed.client(&wire).build().unwrap();
        client.chat(DEPLOYMENT).user("Hi").send().await.unwrap_err();
        assert_eq!(error_types(&observed), both(name));
        assert!(matches!(observed.span().status, Status::Error { .. }));
        let span = by_name(&observed.span().attributes);
        assert_eq!(span["http.response.status_code"], status.to_string());
        // The message of the service is in the log event of the attempt, and nowhere else.
        assert!(!format!("{span:?} {:?}", observed.points()).contains("Planted message"));
    }
}

#[tokio::test]
async fn a_call_without_a_response_has_the_kind_of_its_error() {
    let observed = Observed::start();
    let wire = Wire::always(vec![Step::Close]).await;
    let client = observed.client(&wire).build().unwrap();
    client.chat(DEPLOYMENT).user("Hi").send().await.unwrap_err();
    assert_eq!(error_types(&observed), both("connection"));
}

#[tokio::test]
async fn a_body_that_does_not_decode_is_an_error() {
    let observed = Observed::start();
    let wire = serve(200, "application/json", r#"{"choices":3}"#).await;
    let client = observed.client(&wire).build().unwrap();
    client.chat(DEPLOYMENT).user("Hi").send().await.unwrap_err();
    assert_eq!(error_types(&observed), both("decode"));
}

#[tokio::test]
async fn a_call_and_a_stream_that_are_dropped_are_cancelled() {
    let observed = Observed::start();
    let wire = Wire::always(vec![Step::Hold]).await;
    let client = observed.client(&wire).build().unwrap();
    let call = client.chat(DEPLOYMENT).user("Hi").send();
    assert!(tokio::time::timeout(Duration::from_millis(100), call).await.is_err());
    assert_eq!(error_types(&observed), both("cancelled"));
    assert_eq!(observed.span().status, Status::Unset, "nothing went wrong");

    let observed = Observed::start();
    let wire = stream(chunks(), Duration::ZERO).await;
    let client = observed.client(&wire).build().unwrap();
    let mut chat = client.chat(DEPLOYMENT).user("Hi").stream().await.unwrap();
    chat.try_next().await.unwrap();
    drop(chat);
    assert_eq!(error_types(&observed), both("cancelled"));
}

#[tokio::test]
async fn streams_that_end_before_their_last_event_are_errors() {
    let observed = Observed::start();
    let wire = stream(chunks()[..3].to_vec(), Duration::ZERO).await;
    let client = observed.client(&wire).build().unwrap();
    let mut chat = client.chat(DEPLOYMENT).user("Hi").stream().await.unwrap();
    chat.finish().await.unwrap_err();
    drop(chat);
    assert_eq!(error_types(&observed), both("stream"));
    let span = by_name(&observed.span().attributes);
    assert_eq!(span["gen_ai.response.id"], "chatcmpl-2");

    let observed = Observed::start();
    let wire = stream(events()[..3].to_vec(), Duration::ZERO).await;
    let client = observed.client(&wire).build().unwrap();
    let mut response = client.respond(DEPLOYMENT).user("Hi").stream().await.unwrap();
    response.finish().await.unwrap_err();
    drop(response);
    assert_eq!(error_types(&observed), both("stream"));
}

#[tokio::test]
async fn a_response_that_failed_has_the_code_of_its_failure() {
    let observed = Observed::start();
    let body = r#"{"id":"resp_1","model":"m","status":"failed","output":[],
        "error":{"code":"server_error","message":"Planted message"}}"#;
    let wire = serve(200, "application/json", body).await;
    let client = observed.client(&wire).build().unwrap();
    client.respond(DEPLOYMENT).user("Hi").send().await.unwrap();
    assert_eq!(error_types(&observed), both("server_error"));
    assert!(!observed.everything().contains("Planted message"));
}
