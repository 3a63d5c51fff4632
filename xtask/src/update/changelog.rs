//! The entry of the changelog.

use anyhow::{Context, Result};
use serde_json::Value;

use crate::diff::{Change, Level, summary};
use crate::json::operations;

pub(super) const FILE: &str = "CHANGELOG.md";

/// The heading that entries go under.
const HEADING: &str = "## [Unreleased]\n";

/// What to say of an api-version: what it has, or what is new in it.
pub(super) fn entry(version: &str, is_new: bool, document: &Value, changes: &[Change]) -> String {
    if is_new {
        let count = operations(document).count();
        return format!(
            "- `openai-azure-sys`: the api-version `{version}` with {count} operations \
             ({level}).\n",
            level = Level::Minor.name()
        );
    }
    if changes.is_empty() {
        return String::new();
    }
    let level = Level::of(changes).name();
    let mut entry = format!("- `openai-azure-sys`: a new revision of `{version}` ({level}).\n");
    for line in summary(changes).lines().filter(|line| line.starts_with('-')) {
        entry += &format!("  {line}\n");
    }
    for change in changes.iter().filter(|change| change.kind == "operation") {
        entry += &format!("  - {} `{}`\n", change.what, change.place);
    }
    entry
}

/// The changelog with an entry at the end of what is not released; of its first part, where there
/// are such as "Added" and "Fixed".
pub(super) fn with_entry(log: &str, entry: &str) -> Result<String> {
    let at = log.find(HEADING).context("the changelog has no heading for what is unreleased")?;
    let begin = at + HEADING.len();
    let end = log[begin..].find("\n## ").map_or(log.len(), |next| begin + next);
    let second = log[begin..end].match_indices("\n### ").nth(1);
    let end = second.map_or(end, |(next, _)| begin + next);
    let (before, after) = (log[..end].trim_end(), &log[end..]);
    if entry.is_empty() || before.contains(entry.trim_end()) {
        return Ok(log.to_owned());
    }
    let gap = if before.ends_with(HEADING.trim_end()) { "\n\n" } else { "\n" };
    Ok(format!("{before}{gap}{entry}{after}"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{entry, with_entry};
    use crate::diff::diff;

    fn document(paths: &[&str]) -> serde_json::Value {
        let paths: serde_json::Map<_, _> = paths
            .iter()
            .map(|path| ((*path).to_owned(), json!({"get": {"responses": {"200": {}}}})))
            .collect();
        json!({"paths": paths})
    }

    #[test]
    fn an_entry_has_the_level_and_the_operations() {
        let (before, after) = (document(&["/a"]), document(&["/a", "/b"]));
        let text = entry("v1", false, &after, &diff(&before, &after));
        assert!(text.starts_with("- `openai-azure-sys`: a new revision of `v1` (minor).\n"));
        assert!(text.ends_with("  - added `GET /b`\n"), "{text}");
        let text = entry("v1", false, &before, &diff(&after, &before));
        assert!(text.contains("(major)") && text.contains("removed `GET /b`"), "{text}");
        assert_eq!(entry("v1", false, &after, &[]), "");
        assert!(entry("v2", true, &after, &[]).contains("`v2` with 2 operations (minor)"));
    }

    #[test]
    fn an_entry_stands_at_the_end_of_what_is_unreleased_and_once() {
        let log = "# Changelog\n\n## [Unreleased]\n\n- one\n\n## [0.1.0]\n\n- first\n";
        let with = with_entry(log, "- two\n").unwrap();
        assert_eq!(
            with,
            "# Changelog\n\n## [Unreleased]\n\n- one\n- two\n\n## [0.1.0]\n\n- first\n"
        );
        assert_eq!(with_entry(&with, "- two\n").unwrap(), with);
        assert_eq!(
            with_entry("## [Unreleased]\n", "- one\n").unwrap(),
            "## [Unreleased]\n\n- one\n"
        );
        let kinds = "## [Unreleased]\n\n### Added\n\n- one\n\n### Fixed\n\n- bug\n";
        let with = with_entry(kinds, "- two\n").unwrap();
        assert_eq!(with, kinds.replace("- one\n", "- one\n- two\n"));
        assert!(with_entry("# Changelog\n", "- one\n").is_err());
    }
}
