//! What the network and the service can do to a call: it ends in time, with the right kind, or
//! succeeds after a retry.

use std::time::{Duration, Instant};

use openai_azure::error::TimeoutScope;
use openai_azure::{CallOptions, Client, Error, ErrorKind, RetryPolicy};
use openai_azure_tests::planted;
use openai_azure_tests::wire::{Step, Wire, chat_answer, chat_end, chat_event, json, stream_head};

const SHORT: Duration = Duration::from_millis(200);
/// More than any test needs; a call that takes longer hangs.
const BOUND: Duration = Duration::from_secs(5);

fn client(endpoint: &str) -> Client {
    let quick = RetryPolicy::new().first_backoff(Duration::from_millis(1));
    planted::builder().endpoint(endpoint).api_key(planted::KEY).retry(quick).build().unwrap()
}

/// Sends a chat and gives its text, within the bound.
async fn ask(client: &Client, options: CallOptions) -> Result<String, Error> {
    let call = client.chat("d").user("?").options(options).send();
    let answer = tokio::time::timeout(BOUND, call).await.expect("the call hangs")?;
    Ok(answer.text().to_owned())
}

/// Streams a chat to its end and gives its text, within the bound.
async fn read(client: &Client, options: CallOptions) -> Result<String, Error> {
    let call = async {
        let mut stream = client.chat("d").user("?").options(options).stream().await?;
        while stream.try_next().await?.is_some() {}
        Ok(stream.text_so_far().to_owned())
    };
    tokio::time::timeout(BOUND, call).await.expect("the stream hangs")
}

fn new() -> CallOptions {
    CallOptions::new()
}

#[tokio::test]
async fn a_refused_connection_is_a_connection_error_after_all_retries() {
    let port = Wire::always(vec![]).await.port();
    let error = ask(&client(&format!("http://127.0.0.1:{port}")), new()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Connection);
    assert_eq!(error.retries_taken(), 2);
    assert!(std::error::Error::source(&error).is_some());
}

#[tokio::test]
async fn a_reset_before_the_answer_is_retried() {
    let wire = Wire::start(|n| if n == 0 { vec![Step::Reset] } else { vec![chat_answer("hi")] });
    let wire = wire.await;
    assert_eq!(ask(&client(&wire.endpoint()), new()).await.unwrap(), "hi");
    assert_eq!(wire.requests().len(), 2);
}

#[tokio::test]
async fn a_reset_in_the_middle_of_a_body_is_retried() {
    let half =
        b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 500\r\n\r\n{\"id\""
            .to_vec();
    let wire = Wire::start(move |n| match n {
        0 => vec![Step::Write(half.clone()), Step::Wait(Duration::from_millis(20)), Step::Reset],
        _ => vec![chat_answer("hi")],
    })
    .await;
    assert_eq!(ask(&client(&wire.endpoint()), new()).await.unwrap(), "hi");
}

#[tokio::test]
async fn a_body_shorter_than_its_length_is_retried_and_then_a_connection_error() {
    let short = b"HTTP/1.1 200 OK\r\ncontent-length: 500\r\n\r\n{}".to_vec();
    let wire = Wire::always(vec![Step::Write(short), Step::Close]).await;
    let error = ask(&client(&wire.endpoint()), new()).await.unwrap_err();
    assert_eq!((error.kind(), error.retries_taken()), (ErrorKind::Connection, 2));
}

#[tokio::test]
async fn a_slow_head_ends_at_the_time_out() {
    let wire = Wire::always(vec![Step::Hold]).await;
    let start = Instant::now();
    let options = new().timeout(SHORT).retry(RetryPolicy::none());
    let Err(Error::Timeout(error)) = ask(&client(&wire.endpoint()), options).await else {
        panic!("no time-out")
    };
    assert_eq!((error.scope(), error.limit()), (TimeoutScope::Attempt, SHORT));
    assert!(start.elapsed() >= SHORT);
}

#[tokio::test]
async fn a_slow_body_ends_at_the_time_out() {
    let head = b"HTTP/1.1 200 OK\r\ncontent-length: 500\r\n\r\n{\"id\"".to_vec();
    let wire = Wire::always(vec![Step::Write(head), Step::Hold]).await;
    let options = new().timeout(SHORT).retry(RetryPolicy::none());
    let error = ask(&client(&wire.endpoint()), options).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout);
}

