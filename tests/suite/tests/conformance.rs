//! Every request that examples and tests send is held against every api-version of its form, v1 or
//! dated, that has its operation.
//!
//! The emulators of all programs keep their requests in a folder when `OPENAI_AZURE_EMULATOR_KEEP`
//! names one. `.ci/run` has examples and tests fill it, and then runs this test with
//! `OPENAI_AZURE_KEPT` as that folder.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use openai_azure_emulator::{Emulator, Recorded};
use openai_azure_tests::exchange;
use openai_azure_tests::skip::skipped;

/// Parameters of the query that tests add as a caller may, such as for a gateway.
const ADDED: [&str; 2] = ["query tier: is not declared", "query trace: is not declared"];

/// Violations that are meant: the end of the path, a part of the text, and why.
const MEANT: &[Meant] = &[
    (
        "/chat/completions",
        "body/temperature: \"hot\" is not ",
        "a test sends what the service refuses, to see the refusal",
    ),
    (
        "/chat/completions",
        "body/n: \"many\" is not ",
        "a test sends what the service refuses, to see the refusal in its span",
    ),
    (
        "/chat/completions",
        "\"text\" is a required property",
        "what these api-versions want of a part with audio",
    ),
    (
        "/chat/completions",
        "\"content\" is a required property",
        "recorded requests leave it out of a message that calls tools, and were answered",
    ),
    (
        "/chat/completions",
        "\"url\" is a required property",
        "two documents put the address beside `image_url`; the service wants it inside",
    ),
    (
        "/chat/completions",
        "\"function_call_id\" is a required property",
        "two documents want an id that calls in the older form do not have",
    ),
    (
        "/deployments/deployments/chat/completions",
        "\"prompt\" is a required property",
        "a deployment called `deployments` behind a gateway without `/openai` reads in two ways",
    ),
    (
        "/deployments/deployments/chat/completions",
        "body/messages: is not declared",
        "a deployment called `deployments` behind a gateway without `/openai` reads in two ways",
    ),
    (
        "/deployments/d/chat/completions",
        "/allow_partial_result: is not declared",
        "recorded requests are rebuilt whatever their api-version was",
    ),
    (
        "/deployments/d/chat/completions",
        "body/reasoning_effort: is not declared",
        "recorded requests are rebuilt whatever their api-version was",
    ),
    (
        "/chat/completions",
        "/annotations: is not declared",
        "recorded requests repeat the whole message of a response, and were answered",
    ),
    (
        "/batches",
        "\"input_file_id\" is a required property",
        "batches over a blob came with 2025-04-01-preview",
    ),
    (
        "/realtime/client_secrets",
        "body/expires_after/seconds: 1 is less",
        "a test sends what the service refuses, to see the refusal",
    ),
    (
        "/realtime/client_secrets",
        "body/session",
        "the documents have the session of previews, the service takes that of today",
    ),
    ("/images/generations", "\"256x256\" is not one of", "a recorded request has this size"),
    (
        "/responses",
        "\"id\" is a required property",
        "recorded requests send calls of functions without the id of the item, and were answered",
    ),
    (
        "/responses",
        "\"allowed_tools\" is not one of",
        "recorded requests choose among several tools, which the document leaves out",
    ),
    (
        "/deployments/gpt-image-1/images/generations",
        "body/background: is not declared",
        "the documents describe DALL-E alone, the service has gpt-image too",
    ),
    (
        "/deployments/gpt-image-1/images/generations",
        "body/moderation: is not declared",
        "the documents describe DALL-E alone, the service has gpt-image too",
    ),
    (
        "/deployments/gpt-image-1/images/generations",
        "body/output_compression: is not declared",
        "the documents describe DALL-E alone, the service has gpt-image too",
    ),
    (
        "/deployments/gpt-image-1/images/generations",
        "body/output_format: ",
        "the documents leave it out, or the format webp",
    ),
    (
        "/deployments/gpt-image-1/images/generations",
        "body/partial_images: is not declared",
        "the documents leave streams of images out",
    ),
    (
        "/deployments/gpt-image-1/images/generations",
        "body/n: 2 is greater",
        "the documents describe DALL-E alone, the service has gpt-image too",
    ),
    (
        "/deployments/gpt-image-1/images/generations",
        "body/quality: \"high\" is not one of",
        "the documents describe DALL-E alone, the service has gpt-image too",
    ),
    (
        "/deployments/gpt-image-1/images/generations",
        "body/size: \"1536x1024\" is not one of",
        "the documents describe DALL-E alone, the service has gpt-image too",
    ),
];

