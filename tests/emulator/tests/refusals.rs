//! Models refuse what the service's models refuse.

// Helpers of tests panic.
#![allow(clippy::unwrap_used)]

mod http;

use http::{CHAT, call, post, refused, send};
use openai_azure_emulator::Emulator;
use serde_json::{Value, json};

fn chat(model: &str, more: Value) -> Value {
    let mut body = json!({"model": model, "messages": [{"role": "user", "content": "Hello"}]});
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    body
}

#[tokio::test]
async fn reasoning_models_refuse_sampling_and_name_what_takes_its_place() {
    let emulator = Emulator::start().await.unwrap();
    let path = "/chat/completions";
    for (model, more, code) in [
        ("gpt-5.6-terra", json!({"max_tokens": 9}), "unsupported_parameter"),
        ("o3-mini", json!({"max_tokens": 9}), "unsupported_parameter"),
        ("gpt-5.6-terra", json!({"temperature": 0.2}), "unsupported_value"),
        ("gpt-5.6-terra", json!({"logprobs": true}), "unsupported_parameter"),
    ] {
        let found = refused(&emulator, path, chat(model, more.clone())).await;
        assert_eq!(found, (400, code.to_owned()), "{model} {more}");
    }
    for (model, more) in [
        ("gpt-5.6-terra", json!({"max_completion_tokens": 9, "temperature": 1})),
        ("gpt-4.1", json!({"max_tokens": 9, "temperature": 0.2})),
    ] {
        assert_eq!(refused(&emulator, path, chat(model, more)).await.0, 200, "{model}");
    }
    let answer =
        call(&emulator, "POST", path, chat("gpt-5.6-luna", json!({"max_tokens": 9}))).await;
    let error = &answer.json()["error"];
    assert_eq!(error["param"], "max_tokens");
    assert!(error["message"].as_str().unwrap().contains("'max_completion_tokens'"));
}

#[tokio::test]
async fn a_model_refuses_the_operations_of_other_models() {
    let emulator = Emulator::start().await.unwrap();
    let code = "OperationNotSupported".to_owned();
    let embed = json!({"model": "gpt-5.6-terra", "input": "Hello"});
    assert_eq!(refused(&emulator, "/embeddings", embed).await, (400, code.clone()));
    let chat = chat("text-embedding-3-large", json!({}));
    assert_eq!(refused(&emulator, "/chat/completions", chat).await, (400, code));
}

#[tokio::test]
async fn v1_knows_its_own_versions_alone() {
    let emulator = Emulator::start().await.unwrap();
    let embed = json!({"model": "text-embedding-3-large", "input": "Hello"});
    for (query, status) in [
        ("", 200),
        ("?api-version=v1", 200),
        ("?api-version=preview", 200),
        ("?api-version=2024-10-21", 400),
    ] {
        let found = refused(&emulator, &format!("/embeddings{query}"), embed.clone()).await;
        assert_eq!(found.0, status, "{query}");
    }
    // What only the preview has is not found without it.
    let image = json!({"model": "gpt-image-2", "prompt": "a cat"});
    assert_eq!(refused(&emulator, "/images/generations", image).await.0, 404);
}

#[tokio::test]
async fn what_no_document_declares_is_a_violation_unless_the_emulator_is_lenient() {
    let body = json!({"messages": [{"role": "user", "content": "Hello", "naem": "x"}], "sede": 1});
    let body = body.to_string();
    let request = post(CHAT, "2024-10-21&tmeout=1");
    let emulator = Emulator::start().await.unwrap();
    assert_eq!(send(&emulator, &request, body.as_bytes()).await.status, 400);
    assert_eq!(
        emulator.last().unwrap().violations,
        [
            "query tmeout: is not declared",
            "body/messages/0/naem: is not declared",
            "body/sede: is not declared",
        ]
    );
    let emulator = Emulator::builder().lenient(true).start().await.unwrap();
    assert_eq!(send(&emulator, &request, body.as_bytes()).await.status, 200);
}

#[tokio::test]
async fn any_deployment_is_known_on_demand() {
    let emulator = Emulator::builder().any_deployment(true).start().await.unwrap();
    let embed = json!({"model": "my-own", "input": "Hello"});
    assert_eq!(refused(&emulator, "/embeddings", embed.clone()).await.0, 200);
    let emulator = Emulator::start().await.unwrap();
    let found = refused(&emulator, "/embeddings", embed).await;
    assert_eq!(found, (404, "DeploymentNotFound".into()));
}
