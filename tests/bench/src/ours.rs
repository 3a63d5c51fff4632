//! This crate.

use std::hint::black_box;

use openai_azure::chat::{ChatEvent, ChatStream};
use openai_azure::middleware::{
    AttemptOutcome, AttemptRequest, AttemptResponse, BoxFuture, Middleware, Next,
};
use openai_azure::{Client, Error, Upload};

use crate::{Done, canned, usage};

/// Does `work`.
pub async fn run(work: &str, port: u16, size: usize) -> Done {
    if work == "build" {
        for _ in 0..size {
            black_box(Client::builder().endpoint(endpoint(port).as_str()).api_key("key").build()?);
        }
        return Ok(size);
    }
    let builder = Client::builder()
        .endpoint(endpoint(port).as_str())
        .api_key("key")
        .http(|http| http.no_proxy());
    let client = match work {
        "hooked" => builder.middleware(Pass).middleware(Pass).middleware(Pass).build()?,
        _ => builder.build()?,
    };
    let chat = || client.chat("gpt-4o").user("Hello");
    match work {
        "chunk" | "event-size" => texts(chat().stream().await?.into_inner()).await,
        "streams" => {
            let mut open = Vec::with_capacity(size);
            for _ in 0..size {
                open.push(chat().stream().await?.into_inner());
            }
            let streams = open.into_iter().map(texts);
            Ok(futures_util::future::try_join_all(streams).await?.into_iter().sum())
        }
        "tools" => {
            let mut stream = chat().stream().await?;
            let mut sum = 0;
            while let Some(chunk) = stream.try_next().await? {
                let calls = black_box(&chunk).choices.iter().flat_map(|one| &one.delta.tool_calls);
                sum += calls.map(|call| call.function.arguments.len()).sum::<usize>();
            }
            Ok(sum)
        }
        "arguments" => {
            let mut events = chat().stream().await?.events();
            let mut sum = 0;
            while let Some(event) = events.try_next().await? {
                if let ChatEvent::ToolCall(call) = black_box(&event) {
                    sum += call.delta.len();
                }
            }
            Ok(sum)
        }
        "event" => {
            let mut stream = client.respond("gpt-4o").user("Hello").stream().await?;
            let mut sum = 0;
            while let Some(event) = stream.try_next().await? {
                sum += black_box(&event).text().len();
            }
            Ok(sum)
        }
        "call" | "hooked" => {
            let mut sum = 0;
            for _ in 0..size {
                sum += black_box(&chat().send().await?).text().len();
            }
            Ok(sum)
        }
        "kept" => {
            let before = usage::live();
            let mut kept = Vec::with_capacity(size);
            for _ in 0..size {
                kept.push(chat().send().await?);
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
        "vector" => vectors(&client, size).await,
        "idle" => {
            let before = usage::resident();
            let mut open = Vec::with_capacity(size);
            for _ in 0..size {
                let mut stream = chat().stream().await?;
                stream.try_next().await?;
                open.push(stream);
            }
            println!("resident {}", usage::resident().saturating_sub(before));
            Ok(black_box(&open).len())
        }
        "upload" => {
            let upload = Upload::path(crate::file(size)?);
            Ok(client.files().upload(upload, "batch").await?.id.len())
        }
        _ => Err(format!("no such work: {work}").into()),
    }
}

/// A hook that does nothing, in a future of its own as one that does something has it.
struct Pass;

impl Middleware for Pass {
    fn handle<'a>(
        &'a self,
        request: AttemptRequest<'a>,
        next: Next<'a>,
    ) -> BoxFuture<'a, Result<AttemptResponse, Error>> {
        Box::pin(async move { next.run(black_box(request)).await })
    }

    fn attempt_ended(&self, outcome: &AttemptOutcome<'_>) {
        black_box(outcome.duration());
    }
}

fn endpoint(port: u16) -> String {
    format!("http://127.0.0.1:{port}")
}

async fn texts(mut stream: ChatStream) -> Done {
    let mut sum = 0;
    while let Some(chunk) = stream.try_next().await? {
        sum += black_box(&chunk).text().len();
    }
    Ok(sum)
}

async fn vectors(client: &Client, texts: usize) -> Done {
    let answer = client.embed("small").input(vec!["Hello"; texts]).send().await?;
    Ok(black_box(&answer).vectors().map(|vector| vector.len() / canned::DIMENSIONS).sum())
}
