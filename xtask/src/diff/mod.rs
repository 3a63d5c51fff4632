//! `cargo xtask diff A B`: what changed between two api-versions or two revisions of one.

#[cfg(test)]
mod known;
mod names;
mod schema;

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, Result, ensure};
use serde::Serialize;
use serde_json::Value;

use crate::json::{array, flag, object, operations, text};
use crate::layout::Layout;
use crate::normalise::{Schemas, all_of, discriminator};

/// What the command line asks for.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The older api-version, or one of its revisions: `v1@REV` as of a commit of git.
    from: String,
    /// The newer one.
    to: String,
    /// Prints JSON instead of Markdown.
    #[arg(long)]
    json: bool,
}

/// One difference.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub(crate) struct Change {
    /// Whether programs written for the older version may break.
    pub(crate) breaking: bool,
    /// `operation`, `parameter`, `schema`, `property`, `value` or `alternative`.
    pub(crate) kind: &'static str,
    /// `added`, `removed` or `changed`.
    pub(crate) what: &'static str,
    /// Where: an operation's method and path, or a schema and the way to the property.
    pub(crate) place: String,
    /// What exactly, where the place does not say it.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(crate) detail: String,
}

impl Change {
    fn new(
        breaking: bool,
        kind: &'static str,
        what: &'static str,
        place: impl Into<String>,
    ) -> Self {
        Self { breaking, kind, what, place: place.into(), detail: String::new() }
    }

    fn detail(mut self, detail: impl Into<String>) -> Self {
        self.detail = detail.into();
        self
    }
}

/// What a change of the generated crate means for its version number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Level {
    /// The types and methods stay as they are.
    Patch,
    /// Something is added.
    Minor,
    /// Something is removed, retyped or required.
    Major,
}

impl Level {
    /// What these changes mean.
    pub(crate) fn of(changes: &[Change]) -> Self {
        let adds = |change: &Change| change.what == "added";
        if changes.iter().any(|change| change.breaking) {
            Self::Major
        } else if changes.iter().any(adds) {
            Self::Minor
        } else {
            Self::Patch
        }
    }

    /// `major`, `minor` or `patch`.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Patch => "patch",
            Self::Minor => "minor",
            Self::Major => "major",
        }
    }
}

/// The facts of `name`: an api-version, or `VERSION@REV` for those of a commit.
fn facts(layout: &Layout, name: &str) -> Result<Value> {
    let Some((version, revision)) = name.split_once('@') else { return layout.spec(name) };
    let place = format!("{revision}:spec/{version}.json");
    let shown = std::process::Command::new("git")
        .args(["show", "--end-of-options", &place])
        .current_dir(layout.at("."))
        .output()
        .context("git cannot be run")?;
    let complaint = String::from_utf8_lossy(&shown.stderr);
    ensure!(shown.status.success(), "git has no {place}: {}", complaint.trim());
    serde_json::from_slice(&shown.stdout).context(place)
}

/// Runs the command.
pub(crate) fn run(layout: &Layout, args: &Args) -> Result<()> {
    let changes = diff(&facts(layout, &args.from)?, &facts(layout, &args.to)?);
    if args.json {
        println!("{}", serde_json::to_string_pretty(&changes)?);
    } else {
        print!("{}", markdown(&args.from, &args.to, &changes));
    }
    Ok(())
}

/// All differences, breaking ones first.
pub(crate) fn diff(from: &Value, to: &Value) -> Vec<Change> {
    let (from, to) = &names::aligned(from, to);
    let mut changes = Vec::new();
    let (before, after) = (by_key(from), by_key(to));
    for key in before.keys().chain(after.keys()).collect::<BTreeSet<_>>() {
        match (before.get(key), after.get(key)) {
            (Some(_), None) => changes.push(Change::new(true, "operation", "removed", key)),
            (None, Some(_)) => changes.push(Change::new(false, "operation", "added", key)),
            (Some(a), Some(b)) => operation(key, a, b, &mut changes),
            (None, None) => {}
        }
    }
    let (before, after) = (flat(from), flat(to));
    for name in before.keys().chain(after.keys()).collect::<BTreeSet<_>>() {
        match (before.get(name), after.get(name)) {
            (Some(_), None) => changes.push(Change::new(true, "schema", "removed", name)),
            (None, Some(_)) => changes.push(Change::new(false, "schema", "added", name)),
            (Some(a), Some(b)) => schema::diff(name, a, b, &mut changes),
            (None, None) => {}
        }
    }
    changes.sort_by(|a, b| b.breaking.cmp(&a.breaking).then(a.cmp(b)));
    changes.dedup();
    changes
}

/// Operations by method and path; the names of parameters make no difference.
fn by_key(document: &Value) -> BTreeMap<String, &Value> {
    operations(document)
        .map(|(path, method, operation)| {
            let path: Vec<String> =
                path.split('/').map(|segment| segment.replace('-', "_")).collect();
            (format!("{} {}", method.to_uppercase(), path.join("/")), operation)
        })
        .collect()
}

/// Schemas with their inherited members.
fn flat(document: &Value) -> Schemas {
    let mut schemas: Schemas = object(document.pointer("/components/schemas"))
        .map(|(name, schema)| (name.clone(), schema.clone()))
        .collect();
    discriminator::bases_become_unions(&mut schemas);
    all_of::flatten(&mut schemas);
    schemas
}

