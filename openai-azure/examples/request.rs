//! Requests of any path: JSON, events, a form with a file, bytes, and what is refused.

mod offline;

use openai_azure::{Form, Method, Upload};
use serde_json::json;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let (builder, _emulator) = offline::service().await?;
    let client = builder.build()?;
    let deployment = offline::deployment("gpt-5.6-terra");

    let body = json!({"model": deployment, "input": "Why is the sky blue?"});
    let response = client.request(Method::POST, "/responses").json(&body).send().await?;
    println!("\nJSON, request {}", response.request_id().unwrap_or("none"));
    println!("  {} {}", response["object"], response["status"]);

    let body = json!({"model": deployment, "input": "Count to ten.", "stream": true});
    let mut events = client.request(Method::POST, "/responses").json(&body).stream().await?;
    let mut kinds: Vec<String> = Vec::new();
    while let Some(event) = events.try_next().await? {
        let kind = event["type"].as_str().unwrap_or_default().to_owned();
        if kinds.last() != Some(&kind) {
            kinds.push(kind);
        }
    }
    println!("\nEvents\n  {}", kinds.join("\n  "));

    let lines = Upload::bytes("lines.jsonl", &br#"{"custom_id": "1", "method": "POST"}"#[..]);
    let form = Form::new().text("purpose", "assistants").file("file", lines);
    let file = client.request(Method::POST, "/files").form(form).send().await?;
    let id = file["id"].as_str().unwrap_or_default();
    println!("\nA form\n  {id}, {} bytes", file["bytes"]);

    let content = client.request(Method::GET, format!("/files/{id}/content")).send_bytes().await?;
    println!("\nBytes\n  {} of them", content.len());

    match client.request(Method::GET, "https://example.com/openai/v1/models").send().await {
        Err(error) => println!("\nAnother origin\n  {error}"),
        Ok(_) => println!("\nAnother origin was called"),
    }
    Ok(())
}
