//! Where requests go: three modes, prefixes, and deployments with hostile names.

use openai_azure::{CallOptions, Credential, Endpoint, ErrorKind};
use openai_azure_emulator::{Emulator, Reply};
use openai_azure_tests::planted;
use serde_json::json;

async fn emulator() -> Emulator {
    Emulator::builder().validate(false).start().await.unwrap()
}

fn answer() -> Reply {
    Reply::status(200).json(json!({"choices": [{"index": 0, "message": {"content": "!"}}]}))
}

async fn asked(emulator: &Emulator, endpoint: Endpoint, deployment: &str) -> (String, String) {
    let client = planted::builder().endpoint(endpoint).api_key(emulator.api_key()).build().unwrap();
    emulator.reply(answer());
    client.chat(deployment).user("?").send().await.unwrap();
    let request = emulator.last().unwrap();
    let query: Vec<String> = request.query.iter().map(|(n, v)| format!("{n}={v}")).collect();
    (request.path.clone(), query.join("&"))
}

#[tokio::test]
async fn each_mode_has_its_path_and_its_query() {
    let emulator = emulator().await;
    let base = emulator.endpoint().to_owned();
    let version = "api-version=2024-10-21";
    for (endpoint, path, query) in [
        (Endpoint::dated(&base), "/openai/deployments/d/chat/completions", version),
        (Endpoint::dated(&format!("{base}///")), "/openai/deployments/d/chat/completions", version),
        (
            Endpoint::dated(&format!("{base}/pre/fix/")),
            "/pre/fix/openai/deployments/d/chat/completions",
            version,
        ),
        (Endpoint::v1(&base), "/openai/v1/chat/completions", ""),
        (Endpoint::v1(&format!("{base}/openai/v1/")), "/openai/v1/chat/completions", ""),
        (
            Endpoint::gateway(&format!("{base}/team")),
            "/team/deployments/d/chat/completions",
            version,
        ),
        (
            Endpoint::gateway(&format!("{base}/team/?tier=gold")),
            "/team/deployments/d/chat/completions",
            "api-version=2024-10-21&tier=gold",
        ),
    ] {
        let (seen_path, seen_query) = asked(&emulator, endpoint.unwrap(), "d").await;
        assert_eq!((seen_path.as_str(), seen_query.as_str()), (path, query));
    }
}

#[tokio::test]
async fn v1_puts_the_deployment_into_the_body() {
    let emulator = emulator().await;
    let (path, _) = asked(&emulator, Endpoint::v1(emulator.endpoint()).unwrap(), "my/model").await;
    assert_eq!(path, "/openai/v1/chat/completions");
    assert_eq!(emulator.last().unwrap().json()["model"], "my/model");
}

#[tokio::test]
async fn a_deployment_is_one_segment_in_every_mode_that_has_it_in_the_path() {
    let emulator = emulator().await;
    let base = emulator.endpoint().to_owned();
    let bases = ["", "/", "/a", "/a/", "/openai", "/openai/", "/deployments", "/x%20y"];
    for (name, segment) in [
        ("a/b", "a%2Fb"),
        ("%2e", "%252e"),
        ("%2e%2e", "%252e%252e"),
        ("a b", "a%20b"),
        ("a?b", "a%3Fb"),
        ("a#b", "a%23b"),
        ("a\\b", "a%5Cb"),
        ("a\r\nb", "a%0D%0Ab"),
        ("deployments", "deployments"),
        ("naïve", "na%C3%AFve"),
        ("...", "..."),
    ] {
        for suffix in bases {
            let url = format!("{base}{suffix}");
            for endpoint in [Endpoint::dated(&url), Endpoint::gateway(&url)] {
                let (path, _) = asked(&emulator, endpoint.unwrap(), name).await;
                let end = format!("/deployments/{segment}/chat/completions");
                assert!(path.ends_with(&end), "{path} for {name:?} at {suffix:?}");
            }
        }
    }
}

#[tokio::test]
async fn dots_are_no_deployment() {
    let emulator = emulator().await;
    let client =
        planted::builder().endpoint(emulator.endpoint()).api_key(planted::KEY).build().unwrap();
    for name in [".", ".."] {
        let error = client.chat(name).user("?").send().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Config);
    }
    assert!(emulator.journal().is_empty());
}

#[tokio::test]
async fn the_api_version_is_any_text_and_a_call_wins_over_the_client() {
    let emulator = emulator().await;
    let client = planted::builder()
        .endpoint(emulator.endpoint())
        .api_key(emulator.api_key())
        .api_version("2099-01-01-preview")
        .build()
        .unwrap();
    for (options, version) in [
        (CallOptions::new(), "2099-01-01-preview"),
        (CallOptions::new().api_version("2024-06-01"), "2024-06-01"),
        (CallOptions::new().query("api-version", "by hand"), "by hand"),
    ] {
        emulator.reply(answer());
        client.chat("d").user("?").options(options).send().await.unwrap();
        let request = emulator.last().unwrap();
        assert_eq!(request.query("api-version"), Some(version));
        assert_eq!(request.query.len(), 1, "{:?}", request.query);
    }
}

#[tokio::test]
async fn headers_query_and_members_that_the_crate_does_not_know_are_sent() {
    let emulator = emulator().await;
    let client = planted::builder()
        .endpoint(emulator.endpoint())
        .credential(Credential::token("t-1"))
        .user_agent_suffix("my-app/1.2")
        .options(CallOptions::new().header("x-team", "search").query("tier", "gold"))
        .build()
        .unwrap();
    emulator.reply(answer());
    let chat = client.chat("d").user("?").extra("verbosity", "low");
    chat.options(CallOptions::new().header("x-call", "1")).send().await.unwrap();
    let request = emulator.last().unwrap();
    assert_eq!(request.header("x-team"), Some("search"));
    assert_eq!(request.header("x-call"), Some("1"));
    assert_eq!(request.query("tier"), Some("gold"));
    assert_eq!(request.json()["verbosity"], "low");
    assert_eq!(request.header("authorization"), Some("Bearer t-1"));
    assert_eq!(request.header("api-key"), None);
    let agent = request.header("user-agent").unwrap();
    assert!(agent.starts_with("openai-azure/") && agent.ends_with(" my-app/1.2"), "{agent}");
}
