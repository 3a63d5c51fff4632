//! Any operation of any api-version, with the engine's credential, retries and errors.
//!
//! `cargo run --example raw_call --features 2024-10-21`

mod offline;

use openai_azure::sys::v2024_10_21::{Client, types};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let (builder, _emulator) = offline::service().await?;
    let client = builder.build()?;

    let params = types::FilesListParams::new();
    let params = &params;
    let files = client.call(|api: Client| async move { api.files_list(params).await }).await?;
    println!(
        "{} files (request id {})",
        files.data.as_deref().unwrap_or_default().len(),
        files.request_id().unwrap_or("-")
    );

    let message = types::ChatCompletionRequestUserMessage::new("Say hello.");
    let request = types::CreateChatCompletionRequest::new(vec![message.into()]);
    let (deployment, request) = (&offline::deployment("gpt-5.6-terra"), &request);
    let answer = client
        .call(|api: Client| async move { api.chat_completions_create(deployment, request).await })
        .await?;
    println!("{}", serde_json::to_string_pretty(&answer.into_inner())?);
    Ok(())
}
