//! Nothing lost, nothing invented: half a response is an error, and an error says what had arrived.

use std::path::Path;
use std::time::{Duration, Instant};

use openai_azure::error::TimeoutScope;
use openai_azure::{
    ApiKey, CallOptions, Client, Credential, Endpoint, Error, ErrorKind, Polling, RetryPolicy,
    Upload,
};
use openai_azure_tests::planted;
use openai_azure_tests::wire::{Step, Wire, chat_answer, chat_event, json, stream_head};

const END: &str = r#"{"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}"#;

fn client(wire: &Wire) -> Client {
    let quick = RetryPolicy::new().first_backoff(Duration::from_millis(1));
    let builder = planted::builder().endpoint(wire.endpoint()).retry(quick);
    builder.api_key(planted::KEY).build().unwrap()
}

fn event(data: &str) -> Step {
    Step::Write(format!("data: {data}\n\n").into_bytes())
}

fn done() -> Step {
    Step::Write(b"data: [DONE]\n\n".to_vec())
}

/// A response with a body of this type, which ends with the connection.
fn body(content_type: &str, body: &str) -> Vec<Step> {
    let head =
        format!("HTTP/1.1 200 OK\r\ncontent-type: {content_type}\r\nconnection: close\r\n\r\n");
    vec![Step::Write(format!("{head}{body}").into_bytes()), Step::Close]
}

async fn streamed(steps: Vec<Step>) -> Result<String, Error> {
    let wire = Wire::always(steps).await;
    let mut stream = client(&wire).chat("d").user("?").stream().await?;
    Ok(stream.finish().await?.text().to_owned())
}

#[tokio::test]
async fn what_is_no_event_stream_is_a_decode_error_with_its_body() {
    let page = "<html><body>Please sign in</body></html>";
    let whole = r#"{"choices":[{"index":0,"message":{"content":"whole"}}]}"#;
    for (content_type, text) in
        [("text/html", page), ("application/json", whole), ("text/event-stream", "")]
    {
        let error = streamed(body(content_type, text)).await.unwrap_err();
        let Error::Decode(error) = error else { panic!("{content_type}: {error:?}") };
        assert_eq!((error.status(), error.body()), (200, text.as_bytes()), "{content_type}");
    }
}

#[tokio::test]
async fn an_error_in_the_body_of_a_success_is_that_error() {
    let text = r#"{"error":{"code":"DeploymentNotFound","message":"There is none."}}"#;
    let error = streamed(body("application/json", text)).await.unwrap_err();
    assert_eq!(error.as_api().unwrap().code(), Some("DeploymentNotFound"));
    let wire = Wire::always(vec![json(200, "", text)]).await;
    let error = client(&wire).chat("d").user("?").send().await.unwrap_err();
    assert_eq!(error.as_api().unwrap().message(), Some("There is none."));
}

