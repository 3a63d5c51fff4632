//! What a subscriber sees of real calls over loopback.

mod capture;
mod server;

use std::time::Duration;

use tracing::Level;

use capture::{Capture, Fields, Kind};
use server::{Answer, serve};

use crate::{CallOptions, Client, ClientBuilder, Credential, LogDetail, RetryPolicy};

const KEY: &str = "planted-key-0123456789";
const TOKEN: &str = "planted-token-0123456789";
const CHAT: &str = r#"{"id":"chatcmpl-1","model":"gpt-4o-2024-08-06","choices":[{"index":0,
    "message":{"role":"assistant","content":"Because."},"finish_reason":"stop"}],
    "usage":{"prompt_tokens":12,"completion_tokens":3,"total_tokens":15}}"#;

fn builder(endpoint: &str) -> ClientBuilder {
    let policy = RetryPolicy::new().max_retries(1).first_backoff(Duration::from_millis(1));
    Client::builder().endpoint(endpoint).api_key(KEY).retry(policy)
}

async fn client(answers: Vec<Answer>, detail: LogDetail) -> Client {
    builder(&serve(answers).await).log_detail(detail).build().unwrap()
}

fn messages(events: &[Kind]) -> Vec<&str> {
    events.iter().map(|event| event.fields["message"].as_str()).collect()
}

fn get<'a>(fields: &'a Fields, name: &str) -> &'a str {
    fields.get(name).map_or("", String::as_str)
}

