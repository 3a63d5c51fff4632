//! Recorded traffic decodes into the generated types of its own api-version.
//!
//! Needs the folder that `OPENAI_AZURE_RECORDINGS` names, and all versions:
//! `cargo test -p openai-azure-sys --all-features --test recordings`.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use openai_azure_sys::{v1, v2024_02_01, v2024_10_01_preview, v2024_10_21, v2025_03_01_preview};
use serde::de::DeserializeOwned;
use serde_json::Value;

type Outcome = Result<(), String>;

fn body<T: DeserializeOwned>(text: &str) -> Outcome {
    serde_json::from_str::<T>(text).map(drop).map_err(|error| error.to_string())
}

/// Every `data:` line but the last word.
fn events<T: DeserializeOwned>(text: &str) -> Outcome {
    let data = text.lines().filter_map(|line| line.strip_prefix("data:")).map(str::trim);
    data.filter(|data| *data != "[DONE]").try_for_each(|data| {
        body::<T>(data).map_err(|error| format!("{error} in {}", data.get(..300).unwrap_or(data)))
    })
}

/// Decodes an exchange; `None` if its api-version has no module or no such operation.
fn decode(version: &str, kind: &str, text: &str) -> Option<Outcome> {
    Some(match (version, kind) {
        ("v1", "chat") => body::<v1::types::AzureCreateChatCompletionResponse>(text),
        ("v1", "chat-sse") => events::<v1::types::AzureCreateChatCompletionStreamResponse>(text),
        ("2024-02-01", "chat") => body::<v2024_02_01::types::CreateChatCompletionResponse>(text),
        ("2024-02-01", "chat-sse") => {
            events::<v2024_02_01::types::CreateChatCompletionStreamResponse>(text)
        }
        ("2024-10-21", "chat") => body::<v2024_10_21::types::CreateChatCompletionResponse>(text),
        ("2024-10-21", "chat-sse") => {
            events::<v2024_10_21::types::CreateChatCompletionStreamResponse>(text)
        }
        ("2024-10-21", "images") => body::<v2024_10_21::types::GenerateImagesResponse>(text),
        ("2024-10-21", "transcription") => {
            body::<v2024_10_21::types::TranscriptionsCreateResponse>(text)
        }
        ("2025-03-01-preview", "responses") => body::<v2025_03_01_preview::types::Response>(text),
        ("2025-03-01-preview", "responses-sse") => {
            events::<v2025_03_01_preview::types::ResponseStreamEvent>(text)
        }
        ("2024-10-01-preview", "batches-create" | "batches-get" | "batches-cancel") => {
            body::<v2024_10_01_preview::types::Batch>(text)
        }
        ("2024-10-01-preview", "files-upload" | "files-get") => {
            body::<v2024_10_01_preview::types::File>(text)
        }
        ("2024-02-01" | "2024-10-21" | "v1", error) if error.contains("err") => match version {
            "2024-02-01" => body::<v2024_02_01::types::ErrorResponse>(text),
            "2024-10-21" => body::<v2024_10_21::types::ErrorResponse>(text),
            _ => body::<v1::types::AzureErrorResponse>(text),
        },
        _ => return None,
    })
}

fn read(path: &Path) -> Value {
    serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
}

#[test]
fn recorded_answers_decode_into_the_types_of_their_version() {
    let Some(folder) = std::env::var_os("OPENAI_AZURE_RECORDINGS").map(PathBuf::from) else {
        println!("skipped: OPENAI_AZURE_RECORDINGS is not set");
        return;
    };
    let manifest = read(&folder.join("manifest.json"));
    let mut counts: BTreeMap<(String, String), usize> = BTreeMap::new();
    let (mut without, mut failures) = (0, Vec::new());
    for entry in manifest.as_array().unwrap() {
        let word = |name: &str| entry[name].as_str().unwrap().to_owned();
        let (version, kind, file) = (word("api_version"), word("kind"), word("file"));
        let exchange = read(&folder.join(&file));
        let text = exchange["response"]["body"].as_str().unwrap_or_default();
        match decode(&version, &kind, text) {
            None => without += 1,
            Some(Ok(())) => *counts.entry((version, kind)).or_default() += 1,
            Some(Err(error)) => failures.push(format!("{file} ({version}): {error}")),
        }
    }
    for ((version, kind), count) in &counts {
        println!("{count:3} {version} {kind}");
    }
    let decoded: usize = counts.values().sum();
    println!("{decoded} decoded, {} failed, {without} without a module", failures.len());
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}
