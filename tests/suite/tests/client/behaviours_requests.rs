//! What is sent: paths, credentials, ids, forms, and over which connections.

use std::time::Duration;

use openai_azure::sys::Operation;
use openai_azure::sys::multipart::{Form, Part};
use openai_azure::sys::raw::{
    AssistantsListParams, BatchesListParams, Client as Raw, FilesListParams,
};
use openai_azure::{CallOptions, Client, ClientBuilder, Credential, Endpoint, RetryPolicy};
use openai_azure_emulator::Emulator;
use openai_azure_tests::planted;
use openai_azure_tests::wire::{Wire, chat_answer, json};

fn builder(wire: &Wire) -> ClientBuilder {
    let quick = RetryPolicy::new().first_backoff(Duration::from_millis(1));
    planted::builder().endpoint(planted::dated(&wire.endpoint())).retry(quick)
}

fn client(wire: &Wire) -> Client {
    builder(wire).api_key(planted::KEY).build().unwrap()
}

/// The value of a header of a request as it arrived.
fn header<'a>(request: &'a str, name: &str) -> Option<&'a str> {
    request.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
}

#[test]
fn only_what_asks_a_model_is_under_its_deployment() {
    let mut under = Vec::new();
    for operation in Operation::all() {
        assert!(!operation.path.contains("/deployments/"), "{}", operation.path);
        if operation.is_deployment_scoped {
            under.push(operation.path.trim_start_matches('/'));
        }
    }
    under.sort_unstable();
    assert_eq!(
        under,
        [
            "audio/speech",
            "audio/transcriptions",
            "audio/translations",
            "chat/completions",
            "completions",
            "embeddings",
            "images/edits",
            "images/generations",
        ]
    );
}

#[tokio::test]
async fn files_batches_models_assistants_and_responses_are_under_no_deployment() {
    let wire = Wire::always(vec![json(200, "", "{}")]).await;
    let client = client(&wire);
    let list = |api: Raw| async move { api.files_list(&FilesListParams::new()).await };
    client.call(list).await.unwrap();
    let list = |api: Raw| async move { api.batches_list(&BatchesListParams::new()).await };
    client.call(list).await.unwrap();
    client.call(|api: Raw| async move { api.models_list().await }).await.unwrap();
    let list = |api: Raw| async move { api.assistants_list(&AssistantsListParams::new()).await };
    client.call(list).await.unwrap();
    let create = |api: Raw| async move { api.responses_create("{}").await };
    client.call(create).await.unwrap();
    let requests = wire.requests();
    let paths = requests.iter().map(|request| request.split([' ', '?']).nth(1).unwrap());
    assert_eq!(
        paths.collect::<Vec<_>>(),
        [
            "/openai/files",
            "/openai/batches",
            "/openai/models",
            "/openai/assistants",
            "/openai/responses",
        ]
    );
}

#[tokio::test]
async fn the_word_deployments_in_the_host_or_in_a_name_means_nothing() {
    let wire = Wire::always(vec![chat_answer("hi")]).await;
    let address = std::net::SocketAddr::from(([127, 0, 0, 1], wire.port()));
    let host = "deployments.openai.localhost";
    let client = planted::builder()
        .endpoint(Endpoint::dated(&format!("http://{host}:{}", wire.port())).unwrap())
        .api_key(planted::KEY)
        .http(move |http| http.no_proxy().resolve(host, address))
        .build()
        .unwrap();
    client.chat("deployments").user("?").send().await.unwrap();
    let path = "/openai/deployments/deployments/chat/completions?api-version=2024-10-21";
    assert!(wire.requests()[0].starts_with(&format!("POST {path} ")), "{:?}", wire.requests());
}

#[tokio::test]
async fn a_key_is_sent_as_api_key_and_a_token_as_bearer() {
    let wire = Wire::always(vec![chat_answer("hi")]).await;
    let bearer = format!("Bearer {}", planted::TOKEN);
    for (credential, key, authorization) in [
        (Credential::api_key(planted::KEY), Some(planted::KEY), None),
        (Credential::token(planted::TOKEN), None, Some(bearer.as_str())),
    ] {
        let client = builder(&wire).credential(credential).build().unwrap();
        client.chat("d").user("?").send().await.unwrap();
        let requests = wire.requests();
        let request = requests.last().unwrap();
        assert_eq!(header(request, "api-key"), key);
        assert_eq!(header(request, "authorization"), authorization);
    }
}

