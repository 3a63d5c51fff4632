//! Differences between three api-versions that were found by reading their documents.

use serde_json::Value;

use super::{Change, diff, markdown};
use crate::layout::Layout;

fn changes(from: &str, to: &str) -> Vec<Change> {
    let layout = Layout::find().unwrap();
    diff(&layout.spec(from).unwrap(), &layout.spec(to).unwrap())
}

fn shown(changes: &[Change]) -> Vec<String> {
    let line = |c: &Change| format!("{} {} {} {}", c.kind, c.what, c.place, c.detail);
    changes.iter().map(|change| line(change).trim_end().to_owned()).collect()
}

#[track_caller]
fn holds(changes: &[Change], breaking: bool, lines: &[&str]) {
    let part: Vec<Change> = changes.iter().filter(|c| c.breaking == breaking).cloned().collect();
    let part = shown(&part);
    for line in lines {
        assert!(part.iter().any(|other| other == line), "{line} is not in {part:#?}");
    }
}

#[test]
fn from_2024_09_to_2024_10_parallel_tool_calls_go_and_text_spans_come() {
    let changes = changes("2024-09-01-preview", "2024-10-01-preview");
    let breaking = changes.iter().filter(|change| change.breaking).count();
    assert_eq!(
        shown(&changes[..breaking]),
        [
            "operation changed DELETE /files/{file_id} answer  → application/json",
            "property changed contentFilterDetailedResults.details now required",
            "property removed createChatCompletionRequest.parallel_tool_calls",
            "property removed createChatCompletionRequest.stream_options",
            "property removed createRunRequest.parallel_tool_calls",
            "property removed createThreadAndRunRequest.parallel_tool_calls",
        ]
    );
    holds(
        &changes,
        false,
        &[
            "schema added contentFilterCompletionTextSpan",
            "schema added contentFilterDetectedWithCompletionTextSpansResult",
            "property added contentFilterChoiceResults.ungrounded_material",
            "property added completionUsage.prompt_tokens_details",
            "property added createRunRequest.stream_options",
        ],
    );
}

#[test]
fn from_2024_09_to_2025_01_no_operation_changes_its_place() {
    let changes = changes("2024-09-01-preview", "2025-01-01-preview");
    assert!(changes.iter().all(|change| change.kind != "operation" || change.what == "changed"));
    let added = |kind: &str| changes.iter().filter(|c| c.kind == kind && c.what == "added").count();
    assert_eq!(added("schema"), 20, "9 of inference, 11 of authoring");
    assert_eq!(added("parameter"), 5, "`include[]` of three operations on runs, two of authoring");
    holds(
        &changes,
        false,
        &[
            "parameter added POST /threads/{thread_id}/runs ?include[]",
            "schema added userSecurityContext",
            "schema added ChatCompletionRequestDeveloperMessage",
            "property added createChatCompletionRequest.store",
            "property added createChatCompletionRequest.reasoning_effort",
            "property added createChatCompletionRequest.prediction",
            "property added createChatCompletionRequest.user_security_context",
            "property added completionUsage.prompt_tokens_details",
        ],
    );
}

#[test]
fn from_2024_10_to_2025_01_parallel_tool_calls_come_back() {
    let changes = changes("2024-10-01-preview", "2025-01-01-preview");
    holds(
        &changes,
        false,
        &[
            "property added createChatCompletionRequest.parallel_tool_calls",
            "property added createChatCompletionRequest.stream_options",
            "property added createRunRequest.parallel_tool_calls",
            "property added createThreadAndRunRequest.parallel_tool_calls",
        ],
    );
}

#[test]
fn the_authoring_document_of_2024_10_21_lacks_ingestion_and_an_integration() {
    let changes = changes("2024-10-01-preview", "2024-10-21");
    holds(
        &changes,
        true,
        &["operation removed PUT /ingestion/jobs/{job_id}", "operation removed POST /assistants"],
    );
    let integrations = changes.iter().filter(|change| change.place.contains("WandB"));
    assert!(integrations.count() > 0);
}

#[test]
fn markdown_and_json_begin_with_what_may_break() {
    let changes = changes("2024-09-01-preview", "2024-10-01-preview");
    let text = markdown("2024-09-01-preview", "2024-10-01-preview", &changes);
    let (_, text) = text.split_once("## May break").unwrap();
    let (breaking, other) = text.split_once("## Other").unwrap();
    assert!(breaking.contains("- `createRunRequest.parallel_tool_calls`"));
    assert!(!breaking.contains("added") && other.contains("schema added:"));
    let json = serde_json::to_value(&changes).unwrap();
    assert_eq!(json[0]["breaking"], Value::Bool(true));
    assert!(json[changes.len() - 1]["breaking"] == Value::Bool(false));
}

#[test]
fn a_version_does_not_differ_from_itself() {
    for version in Layout::find().unwrap().versions().unwrap() {
        assert_eq!(changes(&version, &version), [], "{version}");
    }
}
