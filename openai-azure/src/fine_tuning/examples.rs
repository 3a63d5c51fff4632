//! Looks at examples before they are uploaded: shape, roles, tools and sizes, line by line.

use std::collections::HashSet;
use std::fmt;
use std::path::Path;

use serde_json::Value;
use tokio::fs::File;
use tokio::io::{AsyncBufReadExt as _, BufReader};

use crate::error::Error;

/// The fewest examples of a job.
const FEWEST: u64 = 10;

/// The most bytes of a file: 512 MB.
const MAX_BYTES: u64 = 512_000_000;

/// The most problems that are listed.
const MAX_PROBLEMS: usize = 100;

/// What the lines of a file are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ExampleKind {
    /// `{"messages": […]}` that end with the assistant, for supervised fine-tuning.
    Chat,
    /// `{"input": {"messages": […]}, "preferred_output": […], "non_preferred_output": […]}`, for
    /// direct preference optimization.
    Preference,
    /// `{"messages": […], …}` that end with the user, and what the grader needs, for reinforcement
    /// fine-tuning.
    Reinforcement,
}

/// What was found in a file of examples.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct ExampleReport {
    /// Number of examples.
    pub examples: u64,
    /// Bytes of the file.
    pub bytes: u64,
    /// Bytes of the longest example. A model cuts off what is longer than its context.
    pub longest: u64,
    /// What the service would refuse, at most 100 entries.
    pub problems: Vec<ExampleProblem>,
}

/// What is wrong with a line.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ExampleProblem {
    /// Number of the line, from 1; `None` for the file as a whole.
    pub line: Option<u64>,
    /// What is wrong.
    pub message: String,
}

impl fmt::Display for ExampleProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            Some(line) => write!(f, "line {line}: {}", self.message),
            None => f.write_str(&self.message),
        }
    }
}

impl ExampleReport {
    /// Whether nothing was found that the service would refuse.
    #[must_use]
    pub fn is_good(&self) -> bool {
        self.problems.is_empty()
    }

    fn note(&mut self, line: Option<u64>, message: impl Into<String>) {
        if self.problems.len() < MAX_PROBLEMS {
            self.problems.push(ExampleProblem { line, message: message.into() });
        }
    }
}

/// Looks at a file of examples, one JSON object per line, without a request.
///
/// # Errors
///
/// [`Error::Config`] for a file that cannot be read. What is wrong with the examples is in the
/// report.
pub async fn check_examples(
    path: impl AsRef<Path>,
    kind: ExampleKind,
) -> Result<ExampleReport, Error> {
    let path = path.as_ref();
    let unread =
        |e: std::io::Error| Error::config(format!("{} cannot be read: {e}", path.display()));
    let mut file = BufReader::new(File::open(path).await.map_err(unread)?);
    let mut report = ExampleReport::default();
    let mut line = Vec::new();
    let mut number = 0;
    loop {
        line.clear();
        let read = file.read_until(b'\n', &mut line).await.map_err(unread)? as u64;
        if read == 0 {
            break;
        }
        number += 1;
        report.bytes += read;
        if number == 1 && line.starts_with(b"\xef\xbb\xbf") {
            line.drain(..3);
        }
        if line.trim_ascii().is_empty() {
            continue;
        }
        report.examples += 1;
        report.longest = report.longest.max(read);
        if let Err(message) = check_line(&line, kind) {
            report.note(Some(number), message);
        }
    }
    if report.examples < FEWEST {
        let found = report.examples;
        report.note(None, format!("there are {found} examples, at least {FEWEST} are needed"));
    }
    if report.bytes > MAX_BYTES {
        let bytes = report.bytes;
        report.note(None, format!("the file has {bytes} bytes, at most {MAX_BYTES} are taken"));
    }
    Ok(report)
}

/// What is wrong with a line.
fn check_line(line: &[u8], kind: ExampleKind) -> Result<(), String> {
    let example: Value =
        serde_json::from_slice(line).map_err(|error| format!("it is not JSON: {error}"))?;
    if !example.is_object() {
        return Err("it is not a JSON object".to_owned());
    }
    let tools = tool_names(&example["tools"])?;
    match kind {
        ExampleKind::Chat => {
            let last = messages(&example["messages"], &tools)?;
            expect_last(&last, "assistant")
        }
        ExampleKind::Reinforcement => {
            let last = messages(&example["messages"], &tools)?;
            expect_last(&last, "user")
        }
        ExampleKind::Preference => {
            let tools = tool_names(&example["input"]["tools"])?;
            messages(&example["input"]["messages"], &tools)
                .map_err(|error| format!("input: {error}"))?;
            for name in ["preferred_output", "non_preferred_output"] {
                let last =
                    messages(&example[name], &tools).map_err(|error| format!("{name}: {error}"))?;
                expect_last(&last, "assistant").map_err(|error| format!("{name}: {error}"))?;
            }
            Ok(())
        }
    }
}

fn expect_last(last: &str, role: &str) -> Result<(), String> {
    if last == role {
        return Ok(());
    }
    Err(format!("the last message must have the role {role}, it has {last}"))
}

fn tool_names(tools: &Value) -> Result<HashSet<String>, String> {
    let mut names = HashSet::new();
    match tools {
        Value::Null => {}
        Value::Array(tools) => {
            for tool in tools {
                let name = tool["function"]["name"].as_str();
                names.insert(name.ok_or("a tool has no function with a name")?.to_owned());
            }
        }
        _ => return Err("`tools` is not a list".to_owned()),
    }
    Ok(names)
}