/// Why a violation is right although nothing is wrong with the request.
enum Reason {
    /// The api-version is older than the one that the request was made for.
    CameLater,
    Meant(&'static Meant),
}

type Meant = (&'static str, &'static str, &'static str);

/// The api-version that a request was sent to.
fn own_version(request: &Recorded) -> Option<&str> {
    let asked = request.query("api-version");
    match (is_v1(request), asked) {
        (true, Some("preview")) => Some("v1-preview"),
        (true, _) => Some("v1"),
        (false, asked) => asked,
    }
}

fn is_v1(request: &Recorded) -> bool {
    request.path.contains("/openai/v1/")
}

/// The versions that a request is held against: those of its own form. What is sent to v1 has fields
/// that no date has, and the other way round.
fn versions<'a>(all: &'a [String], request: &Recorded) -> Vec<&'a str> {
    let is_v1 = is_v1(request);
    all.iter().map(String::as_str).filter(|version| version.starts_with("v1") == is_v1).collect()
}

/// Fields and values come with later versions. A request may have what an older version lacks, but
/// what the older version has must be of the right type there too, and later versions must take all
/// of it.
fn reason(own: Option<&str>, version: &str, request: &Recorded, violation: &str) -> Option<Reason> {
    let is_older = own.is_some_and(|own| version < own);
    let is_new = ["is not declared", "is not one of"];
    if is_older && is_new.iter().any(|words| violation.contains(words)) {
        return Some(Reason::CameLater);
    }
    let meant = MEANT
        .iter()
        .find(|(path, text, _)| request.path.ends_with(path) && violation.contains(text));
    meant.map(Reason::Meant)
}

#[tokio::test]
async fn every_kept_request_is_valid_in_every_api_version_that_has_its_operation() {
    let Some(folder) = std::env::var_os("OPENAI_AZURE_KEPT").map(PathBuf::from) else {
        skipped("OPENAI_AZURE_KEPT names no folder of kept requests");
        return;
    };
    let emulator = Emulator::start().await.unwrap();
    let all = emulator.api_versions();
    let (mut requests, mut pairs, mut later) = (0, 0, 0);
    let mut unused: BTreeSet<_> = MEANT.iter().collect();
    let mut faults: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for request in Recorded::kept_in(&folder).unwrap().iter().filter(|request| is_ours(request)) {
        requests += 1;
        let own = own_version(request);
        for version in versions(&all, request) {
            let Some(violations) = emulator.violations(version, request) else { continue };
            pairs += 1;
            for violation in violations.iter().filter(|it| !ADDED.contains(&it.as_str())) {
                match reason(own, version, request, violation) {
                    Some(Reason::CameLater) => later += 1,
                    Some(Reason::Meant(meant)) => {
                        unused.remove(meant);
                    }
                    None => {
                        let own = own.unwrap_or("no api-version");
                        let fault =
                            format!("{} {} ({own}): {violation}", request.method, request.path);
                        faults.entry(fault).or_default().insert(version.to_owned());
                    }
                }
            }
        }
    }
    println!("{requests} requests, {pairs} pairs of request and api-version");
    println!("{later} times a field or value came later");
    for (fault, versions) in &faults {
        println!("{fault}\n    {versions:?}");
    }
    assert!(requests > 0 && faults.is_empty(), "{} violations, see above", faults.len());
    // Some of them come from recorded traffic.
    if std::env::var_os(exchange::RECORDINGS).is_some() {
        assert!(unused.is_empty(), "nothing is excused by {unused:?}");
    }
}

/// Whether the client sent it, and not a test by hand.
fn is_ours(request: &Recorded) -> bool {
    request.header("user-agent").is_some_and(|agent| agent.contains("openai-azure/"))
}
