//! Bare reqwest and serde_json, reading only the fields that are used.

use std::hint::black_box;

use base64::Engine as _;
use memchr::memmem;
use reqwest::{Client, Response};
use serde::Deserialize;
use serde_json::json;

use crate::{Done, canned, usage};

/// What a chat program reads of a chunk.
#[derive(Deserialize)]
#[allow(dead_code, reason = "decoded, not read")]
struct Chunk {
    id: String,
    model: String,
    choices: Vec<ChunkChoice>,
}

#[derive(Deserialize)]
#[allow(dead_code, reason = "decoded, not read")]
struct ChunkChoice {
    index: u32,
    delta: Delta,
    finish_reason: Option<String>,
}

#[derive(Deserialize)]
#[allow(dead_code, reason = "decoded, not read")]
struct Delta {
    role: Option<String>,
    content: Option<String>,
    #[serde(default)]
    tool_calls: Vec<ToolCall>,
}

#[derive(Deserialize)]
struct ToolCall {
    function: Function,
}

#[derive(Deserialize)]
struct Function {
    arguments: String,
}

/// What a chat program reads of a completion.
#[derive(Deserialize)]
#[allow(dead_code, reason = "decoded, not read")]
struct Completion {
    id: String,
    model: String,
    choices: Vec<Choice>,
    usage: Usage,
}

#[derive(Deserialize)]
#[allow(dead_code, reason = "decoded, not read")]
struct Usage {
    prompt_tokens: u64,
    completion_tokens: u64,
}

#[derive(Deserialize)]
#[allow(dead_code, reason = "decoded, not read")]
struct Choice {
    index: u32,
    message: Message,
    finish_reason: Option<String>,
}

#[derive(Deserialize)]
#[allow(dead_code, reason = "decoded, not read")]
struct Message {
    role: String,
    content: String,
}

#[derive(Deserialize)]
struct Event {
    #[serde(default)]
    delta: String,
}

#[derive(Deserialize)]
struct Embeddings {
    data: Vec<Embedding>,
}

#[derive(Deserialize)]
struct Embedding {
    embedding: String,
}

#[derive(Deserialize)]
struct File {
    id: String,
}

/// Does `work`.
pub async fn run(work: &str, port: u16, size: usize) -> Done {
    if work == "build" {
        return Ok((0..size).map(|_| black_box(Client::new())).count());
    }
    let client = Client::builder().no_proxy().no_gzip().build()?;
    match work {
        "streams" => {
            // One connection each is open before any stream is read.
            let mut open = Vec::with_capacity(size);
            for _ in 0..size {
                open.push(post(&client, port, true).await?);
            }
            let streams = open.into_iter().map(|response| events(response, text_of));
            Ok(futures_util::future::try_join_all(streams).await?.into_iter().sum())
        }
        "chunk" | "event-size" => events(post(&client, port, true).await?, text_of).await,
        "tools" | "arguments" => events(post(&client, port, true).await?, arguments_of).await,
        "event" => events(post(&client, port, true).await?, delta_of).await,
        "call" => {
            let mut sum = 0;
            for _ in 0..size {
                let body = post(&client, port, false).await?.bytes().await?;
                let answer: Completion = serde_json::from_slice(&body)?;
                sum += black_box(&answer).choices[0].message.content.len();
            }
            Ok(sum)
        }
        "kept" => {
            let before = usage::live();
            let mut kept = Vec::with_capacity(size);
            for _ in 0..size {
                let body = post(&client, port, false).await?.bytes().await?;
                kept.push(serde_json::from_slice::<Completion>(&body)?);
            }
            println!("live {}", usage::live().saturating_sub(before));
            Ok(black_box(&kept).len())
        }
        "embed" => {
            let mut sum = 0;
            for _ in 0..size {
                sum += vectors(&client, port, 1).await?;
            }
            Ok(sum)
        }
        "vector" => vectors(&client, port, size).await,
        "idle" => {
            let before = usage::resident();
            let mut open = Vec::with_capacity(size);
            for _ in 0..size {
                let mut response = post(&client, port, true).await?;
                response.chunk().await?;
                open.push(response);
            }
            println!("resident {}", usage::resident().saturating_sub(before));
            Ok(black_box(&open).len())
        }
        "upload" => {
            let part = reqwest::multipart::Part::stream(reqwest::Body::from(
                tokio::fs::File::open(crate::file(size)?).await?,
            ))
            .file_name("batch.jsonl");
            let form = reqwest::multipart::Form::new().text("purpose", "batch").part("file", part);
            let url = format!("http://127.0.0.1:{port}/openai/files?api-version=2024-10-21");
            let request = client.post(url).header("api-key", "key").multipart(form);
            let body = request.send().await?.error_for_status()?.bytes().await?;
            Ok(serde_json::from_slice::<File>(&body)?.id.len())
        }
        _ => Err(format!("no such work: {work}").into()),
    }
}

