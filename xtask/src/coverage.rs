//! `cargo xtask coverage`: operations of the documents, of the generated clients, and of the
//! ergonomic crate.

use std::collections::BTreeSet;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use crate::generate::FOLDER;
use crate::json::operations;
use crate::layout::{Layout, module_name};
use crate::tables::operation_names;
use crate::union::{Names, union};

/// Runs the command: prints the table and fails if an operation has no method.
pub(crate) fn run(layout: &Layout) -> Result<()> {
    let documents = documents(layout)?;
    print!("{}", table(layout, &documents)?);
    println!();
    let names = Names::of(documents.iter().map(|(_, document)| document));
    let mut missing = Vec::new();
    for (version, document) in &documents {
        let absent = absent(layout, version, document, &names)?;
        let all = operations(document).count();
        println!("{version}: {} of {all} operations generated", all - absent.len());
        missing.extend(absent.into_iter().map(|name| format!("{version}: {name}")));
    }
    ensure!(missing.is_empty(), "operations without a method: {}", missing.join(", "));
    Ok(())
}

/// Every api-version with its document.
pub(crate) fn documents(layout: &Layout) -> Result<Vec<(String, Value)>> {
    layout
        .versions()?
        .into_iter()
        .map(|version| layout.spec(&version).map(|document| (version, document)))
        .collect()
}

/// The operations of a document that its generated client has no method for.
pub(crate) fn absent(
    layout: &Layout,
    version: &str,
    document: &Value,
    names: &Names,
) -> Result<Vec<String>> {
    let path = format!("{FOLDER}/{}/client.rs", module_name(version));
    let methods = methods(&layout.read(&path)?.with_context(|| path.clone())?)?;
    Ok(operation_names(document, names)
        .into_iter()
        .filter(|name| !methods.contains(name))
        .collect())
}

/// The names of the public async methods in a file.
fn methods(text: &str) -> Result<BTreeSet<String>> {
    let file = syn::parse_file(text)?;
    let mut names = BTreeSet::new();
    for item in file.items {
        let syn::Item::Impl(block) = item else { continue };
        for item in block.items {
            if let syn::ImplItem::Fn(function) = item
                && function.sig.asyncness.is_some()
            {
                names.insert(function.sig.ident.to_string());
            }
        }
    }
    Ok(names)
}

fn table(layout: &Layout, documents: &[(String, Value)]) -> Result<String> {
    let mut sources = String::new();
    for path in layout.files(Path::new("openai-azure/src"), ".rs")? {
        sources += &std::fs::read_to_string(path)?;
    }
    let versions: Vec<&String> = documents.iter().map(|(version, _)| version).collect();
    let mut shown = format!(
        "| operation | {} | wrapped |\n|---|{}---|\n",
        versions.iter().map(|v| v.as_str()).collect::<Vec<_>>().join(" | "),
        "---|".repeat(versions.len())
    );
    for union in union(documents.iter()) {
        let marks: Vec<&str> = versions
            .iter()
            .map(|version| if union.versions.contains(version) { "✓" } else { "" })
            .collect();
        let id = &union.operation.id;
        let wrapped = sources.contains(&format!(".{id}("));
        shown += &format!(
            "| `{} {}` | {} | {} |\n",
            union.operation.method.to_uppercase(),
            union.path(),
            marks.join(" | "),
            if wrapped { id.as_str() } else { "" }
        );
    }
    Ok(shown)
}

#[cfg(test)]
mod tests {
    #[test]
    fn only_async_methods_are_operations() {
        let text = "impl A { pub async fn call(&self) {} fn new() {} } fn free() {}";
        let names: Vec<String> = super::methods(text).unwrap().into_iter().collect();
        assert_eq!(names, ["call"]);
    }
}
