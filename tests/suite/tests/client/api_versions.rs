//! The documentation of a method that names an operation says which api-versions have it.

use std::path::{Path, PathBuf};

use openai_azure::sys::{Operation, VERSIONS};

/// The line of the documentation, from the specs.
fn line(operation: &Operation) -> String {
    let has = |name: &str| operation.is_in(name) == Some(true);
    let dated: Vec<&str> =
        VERSIONS.iter().filter(|it| it.date.is_some()).map(|version| version.name).collect();
    let mut parts = Vec::new();
    let having: Vec<usize> = (0..dated.len()).filter(|at| has(dated[*at])).collect();
    if let (Some(&first), Some(&last)) = (having.first(), having.last()) {
        let missing: Vec<&str> =
            (first..=last).map(|at| dated[at]).filter(|name| !has(name)).collect();
        let range = match (having.len() == dated.len(), first == last) {
            (true, _) => "all dated".to_owned(),
            (_, true) => dated[first].to_owned(),
            _ => format!("{} to {}", dated[first], dated[last]),
        };
        parts.push(match missing.is_empty() {
            true => range,
            false => format!("{range} without {}", missing.join(" and ")),
        });
    }
    match (has("v1"), has("v1-preview")) {
        (true, _) if having.len() == dated.len() => parts = vec!["all".to_owned()],
        (true, _) => parts.push("v1".to_owned()),
        (false, true) => parts.push("v1-preview".to_owned()),
        (false, false) => {}
    }
    format!("Api-versions: {}.", parts.join(", "))
}

/// The operation that a text names as `METHOD /path` between backticks.
fn named(doc: &str) -> Option<&'static Operation> {
    doc.split('`').skip(1).step_by(2).find_map(|code| {
        let (method, path) = code.split_once(' ')?;
        let path = path.trim_start_matches('…').split('?').next()?;
        let shape = |path: &str| {
            let segments = path.split('/').map(|it| if it.starts_with('{') { "{}" } else { it });
            segments.collect::<Vec<_>>().join("/")
        };
        Operation::all()
            .iter()
            .copied()
            .find(|it| it.method.as_str() == method && shape(it.path) == shape(path))
    })
}

fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(sources(&path));
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            found.push(path);
        }
    }
    found
}

/// The documentation before each public method.
fn documented(text: &str) -> Vec<(String, String)> {
    let (mut found, mut doc) = (Vec::new(), String::new());
    for line in text.lines().map(str::trim_start) {
        if let Some(rest) = line.strip_prefix("///") {
            doc.push_str(rest);
        } else if let Some(rest) =
            line.strip_prefix("pub fn ").or_else(|| line.strip_prefix("pub async fn "))
        {
            let name = rest.split(['(', '<']).next().unwrap_or_default();
            found.push((name.to_owned(), std::mem::take(&mut doc)));
        } else if !line.starts_with("#[") {
            doc.clear();
        }
    }
    found
}

#[test]
fn methods_that_name_an_operation_say_which_api_versions_have_it() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../openai-azure/src");
    let (mut wrong, mut count) = (Vec::new(), 0);
    for path in sources(&source) {
        for (method, doc) in documented(&std::fs::read_to_string(&path).unwrap()) {
            let Some(operation) = named(&doc) else { continue };
            count += 1;
            let line = line(operation);
            if !doc.contains(&line) {
                wrong.push(format!("{}: `{method}` lacks\n    /// {line}", path.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    println!("{count} methods name an operation");
    assert!(count >= 30, "{count}");
}

#[test]
fn lines_are_made_of_ranges() {
    let of = |name: &str| line(Operation::find(name).unwrap());
    assert_eq!(of("chat_completions_create"), "Api-versions: all.");
    assert_eq!(of("images_edit"), "Api-versions: 2025-04-01-preview, v1-preview.");
    assert_eq!(of("transcriptions_create"), "Api-versions: all dated, v1-preview.");
    assert_eq!(
        of("speech_create"),
        "Api-versions: 2024-08-01-preview to 2025-04-01-preview without 2024-10-21, v1-preview."
    );
    assert_eq!(of("models_delete"), "Api-versions: v1.");
}
