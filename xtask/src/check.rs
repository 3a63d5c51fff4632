//! `cargo xtask check`: what must hold of `spec/`, of the generated code and of every file.

use std::path::Path;

use anyhow::{Result, ensure};
use serde_json::Value;

use crate::docs::Docs;
use crate::import::patches::Patches;
use crate::import::sources::stage;
use crate::json::array;
use crate::layout::Layout;
use crate::union::Names;
use crate::{coverage, features, generate, layers, texts, words};

/// Words of upstream that are sentences; outside of `properties` none may be in `spec/`.
const SENTENCES: [&str; 5] = ["summary", "example", "examples", "externalDocs", "x-ms-examples"];

/// Runs all checks and fails if one does.
pub(crate) fn run(layout: &Layout) -> Result<()> {
    let mut faults = Vec::new();
    if let Err(error) = generate::check(layout) {
        faults.push(format!("{error:#}"));
    }
    for path in features::MANIFESTS {
        if features::manifest(layout, path)? != layout.read(path)?.unwrap_or_default() {
            faults.push(format!("{path}: the features are not those of spec/; run an import"));
        }
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
        if let Err(error) = Patches::load(layout, &version) {
            faults.push(format!("spec/patches/{version}.toml: {error:#}"));
        }
    }
    faults.extend(without_heading(layout)?);
    faults.extend(not_on_docs_rs(layout)?);
    let docs = Docs::load(layout)?;
    faults.extend(texts::missing(layout, &docs)?);
    faults.extend(texts::ambiguous(&docs));
    faults.extend(words::refused(layout)?);
    faults.extend(layers::faults(layout)?);
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

/// docs.rs shows the newest dated api-version of each stage and v1.
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
    let undated = undated.into_iter().rfind(|version| stage(version) == "GA");
    let wanted = undated.into_iter().chain(newest("GA")).chain(newest("preview"));
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
