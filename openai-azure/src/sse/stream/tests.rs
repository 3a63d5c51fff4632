//! Which events are errors, and how much is read after `[DONE]`.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use bytes::Bytes;
use futures_util::stream;
use openai_azure_sys::{ByteStream, Error as SysError};
use serde_json::Value;

use super::{END_BYTES, EventStream, Limits};
use crate::error::{Error, ErrorKind};
use crate::response_origin::ResponseOrigin;
use crate::trace::{CallSpan, CallTrace, Log};

/// A body of these reads; the count is that of the reads that were made, its end included.
async fn open(reads: Vec<Bytes>) -> (Result<EventStream, Error>, Arc<AtomicUsize>) {
    let made = Arc::new(AtomicUsize::new(0));
    let counting = made.clone();
    let body = stream::unfold(reads.into_iter(), move |mut reads| {
        counting.fetch_add(1, Ordering::Relaxed);
        async move { Some((Ok::<_, SysError>(reads.next()?), reads)) }
    });
    let limits = Limits { idle: Duration::from_secs(60), event_bytes: 1 << 20, end: None };
    let trace = CallTrace::new(CallSpan::none(), Arc::new(Log::default()));
    let origin = Arc::new(ResponseOrigin { status: 200, ..ResponseOrigin::default() });
    (EventStream::open(ByteStream::new(body), origin, limits, trace).await, made)
}

async fn next(stream: &mut EventStream) -> Option<Result<Value, Error>> {
    std::future::poll_fn(|cx| stream.poll_next::<Value>(cx)).await
}

/// The second event of a stream, and what comes after it.
async fn second(event: &str) -> (Result<Value, Error>, bool) {
    let body = format!("data: {{\"n\":1}}\n\n{event}\n\ndata: {{\"n\":3}}\n\n");
    let mut stream = open(vec![body.into()]).await.0.unwrap();
    assert_eq!(next(&mut stream).await.unwrap().unwrap()["n"], 1);
    let second = next(&mut stream).await.unwrap();
    (second, next(&mut stream).await.is_some())
}

#[tokio::test]
async fn an_event_is_an_error_by_its_name_its_type_or_its_field_and_ends_the_stream() {
    for event in [
        "event: error\ndata: {\"code\":\"server_error\",\"message\":\"overloaded\"}",
        "event: error\ndata: overloaded",
        "data: {\"type\":\"error\",\"code\":\"server_error\",\"message\":\"overloaded\"}",
        "data: {\"error\":{\"code\":\"server_error\",\"message\":\"overloaded\"}}",
        "data: {\"error\" : {\"message\":\"overloaded\"},\"choices\":[]}",
    ] {
        let (second, goes_on) = second(event).await;
        let error = second.unwrap_err();
        assert!(matches!(error, Error::Api(_)), "{event}: {error:?}");
        assert_ne!(error.kind(), ErrorKind::Decode);
        assert!(error.to_string().contains("overloaded"), "{event}: {error}");
        assert!(!goes_on, "{event}");
    }
}

#[tokio::test]
async fn an_event_that_only_speaks_of_errors_is_none() {
    for event in [
        "data: {\"error\":null,\"n\":2}",
        "data: {\"error\": null,\"n\":2}",
        "data: {\"error\":{},\"choices\":[],\"n\":2}",
        "data: {\"type\":\"response.failed\",\"code\":\"error\",\"n\":2}",
        "data: {\"delta\":\"{\\\"error\\\": 1}\",\"n\":2}",
        "event: response.error_free\ndata: {\"n\":2}",
    ] {
        let (second, goes_on) = second(event).await;
        assert_eq!(second.unwrap()["n"], 2, "{event}");
        assert!(goes_on, "{event}");
    }
}

#[tokio::test]
async fn what_is_no_json_is_an_error_of_the_stream_even_if_it_has_the_word() {
    let (second, goes_on) = second("data: \"error\": oops").await;
    assert_eq!(second.unwrap_err().kind(), ErrorKind::Stream);
    assert!(!goes_on);
}

#[tokio::test]
async fn after_done_the_body_is_read_to_its_end_so_that_the_connection_serves_again() {
    let parts = ["data: {\"n\":1}\n\n", "data: [DONE]\n\n", "\n", "\n"].map(Bytes::from);
    let (stream, made) = open(parts.to_vec()).await;
    let mut stream = stream.unwrap();
    assert!(next(&mut stream).await.is_some());
    assert!(next(&mut stream).await.is_none());
    assert_eq!(made.load(Ordering::Relaxed), parts.len() + 1);
}

#[tokio::test]
async fn after_done_a_bounded_number_of_bytes_is_read() {
    let half = Bytes::from(vec![b'\n'; END_BYTES / 2]);
    let mut reads = vec![Bytes::from("data: {\"n\":1}\n\ndata: [DONE]\n\n")];
    reads.extend([half.clone(), half.clone(), Bytes::from("x"), half.clone(), half]);
    let (stream, made) = open(reads).await;
    let mut stream = stream.unwrap();
    assert!(next(&mut stream).await.is_some());
    assert!(next(&mut stream).await.is_none());
    // The two halves are all that is allowed; the byte after them is one too many.
    assert_eq!(made.load(Ordering::Relaxed), 4);
}

#[tokio::test]
async fn a_done_without_its_blank_line_is_an_end_and_no_event() {
    let mut stream = open(vec!["data: {\"n\":1}\n\ndata: [DONE]".into()]).await.0.unwrap();
    assert_eq!(next(&mut stream).await.unwrap().unwrap()["n"], 1);
    assert!(next(&mut stream).await.is_none());
}
