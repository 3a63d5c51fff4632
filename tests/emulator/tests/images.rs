//! Images are generated, edited and streamed as the service does it.

// Helpers of tests panic.
#![allow(clippy::unwrap_used)]

mod http;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::{call, form};
use openai_azure_emulator::Emulator;
use serde_json::json;

const GENERATIONS: &str = "/images/generations?api-version=preview";
const EDITS: &str = "/images/edits?api-version=preview";
const PNG: &[u8] = b"\x89PNG\r\n\x1a\n";

#[tokio::test]
async fn a_generated_image_is_a_png_with_usage_settings_and_filter_results() {
    let emulator = Emulator::start().await.unwrap();
    let body = json!({"model": "gpt-image-2", "prompt": "a cat", "n": 2, "size": "1536x1024"});
    let answer = call(&emulator, "POST", GENERATIONS, body).await;
    assert_eq!(answer.status, 200, "{}", answer.json());
    let answer = answer.json();
    let images: Vec<_> = answer["data"].as_array().unwrap().iter().collect();
    assert_eq!(images.len(), 2);
    for image in images {
        assert!(STANDARD.decode(image["b64_json"].as_str().unwrap()).unwrap().starts_with(PNG));
        assert_eq!(image["content_filter_results"]["hate"]["filtered"], false);
    }
    assert_eq!((&answer["size"], &answer["quality"]), (&json!("1536x1024"), &json!("high")));
    let usage = &answer["usage"];
    assert_eq!(
        usage["total_tokens"].as_u64().unwrap(),
        usage["input_tokens"].as_u64().unwrap() + usage["output_tokens"].as_u64().unwrap()
    );
}

#[tokio::test]
async fn a_stream_has_its_partial_images_before_the_whole_one() {
    let emulator = Emulator::start().await.unwrap();
    let body =
        json!({"model": "gpt-image-2", "prompt": "a cat", "stream": true, "partial_images": 2});
    let answer = call(&emulator, "POST", GENERATIONS, body).await;
    assert!(answer.body().0.starts_with("event: image_generation.partial_image\ndata: "));
    let events = answer.events();
    let kinds: Vec<_> = events.iter().map(|event| event["type"].as_str().unwrap()).collect();
    assert_eq!(
        kinds,
        [
            "image_generation.partial_image",
            "image_generation.partial_image",
            "image_generation.completed"
        ]
    );
    assert_eq!(events[1]["partial_image_index"], 1);
    assert_ne!(events[1]["b64_json"], events[2]["b64_json"]);
    assert!(events[2]["usage"]["total_tokens"].is_u64());
}

#[tokio::test]
async fn an_edit_takes_several_images_and_a_mask() {
    let emulator = Emulator::start().await.unwrap();
    let parts = [
        ("model", None, &b"gpt-image-2"[..]),
        ("prompt", None, b"a red hat"),
        ("image[]", Some("a.png"), PNG),
        ("image[]", Some("b.png"), PNG),
        ("mask", Some("mask.png"), PNG),
        ("input_fidelity", None, b"high"),
        ("stream", None, b"true"),
        ("partial_images", None, b"1"),
    ];
    let answer = form(&emulator, EDITS, &parts).await;
    assert_eq!(answer.status, 200, "{}", answer.body().0);
    let events = answer.events();
    assert_eq!(events[0]["type"], "image_edit.partial_image");
    assert_eq!(events[1]["type"], "image_edit.completed");
    assert_eq!(events[1]["usage"]["input_tokens_details"]["image_tokens"], 544);
    let whole = form(&emulator, EDITS, &parts[..5]).await.json();
    assert!(whole["data"][0]["b64_json"].is_string(), "{whole}");
}

#[tokio::test]
async fn an_edit_without_an_image_or_with_too_many_is_refused() {
    let emulator = Emulator::start().await.unwrap();
    let fields = [("model", None, &b"gpt-image-2"[..]), ("prompt", None, b"a red hat")];
    let many = vec![("image[]", Some("a.png"), PNG); 17];
    let text = vec![("image", Some("a.txt"), &b"text"[..])];
    for images in [vec![], many, text] {
        let parts = [&fields[..], &images].concat();
        assert_eq!(form(&emulator, EDITS, &parts).await.status, 400);
    }
}

#[tokio::test]
async fn an_image_model_refuses_a_response_format() {
    let emulator = Emulator::start().await.unwrap();
    let body = json!({"model": "gpt-image-2", "prompt": "a cat", "response_format": "url"});
    let answer = call(&emulator, "POST", GENERATIONS, body).await;
    assert_eq!(answer.status, 400);
    assert!(answer.body().0.contains("response_format"), "{}", answer.body().0);
}
