//! Requests that the service would refuse are refused, with its status and shape.

mod http;

use http::{CHAT, chat, post, send};
use openai_azure_emulator::{Emulator, Reply};
use serde_json::json;

const HELLO: &[u8] = br#"{"messages":[{"role":"user","content":"Hello"}]}"#;

async fn status_and_code(emulator: &Emulator, request: &str, body: &[u8]) -> (u16, String) {
    let answer = send(emulator, request, body).await;
    let code = &answer.json()["error"]["code"];
    (answer.status, code.as_str().unwrap_or_default().to_owned())
}

#[tokio::test]
async fn a_key_or_a_token_is_needed() {
    let emulator = Emulator::builder().api_key("K").bearer("T").start().await.unwrap();
    for (header, status) in [
        ("api-key: K", 200),
        ("api-key: k", 401),
        ("authorization: Bearer T", 200),
        ("authorization: Bearer K", 401),
        ("authorization: T", 401),
        ("x-nothing: 1", 401),
    ] {
        let path = format!("{CHAT}?api-version=2024-10-21");
        let request = format!("POST {path} HTTP/1.1\r\n{header}\r\ncontent-type: application/json");
        let answer = send(&emulator, &request, HELLO).await;
        assert_eq!(answer.status, status, "{header}");
        if status == 401 {
            let error = answer.json()["error"].as_object().unwrap().clone();
            assert_eq!(error.keys().collect::<Vec<_>>(), ["code", "message"]);
        }
    }
}

#[tokio::test]
async fn unknown_deployments_versions_and_paths_are_not_found() {
    let emulator = Emulator::builder().deployment("a/b").start().await.unwrap();
    let none = post("/openai/deployments/nope/chat/completions", "2024-10-21");
    let found = status_and_code(&emulator, &none, HELLO).await;
    assert_eq!(found, (404, "DeploymentNotFound".into()));
    for (path, version) in [(CHAT, "1999-01-01"), (CHAT, "v1"), ("/openai/nope", "2024-10-21")] {
        let found = status_and_code(&emulator, &post(path, version), HELLO).await;
        assert_eq!(found, (404, "404".into()), "{path} {version}");
    }
    let bare = post(CHAT, "2024-10-21").replace("?api-version=2024-10-21", "");
    assert_eq!(status_and_code(&emulator, &bare, HELLO).await, (404, "404".into()));
    let odd = post("/openai/deployments/a%2Fb/chat/completions", "2024-10-21");
    assert_eq!(status_and_code(&emulator, &odd, HELLO).await.0, 200);
}

#[tokio::test]
async fn v1_takes_the_deployment_from_the_body_and_no_version() {
    let emulator = Emulator::start().await.unwrap();
    let request = post("/openai/v1/chat/completions", "").replace("?api-version=", "");
    for (model, status) in [("gpt-4o", 200), ("nope", 404)] {
        let body = json!({"model": model, "messages": [{"role": "user", "content": "Hello"}]});
        let answer = send(&emulator, &request, body.to_string().as_bytes()).await;
        assert_eq!(answer.status, status, "{model}");
    }
}

#[tokio::test]
async fn a_member_of_another_type_is_a_violation_and_all_are_listed() {
    let emulator = Emulator::start().await.unwrap();
    let body = json!({
        "messages": [{"role": "user", "content": 42}, {"role": "tool", "content": "x"}],
        "temperature": "hot",
    });
    for version in ["2024-06-01", "2024-10-21"] {
        let request = post(CHAT, version);
        let answer = send(&emulator, &request, body.to_string().as_bytes()).await;
        assert_eq!(answer.status, 400);
        let violations = emulator.last().unwrap().violations;
        assert_eq!(violations.len(), 3, "{violations:#?}");
        let message = answer.json()["error"]["message"].as_str().unwrap().to_owned();
        for place in ["body/temperature", "body/messages/0/content", "tool_call_id"] {
            assert!(message.contains(place), "{place}: {message}");
        }
    }
}

