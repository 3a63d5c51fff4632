//! What answers, errors and streams tell, however strange they are.

use std::error::Error as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use openai_azure::chat::ChatChunk;
use openai_azure::sys::v2024_10_21::Client as Api;
use openai_azure::{ApiError, CallOptions, Client, Error, ErrorKind, RetryPolicy};
use openai_azure_tests::planted;
use openai_azure_tests::wire::{Step, Wire, chat_answer, chat_end, chat_event, json, stream_head};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

fn client(endpoint: &str) -> Client {
    let quick = RetryPolicy::new().first_backoff(Duration::from_millis(1));
    planted::builder()
        .endpoint(planted::dated(endpoint))
        .api_key(planted::KEY)
        .retry(quick)
        .build()
        .unwrap()
}

async fn api_error(wire: &Wire, options: CallOptions) -> ApiError {
    match client(&wire.endpoint()).chat("d").user("?").options(options).send().await {
        Err(Error::Api(error)) => error,
        other => panic!("no API error but {other:?}"),
    }
}

/// All pieces of a stream whose body this is.
async fn chunks(body: &str) -> Vec<ChatChunk> {
    let body = Step::Write(body.as_bytes().to_vec());
    let wire = Wire::always(vec![stream_head(), body, chat_end(), Step::Close]).await;
    let mut stream = client(&wire.endpoint()).chat("d").user("?").stream().await.unwrap();
    let mut chunks = Vec::new();
    while let Some(chunk) = stream.try_next().await.unwrap() {
        chunks.push(chunk);
    }
    // The one that completes the chat was added here.
    chunks.pop();
    chunks
}

#[tokio::test]
async fn an_api_error_carries_all_that_the_service_said() {
    let headers = "x-request-id: r-1\r\napim-request-id: a-1\r\nx-ms-region: West Europe\r\n\
        x-ratelimit-limit-requests: 100\r\nx-ratelimit-remaining-tokens: 7\r\n\
        x-ratelimit-reset-tokens: 1m30s\r\n";
    let body = r#"{"error":{"code":"unsupported","message":"no such voice","param":"voice","type":"invalid_request_error"}}"#;
    let wire = Wire::always(vec![json(400, headers, body)]).await;
    let error = api_error(&wire, CallOptions::new().query("sig", planted::TOKEN)).await;
    assert_eq!((error.status(), error.kind()), (400, ErrorKind::BadRequest));
    assert_eq!((error.code(), error.param()), (Some("unsupported"), Some("voice")));
    assert_eq!(error.message(), Some("no such voice"));
    assert_eq!(error.error_type(), Some("invalid_request_error"));
    let ids = error.request_ids();
    assert_eq!((ids.request_id(), ids.apim_request_id()), (Some("r-1"), Some("a-1")));
    assert_eq!(ids.region(), Some("West Europe"));
    assert_eq!(error.rate_limit().requests().limit(), Some(100));
    assert_eq!(error.rate_limit().tokens().remaining(), Some(7));
    assert_eq!(error.rate_limit().tokens().reset(), Some(Duration::from_secs(90)));
    assert_eq!(error.body(), body.as_bytes());
    let url = format!("{}/openai/deployments/d/chat/completions", wire.endpoint());
    assert_eq!(error.url(), url, "without its query");
}

#[tokio::test]
async fn of_a_long_error_body_only_the_beginning_is_kept() {
    let body = format!("gateway says: {}", "x".repeat(300_000));
    let wire = Wire::always(vec![json(400, "", &body)]).await;
    let error = api_error(&wire, CallOptions::new()).await;
    assert_eq!(error.body(), &body.as_bytes()[..64 << 10]);
    assert!(error.message().unwrap().starts_with("gateway says"));
    assert!(error.to_string().len() < 1000, "{error}");
}

#[tokio::test]
async fn rate_limits_are_on_answers_too() {
    let headers = "x-ratelimit-limit-tokens: 30000\r\nx-ratelimit-remaining-requests: 299\r\n";
    let body = r#"{"choices": [{"index": 0}]}"#;
    let wire = Wire::always(vec![json(200, headers, body)]).await;
    let answer = client(&wire.endpoint()).chat("d").user("?").send().await.unwrap();
    assert_eq!(answer.rate_limit().tokens().limit(), Some(30_000));
    assert_eq!(answer.rate_limit().requests().remaining(), Some(299));
    assert_eq!(answer.rate_limit().requests().limit(), None);
}

#[tokio::test]
async fn a_generated_call_whose_answer_is_no_json_is_a_decode_error_with_its_ids() {
    let wire = Wire::always(vec![json(200, "apim-request-id: a-1\r\n", "<html>")]).await;
    let client = client(&wire.endpoint());
    let error = client.call(|api: Api| async move { api.models_list().await }).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Decode, "{error}");
    assert!(error.to_string().contains("a-1"), "{error}");
    assert!(error.request_ids().is_some());
}

