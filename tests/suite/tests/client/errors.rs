//! The failures that a newcomer meets first: each is typed, and says what to do.

use openai_azure::{CallOptions, Client, Credential, Error, ErrorKind};
use openai_azure_emulator::{Emulator, Reply};
use openai_azure_tests::planted;

fn client(emulator: &Emulator) -> Client {
    planted::builder().endpoint(emulator.endpoint()).api_key(emulator.api_key()).build().unwrap()
}

#[tokio::test]
async fn a_wrong_key_is_an_authentication_error_with_the_gateways_id() {
    let emulator = Emulator::start().await.unwrap();
    let client =
        planted::builder().endpoint(emulator.endpoint()).api_key("wrong-key").build().unwrap();
    let Err(Error::Api(error)) = client.chat("gpt-4o").user("?").send().await else {
        panic!("no API error")
    };
    assert_eq!((error.status(), error.kind()), (401, ErrorKind::Authentication));
    assert!(error.to_string().contains("check the key or token"), "{error}");
    assert!(!format!("{error} {error:?}").contains("wrong-key"));
    assert_eq!(error.retries_taken(), 0);
}

#[tokio::test]
async fn an_unknown_deployment_is_named_in_the_error() {
    let emulator = Emulator::start().await.unwrap();
    let Err(Error::Api(error)) = client(&emulator).chat("nowhere").user("?").send().await else {
        panic!("no API error")
    };
    assert_eq!((error.code(), error.kind()), (Some("DeploymentNotFound"), ErrorKind::NotFound));
    assert!(error.to_string().contains("`nowhere`"), "{error}");
    assert!(error.url().ends_with("/openai/v1/chat/completions"));
}

#[test]
fn an_unset_endpoint_is_a_configuration_error_that_names_the_variable() {
    let Err(Error::Config(error)) = planted::builder().environment_from(|_| None).build() else {
        panic!("no configuration error")
    };
    assert!(error.to_string().contains("AZURE_OPENAI_ENDPOINT"), "{error}");
}

#[test]
fn an_unset_key_is_a_configuration_error_that_names_the_variables() {
    let endpoint = |name: &str| {
        (name == "AZURE_OPENAI_ENDPOINT").then(|| "https://r.openai.azure.com".to_owned())
    };
    let Err(Error::Config(error)) = planted::builder().environment_from(endpoint).build() else {
        panic!("no configuration error")
    };
    for way in ["AZURE_OPENAI_API_KEY", "`api_key`", "Credential::default_chain()"] {
        assert!(error.to_string().contains(way), "{way}: {error}");
    }
}

#[test]
fn plain_http_is_refused_unless_the_host_is_loopback() {
    for (endpoint, accepted) in [
        ("http://r.openai.azure.com", false),
        ("http://192.168.0.1", false),
        ("http://localhost:1", true),
        ("http://127.0.0.1:1", true),
        ("http://[::1]:1", true),
        ("https://r.openai.azure.com", true),
    ] {
        let client = planted::builder().endpoint(endpoint).api_key(planted::KEY).build();
        match client {
            Ok(_) => assert!(accepted, "{endpoint}"),
            Err(Error::Config(error)) => {
                assert!(!accepted, "{endpoint}");
                assert!(error.to_string().contains("https"), "{error}");
            }
            Err(other) => panic!("{other:?}"),
        }
    }
}

#[test]
fn two_explicit_credentials_are_a_conflict_and_an_explicit_one_beats_the_environment() {
    let both = planted::builder()
        .endpoint("https://r.openai.azure.com")
        .api_key(planted::KEY)
        .credential(Credential::token("t"));
    assert!(matches!(both.build(), Err(Error::Config(_))));
    let env = |name: &str| (name == "AZURE_OPENAI_AD_TOKEN").then(|| "t".to_owned());
    let explicit = planted::builder()
        .endpoint("https://r.openai.azure.com")
        .api_key(planted::KEY)
        .environment_from(env)
        .build()
        .unwrap();
    assert!(format!("{explicit:?}").contains("Credential::api_key"));
}

#[tokio::test]
async fn a_body_that_is_not_json_is_a_decode_error() {
    let emulator = Emulator::start().await.unwrap();
    emulator.reply(Reply::status(200).body("<html>welcome to the proxy</html>"));
    let Err(Error::Decode(error)) = client(&emulator).chat("gpt-4o").user("?").send().await else {
        panic!("no decode error")
    };
    assert_eq!(error.body(), b"<html>welcome to the proxy</html>");
}

#[tokio::test]
async fn a_key_that_no_header_can_carry_is_an_error_and_not_a_panic() {
    let emulator = Emulator::start().await.unwrap();
    let builder = || planted::builder().endpoint(emulator.endpoint());
    let error = builder().api_key("secret\nkey").build().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Config);
    assert!(!format!("{error} {error:?}").contains("secret"));
    // One that takes the place of another later is seen by the call.
    let key = openai_azure::ApiKey::new("good");
    let client = builder().credential(key.clone()).build().unwrap();
    key.replace("secret\nkey");
    let error = client.chat("gpt-4o").user("?").send().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Auth);
    assert!(!format!("{error} {error:?}").contains("secret"));
    assert!(emulator.journal().is_empty());
}

#[tokio::test]
async fn a_request_that_breaks_the_contract_is_told_by_the_emulator() {
    let emulator = Emulator::start().await.unwrap();
    let chat = client(&emulator).chat("gpt-4o").user("?").extra("temperature", "hot");
    let Err(Error::Api(error)) = chat.send().await else { panic!("no API error") };
    assert_eq!(error.kind(), ErrorKind::BadRequest);
    assert!(error.message().unwrap_or_default().contains("temperature"), "{error}");
}

#[tokio::test]
async fn arguments_that_cannot_be_sent_are_refused_before_anything_is_sent() {
    let emulator = Emulator::start().await.unwrap();
    let client = client(&emulator);
    for call in [
        client.chat("gpt-4o"),
        client.chat("").user("?"),
        client.chat("..").user("?"),
        client.chat("gpt-4o").user("?").options(CallOptions::new().header("bad name", "v")),
    ] {
        let error = call.send().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Config, "{error}");
    }
    assert!(emulator.journal().is_empty());
}

#[tokio::test]
async fn a_filtered_prompt_tells_which_category_blocked_it() {
    let emulator = Emulator::start().await.unwrap();
    let Err(Error::Api(error)) = client(&emulator).chat("gpt-4o").user("[filter]").send().await
    else {
        panic!("no API error")
    };
    assert!(error.is_content_filter());
    let findings = error.content_filter().unwrap();
    assert!(findings.filtered().count() > 0, "{findings:?}");
}