#[tokio::test]
async fn messages_are_held_against_the_child_that_their_role_names() {
    let emulator = Emulator::start().await.unwrap();
    let of = |message| json!({"messages": [message]}).to_string();
    for (message, status) in [
        (json!({"role": "system", "content": "Be brief."}), 200),
        (json!({"role": "user", "content": [{"type": "text", "text": "Hello"}]}), 200),
        (json!({"role": "user", "content": [{"type": "text"}]}), 400),
        (json!({"role": "user", "content": [{"type": "image_url", "image_url": "x"}]}), 400),
        (json!({"role": "assistant", "content": null}), 200),
        (json!({"role": "tool", "content": "x", "tool_call_id": "c"}), 200),
        (json!({"role": "tool", "content": "x"}), 400),
        (json!({"role": "king", "content": "x"}), 400),
        (json!({"content": "x"}), 400),
    ] {
        for version in ["2024-06-01", "2024-10-21"] {
            let answer =
                send(&emulator, &post(CHAT, version), of(message.clone()).as_bytes()).await;
            assert_eq!(answer.status, status, "{version} {message} {:?}", answer.json());
        }
    }
}

#[tokio::test]
async fn a_body_that_is_no_json_is_refused() {
    let emulator = Emulator::start().await.unwrap();
    let answer = send(&emulator, &post(CHAT, "2024-10-21"), b"{\"messages\":").await;
    assert_eq!(answer.status, 400);
    assert!(answer.json()["error"]["message"].as_str().unwrap().contains("JSON"));
    let text = post(CHAT, "2024-10-21").replace("application/json", "text/plain");
    assert_eq!(send(&emulator, &text, HELLO).await.status, 400);
}

#[tokio::test]
async fn without_validation_any_version_and_body_goes() {
    let emulator = Emulator::builder().validate(false).start().await.unwrap();
    let answer = send(&emulator, &post(CHAT, "1999-01-01"), br#"{"messages":7}"#).await;
    assert_eq!(answer.status, 200);
}

#[tokio::test]
async fn scripted_answers_ignore_what_is_wrong_but_the_journal_tells() {
    let emulator = Emulator::start().await.unwrap();
    emulator.reply(Reply::status(204));
    let request = post("/anything?a=b%20c&d=e", "1").replace("emulator-key", "other");
    let request = request.replace("e?api-version", "e&api-version");
    assert_eq!(send(&emulator, &request, b"{}").await.status, 204);
    let recorded = emulator.last().unwrap();
    assert_eq!((recorded.method.as_str(), recorded.path.as_str()), ("POST", "/anything"));
    assert_eq!(recorded.query("a"), Some("b c"));
    assert_eq!(recorded.query("api-version"), Some("1"));
    assert_eq!(recorded.header("api-key"), Some("other"));
    assert_eq!(recorded.json(), json!({}));
    assert!(recorded.violations[0].starts_with("401"), "{:?}", recorded.violations);
}

#[tokio::test]
async fn a_request_can_be_held_against_other_versions() {
    let emulator = Emulator::start().await.unwrap();
    let json_mode = json!({"response_format": {"type": "json_schema", "json_schema": {
        "name": "n", "schema": {"type": "object"},
    }}});
    let answer = chat(&emulator, "Hello", json_mode).await;
    assert_eq!(answer.status, 200, "{}", answer.json());
    let recorded = emulator.last().unwrap();
    assert_eq!(emulator.violations("2024-10-21", &recorded), Some(vec![]));
    assert!(!emulator.violations("2024-02-01", &recorded).unwrap().is_empty());
    // The deployment of the path counts as `model`.
    assert_eq!(emulator.violations("v1", &recorded), Some(vec![]));
    assert_eq!(emulator.violations("1999-01-01", &recorded), None);
}

#[tokio::test]
async fn a_model_that_cannot_do_it_says_so() {
    let emulator = Emulator::start().await.unwrap();
    let request = post("/openai/deployments/whisper/chat/completions", "2024-10-21");
    let found = status_and_code(&emulator, &request, HELLO).await;
    assert_eq!(found, (400, "OperationNotSupported".into()));
}
