//! Reads and checks the lines of a batch.

use std::collections::HashSet;

use bytes::Bytes;
use serde_json::{Value, json};

use super::Question;

/// What is wrong with the input.
#[derive(Debug, Clone)]
pub(crate) struct InputError {
    pub(crate) code: String,
    pub(crate) message: String,
    /// From 1.
    pub(crate) line: Option<usize>,
}

impl InputError {
    pub(crate) fn json(&self) -> Value {
        json!({"code": self.code, "message": self.message, "line": self.line, "param": null})
    }
}

/// A line that can be run.
#[derive(Debug, Clone)]
pub(crate) struct Line {
    pub(crate) custom_id: String,
    pub(crate) bytes: Bytes,
}

/// The deployment that the first line names.
pub(crate) fn deployment(input: &Bytes) -> String {
    let first = input.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let line: Value = serde_json::from_slice(first).unwrap_or_default();
    line["body"]["model"].as_str().unwrap_or_default().to_owned()
}

/// The lines, or the first thing that is wrong with them.
pub(crate) fn read(question: &Question<'_>, input: &Bytes) -> Result<Vec<Line>, Vec<InputError>> {
    let refused = |code: &str, line: Option<usize>, message: &str| {
        vec![InputError { code: code.to_owned(), message: message.to_owned(), line }]
    };
    let most = question.shared.jobs.max_batch_lines;
    let mut lines = Vec::new();
    let mut ids = HashSet::new();
    let mut first: Option<(String, String)> = None;
    for (at, bytes) in input.split(|byte| *byte == b'\n').enumerate() {
        if bytes.trim_ascii().is_empty() {
            continue;
        }
        let at = Some(at + 1);
        let Ok(line) = serde_json::from_slice::<Value>(bytes) else {
            return Err(refused("invalid_json_line", at, "The line is not JSON."));
        };
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let custom_id = text(&line["custom_id"]);
        let (url, model) = (text(&line["url"]), text(&line["body"]["model"]));
        if custom_id.is_empty() || line["method"] != "POST" || !line["body"].is_object() {
            return Err(refused("invalid_request", at, "A line has custom_id, method and body."));
        }
        if !ids.insert(custom_id.clone()) {
            return Err(refused("duplicate_custom_id", at, "The custom_id was used before."));
        }
        let (first_url, first_model) = first.get_or_insert((url.clone(), model.clone()));
        if *first_url != url {
            return Err(refused("url_mismatch", at, "All lines must have the same url."));
        }
        if *first_model != model {
            return Err(refused("model_mismatch", at, "All lines must have the same model."));
        }
        if !question.shared.settings.deployments.contains(&model) {
            return Err(refused("model_not_found", at, "There is no deployment of that name."));
        }
        lines.push(Line { custom_id, bytes: input.slice_ref(bytes) });
        if lines.len() > most {
            let message = format!("A batch has at most {most} lines.");
            return Err(refused("too_many_tasks", None, &message));
        }
    }
    if lines.is_empty() {
        return Err(refused("empty_file", None, "The file has no lines."));
    }
    Ok(lines)
}
