//! `cargo xtask check`: what must hold of `spec/`, of the generated code and of every file.

use std::path::Path;

use anyhow::{Result, ensure};
use serde_json::Value;

use crate::docs::Docs;
use crate::import::patches::Patches;
use crate::import::sources::stage;
use crate::json::{array, object, operations, text};
use crate::layout::Layout;
use crate::union::Names;
use crate::{coverage, features, generate};

/// Words of upstream that are sentences; outside of `properties` none may be in `spec/`.
const SENTENCES: [&str; 5] = ["summary", "example", "examples", "externalDocs", "x-ms-examples"];

/// Runs all checks and fails if one does.
pub(crate) fn run(layout: &Layout) -> Result<()> {
    let mut faults = Vec::new();
    if let Err(error) = generate::check(layout) {
        faults.push(format!("{error:#}"));
    }
    if features::manifest(layout)?
        != layout.read("openai-azure-sys/Cargo.toml")?.unwrap_or_default()
    {
        faults.push("the features are not those of spec/; run `cargo xtask import`".to_owned());
    }
    let documents = coverage::documents(layout)?;
    let names = Names::of(documents.iter().map(|(_, document)| document));
    for (version, document) in documents {
        for name in coverage::absent(layout, &version, &document, &names)? {
            faults.push(format!("{version}: no method `{name}`"));
        }
        for place in sentences(&document, "", false) {
            faults.push(format!("spec/{version}.json: a sentence at {place}"));
        }
        let patches = layout.read(&format!("spec/patches/{version}.toml"))?.unwrap_or_default();
        if let Err(error) = Patches::parse(&patches) {
            faults.push(format!("spec/patches/{version}.toml: {error:#}"));
        }
    }
    faults.extend(without_heading(layout)?);
    faults.extend(not_on_docs_rs(layout)?);
    faults.extend(documentation(layout)?);
    for fault in &faults {
        println!("{fault}");
    }
    ensure!(faults.is_empty(), "{} faults", faults.len());
    Ok(())
}

/// Where a document still says something in words.
fn sentences(value: &Value, place: &str, names: bool) -> Vec<String> {
    let mut found = Vec::new();
    match value {
        Value::Object(members) => {
            for (name, value) in members {
                let place = format!("{place}/{name}");
                let words = match name.as_str() {
                    "description" => value != "",
                    "title" => value.is_string() && !place.ends_with("/info/title"),
                    other => SENTENCES.contains(&other),
                };
                if words && !names {
                    found.push(place.clone());
                }
                let names = !names && matches!(name.as_str(), "properties" | "schemas" | "mapping");
                found.extend(sentences(value, &place, names));
            }
        }
        Value::Array(items) => {
            for (at, item) in items.iter().enumerate() {
                found.extend(sentences(item, &format!("{place}/{at}"), false));
            }
        }
        _ => {}
    }
    found
}

/// docs.rs shows the newest api-version of each stage and v1.
fn not_on_docs_rs(layout: &Layout) -> Result<Vec<String>> {
    let manifest: toml::Table =
        toml::from_str(&layout.read("openai-azure-sys/Cargo.toml")?.unwrap_or_default())?;
    let manifest = serde_json::to_value(manifest)?;
    let shown: Vec<&str> = array(manifest.pointer("/package/metadata/docs/rs/features"))
        .filter_map(Value::as_str)
        .collect();
    let versions = layout.versions()?;
    let (undated, dated): (Vec<&str>, Vec<&str>) =
        versions.iter().map(String::as_str).partition(|version| version.starts_with('v'));
    let newest = |wanted: &str| dated.iter().rev().copied().find(|v| stage(v) == wanted);
    let wanted = undated.last().copied().into_iter().chain(newest("GA")).chain(newest("preview"));
    Ok(wanted
        .filter(|version| !shown.contains(version))
        .map(|version| format!("openai-azure-sys/Cargo.toml: docs.rs does not show {version}"))
        .collect())
}

/// Every file of Rust says at its beginning what it is.
fn without_heading(layout: &Layout) -> Result<Vec<String>> {
    let mut found = Vec::new();
    for folder in ["openai-azure", "openai-azure-sys", "xtask", "tests"] {
        for path in layout.files(Path::new(folder), ".rs")? {
            let name = layout.relative(&path);
            if name.contains("/target/") {
                continue;
            }
            if !std::fs::read_to_string(&path)?.starts_with("//!") {
                found.push(format!("{name} does not begin with `//!`"));
            }
        }
    }
    Ok(found)
}

/// Prints how much has a text of ours, and gives what has none.
fn documentation(layout: &Layout) -> Result<Vec<String>> {
    let mut found = Vec::new();
    let docs = Docs::load(layout)?;
    let (mut operation_ids, mut schemas, mut properties) = (
        std::collections::BTreeSet::new(),
        std::collections::BTreeSet::new(),
        std::collections::BTreeSet::new(),
    );
    for (_, document) in coverage::documents(layout)? {
        for (_, _, operation) in operations(&document) {
            operation_ids.extend(text(Some(operation), "operationId").map(str::to_owned));
        }
        for (name, schema) in object(document.pointer("/components/schemas")) {
            schemas.insert(text(Some(schema), "x-name").unwrap_or(name).to_owned());
            property_names(schema, &mut properties);
        }
    }
    for (what, names, texts) in [
        ("operations", &operation_ids, &docs.operations),
        ("schemas", &schemas, &docs.schemas),
        ("properties", &properties, &docs.properties),
    ] {
        let missing: Vec<&str> =
            names.iter().filter(|name| !texts.contains_key(*name)).map(String::as_str).collect();
        println!("documentation: {} of {} {what}", names.len() - missing.len(), names.len());
        if !missing.is_empty() {
            found.push(format!("spec/docs.toml: {what} without a text: {}", missing.join(", ")));
        }
    }
    Ok(found)
}

fn property_names(schema: &Value, names: &mut std::collections::BTreeSet<String>) {
    for (name, property) in object(schema.get("properties")) {
        names.insert(name.clone());
        property_names(property, names);
    }
    for word in ["allOf", "anyOf", "oneOf"] {
        array(schema.get(word)).for_each(|schema| property_names(schema, names));
    }
    for word in ["items", "additionalProperties"] {
        if let Some(schema) = schema.get(word) {
            property_names(schema, names);
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::sentences;

    #[test]
    fn sentences_are_found_and_properties_of_such_names_are_not() {
        let document = json!({"components": {"schemas": {"summary": {
            "description": "Words.",
            "properties": {"description": {"type": "string", "example": 1}}}}}});
        assert_eq!(
            sentences(&document, "", false),
            [
                "/components/schemas/summary/description",
                "/components/schemas/summary/properties/description/example"
            ]
        );
    }
}