#[tokio::test]
async fn every_error_is_told_in_one_line_and_its_sources_are_complete() {
    let port = Wire::always(vec![]).await.port();
    let refused = format!("http://127.0.0.1:{port}");
    let cut =
        vec![Step::Write(b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n{".to_vec()), Step::Close];
    let garbage = Step::Write(b"data: {oops\n\n".to_vec());
    let mut errors = Vec::new();
    for (endpoint, wire) in [
        (Some(refused), None),
        (None, Some(Wire::always(cut).await)),
        (None, Some(Wire::always(vec![json(200, "", "<html>\nhello")]).await)),
        (None, Some(Wire::always(vec![json(404, "", "<html>\n<p>not\nhere")]).await)),
        (None, Some(Wire::always(vec![stream_head(), garbage, Step::Close]).await)),
    ] {
        let endpoint = endpoint.or_else(|| Some(wire.as_ref()?.endpoint())).unwrap();
        let chat = client(&endpoint).chat("d").user("?");
        if errors.len() == 4 {
            errors.push(chat.stream().await.unwrap().try_next().await.unwrap_err());
        } else {
            errors.push(chat.send().await.unwrap_err());
        }
    }
    let kinds: Vec<ErrorKind> = errors.iter().map(Error::kind).collect();
    let expected = [
        ErrorKind::Connection,
        ErrorKind::Connection,
        ErrorKind::Decode,
        ErrorKind::NotFound,
        ErrorKind::Stream,
    ];
    assert_eq!(kinds, expected);
    for error in &errors {
        let line = error.to_string();
        assert_eq!(line.lines().count(), 1, "{line}");
        let (mut source, mut depth) = (error.source(), 0);
        while let Some(cause) = source {
            assert!(!line.contains(&cause.to_string()), "{line} repeats {cause}");
            (source, depth) = (cause.source(), depth + 1);
        }
        assert_eq!(depth > 0, error.as_api().is_none(), "{line}");
    }
    let mut root = errors[0].source().unwrap();
    while let Some(cause) = root.source() {
        root = cause;
    }
    assert!(root.to_string().contains("refused"), "{root}");
}

#[tokio::test]
async fn a_retry_policy_of_the_call_wins_over_the_clients() {
    let wire = Wire::always(vec![json(503, "", "")]).await;
    let client = client(&wire.endpoint());
    for (options, attempts) in [
        (CallOptions::new(), 3),
        (CallOptions::new().retry(RetryPolicy::none()), 1),
        (
            CallOptions::new()
                .retry(RetryPolicy::new().max_retries(1).first_backoff(Duration::ZERO)),
            2,
        ),
    ] {
        let before = wire.requests().len();
        let error = client.chat("d").user("?").options(options).send().await.unwrap_err();
        assert_eq!(wire.requests().len() - before, attempts);
        assert_eq!(error.retries_taken() as usize, attempts - 1);
    }
}

#[tokio::test]
async fn the_first_piece_of_a_stream_may_have_no_choice_and_no_id() {
    let chunks = chunks(
        "data: {\"choices\":[],\"created\":0,\"id\":\"\",\"model\":\"\",\"object\":\"\",\
         \"prompt_filter_results\":[{\"prompt_index\":0,\"content_filter_results\":\
         {\"hate\":{\"filtered\":false,\"severity\":\"safe\"}}}]}\n\n\
         data: {\"choices\":[{\"index\":1,\"delta\":{\"content\":\"other\"},\"finish_reason\":\"stop\"}]}\n\n",
    )
    .await;
    assert_eq!(chunks[0].text(), "");
    assert!(chunks[0].choices.is_empty() && chunks[0].id.is_empty());
    assert_eq!(chunks[0].prompt_filter_results.len(), 1);
    assert_eq!(chunks[1].text(), "", "the first choice says nothing here");
}

#[tokio::test]
async fn a_piece_of_the_asynchronous_filter_has_findings_and_no_text() {
    let chunks = chunks(
        "data: {\"choices\":[{\"index\":0,\"finish_reason\":null,\"content_filter_results\":\
         {\"violence\":{\"filtered\":true,\"severity\":\"medium\"}},\"content_filter_offsets\":\
         {\"check_offset\":44,\"start_offset\":44,\"end_offset\":198}}],\"id\":\"\"}\n\n",
    )
    .await;
    let choice = &chunks[0].choices[0];
    assert_eq!(chunks[0].text(), "");
    assert!(choice.content_filter_results.violence().unwrap().filtered);
    let offsets = choice.content_filter_offsets.as_ref().unwrap();
    assert_eq!((offsets.check_offset, offsets.end_offset), (44, 198));
}

#[tokio::test]
async fn what_is_missing_null_empty_or_unknown_breaks_no_answer() {
    let body = r#"{"id":null,"system_fingerprint":null,"obfuscation":"x","choices":[
        {"finish_reason":"content_filter","content_filter_results":{}},
        {"index":1,"message":{"content":"b"},"latency_checkpoint":{"a":1}}]}"#;
    let wire = Wire::always(vec![json(200, "", body)]).await;
    let answer = client(&wire.endpoint()).chat("d").user("?").send().await.unwrap();
    assert_eq!((answer.text(), answer.choices.len()), ("", 2));
    let [first, second] = &answer.choices[..] else { panic!() };
    assert!(first.message.content.is_none() && first.message.refusal.is_none());
    assert!(first.logprobs.is_none() && first.content_filter_results.is_empty());
    assert_eq!(second.extra["latency_checkpoint"]["a"], 1);
    assert_eq!(answer.extra["obfuscation"], "x");
}

#[tokio::test]
async fn unknown_events_and_values_are_kept_as_text() {
    let chunks = chunks(
        "event: chat.novelty\ndata: {\"mood\":\"calm\",\"choices\":[{\"index\":0,\
         \"delta\":{\"role\":\"narrator\",\"content\":\"a\"},\"finish_reason\":\"bored\",\
         \"content_filter_results\":{\"aura\":{\"filtered\":false,\"severity\":\"dim\"}}}]}\n\n",
    )
    .await;
    let choice = &chunks[0].choices[0];
    assert_eq!(chunks[0].extra["mood"], "calm");
    assert_eq!(choice.delta.role.as_deref(), Some("narrator"));
    assert_eq!(choice.finish_reason.as_ref().unwrap().as_str(), "bored");
    let aura = choice.content_filter_results.get("aura").unwrap();
    assert_eq!(aura.severity.as_ref().unwrap().as_str(), "dim");
}

#[tokio::test]
async fn a_stream_needs_no_content_type() {
    for kind in ["", "content-type: application/json\r\n", "content-type: text/html\r\n"] {
        let head = format!("HTTP/1.1 200 OK\r\n{kind}connection: close\r\n\r\n").into_bytes();
        let wire = Wire::always(vec![Step::Write(head), chat_event("hi"), Step::Close]).await;
        let mut stream = client(&wire.endpoint()).chat("d").user("?").stream().await.unwrap();
        assert_eq!(stream.try_next().await.unwrap().unwrap().text(), "hi", "{kind:?}");
    }
}

#[tokio::test]
async fn a_reader_that_pauses_holds_the_server_back() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let written = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&written);
    let server = tokio::spawn(async move {
        let (mut socket, _) = listener.accept().await.unwrap();
        let _ = socket.read(&mut [0; 4096]).await;
        let Step::Write(head) = stream_head() else { unreachable!() };
        let Step::Write(event) = chat_event(&"x".repeat(60_000)) else { unreachable!() };
        socket.write_all(&head).await.unwrap();
        while socket.write_all(&event).await.is_ok() {
            count.fetch_add(event.len(), Ordering::SeqCst);
        }
    });
    let client = client(&format!("http://127.0.0.1:{port}"));
    let mut stream = client.chat("d").user("?").stream().await.unwrap();
    stream.try_next().await.unwrap().unwrap();
    // The buffers of both sockets fill, and nothing else.
    let mut before = usize::MAX;
    while written.load(Ordering::SeqCst) != before {
        before = written.load(Ordering::SeqCst);
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    assert!(before < 64 << 20, "{before} bytes are queued for a reader that does not read");
    for _ in 0..200 {
        stream.try_next().await.unwrap().unwrap();
    }
    tokio::time::sleep(Duration::from_millis(50)).await;
    assert!(written.load(Ordering::SeqCst) > before, "reading lets the server go on");
    drop(stream);
    tokio::time::timeout(Duration::from_secs(5), server).await.unwrap().unwrap();
}

