//! Keys and tokens, per attempt.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use openai_azure::{ApiKey, ClientBuilder, Credential, ErrorKind, RetryPolicy};
use openai_azure_emulator::{Emulator, Recorded, Reply};
use openai_azure_tests::planted;
use serde_json::json;

fn builder(emulator: &Emulator) -> ClientBuilder {
    let quick = RetryPolicy::new().first_backoff(Duration::from_millis(1));
    planted::builder().endpoint(emulator.endpoint()).retry(quick)
}

/// A provider that gives the tokens in turn, and how often it was asked.
fn provider(tokens: &'static [&'static str]) -> (Credential, Arc<AtomicUsize>) {
    let asked = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&asked);
    let credential = Credential::provider(move || {
        let number = count.fetch_add(1, Ordering::SeqCst);
        async move { Ok::<_, std::io::Error>(tokens[number.min(tokens.len() - 1)].to_owned()) }
    });
    (credential, asked)
}

fn tokens(journal: &[Recorded]) -> Vec<String> {
    journal
        .iter()
        .filter_map(|request| request.header("authorization"))
        .map(str::to_owned)
        .collect()
}

#[tokio::test]
async fn a_provider_is_asked_again_for_each_attempt() {
    let emulator = Emulator::builder().validate(false).start().await.unwrap();
    emulator.reply(Reply::status(500).json(json!({})));
    emulator.reply(Reply::status(200).json(json!({"choices": [{"index": 0}]})));
    let (credential, _) = provider(&["first", "second"]);
    let client = builder(&emulator).credential(credential).build().unwrap();
    client.chat("gpt-4o").user("?").send().await.unwrap();
    assert_eq!(tokens(&emulator.journal()), ["Bearer first", "Bearer second"]);
}

#[tokio::test]
async fn a_401_asks_for_another_token_once() {
    let emulator = Emulator::start().await.unwrap();
    let (credential, asked) = provider(&["stale", "emulator-token"]);
    let client =
        builder(&emulator).credential(credential).retry(RetryPolicy::none()).build().unwrap();
    let answer = client.chat("gpt-4o").user("Hello").send().await.unwrap();
    assert_eq!((answer.retries_taken(), asked.load(Ordering::SeqCst)), (1, 2));

    let (credential, asked) = provider(&["stale"]);
    let client = builder(&emulator).credential(credential).build().unwrap();
    let error = client.chat("gpt-4o").user("Hello").send().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Authentication);
    assert_eq!(asked.load(Ordering::SeqCst), 2);
}

#[tokio::test]
async fn another_token_costs_nothing_of_the_budget_of_retries() {
    let emulator = Emulator::start().await.unwrap();
    let (credential, _) = provider(&["emulator-token"]);
    let policy = RetryPolicy::new().budget(0.0);
    let client = builder(&emulator).credential(credential).retry(policy).build().unwrap();
    // A client starts with ten retries in hand.
    for _ in 0..12 {
        emulator.reply(Reply::error(401, "401", "The token has been revoked."));
        client.chat("gpt-4o").user("Hello").send().await.unwrap();
    }
}

#[tokio::test]
async fn only_a_401_asks_for_another_token() {
    let emulator = Emulator::start().await.unwrap();
    let (credential, asked) = provider(&["emulator-token"]);
    let policy = RetryPolicy::none();
    let client = builder(&emulator).credential(credential).retry(policy).build().unwrap();
    emulator.reply(Reply::error(500, "500", "A fault."));
    let error = client.chat("gpt-4o").user("Hello").send().await.unwrap_err();
    assert_eq!((error.kind(), asked.load(Ordering::SeqCst)), (ErrorKind::InternalServer, 1));
    assert_eq!(emulator.requests(), 1);
}

#[tokio::test]
async fn a_401_for_a_key_is_not_tried_again() {
    let emulator = Emulator::start().await.unwrap();
    let client = builder(&emulator).api_key("wrong").build().unwrap();
    let error = client.chat("gpt-4o").user("Hello").send().await.unwrap_err();
    assert_eq!((error.kind(), error.retries_taken()), (ErrorKind::Authentication, 0));
    assert_eq!(emulator.requests(), 1);
}

#[tokio::test]
async fn a_replaced_key_is_sent_from_then_on() {
    let emulator = Emulator::start().await.unwrap();
    let key = ApiKey::new("old");
    let client = builder(&emulator).credential(key.clone()).build().unwrap();
    assert!(client.chat("gpt-4o").user("Hello").send().await.is_err());
    key.replace(emulator.api_key());
    assert!(client.chat("gpt-4o").user("Hello").send().await.is_ok());
}

#[tokio::test]
async fn an_empty_token_and_a_failing_provider_are_authentication_errors() {
    let emulator = Emulator::start().await.unwrap();
    let (empty, _) = provider(&[" "]);
    let failing = Credential::provider(|| async {
        Err::<String, _>(std::io::Error::other("the broker is down"))
    });
    for credential in [empty, failing] {
        let client = builder(&emulator).credential(credential).build().unwrap();
        let error = client.chat("gpt-4o").user("Hello").send().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Auth, "{error}");
    }
    assert_eq!(emulator.requests(), 0);
}

#[tokio::test]
async fn a_slow_provider_is_bounded_by_the_time_out() {
    let emulator = Emulator::start().await.unwrap();
    let never = Credential::provider(std::future::pending::<Result<String, std::io::Error>>);
    let client = builder(&emulator)
        .credential(never)
        .timeout(Duration::from_millis(50))
        .retry(RetryPolicy::none())
        .build()
        .unwrap();
    let error = client.chat("gpt-4o").user("Hello").send().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout);
}
