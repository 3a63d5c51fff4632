//! Clients with other options over the same connections.

use std::time::Duration;

use openai_azure::{CallOptions, Client, ErrorKind, RetryPolicy};
use openai_azure_emulator::{Emulator, Reply};
use openai_azure_tests::planted;

async fn emulator() -> Emulator {
    Emulator::builder().api_key(planted::KEY).start().await.unwrap()
}

fn client(emulator: &Emulator, policy: RetryPolicy) -> Client {
    let policy = policy.first_backoff(Duration::from_millis(1));
    let builder = planted::builder().endpoint(emulator.endpoint()).api_key(planted::KEY);
    builder.retry(policy).build().unwrap()
}

#[tokio::test]
async fn options_are_those_of_the_new_client_alone_and_a_call_wins() {
    let emulator = emulator().await;
    let options = |team| CallOptions::new().header("x-team", team);
    let client = client(&emulator, RetryPolicy::new());
    let a = client.with_options(options("a").query("trace", "1").header("x-a", "kept"));
    let b = a.with_options(options("b"));
    let team = |emulator: &Emulator| {
        let last = emulator.last().unwrap();
        (last.header("x-team").map(str::to_owned), last.header("x-a").is_some())
    };
    client.models().list().await.unwrap();
    assert_eq!(team(&emulator), (None, false), "the client itself has not changed");
    emulator.reply(Reply::status(200).body(r#"{"object":"list","data":[]}"#));
    b.models().list().await.unwrap();
    assert_eq!(team(&emulator), (Some("b".to_owned()), true), "options are merged by name");
    assert_eq!(emulator.last().unwrap().query("trace"), Some("1"));
    emulator.reply(Reply::status(200).body(r#"{"object":"list","data":[]}"#));
    b.models().options(options("call")).list().await.unwrap();
    assert_eq!(team(&emulator), (Some("call".to_owned()), true));
}

#[tokio::test]
async fn timeout_and_retry_policy_count() {
    let emulator = emulator().await;
    let client = client(&emulator, RetryPolicy::new());
    let never = client.with_options(CallOptions::new().retry(RetryPolicy::none()));
    emulator.reply(Reply::status(503));
    let error = never.models().list().await.unwrap_err();
    assert_eq!((error.retries_taken(), emulator.requests()), (0, 1));
    emulator.reply(Reply::usual().delay(Duration::from_secs(5)));
    let quick = never.with_options(CallOptions::new().timeout(Duration::from_millis(50)));
    let error = quick.models().list().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout);
}

#[tokio::test]
async fn connections_and_the_retry_budget_are_shared() {
    let emulator = emulator().await;
    // No call earns a retry, so the ten that a client starts with are all.
    let client = client(&emulator, RetryPolicy::new().budget(0.0).max_retries(6));
    let policy = RetryPolicy::new().max_retries(6).first_backoff(Duration::from_millis(1));
    let other = client.with_options(CallOptions::new().retry(policy));
    let mut retries = Vec::new();
    for client in [&client, &other, &other] {
        for _ in 0..7 {
            emulator.reply(Reply::status(500));
        }
        retries.push(client.models().list().await.unwrap_err().retries_taken());
        emulator.clear_replies();
    }
    assert_eq!(retries, [6, 4, 0]);
    assert_eq!(emulator.accepted_connections(), 1);
}

#[tokio::test]
async fn what_cannot_be_sent_is_an_error_of_each_call() {
    let emulator = emulator().await;
    let client = client(&emulator, RetryPolicy::new());
    let invalid = client.with_options(CallOptions::new().header("x-a", "secret\n"));
    for _ in 0..2 {
        let error = invalid.models().list().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Config);
        assert!(!error.to_string().contains("secret"), "{error}");
    }
    // The client is of the v1 form.
    let dated = client.with_options(CallOptions::new().api_version("2024-10-21"));
    let error = dated.models().list().await.unwrap_err();
    assert!(error.to_string().contains("2024-10-21"), "{error}");
    assert_eq!(emulator.requests(), 0);
}

#[tokio::test]
async fn an_idempotency_key_of_the_client_is_sent_unless_the_call_has_one() {
    let emulator = emulator().await;
    let client = client(&emulator, RetryPolicy::new());
    let once = client.with_options(CallOptions::new().idempotency_key("job-7"));
    let key = |emulator: &Emulator| {
        emulator.last().unwrap().header("idempotency-key").unwrap().to_owned()
    };
    once.embed("text-embedding-3-large").input("a").send().await.unwrap();
    assert_eq!(key(&emulator), "job-7");
    let own = CallOptions::new().idempotency_key("job-8");
    once.embed("text-embedding-3-large").input("a").options(own).send().await.unwrap();
    assert_eq!(key(&emulator), "job-8");
    client.embed("text-embedding-3-large").input("a").send().await.unwrap();
    assert_ne!(key(&emulator), "job-7");
}