async fn post(client: &Client, port: u16, stream: bool) -> reqwest::Result<Response> {
    let url = format!(
        "http://127.0.0.1:{port}/openai/deployments/gpt-4o/chat/completions?api-version=2024-10-21"
    );
    let body = json!({"messages": [{"role": "user", "content": "Hello"}], "stream": stream});
    client.post(url).header("api-key", "key").json(&body).send().await?.error_for_status()
}

/// Cuts the body at empty lines and decodes each event.
async fn events(mut response: Response, length_of: fn(&[u8]) -> serde_json::Result<usize>) -> Done {
    let mut buffer: Vec<u8> = Vec::new();
    let ends = memmem::Finder::new(b"\n\n");
    let mut sum = 0;
    while let Some(bytes) = response.chunk().await? {
        // What was searched before is not searched again.
        let searched = buffer.len().saturating_sub(1);
        buffer.extend_from_slice(&bytes);
        let (mut start, mut from) = (0, searched);
        while let Some(end) = ends.find(&buffer[from..]).map(|at| from + at) {
            for line in buffer[start..end].split(|byte| *byte == b'\n') {
                if let Some(data) = line.strip_prefix(b"data: ")
                    && data != b"[DONE]"
                {
                    sum += length_of(data)?;
                }
            }
            (start, from) = (end + 2, end + 2);
        }
        buffer.drain(..start);
    }
    Ok(sum)
}

fn text_of(data: &[u8]) -> serde_json::Result<usize> {
    let chunk: Chunk = serde_json::from_slice(data)?;
    let text = black_box(&chunk).choices.first().and_then(|first| first.delta.content.as_deref());
    Ok(text.map_or(0, str::len))
}

fn arguments_of(data: &[u8]) -> serde_json::Result<usize> {
    let chunk: Chunk = serde_json::from_slice(data)?;
    let calls = black_box(&chunk).choices.first().map(|first| first.delta.tool_calls.iter());
    Ok(calls.into_iter().flatten().map(|call| call.function.arguments.len()).sum())
}

fn delta_of(data: &[u8]) -> serde_json::Result<usize> {
    let event: Event = serde_json::from_slice(data)?;
    Ok(black_box(&event).delta.len())
}

async fn vectors(client: &Client, port: u16, texts: usize) -> Done {
    let url = format!(
        "http://127.0.0.1:{port}/openai/deployments/small/embeddings?api-version=2024-10-21"
    );
    let body = json!({"input": vec!["Hello"; texts], "encoding_format": "base64"});
    let request = client.post(url).header("api-key", "key").json(&body);
    let body = request.send().await?.error_for_status()?.bytes().await?;
    let answer: Embeddings = serde_json::from_slice(&body)?;
    let mut sum = 0;
    for embedding in &answer.data {
        let bytes = base64::engine::general_purpose::STANDARD.decode(&embedding.embedding)?;
        let (numbers, _) = bytes.as_chunks::<4>();
        let vector: Vec<f32> = numbers.iter().map(|number| f32::from_le_bytes(*number)).collect();
        sum += black_box(&vector).len() / canned::DIMENSIONS;
    }
    Ok(sum)
}
