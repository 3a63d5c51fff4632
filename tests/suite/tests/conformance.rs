//! Every request that examples and tests send is held against every api-version that has its
//! operation.
//!
//! The emulators of all programs keep their requests in a folder when `OPENAI_AZURE_EMULATOR_KEEP`
//! names one. `.ci/run` has examples and tests fill it, and then runs this test with
//! `OPENAI_AZURE_KEPT` as that folder.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use openai_azure_emulator::{Emulator, Recorded};
use openai_azure_tests::exchange;

/// Violations that are meant: the end of the path, a part of the text, and why.
const MEANT: &[(&str, &str, &str)] = &[
    (
        "/chat/completions",
        "body/temperature: \"hot\" is not of types",
        "a test sends what the service refuses, to see the refusal",
    ),
    ("/chat/completions", "/role: \"developer\" is not one of", "a role of later api-versions"),
    ("/chat/completions", "\"input_audio\" is not one of", "sound came with later api-versions"),
    (
        "/chat/completions",
        "\"text\" is a required property",
        "what these api-versions say of a part with sound",
    ),
    ("/chat/completions", "\"json_schema\" is not one of", "a form of later api-versions"),
    (
        "/chat/completions",
        "tool_choice: \"required\" is not one of",
        "a choice of later api-versions",
    ),
    (
        "/chat/completions",
        "\"content\" is a required property",
        "recorded requests leave it out of a message that calls tools, and were answered",
    ),
    ("/chat/completions", "body/model: null", "a recorded request says it, and was answered"),
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
        "/embeddings",
        "[1,2] is not of type \"string\"",
        "the documents leave lists of tokens out, which the service takes",
    ),
    (
        "/embeddings",
        "[3] is not of type \"string\"",
        "the documents leave lists of tokens out, which the service takes",
    ),
    (
        "/files",
        "\"batch\" is not one of \"fine-tune\"",
        "batches came after 2024-06-01, and with them the purpose",
    ),
    (
        "/files",
        "\"expires_after\" is a required property",
        "the document of v1 alone requires it; recorded uploads without it were answered",
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
        "/audio/speech",
        "\"marin\" is not one of",
        "the service has voices that the documents do not list",
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

#[tokio::test]
async fn every_kept_request_is_valid_in_every_api_version_that_has_its_operation() {
    let Some(folder) = std::env::var_os("OPENAI_AZURE_KEPT").map(PathBuf::from) else {
        println!("skipped: OPENAI_AZURE_KEPT names no folder of kept requests");
        return;
    };
    let emulator = Emulator::start().await.unwrap();
    let (mut requests, mut pairs) = (0, 0);
    let mut unused: BTreeSet<_> = MEANT.iter().collect();
    let mut faults: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for request in Recorded::kept_in(&folder).unwrap().iter().filter(|request| is_ours(request)) {
        requests += 1;
        for version in emulator.api_versions() {
            let Some(violations) = emulator.violations(&version, request) else { continue };
            pairs += 1;
            for violation in violations {
                let meant = MEANT.iter().find(|(path, text, _)| {
                    request.path.ends_with(path) && violation.contains(text)
                });
                if let Some(meant) = meant {
                    unused.remove(meant);
                } else {
                    let fault = format!("{} {}: {violation}", request.method, request.path);
                    faults.entry(fault).or_default().insert(version.clone());
                }
            }
        }
    }
    println!("{requests} requests, {pairs} pairs of request and api-version");
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
