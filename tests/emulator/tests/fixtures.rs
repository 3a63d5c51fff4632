//! The fixtures are what their manifest says, and their requests are as the documents say.

#![allow(clippy::unwrap_used)]

mod http;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use http::send;
use openai_azure_emulator::{Emulator, Reply};
use serde_json::Value;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures")
}

fn read(path: &Path) -> Value {
    let text = std::fs::read(path).unwrap();
    serde_json::from_slice(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The entries of the manifest with their exchanges.
fn exchanges() -> Vec<(Value, Value)> {
    let manifest = read(&folder().join("manifest.json"));
    let with_exchange =
        |entry: &Value| (entry.clone(), read(&folder().join(entry["file"].as_str().unwrap())));
    manifest.as_array().unwrap().iter().map(with_exchange).collect()
}

#[test]
fn the_manifest_lists_every_file_once() {
    let mut found = BTreeSet::new();
    for area in std::fs::read_dir(folder()).unwrap() {
        let area = area.unwrap().path();
        for file in area.read_dir().into_iter().flatten() {
            let file = file.unwrap().path();
            found.insert(file.strip_prefix(folder()).unwrap().to_str().unwrap().to_owned());
        }
    }
    let exchanges = exchanges();
    let listed: BTreeSet<_> =
        exchanges.iter().map(|(entry, _)| entry["file"].as_str().unwrap().to_owned()).collect();
    assert_eq!(listed.len(), exchanges.len());
    assert_eq!(listed, found);
    for (entry, exchange) in &exchanges {
        assert_eq!(entry["status"], exchange["response"]["status"], "{}", entry["file"]);
    }
}

#[tokio::test]
async fn the_requests_are_as_the_documents_of_their_versions_say() {
    let emulator = Emulator::start().await.unwrap();
    let mut held = 0;
    for (entry, exchange) in exchanges() {
        let request = &exchange["request"];
        let version = entry.get("api_version").and_then(Value::as_str).unwrap_or("v1");
        let body = request["body"].as_str().unwrap();
        let is_multipart = request["headers"]["content-type"]
            .as_str()
            .is_some_and(|media| media.starts_with("multipart"));
        if is_multipart || !emulator.api_versions().iter().any(|known| known == version) {
            continue;
        }
        let method = request["method"].as_str().unwrap();
        let target = request["uri"].as_str().unwrap().splitn(4, '/').nth(3).unwrap();
        let head = format!("{method} /{target} HTTP/1.1\r\ncontent-type: application/json");
        emulator.reply(Reply::status(204));
        assert_eq!(send(&emulator, &head, body.as_bytes()).await.status, 204);
        let received = emulator.last().unwrap();
        let violations = emulator.violations(version, &received);
        assert_eq!(violations, Some(vec![]), "{} {version}", entry["file"]);
        held += 1;
    }
    assert!(held > 80, "{held}");
}

#[tokio::test]
async fn every_fixture_is_replayed_to_a_request_of_its_operation() {
    let emulator = Emulator::start().await.unwrap();
    let mut replayed = 0;
    for (entry, exchange) in exchanges() {
        let path = folder().join(entry["file"].as_str().unwrap());
        emulator.replay(&path).unwrap();
        let method = exchange["request"]["method"].as_str().unwrap();
        let target = exchange["request"]["uri"].as_str().unwrap().splitn(4, '/').nth(3).unwrap();
        let received = send(&emulator, &format!("{method} /{target} HTTP/1.1"), b"").await;
        assert_eq!(u64::from(received.status), exchange["response"]["status"], "{}", entry["file"]);
        let (body, is_whole) = received.body();
        assert_eq!(exchange["response"]["body"].as_str().unwrap(), body, "{}", entry["file"]);
        assert!(is_whole);
        replayed += 1;
    }
    assert!(replayed > 80 && emulator.clear_replies() == 0, "{replayed}");
    let error = emulator.replay(folder().join("manifest.json")).unwrap_err().to_string();
    assert!(error.contains("it has no `response`"), "{error}");
}