fn operation(key: &str, a: &Value, b: &Value, changes: &mut Vec<Change>) {
    let parameters = |operation: &Value| -> BTreeMap<String, Value> {
        array(operation.get("parameters"))
            .filter(|parameter| text(Some(parameter), "in") != Some("path"))
            .filter_map(|p| Some((text(Some(p), "name")?.to_owned(), p.clone())))
            .collect()
    };
    let (before, after) = (parameters(a), parameters(b));
    for name in before.keys().chain(after.keys()).collect::<BTreeSet<_>>() {
        let place = format!("{key} ?{name}");
        match (before.get(name), after.get(name)) {
            (Some(_), None) => changes.push(Change::new(true, "parameter", "removed", place)),
            (None, Some(new)) => {
                changes.push(Change::new(flag(new, "required"), "parameter", "added", place));
            }
            (Some(a), Some(b)) => {
                if flag(a, "required") != flag(b, "required") {
                    let required = flag(b, "required");
                    let detail = if required { "now required" } else { "no longer required" };
                    changes.push(
                        Change::new(required, "parameter", "changed", place.clone()).detail(detail),
                    );
                }
                let (a, b) = (a.get("schema"), b.get("schema"));
                if let (Some(a), Some(b)) = (a, b) {
                    schema::diff(&place, a, b, changes);
                }
            }
            (None, None) => {}
        }
    }
    let statuses = |operation: &Value| -> Vec<String> {
        object(operation.get("responses")).map(|(status, _)| status.clone()).collect()
    };
    if statuses(a) != statuses(b) {
        let detail = format!("answers {} → {}", statuses(a).join(", "), statuses(b).join(", "));
        changes.push(Change::new(false, "operation", "changed", key).detail(detail));
    }
    for (name, pointer) in
        [("request", "/requestBody/content"), ("answer", "/responses/200/content")]
    {
        let (before, after) = (a.pointer(pointer), b.pointer(pointer));
        let kinds = |content: Option<&Value>| -> Vec<String> {
            object(content).map(|(kind, _)| kind.clone()).collect()
        };
        if kinds(before) != kinds(after) {
            let detail =
                format!("{name} {} → {}", kinds(before).join(", "), kinds(after).join(", "));
            changes.push(Change::new(true, "operation", "changed", key).detail(detail));
        }
        for (kind, media) in object(before) {
            let new = after.and_then(|content| content.get(kind)?.get("schema"));
            if let (Some(a), Some(b)) = (media.get("schema"), new) {
                schema::diff(&format!("{key} {name}"), a, b, changes);
            }
        }
    }
}

/// The changes as a page.
pub(crate) fn markdown(from: &str, to: &str, changes: &[Change]) -> String {
    let mut shown = format!("# {from} → {to}\n\n{}", summary(changes));
    for (breaking, title) in [(true, "May break"), (false, "Other")] {
        let part: Vec<&Change> = changes.iter().filter(|c| c.breaking == breaking).collect();
        shown += &format!("\n## {title} ({})\n", part.len());
        for kind in ["operation", "parameter", "schema", "property", "value", "alternative"] {
            for what in ["removed", "changed", "added"] {
                let lines: Vec<&&Change> =
                    part.iter().filter(|c| c.kind == kind && c.what == what).collect();
                if lines.is_empty() {
                    continue;
                }
                shown += &format!("\n{kind} {what}:\n\n");
                for change in lines {
                    let detail = if change.detail.is_empty() {
                        String::new()
                    } else {
                        format!(": {}", change.detail)
                    };
                    shown += &format!("- `{}`{detail}\n", change.place);
                }
            }
        }
    }
    shown
}

/// Counts by kind, and what they mean for the version number.
pub(crate) fn summary(changes: &[Change]) -> String {
    let mut shown = format!("Level: {}.\n", Level::of(changes).name());
    for kind in ["operation", "parameter", "schema", "property", "value", "alternative"] {
        let count =
            |what: &str| changes.iter().filter(|c| c.kind == kind && c.what == what).count();
        let (added, removed, changed) = (count("added"), count("removed"), count("changed"));
        if added + removed + changed > 0 {
            shown += &format!("- {kind}: {added} added, {removed} removed, {changed} changed\n");
        }
    }
    shown
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::diff;

    #[test]
    fn what_may_break_comes_first() {
        let from = json!({
            "paths": {"/a/{x-y}": {"get": {"responses": {"200": {}}}}, "/b": {"get": {}}},
            "components": {"schemas": {"S": {"properties": {"gone": {"type": "string"},
                "kind": {"type": "string", "enum": ["a"]}}}}}
        });
        let to = json!({
            "paths": {"/a/{x_y}": {"get": {"responses": {"200": {}}}}, "/c": {"get": {}}},
            "components": {"schemas": {"S": {"required": ["new"], "properties": {
                "kind": {"type": "string", "enum": ["a", "b"]}, "new": {"type": "integer"}}}}}
        });
        let changes = diff(&from, &to);
        let shown: Vec<String> = changes
            .iter()
            .map(|c| format!("{} {} {} {}", c.breaking, c.kind, c.what, c.place))
            .collect();
        assert_eq!(
            shown,
            [
                "true operation removed GET /b",
                "true property added S.new",
                "true property removed S.gone",
                "false operation added GET /c",
                "false value added S.kind",
            ]
        );
    }
}