#[tokio::test]
async fn a_slow_body_of_an_error_leaves_the_error_that_its_status_is() {
    let head = b"HTTP/1.1 400 X\r\ncontent-length: 500\r\n\r\n{\"error\"".to_vec();
    let wire = Wire::always(vec![Step::Write(head), Step::Hold]).await;
    let (start, limit) = (Instant::now(), 10 * SHORT);
    let error = ask(&client(&wire.endpoint()), new().timeout(limit)).await.unwrap_err();
    assert_eq!((error.kind(), wire.requests().len()), (ErrorKind::BadRequest, 1));
    assert!(start.elapsed() < limit, "the timeout holds as well: {:?}", start.elapsed());
}

#[tokio::test]
async fn the_deadline_holds_over_all_attempts() {
    let wire = Wire::always(vec![json(503, "", "{}")]).await;
    let (wait, limit) = (4 * SHORT, 10 * SHORT);
    let policy = RetryPolicy::new().max_retries(1000).first_backoff(wait).max_backoff(wait);
    let options = new().deadline(limit).retry(policy.jitter(0.0));
    let start = Instant::now();
    let error = ask(&client(&wire.endpoint()), options).await.unwrap_err();
    // The next wait would end after the deadline, so the error is that of the last attempt.
    assert_eq!(error.kind(), ErrorKind::ServiceUnavailable, "{error}");
    assert!(start.elapsed() < limit, "{:?}", start.elapsed());
    assert!((2..=3).contains(&wire.requests().len()), "{}", wire.requests().len());
}

#[tokio::test]
async fn an_attempt_that_outlasts_the_deadline_is_told_by_its_scope() {
    let wire = Wire::always(vec![Step::Hold]).await;
    let start = Instant::now();
    let options = new().deadline(SHORT).timeout(10 * SHORT);
    let Err(Error::Timeout(error)) = ask(&client(&wire.endpoint()), options).await else {
        panic!("no timeout")
    };
    assert_eq!((error.scope(), error.limit()), (TimeoutScope::Deadline, SHORT));
    assert!(start.elapsed() < 9 * SHORT, "{:?}", start.elapsed());
    assert_eq!(wire.requests().len(), 1);
}

#[tokio::test]
async fn a_silent_stream_ends_at_the_idle_limit_and_keeps_its_text() {
    let wire = Wire::always(vec![stream_head(), chat_event("one "), Step::Hold]).await;
    let Err(Error::Timeout(error)) =
        read(&client(&wire.endpoint()), new().idle_timeout(SHORT)).await
    else {
        panic!("no time-out")
    };
    assert_eq!((error.scope(), error.partial_text()), (TimeoutScope::Idle, "one "));
}

#[tokio::test]
async fn a_stream_may_last_longer_than_any_time_out_while_it_speaks() {
    let mut steps = vec![stream_head()];
    for _ in 0..8 {
        steps.extend([chat_event("x"), Step::Wait(Duration::from_millis(150))]);
    }
    steps.extend([chat_end(), Step::Close]);
    let wire = Wire::always(steps).await;
    let limit = Duration::from_secs(1);
    let options = new().timeout(limit).idle_timeout(limit);
    assert_eq!(read(&client(&wire.endpoint()), options).await.unwrap(), "xxxxxxxx");
}

#[tokio::test]
async fn a_stream_cut_in_an_event_or_a_character_is_a_stream_error_with_its_text() {
    let head = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n";
    let event = "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"one\"}}]}\n\n";
    let whole = format!("{:x}\r\n{event}\r\n", event.len());
    for cut in ["data: {\"choices\":[{\"ind".as_bytes(), &"data: {\"x\":\"€".as_bytes()[..14]] {
        let mut bytes = head.to_vec();
        bytes.extend_from_slice(whole.as_bytes());
        bytes.extend_from_slice(format!("{:x}\r\n", cut.len() + 50).as_bytes());
        bytes.extend_from_slice(cut);
        let wire = Wire::always(vec![Step::Write(bytes), Step::Close]).await;
        let Err(Error::Stream(error)) = read(&client(&wire.endpoint()), new()).await else {
            panic!("no stream error")
        };
        assert_eq!(error.partial_text(), "one");
        assert_eq!(wire.requests().len(), 1, "a stream is not retried after its first event");
    }
}

#[tokio::test]
async fn garbage_in_an_event_is_a_stream_error_that_shows_the_event() {
    let garbage = Step::Write(b"data: {oops\n\n".to_vec());
    let wire = Wire::always(vec![stream_head(), chat_event("a"), garbage, Step::Close]).await;
    let Err(Error::Stream(error)) = read(&client(&wire.endpoint()), new()).await else {
        panic!("no stream error")
    };
    assert_eq!((error.event(), error.partial_text()), (&b"{oops"[..], "a"));
    assert_eq!(error.request_ids().request_id(), Some("stream-1"));
}