#[tokio::test]
async fn a_call_is_a_span_with_the_names_of_opentelemetry() {
    let capture = Capture::start();
    let client = client(vec![Answer::json(CHAT)], LogDetail::Basic).await;
    let options = CallOptions::new().header("x-ms-client-request-id", "mine-1");
    client.chat("gpt-4o").user("Why?").options(options).send().await.unwrap();
    let span = capture.call();
    let port = client.endpoint().port().to_string();
    for (name, value) in [
        ("otel.name", "chat gpt-4o"),
        ("otel.kind", "client"),
        ("gen_ai.operation.name", "chat"),
        ("gen_ai.provider.name", "azure.ai.openai"),
        ("gen_ai.request.model", "gpt-4o"),
        ("gen_ai.response.id", "chatcmpl-1"),
        ("gen_ai.response.model", "gpt-4o-2024-08-06"),
        ("gen_ai.response.finish_reasons", r#"["stop"]"#),
        ("gen_ai.usage.input_tokens", "12"),
        ("gen_ai.usage.output_tokens", "3"),
        ("server.address", "127.0.0.1"),
        ("server.port", &port),
        ("http.response.status_code", "200"),
        ("az.client_request_id", "mine-1"),
        ("az.service_request_id", "service-1"),
    ] {
        assert_eq!(get(&span.fields, name), value, "{name}");
    }
    for absent in ["error.type", "otel.status_code", "http.request.resend_count"] {
        assert_eq!(span.fields.get(absent), None, "{absent}");
    }
    assert!(span.is_closed);
}

#[tokio::test]
async fn each_attempt_is_an_event_and_a_retry_tells_cause_and_wait() {
    let capture = Capture::start();
    let answers = vec![Answer::failed(503, r#"{"error":{"message":"busy"}}"#), Answer::json(CHAT)];
    let client = client(answers, LogDetail::Basic).await;
    client.chat("gpt-4o").user("Why?").send().await.unwrap();
    let events = capture.events("openai_azure");
    assert_eq!(messages(&events), ["the attempt failed; trying again", "the attempt succeeded"]);
    let [first, second] = &events[..] else { panic!() };
    assert_eq!((first.level, second.level), (Level::INFO, Level::DEBUG));
    assert!(first.is_inside && second.is_inside);
    assert_eq!(get(&first.fields, "attempt"), "1");
    assert_eq!(get(&first.fields, "http.response.status_code"), "503");
    assert_eq!(get(&first.fields, "error.type"), "service_unavailable");
    assert_eq!(get(&first.fields, "az.service_request_id"), "gateway-1");
    assert!(get(&first.fields, "cause").contains("busy"));
    assert!(first.fields.contains_key("wait_ms") && first.fields.contains_key("duration_ms"));
    assert_eq!(get(&second.fields, "attempt"), "2");
    assert_eq!(get(&second.fields, "http.response.status_code"), "200");
    assert_eq!(get(&capture.call().fields, "http.request.resend_count"), "1");
}

#[tokio::test]
async fn the_wait_is_drawn_with_the_chance_that_is_given() {
    for (random, wait) in [(0.0, "8"), (0.5, "7"), (1.0, "6"), (7.0, "6"), (f64::NAN, "8")] {
        let capture = Capture::start();
        let url = serve(vec![Answer::failed(503, "{}"), Answer::json(CHAT)]).await;
        let policy = RetryPolicy::new().first_backoff(Duration::from_millis(8));
        let client = builder(&url).retry(policy).random(move || random).build().unwrap();
        client.chat("gpt-4o").user("Why?").send().await.unwrap();
        let events = capture.events("openai_azure");
        assert_eq!(get(&events[0].fields, "wait_ms"), wait, "{random}");
    }
}

#[tokio::test]
async fn a_failed_call_says_so_in_its_span() {
    let capture = Capture::start();
    let answer = Answer::failed(404, r#"{"error":{"code":"DeploymentNotFound","message":"no"}}"#);
    let client = client(vec![answer], LogDetail::Basic).await;
    client.chat("gpt-5").user("Why?").send().await.unwrap_err();
    let span = capture.call().fields;
    assert_eq!(get(&span, "otel.status_code"), "error");
    assert_eq!(get(&span, "error.type"), "not_found");
    assert_eq!(get(&span, "http.response.status_code"), "404");
    assert_eq!(get(&span, "az.service_request_id"), "gateway-1");
    assert_eq!(messages(&capture.events("openai_azure")), ["the attempt failed"]);
}

#[tokio::test]
async fn a_call_that_is_never_sent_says_so_in_its_span() {
    let capture = Capture::start();
    let client = client(vec![], LogDetail::Basic).await;
    let options = CallOptions::new().header("no name", "x");
    client.chat("gpt-4o").user("Why?").options(options).send().await.unwrap_err();
    assert_eq!(get(&capture.call().fields, "error.type"), "config");
}

#[tokio::test]
async fn the_span_of_a_stream_lives_as_long_as_the_stream() {
    let capture = Capture::start();
    let events = [
        r#"data: {"id":"","model":"","choices":[],"prompt_filter_results":[]}"#,
        r#"data: {"id":"chatcmpl-2","model":"m","choices":[{"index":0,"delta":{"content":"1"}}]}"#,
        r#"data: {"id":"chatcmpl-2","choices":[{"index":0,"delta":{},"finish_reason":"length"}]}"#,
        r#"data: {"id":"chatcmpl-2","choices":[],"usage":{"prompt_tokens":4,"completion_tokens":1}}"#,
        "data: [DONE]\n\n",
    ];
    let client = client(vec![Answer::events(events.join("\n\n"))], LogDetail::Body).await;
    let mut stream = client.chat("gpt-4o").user("Count.").stream().await.unwrap();
    let entered = capture.call().entered;
    while stream.try_next().await.unwrap().is_some() {}
    let span = capture.call();
    assert!(span.entered > entered, "it is polled inside the span");
    assert!(!span.is_closed);
    assert_eq!(span.fields.get("error.type"), None, "it was read to its end");
    assert_eq!(get(&span.fields, "gen_ai.response.id"), "chatcmpl-2");
    assert_eq!(get(&span.fields, "gen_ai.response.model"), "m");
    assert_eq!(get(&span.fields, "gen_ai.response.finish_reasons"), r#"["length"]"#);
    assert_eq!(get(&span.fields, "gen_ai.usage.input_tokens"), "4");
    assert_eq!(get(&span.fields, "gen_ai.usage.output_tokens"), "1");
    assert_eq!(get(&span.fields, "http.response.status_code"), "200");
    drop(stream);
    assert!(capture.call().is_closed);
    let http = capture.events("openai_azure::http");
    assert_eq!(messages(&http)[1..], ["an event of the response"; 5]);
}

#[tokio::test]
async fn a_stream_that_is_dropped_tells_what_it_had_learned() {
    let capture = Capture::start();
    let events = "data: {\"id\":\"chatcmpl-3\",\"choices\":[]}\n\ndata: {\"choices\":[]}\n\n";
    let client = client(vec![Answer::events(events)], LogDetail::Basic).await;
    let mut stream = client.chat("gpt-4o").user("Count.").stream().await.unwrap();
    stream.try_next().await.unwrap();
    drop(stream);
    assert_eq!(get(&capture.call().fields, "gen_ai.response.id"), "chatcmpl-3");
    assert_eq!(get(&capture.call().fields, "error.type"), "cancelled");
    assert!(capture.call().is_closed);
}

#[tokio::test]
async fn a_call_that_is_dropped_says_so_in_its_span() {
    let capture = Capture::start();
    let policy = RetryPolicy::new().first_backoff(Duration::from_secs(60));
    let url = serve(vec![Answer::failed(503, "busy")]).await;
    let client = builder(&url).retry(policy).build().unwrap();
    let call = client.chat("gpt-4o").user("Why?").send();
    assert!(tokio::time::timeout(Duration::from_millis(300), call).await.is_err());
    let span = capture.call();
    assert_eq!(get(&span.fields, "error.type"), "cancelled");
    assert_eq!(span.fields.get("otel.status_code"), None, "nothing went wrong");
    assert!(span.is_closed);
}

#[tokio::test]
async fn a_stream_that_breaks_says_so_in_its_span() {
    let capture = Capture::start();
    let events = "data: {\"choices\":[]}\n\ndata: no json\n\n";
    let client = client(vec![Answer::events(events)], LogDetail::Basic).await;
    let mut stream = client.chat("gpt-4o").user("Count.").stream().await.unwrap();
    stream.try_next().await.unwrap();
    stream.try_next().await.unwrap_err();
    assert_eq!(get(&capture.call().fields, "error.type"), "stream");
}

#[tokio::test]
async fn a_response_that_ends_before_its_last_event_is_a_failure_in_its_span() {
    let capture = Capture::start();
    let events = "data: {\"type\":\"response.created\",\"response\":{\"id\":\"r\"}}\n\n";
    let client = client(vec![Answer::events(events)], LogDetail::Basic).await;
    let mut stream = client.respond("gpt-4o").user("Count.").stream().await.unwrap();
    stream.finish().await.unwrap_err();
    assert_eq!(get(&capture.call().fields, "error.type"), "stream");
}

#[tokio::test]
async fn a_raw_call_is_named_by_its_operation() {
    let capture = Capture::start();
    let client = client(vec![Answer::json(CHAT)], LogDetail::Basic).await;
    let operation = |api: openai_azure_sys::raw::Client| async move {
        api.chat_completions_create("gpt-4o", "{}").await
    };
    client.call(operation).await.unwrap();
    let span = capture.call().fields;
    assert_eq!(get(&span, "otel.name"), "chat");
    assert_eq!(get(&span, "gen_ai.operation.name"), "chat");
    assert_eq!(get(&span, "http.response.status_code"), "200");
}

#[tokio::test]
async fn each_detail_logs_what_its_name_says() {
    for (detail, attempts, headers, bodies) in [
        (LogDetail::None, false, false, false),
        (LogDetail::Basic, true, false, false),
        (LogDetail::Headers, true, true, false),
        (LogDetail::Body, true, false, true),
        (LogDetail::BodyAndHeaders, true, true, true),
    ] {
        let capture = Capture::start();
        let client = client(vec![Answer::json(CHAT)], detail).await;
        client.chat("gpt-4o").user("Why?").send().await.unwrap();
        let http = capture.events("openai_azure::http");
        assert_eq!(!capture.events("openai_azure").is_empty(), attempts, "{detail:?}");
        let has = |name: &str| http.iter().any(|event| event.fields.contains_key(name));
        assert_eq!((has("headers"), has("body")), (headers, bodies), "{detail:?}");
        assert!(http.iter().all(|event| event.is_inside && event.level == Level::DEBUG));
    }
}

#[tokio::test]
async fn requests_and_answers_are_shown_as_they_were_sent() {
    let capture = Capture::start();
    let url = serve(vec![Answer::json(CHAT)]).await;
    let client = builder(&url).log_detail(LogDetail::BodyAndHeaders).log_header("X-Team");
    let options = CallOptions::new().header("x-team", "search").query("sig", "hunter2");
    let client = client.options(options).api_version("2024-10-21").build().unwrap();
    client.chat("gpt-4o").user("Why is the sky blue?").send().await.unwrap();
    let http = capture.events("openai_azure::http");
    assert_eq!(messages(&http), ["the request", "the head of the response", "the response"]);
    let request = &http[0].fields;
    assert_eq!(get(request, "operation"), "chat_completions_create");
    assert_eq!(get(request, "http.request.method"), "POST");
    assert_eq!(
        get(request, "url.full"),
        format!(
            "{url}/openai/deployments/gpt-4o/chat/completions?api-version=2024-10-21&sig=REDACTED"
        )
    );
    assert!(get(request, "body").contains("Why is the sky blue?"));
    assert!(get(request, "headers").contains(r#""x-team": "search""#));
    assert!(get(request, "headers").contains(r#""api-key": "REDACTED""#));
    let answer = get(&http[1].fields, "headers");
    assert!(answer.contains(r#""x-request-id": "service-1""#), "{answer}");
    assert!(answer.contains(r#""x-secret-sauce": "REDACTED""#), "{answer}");
    assert!(get(&http[2].fields, "body").contains("Because."));
    assert!(!capture.everything().contains("hunter2"));
}

#[tokio::test]
async fn long_bodies_are_cut() {
    let capture = Capture::start();
    let url = serve(vec![Answer::json(CHAT)]).await;
    let client = builder(&url).log_detail(LogDetail::Body).log_body_limit(10).build().unwrap();
    client.chat("gpt-4o").user("Why?").send().await.unwrap();
    for event in capture.events("openai_azure::http") {
        let body = get(&event.fields, "body");
        assert!(body.ends_with(" bytes)") && body.len() < 40, "{body}");
    }
}

#[tokio::test]
async fn no_key_and_no_token_is_ever_logged_even_when_the_answer_repeats_it() {
    for (credential, secret) in [(Credential::api_key(KEY), KEY), (Credential::token(TOKEN), TOKEN)]
    {
        let capture = Capture::start();
        let echo = r#"{"error":{"message":"who is {credential}?"}}"#;
        let chunk = r#"{"choices":[{"index":0,"delta":{"content":"{credential}"}}]}"#;
        let stream = format!("data: {chunk}\n\ndata: {echo}\n\n");
        let url = serve(vec![
            Answer::failed(500, echo),
            Answer::json(CHAT.replace("Because.", "{credential}")),
            Answer::events(stream),
            Answer::failed(401, echo),
        ])
        .await;
        let client = Client::builder()
            .endpoint(url.as_str())
            .credential(credential)
            .retry(RetryPolicy::new().max_retries(1).first_backoff(Duration::from_millis(1)))
            .log_detail(LogDetail::BodyAndHeaders)
            .log_header("api-key")
            .log_header("authorization")
            .build()
            .unwrap();
        client.chat("gpt-4o").user("Why?").send().await.unwrap();
        let mut events = client.chat("gpt-4o").user("Why?").stream().await.unwrap();
        assert!(events.try_next().await.unwrap().unwrap().text().contains(secret));
        let late = events.try_next().await.unwrap_err();
        let early = client.chat("gpt-4o").user("Why?").send().await.unwrap_err();
        for error in [late.as_api().unwrap(), early.as_api().unwrap()] {
            let shown = format!("{error} {error:?} {}", String::from_utf8_lossy(error.body()));
            assert!(!shown.contains(secret) && shown.contains("REDACTED?"), "{shown}");
        }
        let everything = capture.everything();
        assert!(everything.contains("who is REDACTED?") || everything.contains("Bearer REDACTED?"));
        let shown = everything.lines().find(|line| line.contains(secret));
        assert_eq!(shown, None);
    }
}

#[tokio::test]
async fn the_password_of_a_proxy_is_never_logged() {
    let capture = Capture::start();
    let proxy = reqwest::Proxy::all(serve(vec![Answer::json(CHAT)]).await).unwrap();
    let proxy = proxy.basic_auth("user", "planted-password");
    let client = builder("http://127.0.0.1:9")
        .http(move |http| http.proxy(proxy.clone()))
        .log_detail(LogDetail::BodyAndHeaders)
        .log_header("proxy-authorization")
        .build()
        .unwrap();
    client.chat("gpt-4o").user("Why?").send().await.unwrap();
    let everything = capture.everything();
    // In base64 it begins with `dXNlcjpw`.
    let shown =
        everything.lines().find(|line| line.contains("planted-") || line.contains("dXNlcjpw"));
    assert_eq!(shown, None);
}

#[tokio::test]
async fn an_explicit_detail_beats_the_environment_and_an_unknown_one_is_a_warning() {
    let capture = Capture::start();
    let with = |value: &'static str| {
        let lookup =
            move |name: &str| (name == "AZURE_HTTP_LOG_DETAIL_LEVEL").then(|| value.into());
        builder("https://r.example").environment_from(lookup)
    };
    let detail = |builder: ClientBuilder| builder.build().unwrap().inner().log.detail;
    assert_eq!(detail(with("headers")), LogDetail::Headers);
    assert_eq!(detail(with("headers").log_detail(LogDetail::None)), LogDetail::None);
    assert!(!capture.everything().contains("is ignored"));
    assert_eq!(detail(with("everything")), LogDetail::Basic);
    assert!(capture.everything().contains("AZURE_HTTP_LOG_DETAIL_LEVEL is ignored"));
}