#[tokio::test]
async fn a_header_of_the_caller_does_not_replace_the_credential() {
    let wire = Wire::always(vec![chat_answer("hi")]).await;
    let options = CallOptions::new().header("api-key", "another").header("accept", "x/y");
    client(&wire).chat("d").user("?").options(options).send().await.unwrap();
    let requests = wire.requests();
    assert_eq!(requests[0].matches("\r\napi-key: ").count(), 1);
    assert_eq!(header(&requests[0], "api-key"), Some(planted::KEY));
    assert_eq!(header(&requests[0], "accept"), Some("x/y"));
}

#[tokio::test]
async fn ids_of_the_caller_are_sent_in_every_attempt() {
    let wire = Wire::start(|n| match n {
        0 | 1 => vec![json(503, "retry-after-ms: 1\r\n", "")],
        _ => vec![chat_answer("hi")],
    })
    .await;
    let options =
        CallOptions::new().header("x-ms-client-request-id", "mine-1").idempotency_key("once-1");
    let answer = client(&wire).chat("d").user("?").options(options).send().await.unwrap();
    assert_eq!(answer.retries_taken(), 2);
    for request in wire.requests() {
        assert_eq!(header(&request, "x-ms-client-request-id"), Some("mine-1"));
        assert_eq!(header(&request, "idempotency-key"), Some("once-1"));
    }
}

#[tokio::test]
async fn only_a_post_has_an_idempotency_key_and_each_call_has_its_own() {
    let wire = Wire::always(vec![json(200, "", "{}")]).await;
    let client = client(&wire);
    for _ in 0..2 {
        let post = |api: Raw| async move { api.responses_create("{}").await };
        client.call(post).await.unwrap();
    }
    let get = |api: Raw| async move { api.models_list().await };
    client.call(get).await.unwrap();
    let requests = wire.requests();
    let key = |at: usize| header(&requests[at], "idempotency-key");
    assert!(key(0).is_some() && key(1).is_some());
    assert_ne!(key(0), key(1));
    assert_eq!(key(2), None);
}

#[tokio::test]
async fn an_upload_is_tried_again_with_a_body_that_is_built_anew() {
    let wire = Wire::start(|n| match n {
        0 => vec![json(503, "retry-after-ms: 1\r\n", "")],
        _ => vec![json(201, "", r#"{"id":"file-1"}"#)],
    })
    .await;
    let upload = |api: Raw| async move {
        let part = Part::bytes("a.jsonl", "{\"a\":1}\n");
        let form = Form::new().text("purpose", "batch").part("file", part);
        api.files_upload(form).await
    };
    let answer = client(&wire).call(upload).await.unwrap();
    assert_eq!((answer.status(), answer.retries_taken()), (201, 1));
    let requests = wire.requests();
    assert_eq!(requests.len(), 2);
    for request in requests {
        assert!(request.contains("{\"a\":1}\n") && request.contains("\r\n\r\nbatch\r\n"));
    }
}

#[tokio::test]
async fn a_client_of_ones_own_is_used_with_its_settings() {
    let wire = Wire::always(vec![chat_answer("hi")]).await;
    let own = reqwest::Client::builder().user_agent("my-own/1").no_proxy().build().unwrap();
    let client = builder(&wire).api_key(planted::KEY).http_client(own.clone()).build().unwrap();
    client.chat("d").user("?").send().await.unwrap();
    assert_eq!(header(&wire.requests()[0], "user-agent"), Some("my-own/1"));
    let both = builder(&wire).api_key(planted::KEY).http_client(own).http(|http| http);
    assert!(both.build().unwrap_err().to_string().contains("not both"));
}

#[tokio::test]
async fn connections_are_kept_as_the_pool_is_told() {
    for (idle, connections) in [(4, 1), (0, 3)] {
        let emulator = Emulator::start().await.unwrap();
        let client = planted::builder()
            .endpoint(emulator.endpoint())
            .api_key(emulator.api_key())
            .http(move |http| http.pool_max_idle_per_host(idle))
            .build()
            .unwrap();
        for _ in 0..3 {
            client.chat("gpt-4o").user("Hello").send().await.unwrap();
        }
        assert_eq!(emulator.accepted_connections(), connections, "{idle} idle ones");
    }
}