#[tokio::test]
async fn a_success_without_its_fields_is_a_decode_error() {
    let wire = Wire::always(vec![json(200, "", r#"{"hello":1}"#)]).await;
    let client = client(&wire);
    let chat = client.chat("d").user("?").send().await.unwrap_err();
    let embeddings = client.embed("d").input("x").send().await.unwrap_err();
    let completion = client.complete("d", "x").send().await.unwrap_err();
    for (error, field) in [(chat, "choices"), (embeddings, "data"), (completion, "choices")] {
        let Error::Decode(error) = error else { panic!("{error:?}") };
        let source = std::error::Error::source(&error).unwrap().to_string();
        assert!(source.contains(field), "{source}");
        assert_eq!(error.body(), br#"{"hello":1}"#);
    }
}

#[tokio::test]
async fn a_stream_that_ends_in_the_middle_is_an_error_with_the_partial_text() {
    for last in [vec![Step::Close], vec![done(), Step::Close]] {
        let mut steps = vec![stream_head(), chat_event("Once upon")];
        steps.extend(last);
        let error = streamed(steps).await.unwrap_err();
        let Error::Stream(error) = error else { panic!("{error:?}") };
        assert_eq!(error.partial_text(), "Once upon");
        assert!(error.to_string().contains("no finish reason"), "{error}");
    }
}

#[tokio::test]
async fn a_server_that_leaves_out_done_is_fine() {
    let steps = vec![stream_head(), chat_event("whole"), event(END), Step::Close];
    assert_eq!(streamed(steps).await.unwrap(), "whole");
}

#[tokio::test]
async fn before_the_first_event_only_the_timeout_counts() {
    let think = Duration::from_millis(300);
    let wire = Wire::start(move |_| {
        vec![stream_head(), Step::Wait(think), chat_event("slow"), event(END), done(), Step::Close]
    })
    .await;
    let options = CallOptions::new().idle_timeout(Duration::from_millis(50));
    let chat = client(&wire).chat("d").user("?").options(options);
    let whole = chat.stream().await.unwrap().finish().await.unwrap();
    assert_eq!((whole.text(), wire.requests().len()), ("slow", 1));
}

#[tokio::test]
async fn an_idle_timeout_after_the_first_event_is_not_repeated() {
    let wire = Wire::always(vec![stream_head(), chat_event("half"), Step::Hold]).await;
    let options = CallOptions::new().idle_timeout(Duration::from_millis(50));
    let mut stream = client(&wire).chat("d").user("?").options(options).stream().await.unwrap();
    let error = stream.finish().await.unwrap_err();
    let Error::Timeout(error) = error else { panic!("{error:?}") };
    assert_eq!((error.scope(), error.partial_text()), (TimeoutScope::Idle, "half"));
    assert_eq!(wire.requests().len(), 1);
    assert!(!format!("{error:?}").contains("half"), "{error:?}");
}

#[tokio::test]
async fn the_longest_duration_is_no_limit() {
    let steps = || vec![stream_head(), chat_event("a"), event(END), done(), Step::Close];
    let wire = Wire::start(move |_| steps()).await;
    let forever = Duration::MAX;
    let options = CallOptions::new().timeout(forever).idle_timeout(forever).deadline(forever);
    let chat = client(&wire).chat("d").user("?").options(options);
    assert_eq!(chat.stream().await.unwrap().finish().await.unwrap().text(), "a");
}

#[tokio::test]
async fn after_an_error_a_stream_is_over_however_the_bytes_were_split() {
    for broken in ["{broken", r#"{"error":{"message":"no"}}"#] {
        let texts =
            ["data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"A\"}}]}\n\n".to_owned()];
        let all = format!("{0}data: {broken}\n\n{0}{0}", texts[0]);
        let one = vec![Step::Write(all.clone().into_bytes())];
        let many = all.split_inclusive("\n\n").map(|part| Step::Write(part.as_bytes().to_vec()));
        for steps in [one, many.collect()] {
            let mut script = vec![stream_head()];
            script.extend(steps);
            script.push(Step::Close);
            let wire = Wire::always(script).await;
            let mut stream = client(&wire).chat("d").user("?").stream().await.unwrap();
            assert_eq!(stream.try_next().await.unwrap().unwrap().text(), "A");
            assert!(stream.try_next().await.is_err(), "{broken}");
            assert!(stream.try_next().await.unwrap().is_none(), "{broken}");
        }
    }
}

#[tokio::test]
async fn a_connection_is_used_again_when_the_body_ends_a_moment_after_done() {
    let chunk = |text: String| Step::Write(format!("{:x}\r\n{text}\r\n", text.len()).into_bytes());
    let wire = Wire::start(move |_| {
        let head = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n";
        vec![
            Step::Write(head.as_bytes().to_vec()),
            chunk(format!("data: {END}\n\ndata: [DONE]\n\n")),
            Step::Wait(Duration::from_millis(30)),
            Step::Write(b"0\r\n\r\n".to_vec()),
        ]
    })
    .await;
    let client = client(&wire);
    for _ in 0..3 {
        client.chat("d").user("?").stream().await.unwrap().finish().await.unwrap();
    }
    assert_eq!((wire.requests().len(), wire.open_connections()), (3, 1));
}

#[tokio::test]
async fn a_failure_whose_body_stalls_is_still_that_failure() {
    let head =
        "HTTP/1.1 400 X\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{\"error\"";
    let wire = Wire::always(vec![Step::Write(head.as_bytes().to_vec()), Step::Hold]).await;
    let start = Instant::now();
    let error = client(&wire).chat("d").user("?").send().await.unwrap_err();
    assert_eq!((error.kind(), wire.requests().len()), (ErrorKind::BadRequest, 1));
    assert!(start.elapsed() < Duration::from_secs(20), "{:?}", start.elapsed());
}

#[tokio::test]
async fn a_timeout_names_what_was_called() {
    let wire = Wire::always(vec![Step::Hold]).await;
    let options = CallOptions::new().timeout(Duration::from_millis(50)).retry(RetryPolicy::none());
    let error = client(&wire).chat("d").user("?").options(options).send().await.unwrap_err();
    assert!(error.to_string().contains("/chat/completions"), "{error}");
}

#[tokio::test]
async fn a_body_has_a_limit_that_can_be_set() {
    let wire = Wire::always(vec![chat_answer(&"x".repeat(5000))]).await;
    let options = CallOptions::new().max_body_bytes(4096);
    let client = client(&wire);
    let error = client.chat("d").user("?").options(options).send().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Decode);
    let source = std::error::Error::source(&error).map(ToString::to_string).unwrap_or_default();
    let whole = format!("{error} {source}");
    assert!(whole.contains("4096") || format!("{error:?}").contains("4096"), "{error:?}");
    assert_eq!(wire.requests().len(), 1);
    client.chat("d").user("?").send().await.unwrap();
}

#[tokio::test]
async fn each_operation_asks_for_what_it_answers() {
    let wire = Wire::start(|n| match n {
        0 | 2 => vec![stream_head(), event(END), done(), Step::Close],
        1 => vec![chat_answer("a")],
        _ => vec![json(200, "", "sound")],
    })
    .await;
    let client = client(&wire);
    client.chat("d").user("?").stream().await.unwrap().finish().await.unwrap();
    client.chat("d").user("?").send().await.unwrap();
    let speech = client.speak("d", "Hi");
    speech.clone().stream_events().await.unwrap();
    speech.clone().send().await.unwrap();
    speech.clone().stream().await.unwrap();
    speech.header("accept", "audio/flac").send().await.unwrap();
    let accepts = |request: &String| {
        let line = request.lines().find(|line| line.starts_with("accept: ")).unwrap();
        line.to_owned()
    };
    let accepted: Vec<String> = wire.requests().iter().map(accepts).collect();
    // One operation answers with a whole body or with a stream, as its request asks.
    assert_eq!(accepted[..2], ["accept: application/json, text/event-stream"; 2]);
    assert_eq!(accepted[2], "accept: text/event-stream");
    assert_eq!(accepted[3..5], ["accept: audio/*, application/octet-stream"; 2]);
    assert_eq!(accepted[5], "accept: audio/flac");
}

#[test]
fn only_what_answers_with_any_bytes_or_with_none_asks_for_anything() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let source = root.join("openai-azure-sys/src/generated/raw/client.rs");
    let source = std::fs::read_to_string(source).unwrap();
    let anything: Vec<&str> = source
        .split("pub async fn ")
        .filter(|operation| operation.contains(r#""*/*""#))
        .filter_map(|operation| operation.split('(').next())
        .collect();
    let (content, nothing): (Vec<&str>, Vec<&str>) =
        anything.iter().partition(|name| name.ends_with("_content"));
    assert_eq!(content, ["containers_files_get_content", "files_get_content"]);
    assert_eq!(
        nothing,
        [
            "containers_delete",
            "containers_files_delete",
            // What asks for speech says which of the two it wants.
            "speech_create",
            "fine_tuning_jobs_delete",
            "realtime_calls_accept_create",
            "realtime_calls_hangup_create",
            "realtime_calls_refer_create",
            "realtime_calls_reject_create",
        ]
    );
}

#[tokio::test]
async fn a_parameter_of_a_gateways_query_is_replaced_and_not_doubled() {
    let wire = Wire::always(vec![chat_answer("a")]).await;
    let gateway = Endpoint::gateway(&format!("{}/g?a=1&b=2", wire.endpoint())).unwrap();
    let client = planted::builder().endpoint(gateway).api_key(planted::KEY).build().unwrap();
    client.chat("d").user("?").query("a", "3").send().await.unwrap();
    let request = wire.requests()[0].clone();
    let target = request.split(' ').nth(1).unwrap();
    assert_eq!(target.matches("a=3").count(), 1, "{target}");
    assert!(!target.contains("a=1") && target.contains("b=2"), "{target}");
}

#[tokio::test]
async fn an_operation_that_v1_lacks_is_sent_to_v1_all_the_same() {
    let wire = Wire::always(vec![json(404, "", "{}")]).await;
    let client = client(&wire);
    let options = || CallOptions::new().any_version(true);
    client.complete("d", "x").options(options()).send().await.unwrap_err();
    client
        .translate("d", Upload::bytes("a.wav", "RIFF"))
        .options(options())
        .send()
        .await
        .unwrap_err();
    client.batches().options(options()).get("b").await.unwrap_err();
    for request in wire.requests() {
        let target = request.split(' ').nth(1).unwrap();
        assert!(target.starts_with("/openai/v1/"), "{target}");
    }
}

#[tokio::test]
async fn the_longest_interval_and_limit_of_polling_are_no_limit() {
    let done = r#"{"id":"r","status":"completed","output":[]}"#;
    let wire = Wire::always(vec![json(200, "", done)]).await;
    let client = client(&wire);
    let polling = Polling::new().every(Duration::MAX).at_most(Duration::MAX);
    client.responses().wait("r").polling(polling.clone()).await.unwrap();
    let waiting = r#"{"id":"b","status":"in_progress"}"#;
    let wire = Wire::always(vec![json(200, "", waiting)]).await;
    let batches = self::client(&wire).batches().polling(polling);
    let wait = tokio::time::timeout(Duration::from_millis(100), batches.wait("b")).await;
    assert!(wait.is_err(), "it waits on: {wait:?}");
}

#[tokio::test]
async fn polling_waits_as_long_as_the_response_asks_to() {
    let waiting = r#"{"id":"r","status":"in_progress","output":[]}"#;
    let done = r#"{"id":"r","status":"completed","output":[]}"#;
    let wire = Wire::start(move |n| match n {
        0 => vec![json(200, "retry-after-ms: 200\r\n", waiting)],
        1 => vec![json(200, "", waiting)],
        _ => vec![json(200, "", done)],
    })
    .await;
    let start = Instant::now();
    let polling = Polling::new().every(Duration::from_millis(1));
    client(&wire).responses().wait("r").polling(polling).await.unwrap();
    assert!(start.elapsed() >= Duration::from_millis(200), "{:?}", start.elapsed());
    assert_eq!(wire.requests().len(), 3);
}

#[tokio::test]
async fn a_job_without_a_status_and_one_with_an_unknown_end_stop_the_wait() {
    let wire = Wire::always(vec![json(200, "", r#"{"id":"b"}"#)]).await;
    let polling = Polling::new().every(Duration::from_millis(1));
    let error = client(&wire).batches().polling(polling.clone()).wait("b").await.unwrap_err();
    assert!(error.to_string().contains("no status"), "{error}");
    let ended = r#"{"id":"b","status":"evaporated","failed_at":7}"#;
    let wire = Wire::always(vec![json(200, "", ended)]).await;
    let batch = client(&wire).batches().polling(polling).wait("b").await.unwrap();
    assert_eq!(batch.status.as_ref().map(|status| status.as_str()), Some("evaporated"));
    assert_eq!(wire.requests().len(), 1);
}

#[tokio::test]
async fn a_timeout_that_is_set_on_reqwest_is_told_with_its_own_limit() {
    let wire = Wire::always(vec![Step::Hold]).await;
    let limit = Duration::from_millis(120);
    let client = planted::builder()
        .endpoint(wire.endpoint())
        .api_key(planted::KEY)
        .retry(RetryPolicy::none())
        .http(move |http| http.timeout(limit))
        .build()
        .unwrap();
    let Err(Error::Timeout(error)) = client.chat("d").user("?").send().await else { panic!() };
    assert_eq!(error.scope(), TimeoutScope::Attempt);
    assert!(error.limit() >= limit && error.limit() < 20 * limit, "{error}");
}

#[test]
fn a_host_that_only_looks_like_this_machine_is_not_called_by_plain_http() {
    for host in ["localhost.evil.com", "127.0.0.1.evil.com", "localhost@evil.com", "127.0.0.2.x"] {
        let builder = Client::builder().endpoint(format!("http://{host}").as_str());
        let error = builder.api_key("k").build().unwrap_err();
        assert!(matches!(error, Error::Config(_)), "{host}: {error:?}");
    }
    for host in ["localhost", "127.0.0.2", "[::1]", "api.localhost"] {
        let builder = Client::builder().endpoint(format!("http://{host}").as_str());
        builder.api_key("k").build().unwrap();
    }
}

#[test]
fn a_key_and_a_token_are_in_no_debug_output() {
    let key = ApiKey::new("hunter2");
    let credentials = [Credential::api_key("hunter2"), Credential::token("hunter2")];
    let builder = Client::builder().endpoint("https://r.example").api_key("hunter2");
    let shown = format!("{key:?} {credentials:?} {builder:?}");
    let client = builder.build().unwrap();
    let shown = format!("{shown} {client:?} {client:#?} {:?}", client.chat("d").user("?"));
    assert!(!shown.contains("hunter2"), "{shown}");
}

#[test]
fn keys_are_trimmed_and_those_that_cannot_be_sent_are_refused_at_once() {
    let build =
        |key: &str| Client::builder().endpoint("https://r.example").api_key(key).build().map(drop);
    assert!(build(" key\n").is_ok());
    for key in ["", "  ", "a\nb", "a\u{7f}b"] {
        let error = build(key).unwrap_err();
        assert!(matches!(error, Error::Config(_)), "{key:?}: {error:?}");
    }
}

#[tokio::test]
async fn headers_that_belong_to_the_body_are_refused() {
    let wire = Wire::always(vec![chat_answer("a")]).await;
    for name in ["content-length", "Transfer-Encoding"] {
        let chat = client(&wire).chat("d").user("?").header(name, "7");
        let error = chat.send().await.unwrap_err();
        assert!(error.to_string().contains("set by the body"), "{error}");
    }
    assert!(wire.requests().is_empty());
}

#[tokio::test]
async fn the_text_of_a_model_is_in_no_debug_output() {
    let wire = Wire::always(vec![json(200, "", r#"{"choices":"hunter2"}"#)]).await;
    let error = client(&wire).chat("d").user("?").send().await.unwrap_err();
    assert!(matches!(error, Error::Decode(_)));
    let shown = format!("{error:?} {error:#?} {error}");
    assert!(!shown.contains("hunter2"), "{shown}");
    let chat = client(&wire).chat("d").user("?").extra("api_key", "hunter2");
    assert!(!format!("{chat:?}").contains("hunter2"), "{chat:?}");
}

const PROXY: &str = "OPENAI_AZURE_TEST_LOOPBACK";

#[tokio::test]
async fn an_endpoint_on_this_machine_is_asked_without_a_proxy() {
    let wire = Wire::always(vec![chat_answer("direct")]).await;
    let proxy = Wire::always(vec![json(502, "", "{}")]).await;
    let program = std::env::current_exe().unwrap();
    let child = tokio::process::Command::new(program)
        .args(["--exact", "nothing_lost::the_child_behind_a_proxy", "--nocapture"])
        .env(PROXY, wire.endpoint())
        .env("HTTP_PROXY", proxy.endpoint())
        .env("http_proxy", proxy.endpoint())
        .env_remove("NO_PROXY")
        .env_remove("no_proxy")
        .output();
    let child = tokio::time::timeout(Duration::from_secs(60), child).await.unwrap().unwrap();
    assert!(child.status.success(), "{}", String::from_utf8_lossy(&child.stdout));
    assert_eq!((wire.requests().len(), proxy.requests().len()), (1, 0));
}

/// Runs inside of the test above only.
#[tokio::test]
async fn the_child_behind_a_proxy() {
    let Ok(endpoint) = std::env::var(PROXY) else { return };
    let client = planted::builder().endpoint(endpoint).api_key(planted::KEY).build().unwrap();
    assert_eq!(client.chat("d").user("?").send().await.unwrap().text(), "direct");
}