#[tokio::test]
async fn a_clock_that_is_wrong_neither_hangs_a_call_nor_hammers_the_service() {
    let date = "retry-after: Thu, 01 Jan 1970 00:10:00 GMT\r\n";
    let answered = "date: Thu, 01 Jan 1970 00:09:59 GMT\r\n";
    for (clock, headers, retries, asked) in [
        // Ten minutes are more than the ceiling.
        (0, date.to_owned(), 0, Some(600)),
        // The date is long past: the usual wait.
        (1 << 40, date.to_owned(), 1, None),
        // The service's own clock counts, whatever ours says.
        (0, format!("{date}{answered}"), 1, Some(1)),
        (1 << 40, format!("{date}{answered}"), 1, Some(1)),
    ] {
        let wire = Wire::start(move |n| match n {
            0 => vec![json(503, &headers, "")],
            _ => vec![chat_answer("hi")],
        })
        .await;
        let now = std::time::UNIX_EPOCH + Duration::from_secs(clock);
        let client = planted::builder()
            .endpoint(wire.endpoint())
            .api_key(planted::KEY)
            .retry(RetryPolicy::new().first_backoff(Duration::from_millis(1)))
            .clock(move || now)
            .build()
            .unwrap();
        let start = std::time::Instant::now();
        match client.chat("d").user("?").send().await {
            Ok(answer) => assert_eq!(answer.retries_taken(), retries),
            Err(Error::Api(error)) => {
                assert_eq!((retries, error.retry_after()), (0, asked.map(Duration::from_secs)));
            }
            Err(other) => panic!("{other:?}"),
        }
        let waits = asked.filter(|_| retries > 0).unwrap_or(0);
        assert!(start.elapsed() >= Duration::from_secs(waits), "{clock} {asked:?}");
        assert!(start.elapsed() < Duration::from_secs(waits + 5), "{clock} {asked:?}");
    }
}
