//! The real documents, where `OPENAI_AZURE_UPSTREAM` names their folder.

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::Value;

use super::merge::{merge, split};
use super::patches::Patches;
use super::{read_facts, source, to_text};
use crate::json::{object, operations};
use crate::layout::Layout;

fn upstream() -> Option<String> {
    let folder = std::env::var("OPENAI_AZURE_UPSTREAM").ok();
    if folder.is_none() {
        let thread = std::thread::current();
        let test = thread.name().unwrap_or("a test");
        println!("skipped: {test}: OPENAI_AZURE_UPSTREAM is not set");
    }
    folder
}

/// The texts of upstream that are sentences: longer than a name.
fn sentences(value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(members) => {
            for (name, value) in members {
                if matches!(name.as_str(), "description" | "summary" | "title" | "example")
                    && let Some(text) = value.as_str()
                    && text.contains(' ')
                {
                    found.insert(text.to_owned());
                }
                sentences(value, found);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| sentences(item, found)),
        _ => {}
    }
}

fn texts(value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(members) => members.values().for_each(|value| texts(value, found)),
        Value::Array(items) => items.iter().for_each(|item| texts(item, found)),
        Value::String(text) => {
            found.insert(text.clone());
        }
        _ => {}
    }
}

#[test]
fn importing_one_document_again_changes_nothing() {
    let Some(folder) = upstream() else { return };
    let layout = Layout::find().unwrap();
    let mut imported = 0;
    for version in layout.versions().unwrap() {
        let before = layout.spec(&version).unwrap();
        let patches = Patches::load(&layout, &version).unwrap();
        for file in ["inference", "authoring"] {
            let names = if version.starts_with('v') {
                vec![format!("{folder}/{version}.json")]
            } else {
                vec![
                    format!("{folder}/{file}-{version}.json"),
                    format!("{folder}/{file}-{version}.yaml"),
                ]
            };
            let Some(path) = names.into_iter().find(|path| Path::new(path).exists()) else {
                continue;
            };
            let source = source::read(&path).unwrap();
            let mut parts = split(&before);
            let (name, facts, stale) = read_facts(&source, &patches);
            assert_eq!((&facts.problems, stale), (&vec![], vec![]), "{path}");
            parts.insert(name.to_owned(), facts);
            let (merged, _) = merge(&parts, &version);
            assert!(to_text(&merged).unwrap() == to_text(&before).unwrap(), "{path} differs");
            imported += 1;
        }
    }
    println!("{imported} documents imported again");
    assert!(imported > 0);
}

#[test]
fn no_sentence_of_upstream_is_in_the_facts() {
    let Some(folder) = upstream() else { return };
    let mut found = BTreeSet::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let source = source::read(entry.unwrap().path().to_str().unwrap()).unwrap();
        sentences(&source.document, &mut found);
    }
    let layout = Layout::find().unwrap();
    for version in layout.versions().unwrap() {
        let mut kept = BTreeSet::new();
        texts(&layout.spec(&version).unwrap(), &mut kept);
        let copied: Vec<&String> = kept.intersection(&found).collect();
        assert!(copied.is_empty(), "{version}: {copied:?}");
    }
}

/// Every run of eight words in a text, whatever its signs and its case.
fn runs(text: &str) -> BTreeSet<String> {
    let text = text.to_lowercase();
    let words: Vec<&str> =
        text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    words.windows(8).map(|run| run.join(" ")).collect()
}

#[test]
fn our_texts_share_no_eight_words_in_a_row_with_upstream() {
    let Some(folder) = upstream() else { return };
    let mut found = BTreeSet::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let source = source::read(entry.unwrap().path().to_str().unwrap()).unwrap();
        sentences(&source.document, &mut found);
    }
    let theirs: BTreeSet<String> = found.iter().flat_map(|text| runs(text)).collect();
    let docs = Layout::find().unwrap().read("spec/docs.toml").unwrap().unwrap();
    let docs: toml::Table = toml::from_str(&docs).unwrap();
    let mut ours = BTreeSet::new();
    texts(&serde_json::to_value(docs).unwrap(), &mut ours);
    assert!(ours.len() > 1000);
    for text in ours {
        let shared: Vec<String> = runs(&text).intersection(&theirs).cloned().collect();
        assert_eq!(shared, [""; 0], "{text}");
    }
}

#[test]
fn no_operation_and_no_schema_is_lost() {
    let Some(folder) = upstream() else { return };
    let layout = Layout::find().unwrap();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let stem = path.file_stem().unwrap().to_str().unwrap().to_owned();
        let version = stem.trim_start_matches("inference-").trim_start_matches("authoring-");
        // A slice of another document, which is no api-version.
        if !layout.versions().unwrap().iter().any(|known| known == version) {
            continue;
        }
        let document = source::read(path.to_str().unwrap()).unwrap().document;
        let part = if stem.starts_with("authoring") { "authoring" } else { "inference" };
        let spec = split(&layout.spec(version).unwrap()).remove(part).unwrap();
        let all = operations(&document).count();
        let kept: usize = spec.paths.values().map(|item| object(Some(item)).count()).sum();
        assert_eq!(kept, all, "{stem}");
        let schemas = document.pointer("/components/schemas").or(document.get("definitions"));
        // Patches may add schemas, such as the chunks that early dates forgot.
        for (name, _) in object(schemas) {
            assert!(spec.schemas.contains_key(name), "{stem}: {name}");
        }
    }
}
