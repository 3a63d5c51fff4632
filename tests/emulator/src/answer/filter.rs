//! The results of the content filter.

use serde_json::{Value, json};

/// The result for a completion in which nothing was found.
pub(crate) fn clean() -> Value {
    json!({
        "hate": {"filtered": false, "severity": "safe"},
        "self_harm": {"filtered": false, "severity": "safe"},
        "sexual": {"filtered": false, "severity": "safe"},
        "violence": {"filtered": false, "severity": "safe"},
    })
}

/// The result for a completion that is cut off.
pub(crate) fn blocked() -> Value {
    let mut verdict = clean();
    verdict["violence"] = json!({"filtered": true, "severity": "medium"});
    verdict
}

/// The verdicts on the prompt.
pub(crate) fn prompt() -> Value {
    let mut verdict = clean();
    verdict["jailbreak"] = json!({"filtered": false, "detected": false});
    json!([{"prompt_index": 0, "content_filter_results": verdict}])
}
