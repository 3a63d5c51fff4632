//! Recorded traffic decodes into the generated types of its own api-version.
//!
//! Needs the folder that `OPENAI_AZURE_RECORDINGS` names, and all versions:
//! `cargo test -p openai-azure-sys --all-features --test recordings`.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

mod vanishing;

use openai_azure_sys::{v1, v2024_02_01, v2024_10_01_preview, v2024_10_21, v2025_03_01_preview};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// The paths of what is lost, or why it does not decode.
type Outcome = Result<BTreeSet<String>, String>;

fn body<T: DeserializeOwned + Serialize>(text: &str) -> Outcome {
    let value: T = serde_json::from_str(text).map_err(|error| error.to_string())?;
    let encoded = serde_json::to_value(value).map_err(|error| error.to_string())?;
    let original: Value = serde_json::from_str(text).map_err(|error| error.to_string())?;
    let mut lost = BTreeSet::new();
    compare(&original, &encoded, "", &mut lost);
    Ok(lost)
}

/// Every `data:` line but the last word.
fn events<T: DeserializeOwned + Serialize>(text: &str) -> Outcome {
    let data = text.lines().filter_map(|line| line.strip_prefix("data:")).map(str::trim);
    let mut lost = BTreeSet::new();
    for data in data.filter(|data| *data != "[DONE]") {
        lost.extend(
            body::<T>(data)
                .map_err(|error| format!("{error} in {}", data.get(..300).unwrap_or(data)))?,
        );
    }
    Ok(lost)
}

/// Adds the paths of what `original` has and `encoded` lacks; null and absent are the same.
fn compare(original: &Value, encoded: &Value, place: &str, lost: &mut BTreeSet<String>) {
    match (original, encoded) {
        (Value::Null, _) => {}
        (Value::Object(members), Value::Object(kept)) => {
            for (name, value) in members {
                let place = format!("{place}.{name}");
                compare(value, kept.get(name).unwrap_or(&Value::Null), &place, lost);
            }
        }
        (Value::Array(items), Value::Array(kept)) if items.len() == kept.len() => {
            for (value, kept) in items.iter().zip(kept) {
                compare(value, kept, &format!("{place}[]"), lost);
            }
        }
        (Value::Number(number), Value::Number(kept)) if number.as_f64() == kept.as_f64() => {}
        _ if original == encoded => {}
        _ => {
            lost.insert(place.trim_start_matches('.').to_owned());
        }
    }
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
fn recorded_responses_decode_into_the_types_of_their_version_and_lose_what_is_listed() {
    let Some(folder) = std::env::var_os("OPENAI_AZURE_RECORDINGS").map(PathBuf::from) else {
        println!(
            "skipped: recorded_responses_decode_into_the_types_of_their_version_and_lose_what_is_listed: OPENAI_AZURE_RECORDINGS is not set"
        );
        return;
    };
    let manifest = read(&folder.join("manifest.json"));
    let mut counts: BTreeMap<(String, String), usize> = BTreeMap::new();
    let (mut without, mut failures) = (0, Vec::new());
    let mut lost: BTreeSet<(String, String, String)> = BTreeSet::new();
    for entry in manifest.as_array().unwrap() {
        let word = |name: &str| entry[name].as_str().unwrap().to_owned();
        let (version, kind, file) = (word("api_version"), word("kind"), word("file"));
        let exchange = read(&folder.join(&file));
        let text = exchange["response"]["body"].as_str().unwrap_or_default();
        match decode(&version, &kind, text) {
            None => without += 1,
            Some(Ok(paths)) => {
                let paths = paths.into_iter();
                lost.extend(paths.map(|path| (version.clone(), kind.clone(), path)));
                *counts.entry((version, kind)).or_default() += 1;
            }
            Some(Err(error)) => failures.push(format!("{file} ({version}): {error}")),
        }
    }
    for ((version, kind), count) in &counts {
        println!("{count:3} {version} {kind}");
    }
    let decoded: usize = counts.values().sum();
    println!("{decoded} decoded, {} failed, {without} without a module", failures.len());
    assert!(failures.is_empty(), "{}", failures.join("\n"));
    let known: BTreeSet<(String, String, String)> = vanishing::FIELDS
        .iter()
        .flat_map(|(_, fields)| fields.iter())
        .map(|(version, kind, path)| {
            ((*version).to_owned(), (*kind).to_owned(), (*path).to_owned())
        })
        .collect();
    for (version, kind, path) in lost.difference(&known) {
        println!("vanishes: (\"{version}\", \"{kind}\", \"{path}\"),");
    }
    for field in known.difference(&lost) {
        println!("no longer vanishes: {field:?}");
    }
    println!("{} recorded fields vanish", lost.len());
    assert_eq!(lost, known, "the recorded fields that the generated types lose");
}
