//! async-openai, configured for Azure.

use std::hint::black_box;

use async_openai::Client;
use async_openai::config::AzureConfig;
use async_openai::types::InputSource;
use async_openai::types::chat::{
    ChatCompletionRequestMessage, ChatCompletionRequestUserMessage, ChatCompletionResponseStream,
    CreateChatCompletionRequest,
};
use async_openai::types::embeddings::{CreateEmbeddingRequest, EncodingFormat};
use async_openai::types::files::{CreateFileRequest, FileInput, FilePurpose};
use async_openai::types::responses::{CreateResponse, InputParam, ResponseStreamEvent};
use futures_util::StreamExt;

use crate::{Done, canned, usage};

/// Does `work`.
pub async fn run(work: &str, port: u16, size: usize) -> Done {
    if work == "build" {
        return Ok((0..size).map(|_| black_box(Client::with_config(config(port)))).count());
    }
    let http = reqwest::Client::builder().no_proxy().no_gzip().build()?;
    let client = Client::with_config(config(port)).with_http_client(http);
    match work {
        "chunk" | "event-size" => texts(client.chat().create_stream(chat()).await?).await,
        "streams" => {
            let mut open = Vec::with_capacity(size);
            for _ in 0..size {
                open.push(client.chat().create_stream(chat()).await?);
            }
            let streams = open.into_iter().map(texts);
            Ok(futures_util::future::try_join_all(streams).await?.into_iter().sum())
        }
        "tools" => {
            let mut stream = client.chat().create_stream(chat()).await?;
            let mut sum = 0;
            while let Some(chunk) = stream.next().await {
                let chunk = chunk?;
                let first = black_box(&chunk).choices.first();
                let calls = first.and_then(|first| first.delta.tool_calls.as_ref());
                let functions =
                    calls.into_iter().flatten().filter_map(|call| call.function.as_ref());
                sum += functions
                    .filter_map(|function| function.arguments.as_ref())
                    .map(String::len)
                    .sum::<usize>();
            }
            Ok(sum)
        }
        "event" => {
            let request = CreateResponse {
                model: Some("gpt-4o".into()),
                input: InputParam::Text("Hello".into()),
                stream: Some(true),
                ..CreateResponse::default()
            };
            let mut stream = client.responses().create_stream(request).await?;
            let mut sum = 0;
            while let Some(event) = stream.next().await {
                if let ResponseStreamEvent::ResponseOutputTextDelta(event) = black_box(&event?) {
                    sum += event.delta.len();
                }
            }
            Ok(sum)
        }
        "call" => {
            let mut sum = 0;
            for _ in 0..size {
                let answer = client.chat().create(chat()).await?;
                sum += black_box(&answer).choices[0].message.content.as_deref().map_or(0, str::len);
            }
            Ok(sum)
        }
        "kept" => {
            let before = usage::live();
            let mut kept = Vec::with_capacity(size);
            for _ in 0..size {
                kept.push(client.chat().create(chat()).await?);
            }
            println!("live {}", usage::live().saturating_sub(before));
            Ok(black_box(&kept).len())
        }
        "embed" => {
            let mut sum = 0;
            for _ in 0..size {
                sum += vectors(&client, 1).await?;
            }
            Ok(sum)
        }
        "embed-floats" => {
            let mut sum = 0;
            for _ in 0..size {
                let request = embedding(EncodingFormat::Float, 1);
                let answer = client.embeddings().create(request).await?;
                sum += black_box(&answer).data[0].embedding.len() / canned::DIMENSIONS;
            }
            Ok(sum)
        }
        "vector" => vectors(&client, size).await,
        "idle" => {
            let before = usage::resident();
            let mut open = Vec::with_capacity(size);
            for _ in 0..size {
                let mut stream = client.chat().create_stream(chat()).await?;
                stream.next().await.transpose()?;
                open.push(stream);
            }
            println!("resident {}", usage::resident().saturating_sub(before));
            Ok(black_box(&open).len())
        }
        "upload" => {
            let request = CreateFileRequest {
                file: FileInput { source: InputSource::Path { path: crate::file(size)? } },
                purpose: FilePurpose::Batch,
                expires_after: None,
            };
            Ok(client.files().create(request).await?.id.len())
        }
        _ => Err(format!("no such work: {work}").into()),
    }
}

fn config(port: u16) -> AzureConfig {
    AzureConfig::new()
        .with_api_base(format!("http://127.0.0.1:{port}"))
        .with_api_version("2024-10-21")
        .with_deployment_id("gpt-4o")
        .with_api_key("key")
}

fn chat() -> CreateChatCompletionRequest {
    CreateChatCompletionRequest {
        model: "gpt-4o".to_owned(),
        messages: vec![ChatCompletionRequestMessage::User(ChatCompletionRequestUserMessage {
            content: "Hello".into(),
            ..ChatCompletionRequestUserMessage::default()
        })],
        ..CreateChatCompletionRequest::default()
    }
}

fn embedding(format: EncodingFormat, texts: usize) -> CreateEmbeddingRequest {
    CreateEmbeddingRequest {
        model: "small".to_owned(),
        input: vec!["Hello"; texts].into(),
        encoding_format: Some(format),
        ..CreateEmbeddingRequest::default()
    }
}

async fn texts(mut stream: ChatCompletionResponseStream) -> Done {
    let mut sum = 0;
    while let Some(chunk) = stream.next().await {
        let chunk = chunk?;
        let first = black_box(&chunk).choices.first();
        sum += first.and_then(|first| first.delta.content.as_deref()).map_or(0, str::len);
    }
    Ok(sum)
}

async fn vectors(client: &Client<AzureConfig>, texts: usize) -> Done {
    let request = embedding(EncodingFormat::Base64, texts);
    let answer = client.embeddings().create_base64(request).await?;
    let mut sum = 0;
    for embedding in answer.data {
        let vector: Vec<f32> = embedding.embedding.into();
        sum += black_box(&vector).len() / canned::DIMENSIONS;
    }
    Ok(sum)
}
