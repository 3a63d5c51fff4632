//! Asks once, and streams once.

use async_openai::Client;
use async_openai::config::AzureConfig;
use async_openai::types::chat::{
    ChatCompletionRequestMessage, ChatCompletionRequestUserMessage, CreateChatCompletionRequest,
};
use futures_util::StreamExt;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let config = AzureConfig::new()
        .with_api_base(std::env::var("AZURE_OPENAI_ENDPOINT")?)
        .with_api_key(std::env::var("AZURE_OPENAI_API_KEY")?)
        .with_api_version("2024-10-21")
        .with_deployment_id("gpt-4o");
    let client = Client::with_config(config);
    let completion = client.chat().create(ask("Why is the sky blue?")).await?;
    println!("{}", completion.choices[0].message.content.as_deref().unwrap_or_default());
    let mut stream = client.chat().create_stream(ask("Count to ten.")).await?;
    while let Some(chunk) = stream.next().await {
        let chunk = chunk?;
        let first = chunk.choices.first();
        print!("{}", first.and_then(|first| first.delta.content.as_deref()).unwrap_or_default());
    }
    Ok(())
}

fn ask(text: &str) -> CreateChatCompletionRequest {
    CreateChatCompletionRequest {
        model: "gpt-4o".to_owned(),
        messages: vec![ChatCompletionRequestMessage::User(ChatCompletionRequestUserMessage {
            content: text.into(),
            ..ChatCompletionRequestUserMessage::default()
        })],
        ..CreateChatCompletionRequest::default()
    }
}
