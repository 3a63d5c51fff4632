//! Words that the comments of the hand-written crates do without.
//!
//! The list is `xtask/words.toml`. Only doc comments are read, and in them neither code in
//! backquotes nor examples.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context, Result};
use serde::Deserialize;

use crate::layout::Layout;

const LIST: &str = include_str!("../words.toml");

/// The folders whose comments are read.
const FOLDERS: [&str; 3] = ["openai-azure/src", "openai-azure-sys/src", "tests/emulator/src"];

/// The list.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Words {
    /// What is refused, with what is said instead.
    words: BTreeMap<String, String>,
    /// Phrases in which it is right, with the reason.
    allowed: BTreeMap<String, String>,
}

/// Every word that is refused, with its place.
pub(crate) fn refused(layout: &Layout) -> Result<Vec<String>> {
    let words: Words = toml::from_str(LIST).context("xtask/words.toml")?;
    let mut found = Vec::new();
    for folder in FOLDERS {
        for path in layout.files(Path::new(folder), ".rs")? {
            let name = layout.relative(&path);
            if name.contains("/generated/") {
                continue;
            }
            let text = std::fs::read_to_string(&path)?;
            for (line, word) in in_comments(&text, &words) {
                let instead = &words.words[word];
                found.push(format!("{name}:{line}: `{word}`; better: {instead}"));
            }
        }
    }
    Ok(found)
}

/// The lines of doc comments with a word that is refused.
fn in_comments<'a>(text: &str, words: &'a Words) -> Vec<(usize, &'a str)> {
    let mut found = Vec::new();
    let mut in_example = false;
    for (at, line) in text.lines().enumerate() {
        let line = line.trim_start();
        let Some(comment) = line.strip_prefix("///").or_else(|| line.strip_prefix("//!")) else {
            in_example = false;
            continue;
        };
        if comment.trim_start().starts_with("```") {
            in_example = !in_example;
            continue;
        }
        if in_example {
            continue;
        }
        let comment = without_allowed(&without_code(comment), words);
        for word in words.words.keys() {
            if contains_word(&comment, word) {
                found.push((at + 1, word.as_str()));
            }
        }
    }
    found
}

/// The text in lower case, without what is in backquotes.
fn without_code(text: &str) -> String {
    text.split('`').step_by(2).collect::<Vec<_>>().join(" ` ").to_lowercase()
}

fn without_allowed(text: &str, words: &Words) -> String {
    words.allowed.keys().fold(text.to_owned(), |text, phrase| text.replace(phrase.as_str(), "…"))
}

/// Whether a word stands in a text by itself.
fn contains_word(text: &str, word: &str) -> bool {
    let part = |letter: Option<char>| {
        letter.is_some_and(|letter| letter.is_alphanumeric() || matches!(letter, '_' | '-'))
    };
    text.match_indices(word).any(|(at, _)| {
        let (before, after) = (&text[..at], &text[at + word.len()..]);
        !part(before.chars().next_back()) && !part(after.chars().next())
    })
}

#[cfg(test)]
mod tests {
    use super::{Words, in_comments};

    #[test]
    fn words_are_refused_in_comments_alone() {
        let words: Words = toml::from_str(
            r#"
            words = { answer = "response", "time-out" = "timeout", member = "field" }
            allowed = { "answer a tool call" = "right" }
            "#,
        )
        .unwrap();
        let text = "//! The Answer.\n/// A `member` of a member-list.\n/// ```\n/// // answer\n/// ```\n\
            /// To answer a tool call.\n// answer\nlet answer = 1;\n/// answered at a time-out.\n";
        assert_eq!(in_comments(text, &words), [(1, "answer"), (9, "time-out")]);
    }
}