#[tokio::test]
async fn an_event_over_the_limit_is_a_stream_error() {
    let long = chat_event(&"x".repeat(10_000));
    let wire = Wire::always(vec![stream_head(), chat_event("a"), long, Step::Close]).await;
    let error = read(&client(&wire.endpoint()), new().max_event_bytes(4096)).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Stream);
}

#[tokio::test]
async fn a_stream_that_opens_with_an_error_is_that_error_and_is_retried() {
    let broken = Step::Write(b"data: {\"error\":{\"code\":\"rate_limit_exceeded\"}}\n\n".to_vec());
    let wire = Wire::start(move |n| match n {
        0 => vec![stream_head(), broken.clone(), Step::Close],
        _ => vec![stream_head(), chat_event("hi"), chat_end(), Step::Close],
    })
    .await;
    assert_eq!(read(&client(&wire.endpoint()), new()).await.unwrap(), "hi");
    let failed = b"event: error\ndata: {\"error\":{\"code\":\"server_error\"}}\n\n".to_vec();
    let wire = Wire::always(vec![stream_head(), Step::Write(failed), Step::Close]).await;
    let error = read(&client(&wire.endpoint()), new()).await.unwrap_err();
    assert_eq!((error.kind(), error.retries_taken()), (ErrorKind::InternalServer, 2));
    assert_eq!(error.as_api().unwrap().code(), Some("server_error"));
}

#[tokio::test]
async fn done_inside_of_a_text_ends_no_stream() {
    let steps = vec![
        stream_head(),
        chat_event("data: [DONE]"),
        chat_event("\n\n[DONE]\n\n"),
        chat_event(" go on"),
        chat_end(),
        Step::Write(b"data: [DONE]\n\n".to_vec()),
        Step::Close,
    ];
    let wire = Wire::always(steps).await;
    let text = read(&client(&wire.endpoint()), new()).await.unwrap();
    assert_eq!(text, "data: [DONE]\n\n[DONE]\n\n go on");
}

#[tokio::test]
async fn an_error_in_the_middle_of_a_stream_is_an_api_error_with_the_text_before() {
    for event in [
        "data: {\"error\":{\"code\":\"content_filter\",\"message\":\"m\"}}\n\n",
        "event: error\ndata: {\"type\":\"error\",\"error\":{\"code\":\"content_filter\"}}\n\n",
    ] {
        let error = Step::Write(event.as_bytes().to_vec());
        let wire = Wire::always(vec![stream_head(), chat_event("so "), error, Step::Close]).await;
        let Err(Error::Api(error)) = read(&client(&wire.endpoint()), new()).await else {
            panic!("no API error")
        };
        assert_eq!((error.kind(), error.partial_text()), (ErrorKind::ContentFilter, "so "));
    }
}

#[tokio::test]
async fn a_stream_without_done_ends_with_its_body() {
    let wire = Wire::always(vec![stream_head(), chat_event("all"), chat_end(), Step::Close]).await;
    assert_eq!(read(&client(&wire.endpoint()), new()).await.unwrap(), "all");
}

#[tokio::test]
async fn what_follows_done_is_not_read() {
    let done = Step::Write(b"data: [DONE]\n\n".to_vec());
    let wire =
        Wire::always(vec![stream_head(), chat_event("all"), chat_end(), done, Step::Hold]).await;
    assert_eq!(read(&client(&wire.endpoint()), new()).await.unwrap(), "all");
    closes(&wire).await;
}

#[tokio::test]
async fn dropping_a_stream_or_a_call_closes_its_connection_at_once() {
    let wire = Wire::always(vec![stream_head(), chat_event("a"), Step::Hold]).await;
    let client = client(&wire.endpoint());
    let mut stream = client.chat("d").user("?").stream().await.unwrap();
    stream.try_next().await.unwrap();
    assert_eq!(wire.open_connections(), 1);
    drop(stream);
    closes(&wire).await;

    let wire = Wire::always(vec![Step::Hold]).await;
    let call = client_for(&wire).chat("d").user("?").send();
    let _ = tokio::time::timeout(SHORT, call).await;
    closes(&wire).await;
}

fn client_for(wire: &Wire) -> Client {
    client(&wire.endpoint())
}