/// Checks messages; returns the role of the last one.
fn messages(messages: &Value, tools: &HashSet<String>) -> Result<String, String> {
    let messages = messages.as_array().ok_or("`messages` is not a list")?;
    let mut last = String::new();
    let mut calls: HashSet<String> = HashSet::new();
    for (at, message) in messages.iter().enumerate() {
        let number = at + 1;
        let role = message["role"].as_str().unwrap_or_default();
        if !["system", "developer", "user", "assistant", "tool", "function"].contains(&role) {
            return Err(format!("message {number} has the unknown role {role:?}"));
        }
        let made = message["tool_calls"].as_array();
        let has_content = match &message["content"] {
            Value::String(text) => !text.is_empty(),
            Value::Array(parts) => !parts.is_empty(),
            _ => false,
        };
        if !has_content && made.is_none_or(Vec::is_empty) && message["function_call"].is_null() {
            return Err(format!("message {number} ({role}) has no content"));
        }
        if let Some(weight) = message.get("weight")
            && (role != "assistant" || !matches!(weight.as_u64(), Some(0 | 1)))
        {
            return Err(format!("message {number}: a weight is 0 or 1, of an assistant"));
        }
        for call in made.into_iter().flatten() {
            let name = call["function"]["name"].as_str().unwrap_or_default();
            if !tools.contains(name) {
                return Err(format!("message {number} calls {name:?}, which is not in `tools`"));
            }
            let arguments = call["function"]["arguments"].as_str().unwrap_or_default();
            if serde_json::from_str::<Value>(arguments).is_err() {
                return Err(format!("message {number}: the arguments of {name} are not JSON"));
            }
            calls.extend(call["id"].as_str().map(str::to_owned));
        }
        if role == "tool" {
            let id = message["tool_call_id"].as_str().unwrap_or_default();
            if !calls.contains(id) {
                return Err(format!("message {number} is the result of the unknown call {id:?}"));
            }
        }
        role.clone_into(&mut last);
    }
    if last.is_empty() { Err("there are no messages".to_owned()) } else { Ok(last) }
}

#[cfg(test)]
mod tests {
    use super::{ExampleKind, check_examples, check_line};
    use serde_json::{Value, json};

    fn wrong(example: Value, kind: ExampleKind) -> String {
        check_line(example.to_string().as_bytes(), kind).err().unwrap_or_default()
    }

    fn chat(messages: Value) -> String {
        wrong(json!({"messages": messages}), ExampleKind::Chat)
    }

    #[test]
    fn what_is_wrong_with_a_chat_is_named() {
        let user = json!({"role": "user", "content": "Hi"});
        let good = json!({"role": "assistant", "content": "Hello", "weight": 1});
        assert_eq!(chat(json!([user, good])), "");
        for (messages, word) in [
            (json!([user]), "last message must have the role assistant"),
            (json!([{"role": "robot", "content": "x"}]), "unknown role \"robot\""),
            (json!([user, {"role": "assistant", "content": ""}]), "message 2 (assistant) has no"),
            (json!([user, {"role": "assistant", "content": "x", "weight": 2}]), "weight"),
            (json!([]), "no messages"),
            (json!("x"), "not a list"),
            (json!([{"role": "tool", "tool_call_id": "c", "content": "x"}, good]), "unknown call"),
        ] {
            let found = chat(messages);
            assert!(found.contains(word), "{found}");
        }
    }

    #[test]
    fn tool_calls_must_fit_the_tools() {
        let call = |name: &str, arguments: &str| {
            json!([{"role": "user", "content": "Hi"}, {"role": "assistant", "tool_calls": [
                {"id": "c", "function": {"name": name, "arguments": arguments}}]}])
        };
        let tools = json!([{"type": "function", "function": {"name": "f"}}]);
        let example = |messages: Value| json!({"messages": messages, "tools": tools});
        assert_eq!(wrong(example(call("f", "{}")), ExampleKind::Chat), "");
        assert!(wrong(example(call("g", "{}")), ExampleKind::Chat).contains("\"g\""));
        assert!(wrong(example(call("f", "{")), ExampleKind::Chat).contains("not JSON"));
    }

    #[test]
    fn preferences_have_two_outputs_and_reinforcement_ends_with_the_user() {
        let user = json!([{"role": "user", "content": "Hi"}]);
        let said = json!([{"role": "assistant", "content": "Hello"}]);
        let pair = json!({"input": {"messages": user}, "preferred_output": said,
            "non_preferred_output": said});
        assert_eq!(wrong(pair, ExampleKind::Preference), "");
        let half = json!({"input": {"messages": user}, "preferred_output": said});
        assert!(wrong(half, ExampleKind::Preference).starts_with("non_preferred_output"));
        let graded = json!({"messages": user, "answer": 1});
        assert_eq!(wrong(graded, ExampleKind::Reinforcement), "");
    }

    #[tokio::test]
    async fn a_report_has_line_numbers_and_sizes() {
        let good = json!({"messages": [{"role": "user", "content": "Hi"},
            {"role": "assistant", "content": "Hello"}]});
        let mut text = "\u{feff}".to_owned();
        for _ in 0..9 {
            text += &format!("{good}\n\n");
        }
        let path =
            std::env::temp_dir().join(format!("openai-azure-examples-{}", std::process::id()));
        std::fs::write(&path, &text).unwrap();
        let few = check_examples(&path, ExampleKind::Chat).await.unwrap();
        assert_eq!((few.examples, few.problems.len()), (9, 1));
        std::fs::write(&path, text.clone() + "{\n" + &good.to_string()).unwrap();
        let report = check_examples(&path, ExampleKind::Chat).await.unwrap();
        std::fs::remove_file(&path).unwrap();
        assert_eq!(report.problems.len(), 1);
        assert!(report.problems[0].to_string().starts_with("line 19: it is not JSON"));
        assert_eq!(report.examples, 11);
    }
}
