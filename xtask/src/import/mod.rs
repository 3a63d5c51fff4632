//! `cargo xtask import`: upstream documents → `spec/<api-version>.json`.
//!
//! The steps, in their order: read ([`source`]), convert to OpenAPI 3.0 ([`swagger`],
//! [`openapi31`]), take the facts ([`facts`]), correct them ([`patches`]), merge the documents of
//! one date ([`merge`]), try to generate and leave out what fails ([`expressible`]), and write
//! everything at once.

#[cfg(test)]
mod damage;
pub(crate) mod doubtful;
pub(crate) mod events;
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
    /// Leaves out patches that no longer apply instead of failing.
    #[arg(long)]
    keep_going: bool,
}

/// An api-version becomes the name of a file, of a feature and of a module.
pub(crate) fn version(name: &str) -> Result<String, String> {
    let begins = name.starts_with(|c: char| c.is_ascii_digit() || c == 'v');
    if begins && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-') {
        Ok(name.to_owned())
    } else {
        Err("an api-version looks like 2024-10-21, 2024-10-01-preview or v1".to_owned())
    }
}

/// Turns one document into corrected facts; the patches that no longer apply come with them.
pub(crate) fn read_facts(
    source: &Source,
    patches: &Patches,
) -> (&'static str, Facts, Vec<Problem>) {
    let (mut document, dropped) = match source.format {
        Format::Swagger2 => {
            (swagger::convert(&source.document), swagger::unknown(&source.document))
        }
        _ => (source.document.clone(), Vec::new()),
    };
    openapi31::convert(&mut document);
    let mut facts = facts::extract(&document);
    facts.problems.extend(dropped);
    let name = merge::document_name(&facts);
    let mut stale = patches.apply(name, &mut facts);
    facts.problems.extend(doubtful::find(&facts.schemas));
    stale.extend(patches.forgive(name, &mut facts.problems));
    (name, facts, stale)
}

/// What an import found, before anything is written.
#[derive(Debug)]
pub(crate) struct Imported {
    /// The facts of the api-version.
    pub(crate) document: Value,
    /// Where they are from, this import included.
    pub(crate) sources: Sources,
    /// What cannot be expressed.
    pub(crate) problems: Vec<Problem>,
    /// Patches that no longer apply.
    pub(crate) stale: Vec<Problem>,
    /// What was read and what was renamed, for people.
    pub(crate) notes: Vec<String>,
}

/// Reads the documents and makes the facts of the api-version; writes nothing.
pub(crate) fn read(layout: &Layout, version: &str, files: &[String]) -> Result<Imported> {
    let patches = Patches::load(layout, version)?;
    let mut sources = Sources::parse(&layout.read("spec/sources.toml")?.unwrap_or_default())?;
    let mut parts = match layout.read(&format!("spec/{version}.json"))? {
        Some(text) => merge::split(&serde_json::from_str(&text)?),
        None => Parts::new(),
    };
    let (mut problems, mut stale, mut notes) = (Vec::new(), Vec::new(), Vec::new());
    let mut seen = BTreeSet::new();
    for place in files {
        let source = source::read(place)?;
        let (name, mut facts, mut old) = read_facts(&source, &patches);
        ensure!(seen.insert(name), "two of the files are {name} documents");
        problems.append(&mut facts.problems);
        stale.append(&mut old);
        sources.record(version, name, document(&source)?);
        let count = facts.paths.values().filter_map(Value::as_object).map(serde_json::Map::len);
        notes.push(format!(
            "{}: {}, {name}, {} operations, {} schemas",
            source.name,
            source.format.name(),
            count.sum::<usize>(),
            facts.schemas.len()
        ));
        parts.insert(name.to_owned(), facts);
    }
    if let Some((document, at)) = patches.documents().find(|(name, _)| !parts.contains_key(*name)) {
        bail!("the patch at {at} is for `{document}`, which is not there");
    }
    let (mut merged, renamed) = merge::merge(&parts, version);
    notes.extend(renamed.into_iter().map(|name| format!("renamed: {name}")));
    let left_out = expressible::leave_out(&mut merged, |document| try_out(document, version));
    problems.extend(left_out.context("what is left cannot be generated; nothing is written")?);
    notes.push(format!("{version}: {} operations", operations(&merged).count()));
    Ok(Imported { document: merged, sources, problems, stale, notes })
}

impl Imported {
    /// Prints what was read, what is left out and which patches are stale.
    pub(crate) fn report(&self) {
        self.notes.iter().for_each(|note| println!("{note}"));
        self.problems.iter().for_each(|problem| println!("left out: {problem}"));
        self.stale.iter().for_each(|patch| println!("left out: {patch}"));
    }

    /// Fails if something is left out and nobody allowed that.
    ///
    /// # Errors
    ///
    /// There are problems or stale patches.
    pub(crate) fn refuse(&self, allow_skips: bool, keep_going: bool) -> Result<()> {
        let problems = if allow_skips { 0 } else { self.problems.len() };
        let stale = if keep_going { 0 } else { self.stale.len() };
        ensure!(
            problems + stale == 0,
            "{problems} facts cannot be expressed, {stale} patches no longer apply; nothing is \
             written (`--allow-skips` leaves out the former, `--keep-going` the latter)"
        );
        Ok(())
    }
}

/// Every api-version with its document, `version` with this one.
pub(crate) fn with(
    layout: &Layout,
    version: &str,
    document: &Value,
) -> Result<Vec<(String, Value)>> {
    let mut documents = crate::coverage::documents(layout)?;
    documents.retain(|(other, _)| other != version);
    documents.push((version.to_owned(), document.clone()));
    documents.sort_by(|a, b| a.0.cmp(&b.0));
    Ok(documents)
}

/// Runs the command.
pub(crate) fn run(layout: &Layout, args: &Args) -> Result<()> {
    let version = &args.api_version;
    let imported = read(layout, version, &args.files)?;
    imported.report();
    imported.refuse(args.allow_skips, args.keep_going)?;
    let documents = with(layout, version, &imported.document)?;
    expressible::attempt(|| crate::raw::write(&documents, &crate::docs::Docs::default()).map(drop))
        .context("it cannot be part of the raw clients; nothing is written")?;
    if args.dry_run {
        return Ok(());
    }
    write(layout, version, &imported)
}

/// Writes what was imported.
pub(crate) fn write(layout: &Layout, version: &str, imported: &Imported) -> Result<()> {
    layout.write(&format!("spec/{version}.json"), &to_text(&imported.document)?)?;
    layout.write("spec/sources.toml", &imported.sources.to_text()?)?;
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
        repository: None,
        upstream: None,
        commit: None,
        revision: None,
        format: source.format.name().to_owned(),
        sha256: source.sha256.clone(),
        imported: sources::date(now.as_secs()),
    })
}

/// The form of every file in `spec/`: two spaces, members in the order of their names.
pub(crate) fn to_text(value: &Value) -> Result<String> {
    Ok(serde_json::to_string_pretty(value)? + "\n")
}
