//! One minimal call of every operation of every api-version.

use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::planted::{Plan, plan};
use super::{Document, Library, lower};
use crate::{Emulator, Recorded};

/// Status and body of a response.
async fn send(emulator: &Emulator, target: &str, request: &Recorded) -> (u16, Vec<u8>) {
    let mut head = format!("{} {target} HTTP/1.1\r\nhost: localhost\r\n", request.method);
    for (name, value) in &request.headers {
        head += &format!("{name}: {value}\r\n");
    }
    head += &format!("api-key: {}\r\nconnection: close\r\n", emulator.api_key());
    head += &format!("content-length: {}\r\n\r\n", request.body.len());
    let mut stream = TcpStream::connect(emulator.address()).await.unwrap();
    stream.write_all(&[head.as_bytes(), &request.body].concat()).await.unwrap();
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).await.unwrap();
    let end = bytes.windows(4).position(|window| window == b"\r\n\r\n").unwrap() + 4;
    let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    (status, bytes[end..].to_vec())
}

/// The URL of a request of a version.
fn target(version: &str, request: &Recorded) -> String {
    let mut query = request.query.clone();
    let base = match version {
        "v1" => "/openai/v1",
        "v1-preview" => {
            query.push(("api-version".into(), "preview".into()));
            "/openai/v1"
        }
        dated => {
            query.push(("api-version".into(), dated.into()));
            "/openai"
        }
    };
    let pairs: Vec<_> = query.iter().map(|(name, value)| format!("{name}={value}")).collect();
    format!("{base}{}?{}", request.path, pairs.join("&"))
}

/// What does not fit the schema of the response; `None` when it is no JSON by design.
fn faults(document: &Document, good: &Plan<'_>, body: &[u8]) -> Option<Vec<String>> {
    let (_, body_of) = good.operation.success.as_ref()?;
    let (_, schema) = body_of.as_ref().filter(|(media, _)| media.ends_with("json"))?;
    let Ok(body) = serde_json::from_slice::<Value>(body) else {
        return Some(vec!["no JSON".to_owned()]);
    };
    let schema = lower::schema(schema);
    let validator = document.validator(&schema).unwrap();
    let fault =
        |error: jsonschema::ValidationError<'_>| format!("{}: {error}", error.instance_path());
    Some(validator.iter_errors(&body).map(fault).collect())
}

/// Whether the service differs from its documents in the same way, or may do so.
fn is_of_the_service(fault: &str) -> bool {
    // Fields that are not set are null on the wire, whatever the document says of null.
    fault.contains(": null is not ")
        // The documents of v1 have the objects alone.
        || fault.starts_with("/tool_choice: \"auto\" is not ")
        // What an eval was created with is returned as it was sent.
        || fault.contains("data_source_config: ")
        || fault.contains("testing_criteria/")
}

async fn call_all(emulator: &Emulator, is_example: bool) {
    let library = Library::built_in();
    let (mut calls, mut checked, mut failed) = (0, 0, Vec::new());
    for version in library.versions() {
        let document = library.document(version).unwrap();
        for operation in document.operations() {
            let name = format!("{version} {}", operation.name());
            for good in plan(&document, operation, 0) {
                let request = good.request(&document);
                let (status, body) = send(emulator, &target(version, &request), &request).await;
                calls += 1;
                let wanted = operation.success.as_ref().map_or(200, |(status, _)| *status);
                if !is_example {
                    // Nothing is stored, so that ids are unknown, and examples of values that
                    // only code looks at may be refused.
                    if ![200, 201, 204, 400, 404, 409].contains(&status) {
                        failed.push(format!("{name}: {status} {}", String::from_utf8_lossy(&body)));
                    } else if status < 300 {
                        let mut faults = faults(&document, &good, &body).unwrap_or_default();
                        faults.retain(|fault| !is_of_the_service(fault));
                        if !faults.is_empty() {
                            failed.push(format!("{name}: {faults:?}"));
                        }
                    }
                    continue;
                }
                let faults = faults(&document, &good, &body);
                checked += usize::from(faults.is_some());
                let faults = faults.unwrap_or_default();
                if status != wanted || !faults.is_empty() {
                    let body = String::from_utf8_lossy(&body).chars().take(600).collect::<String>();
                    failed.push(format!("{name}: {status} {faults:?} {body}"));
                }
            }
        }
    }
    println!("{calls} calls, {checked} examples checked");
    assert!(!is_example || checked * 10 > calls * 8, "{checked} of {calls} bodies checked");
    assert!(failed.is_empty(), "{} of {calls} failed:\n{}", failed.len(), failed.join("\n"));
}

#[tokio::test]
async fn every_operation_of_every_version_returns_an_example_that_fits_its_schema() {
    let emulator = Emulator::builder().any_deployment(true).examples(true).start().await.unwrap();
    call_all(&emulator, true).await;
    let unfit = emulator.journal().into_iter().find(|request| !request.violations.is_empty());
    assert!(unfit.is_none(), "{unfit:?}");
}

#[tokio::test]
async fn every_operation_of_every_version_is_served() {
    let emulator = Emulator::builder().any_deployment(true).start().await.unwrap();
    call_all(&emulator, false).await;
}