/// Waits until the server sees no connection.
async fn closes(wire: &Wire) {
    let start = Instant::now();
    while wire.open_connections() > 0 {
        assert!(start.elapsed() < BOUND, "a connection stays open");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

#[tokio::test]
async fn a_body_that_is_no_json_is_a_decode_error_with_ids() {
    let wire =
        Wire::always(vec![json(200, "apim-request-id: a-1\r\n", "<html>hello</html>")]).await;
    let Err(Error::Decode(error)) = ask(&client_for(&wire), new()).await else {
        panic!("no decode error")
    };
    assert_eq!(error.request_ids().apim_request_id(), Some("a-1"));
    assert_eq!((error.status(), error.body()), (200, &b"<html>hello</html>"[..]));
    assert_eq!(wire.requests().len(), 1);
}

#[tokio::test]
async fn an_html_502_is_a_bad_gateway_with_its_words() {
    let page = "<html><head><title>502 Bad Gateway</title></head></html>";
    let wire = Wire::always(vec![json(502, "", page)]).await;
    let error = ask(&client_for(&wire), new()).await.unwrap_err();
    assert_eq!((error.kind(), error.retries_taken()), (ErrorKind::BadGateway, 2));
    assert!(error.to_string().contains("502 Bad Gateway"), "{error}");
}

#[tokio::test]
async fn an_early_hint_before_the_answer_is_skipped() {
    let hint = Step::Write(b"HTTP/1.1 103 Early Hints\r\nlink: <x>\r\n\r\n".to_vec());
    let wire = Wire::always(vec![hint, chat_answer("hi")]).await;
    assert_eq!(ask(&client_for(&wire), new()).await.unwrap(), "hi");
}

#[tokio::test]
async fn a_storm_of_429_ends_after_the_retries_with_the_limits_in_the_error() {
    let headers = "retry-after-ms: 5\r\nx-ratelimit-remaining-requests: 0\r\n";
    let body = "{\"error\":{\"code\":\"429\",\"message\":\"slow down\"}}";
    let wire = Wire::always(vec![json(429, headers, body)]).await;
    let Err(Error::Api(error)) = ask(&client_for(&wire), new()).await else { panic!("no error") };
    assert_eq!((error.status(), error.kind()), (429, ErrorKind::RateLimit));
    assert_eq!(error.retry_after(), Some(Duration::from_millis(5)));
    assert_eq!(error.rate_limit().requests().remaining(), Some(0));
    assert_eq!((error.retries_taken(), wire.requests().len()), (2, 3));
}

#[tokio::test]
async fn a_wait_above_the_ceiling_ends_the_call_at_once() {
    let wire = Wire::always(vec![json(429, "retry-after: 86400\r\n", "{}")]).await;
    let Err(Error::Api(error)) = ask(&client_for(&wire), new()).await else { panic!("no error") };
    assert_eq!(error.retry_after(), Some(Duration::from_secs(86_400)));
    assert!(error.to_string().contains("longer than the retry policy's ceiling"), "{error}");
    assert_eq!(wire.requests().len(), 1);
}

#[tokio::test]
async fn retries_are_counted_in_the_answer_and_keep_their_ids() {
    let wire = Wire::start(|n| match n {
        0 => vec![json(503, "retry-after-ms: 1\r\n", "")],
        1 => vec![json(409, "", "{\"error\":\"busy\"}")],
        _ => vec![chat_answer("hi")],
    })
    .await;
    let answer = client_for(&wire).chat("d").user("?").send().await.unwrap();
    assert_eq!((answer.text(), answer.retries_taken()), ("hi", 2));
    let id = |request: &str, name: &str| {
        request.lines().find_map(|line| line.strip_prefix(name).map(str::to_owned)).unwrap()
    };
    for name in ["x-ms-client-request-id: ", "idempotency-key: "] {
        let ids: Vec<String> = wire.requests().iter().map(|request| id(request, name)).collect();
        assert!(ids.windows(2).all(|pair| pair[0] == pair[1]), "{ids:?}");
    }
}

#[tokio::test]
async fn a_budget_of_retries_protects_a_service_in_trouble() {
    let wire = Wire::always(vec![json(503, "", "")]).await;
    let policy = RetryPolicy::new().first_backoff(Duration::from_millis(1)).budget(0.0);
    let client = planted::builder()
        .endpoint(wire.endpoint())
        .api_key(planted::KEY)
        .retry(policy)
        .build()
        .unwrap();
    for _ in 0..20 {
        let _ = ask(&client, new()).await;
    }
    assert_eq!(wire.requests().len(), 20 + 10);
}
