//! Hand-written lines that name what a new revision removes or changes.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::Result;

use crate::diff::Change;
use crate::generate::FOLDER;
use crate::layout::{Layout, module_name};
use crate::naming::pascal;
use crate::operation_name::canonical;
use crate::union::plain_path;

/// The folders of hand-written code.
const FOLDERS: [&str; 4] = ["openai-azure", "openai-azure-sys", "tests", "examples"];

/// The lines, each as `file:line: word (what became of it)`.
pub(super) fn find(layout: &Layout, version: &str, changes: &[Change]) -> Result<Vec<String>> {
    let words = words(changes);
    let mut found = Vec::new();
    for folder in FOLDERS {
        for path in layout.files(Path::new(folder), ".rs")? {
            let name = layout.relative(&path);
            if name.starts_with(FOLDER) || name.contains("/target/") || name.contains("/generated/")
            {
                continue;
            }
            let text = std::fs::read_to_string(&path)?;
            lines(&name, &text, &module_name(version), &words, &mut found);
        }
    }
    Ok(found)
}

/// The names in Rust that changed: methods and constants of operations, types of schemas.
fn words(changes: &[Change]) -> BTreeMap<String, (bool, String)> {
    let mut words = BTreeMap::new();
    for change in changes.iter().filter(|change| change.what != "added" || change.breaking) {
        let what = format!("{} {}", change.what, change.place);
        match change.kind {
            "operation" | "parameter" => {
                let place = change.place.split(" ?").next().unwrap_or(&change.place);
                if let Some((method, path)) = place.split_once(' ') {
                    let id = canonical(&method.to_lowercase(), &plain_path(path));
                    words.entry(id.to_uppercase()).or_insert((false, what.clone()));
                    words.entry(id).or_insert((false, what));
                }
            }
            "schema" | "property" | "value" | "alternative" if !change.place.contains(' ') => {
                let schema = match change.place.split_once(['.', '[']) {
                    Some((schema, _)) => schema,
                    None => change.place.as_str(),
                };
                words.entry(pascal(schema)).or_insert((true, what));
            }
            _ => {}
        }
    }
    words
}

/// Lines with a word; types only where the file names the module of the api-version.
fn lines(
    name: &str,
    text: &str,
    module: &str,
    words: &BTreeMap<String, (bool, String)>,
    found: &mut Vec<String>,
) {
    let has = |text: &str, wanted: &str| {
        text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').any(|word| word == wanted)
    };
    let names_module = has(text, module);
    for (number, line) in text.lines().enumerate() {
        let mut seen = Vec::new();
        for word in line.split(|c: char| !c.is_ascii_alphanumeric() && c != '_') {
            let Some((is_type, what)) = words.get(word) else { continue };
            let call =
                line.contains(&format!(".{word}(")) || word.chars().all(|c| !c.is_lowercase());
            let fits = if *is_type { names_module && line.contains("types::") } else { call };
            if fits && !seen.contains(&word) {
                found.push(format!("{name}:{}: `{word}` ({what})", number + 1));
                seen.push(word);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{lines, words};
    use crate::diff::diff;

    #[test]
    fn methods_and_types_that_changed_are_found_where_they_are_used() {
        let from = json!({
            "paths": {"/files": {"get": {"responses": {"200": {}}}}},
            "components": {"schemas": {"OpenAI.Gone": {"type": "string"}}}});
        let to = json!({"paths": {}, "components": {"schemas": {}}});
        let words = words(&diff(&from, &to));
        let text = "use sys::v1;\nclient.files_list().await?;\nlet x: v1::types::Gone;\n// Gone\n";
        let mut found = Vec::new();
        lines("a.rs", text, "v1", &words, &mut found);
        assert_eq!(
            found,
            ["a.rs:2: `files_list` (removed GET /files)", "a.rs:3: `Gone` (removed Gone)"]
        );
        found.clear();
        lines("b.rs", "let x: types::Gone;", "v1", &words, &mut found);
        assert!(found.is_empty(), "another api-version");
    }
}
