//! Work that needs no server: decoding from memory.

use std::hint::black_box;
use std::time::Instant;

use bytes::Bytes;
use eventsource_stream::Eventsource;
use futures_util::StreamExt;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::{Done, canned};

/// The decoder by itself is not public.
#[path = "../../../openai-azure/src/sse/decoder.rs"]
#[allow(dead_code, missing_docs, reason = "only a part of it is used")]
mod decoder;

/// What is handed to a decoder at once.
const READ: usize = 64 << 10;
/// How often the stream is decoded; the best time counts.
const ROUNDS: usize = 20;

/// Every field of a chunk as serde's derive reads it when unknown ones are dropped.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
#[allow(dead_code, reason = "decoded, not read")]
struct Chunk {
    id: String,
    created: i64,
    model: String,
    object: String,
    system_fingerprint: Option<String>,
    choices: Vec<Choice>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
#[allow(dead_code, reason = "decoded, not read")]
struct Choice {
    index: u64,
    delta: Delta,
    finish_reason: Option<String>,
    logprobs: Option<bool>,
    content_filter_results: Filter,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
#[allow(dead_code, reason = "decoded, not read")]
struct Delta {
    role: Option<String>,
    content: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
#[allow(dead_code, reason = "decoded, not read")]
struct Filter {
    hate: Option<Found>,
    self_harm: Option<Found>,
    sexual: Option<Found>,
    violence: Option<Found>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
#[allow(dead_code, reason = "decoded, not read")]
struct Found {
    filtered: bool,
    severity: Option<Severity>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Severity {
    Safe,
    Low,
    Medium,
    High,
}

/// Does `work`, if it is work for memory.
pub fn run(work: &str, way: &str, size: usize) -> Option<Done> {
    Some(match (work, way) {
        ("decode-chunk", "floor") => decode::<Chunk>(&canned::chunk(7), size),
        #[cfg(not(feature = "without-peer"))]
        ("decode-chunk", "peer") => decode::<
            async_openai::types::chat::CreateChatCompletionStreamResponse,
        >(&canned::chunk(7), size),
        ("decode-chunk", "ours") => {
            decode::<openai_azure::chat::ChatChunk>(&canned::chunk(7), size)
        }
        #[cfg(not(feature = "without-peer"))]
        ("decode-completion", "peer") => decode::<
            async_openai::types::chat::CreateChatCompletionResponse,
        >(&canned::completion(), size),
        ("decode-completion", "ours") => {
            decode::<openai_azure::chat::ChatCompletion>(&canned::completion(), size)
        }
        #[cfg(not(feature = "without-peer"))]
        ("decode-event", "peer") => {
            decode::<async_openai::types::responses::ResponseStreamEvent>(&canned::event(7), size)
        }
        ("decode-event", "ours") => {
            decode::<openai_azure::responses::ResponseEvent>(&canned::event(7), size)
        }
        ("sse", "ours") => split(size, ours),
        ("sse", "peer") => split(size, peer),
        _ => return None,
    })
}

fn decode<T: DeserializeOwned>(json: &str, size: usize) -> Done {
    for _ in 0..size {
        black_box(serde_json::from_str::<T>(black_box(json))?);
    }
    Ok(size)
}

fn split(size: usize, count: fn(&[Bytes]) -> Done) -> Done {
    let body: String = (0..size).map(|at| format!("data: {}\n\n", canned::chunk(at))).collect();
    let body = Bytes::from(body);
    let reads: Vec<Bytes> = (0..body.len())
        .step_by(READ)
        .map(|start| body.slice(start..body.len().min(start + READ)))
        .collect();
    let mut best = f64::MAX;
    for _ in 0..ROUNDS {
        let start = Instant::now();
        let events = count(&reads)?;
        best = best.min(start.elapsed().as_secs_f64());
        if events != size {
            return Err(format!("{events} events instead of {size}").into());
        }
    }
    println!("bytes_per_second {:.0}", body.len() as f64 / best);
    Ok(size)
}

fn ours(reads: &[Bytes]) -> Done {
    let mut decoder = decoder::Decoder::new(1 << 20);
    let mut events = 0;
    for read in reads {
        decoder.push(read.clone());
        while let Some(event) = decoder.next_event()? {
            black_box(&event);
            events += 1;
        }
    }
    Ok(events)
}

fn peer(reads: &[Bytes]) -> Done {
    let reads = futures_util::stream::iter(reads.iter().cloned().map(Ok::<_, std::io::Error>));
    let mut stream = std::pin::pin!(reads.eventsource());
    let mut events = 0;
    let mut cx = std::task::Context::from_waker(std::task::Waker::noop());
    while let std::task::Poll::Ready(Some(event)) = stream.poll_next_unpin(&mut cx) {
        black_box(&event?);
        events += 1;
    }
    Ok(events)
}
