//! `cargo xtask import`: upstream documents → `spec/<api-version>.json`.
//!
//! The steps, in their order: read ([`source`]), convert to OpenAPI 3.0 ([`swagger`],
//! [`openapi31`]), take the facts ([`facts`]), correct them ([`patches`]), merge the documents of
//! one date ([`merge`]), try to generate and leave out what fails ([`expressible`]), and write
//! everything at once.

#[cfg(test)]
mod damage;
pub(crate) mod expressible;
pub(crate) mod facts;
pub(crate) mod merge;
pub(crate) mod openapi31;
pub(crate) mod patches;
pub(crate) mod source;
pub(crate) mod sources;
pub(crate) mod swagger;
#[cfg(test)]
mod unknown;
#[cfg(test)]
mod upstream;
pub(crate) mod yaml;

use std::collections::BTreeSet;

use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;

use crate::json::operations;
use crate::layout::Layout;
use facts::{Facts, Problem};
use merge::Parts;
use patches::Patches;
use source::{Format, Source};
use sources::{Document, Sources};

/// What the command line asks for.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The api-version, such as `2024-10-21`, `2024-10-01-preview` or `v1`.
    #[arg(long, value_parser = version)]
    api_version: String,
    /// One or two upstream documents: a path or an https URL, JSON or YAML.
    #[arg(required = true)]
    files: Vec<String>,
    /// Prints the report and writes nothing.
    #[arg(long)]
    dry_run: bool,
    /// Leaves out what cannot be expressed instead of failing.
    #[arg(long)]
    allow_skips: bool,
}

/// An api-version becomes the name of a file, of a feature and of a module.
fn version(name: &str) -> Result<String, String> {
    let begins = name.starts_with(|c: char| c.is_ascii_digit() || c == 'v');
    if begins && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-') {
        Ok(name.to_owned())
    } else {
        Err("an api-version looks like 2024-10-21, 2024-10-01-preview or v1".to_owned())
    }
}

/// Turns one document into corrected facts.
pub(crate) fn read_facts(source: &Source, patches: &Patches) -> Result<(&'static str, Facts)> {
    let mut document = match source.format {
        Format::Swagger2 => swagger::convert(&source.document),
        Format::OpenApi30 | Format::OpenApi31 => source.document.clone(),
    };
    openapi31::convert(&mut document);
    let mut facts = facts::extract(&document);
    let name = merge::document_name(&facts);
    patches.apply(name, &mut facts).with_context(|| format!("patches of {}", source.name))?;
    Ok((name, facts))
}

/// Runs the command.
pub(crate) fn run(layout: &Layout, args: &Args) -> Result<()> {
    let version = &args.api_version;
    let patch_file = format!("spec/patches/{version}.toml");
    let patches = Patches::parse(&layout.read(&patch_file)?.unwrap_or_default())
        .with_context(|| patch_file.clone())?;
    let mut sources = Sources::parse(&layout.read("spec/sources.toml")?.unwrap_or_default())?;

    let mut parts = match layout.read(&format!("spec/{version}.json"))? {
        Some(text) => merge::split(&serde_json::from_str(&text)?),
        None => Parts::new(),
    };
    let mut problems: Vec<Problem> = Vec::new();
    let mut seen = BTreeSet::new();
    for place in &args.files {
        let source = source::read(place)?;
        let (name, mut facts) = read_facts(&source, &patches)?;
        ensure!(seen.insert(name), "two of the files are {name} documents");
        problems.append(&mut facts.problems);
        sources.record(version, name, document(&source)?);
        println!(
            "{}: {}, {name}, {} operations, {} schemas",
            source.name,
            source.format.name(),
            facts
                .paths
                .values()
                .filter_map(Value::as_object)
                .map(serde_json::Map::len)
                .sum::<usize>(),
            facts.schemas.len()
        );
        parts.insert(name.to_owned(), facts);
    }
    if let Some(patch) = patches.patch.iter().find(|patch| !parts.contains_key(&patch.document)) {
        bail!(
            "{patch_file}: the patch at {} is for `{}`, which is not there",
            patch.at,
            patch.document
        );
    }
    let (mut merged, renamed) = merge::merge(&parts, version);
    for name in &renamed {
        println!("renamed: {name}");
    }
    let left_out = expressible::leave_out(&mut merged, |document| try_out(document, version));
    problems.extend(left_out.context("what is left cannot be generated; nothing is written")?);
    for problem in &problems {
        println!("left out: {}: {}", problem.place, problem.what);
    }
    println!("{version}: {} operations", operations(&merged).count());
    ensure!(
        problems.is_empty() || args.allow_skips,
        "{} facts cannot be expressed; nothing is written (`--allow-skips` leaves them out)",
        problems.len()
    );
    let mut documents = crate::coverage::documents(layout)?;
    documents.retain(|(other, _)| other != version);
    documents.push((version.clone(), merged.clone()));
    expressible::attempt(|| crate::raw::write(&documents, &crate::docs::Docs::default()).map(drop))
        .context("it cannot be part of the raw clients; nothing is written")?;
    if args.dry_run {
        return Ok(());
    }
    layout.write(&format!("spec/{version}.json"), &to_text(&merged)?)?;
    layout.write("spec/sources.toml", &sources.to_text()?)?;
    crate::features::update(layout)
}

/// Generates the version in memory.
pub(crate) fn try_out(document: &Value, version: &str) -> Result<()> {
    crate::generate::version(document, version, &crate::docs::Docs::default()).map(drop)
}

fn document(source: &Source) -> Result<Document> {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH)?;
    Ok(Document {
        file: source.name.clone(),
        upstream: None,
        commit: None,
        format: source.format.name().to_owned(),
        sha256: source.sha256.clone(),
        imported: sources::date(now.as_secs()),
    })
}

/// The form of every file in `spec/`: two spaces, members in the order of their names.
pub(crate) fn to_text(value: &Value) -> Result<String> {
    Ok(serde_json::to_string_pretty(value)? + "\n")
}
