//! Looks at the examples of a fine-tuning job.

use serde_json::Value;

use super::usage;

/// The fewest examples of a job.
const FEWEST: usize = 10;

/// The tokens of all examples, or what is wrong with one of them.
pub(crate) fn examples(content: &[u8], kind: &str) -> Result<usize, String> {
    let (mut examples, mut tokens) = (0, 0);
    for (at, line) in content.split(|byte| *byte == b'\n').enumerate() {
        if line.trim_ascii().is_empty() {
            continue;
        }
        let number = at + 1;
        let example: Value = serde_json::from_slice(line)
            .map_err(|error| format!("Line {number} is not JSON: {error}"))?;
        let messages = match kind {
            "dpo" => &example["input"]["messages"],
            _ => &example["messages"],
        };
        let is_whole = match kind {
            "dpo" => ["preferred_output", "non_preferred_output"]
                .iter()
                .all(|name| example[name].is_array()),
            "supervised" => messages.as_array().is_some_and(|messages| {
                messages.iter().any(|message| message["role"] == "assistant")
            }),
            _ => true,
        };
        if !is_whole || messages.as_array().is_none_or(Vec::is_empty) {
            return Err(format!("Line {number} is no example for {kind}."));
        }
        examples += 1;
        tokens += usage::tokens(&example.to_string());
    }
    if examples < FEWEST {
        return Err(format!("There are {examples} examples, at least {FEWEST} are needed."));
    }
    Ok(tokens)
}
