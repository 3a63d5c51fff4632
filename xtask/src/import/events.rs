//! `cargo xtask import-events`: event schemas of OpenAI's own document → `spec/events/openai.json`.
//!
//! Azure's documents leave out what goes over a realtime connection and what webhooks send. These
//! schemas are facts of another document, so they are no api-version: they become the module
//! `events` of `openai-azure-sys`.

use std::collections::BTreeSet;

use anyhow::{Result, ensure};
use serde_json::{Map, Value, json};

use super::facts::{self, Facts};
use super::patches::Patches;
use super::{openapi31, source, to_text};
use crate::json::{array, object, referenced, sorted};
use crate::layout::Layout;

/// Where the facts are.
pub(crate) const FILE: &str = "spec/events/openai.json";

/// The unions that programs read or write, and what they are about; what they refer to comes with
/// them. The document has no schema for the union of what webhooks send.
pub(crate) const ROOTS: [(&str, &str); 8] = [
    ("CreateSpeechResponseStreamEvent", "audio"),
    ("CreateTranscriptionResponseStreamEvent", "audio"),
    ("ImageEditStreamEvent", "images"),
    ("ImageGenStreamEvent", "images"),
    ("RealtimeClientEvent", "realtime"),
    ("RealtimeServerEvent", "realtime"),
    ("ResponseStreamEvent", "responses"),
    (WEBHOOK, "webhooks"),
];

const WEBHOOK: &str = "WebhookEvent";

/// What the command line asks for.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// OpenAI's document, or a slice of it: a path or an https URL.
    file: String,
    /// Leaves out what cannot be expressed instead of failing.
    #[arg(long)]
    allow_skips: bool,
}

/// Runs the command.
pub(crate) fn run(layout: &Layout, args: &Args) -> Result<()> {
    let source = source::read(&args.file)?;
    let patches = Patches::load(layout, "events")?;
    let (schemas, problems) = read(&source.document, &patches);
    problems.iter().for_each(|problem| println!("left out: {problem}"));
    println!("{}: {} schemas", source.name, schemas.len());
    ensure!(problems.is_empty() || args.allow_skips, "{} problems", problems.len());
    let document = sorted(json!({
        "openapi": "3.0.3",
        "info": {"title": "Events", "version": "events"},
        "x-source": {"file": source.name, "sha256": source.sha256},
        "paths": {},
        "components": {"schemas": schemas},
    }));
    layout.write(FILE, &to_text(&document)?)
}

/// The schemas that the roots reach, and what cannot be expressed of them.
fn read(document: &Value, patches: &Patches) -> (Map<String, Value>, Vec<facts::Problem>) {
    let mut document = document.clone();
    let webhooks = webhooks(&document);
    if let Some(Value::Object(schemas)) = document.pointer_mut("/components/schemas")
        && !webhooks.is_empty()
    {
        let union = json!({"oneOf": webhooks, "discriminator": {"propertyName": "type"}});
        schemas.insert(WEBHOOK.to_owned(), union);
    }
    openapi31::convert(&mut document);
    // What does not concern the schemas is another command's.
    let parts = json!({"components": {"schemas": document["components"]["schemas"]}});
    let mut facts: Facts = facts::extract(&parts);
    let mut stale = patches.apply("events", &mut facts);
    stale.extend(patches.forgive("events", &mut facts.problems));
    let mut reached = BTreeSet::new();
    for (root, _) in ROOTS {
        reach(root, &facts.schemas, &mut reached);
    }
    facts.schemas.retain(|name, _| reached.contains(name));
    facts.problems.retain(|problem| reached.contains(&problem.place));
    facts.problems.extend(stale);
    (facts.schemas, facts.problems)
}

/// The payloads of the webhooks, as references.
fn webhooks(document: &Value) -> Vec<Value> {
    let mut found = Vec::new();
    for (_, item) in object(document.get("webhooks")) {
        let content = item.pointer("/post/requestBody/content/application~1json/schema");
        found.extend(content.filter(|schema| referenced(schema).is_some()).cloned());
    }
    found
}

fn reach(name: &str, schemas: &Map<String, Value>, reached: &mut BTreeSet<String>) {
    let Some(schema) = schemas.get(name) else { return };
    if !reached.insert(name.to_owned()) {
        return;
    }
    let mut names = BTreeSet::new();
    references(schema, &mut names);
    names.into_iter().for_each(|name| reach(&name, schemas, reached));
}

fn references(value: &Value, names: &mut BTreeSet<String>) {
    names.extend(referenced(value).map(str::to_owned));
    match value {
        Value::Object(members) => members.values().for_each(|value| references(value, names)),
        Value::Array(_) => array(Some(value)).for_each(|value| references(value, names)),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{Patches, read};

    #[test]
    fn events_and_what_they_refer_to_are_kept_and_webhooks_are_one_union() {
        let event = |target: &str| {
            json!({"type": "object", "description": "Words.", "properties": {
                "item": {"$ref": format!("#/components/schemas/{target}")}}})
        };
        let document = json!({
            "webhooks": {"a": {"post": {"requestBody": {"content": {"application/json":
                {"schema": {"$ref": "#/components/schemas/WebhookA"}}}}}}},
            "components": {"schemas": {
                "RealtimeClientEvent": event("Item"), "Item": {"type": "string"},
                "WebhookA": {"type": "object"}, "Other": {"if": {}}}}});
        let (schemas, problems) = read(&document, &Patches::default());
        let names: Vec<&str> = schemas.keys().map(String::as_str).collect();
        assert_eq!(names, ["Item", "RealtimeClientEvent", "WebhookA", "WebhookEvent"]);
        assert_eq!(problems, []);
        assert!(schemas["RealtimeClientEvent"].get("description").is_none());
    }
}
