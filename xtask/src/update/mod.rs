//! `cargo xtask update`: a new revision of an api-version, or a new api-version, in one run.
//!
//! Import → diff against what was there → generate → `cargo check` of that feature → an entry in
//! the changelog with the level that the diff implies, and a list of hand-written lines that name
//! what changed. With `--dry-run` all that can be known without writing is printed.

mod changelog;
mod mentions;

use std::process::Command;

use anyhow::{Context, Result, ensure};

use crate::diff::{self, Change, Level};
use crate::layout::Layout;
use crate::{generate, import};

/// What the command line asks for.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The api-version, such as `2024-10-21`, `2024-10-01-preview` or `v1`.
    #[arg(long, value_parser = import::version)]
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
    /// Does not compile the feature.
    #[arg(long)]
    no_check: bool,
}

/// Runs the command.
pub(crate) fn run(layout: &Layout, args: &Args) -> Result<()> {
    let version = &args.api_version;
    let imported = import::read(layout, version, &args.files)?;
    imported.report();
    imported.refuse(args.allow_skips, args.keep_going)?;
    let before = layout.read(&format!("spec/{version}.json"))?;
    let changes = match &before {
        Some(before) => diff::diff(&serde_json::from_str(before)?, &imported.document),
        None => Vec::new(),
    };
    let entry = changelog::entry(version, before.is_none(), &imported.document, &changes);
    println!("\n{}", page(version, before.is_none(), &changes));
    println!("changelog:\n\n{entry}");
    let lines = mentions::find(layout, version, &changes)?;
    println!("hand-written lines that name what changed: {}", lines.len());
    lines.iter().for_each(|line| println!("- {line}"));
    if args.dry_run {
        let documents = import::with(layout, version, &imported.document)?;
        let count = generate::differing(layout, &documents)?;
        println!("\ndry run: {count} generated files would differ; nothing is written");
        return Ok(());
    }
    import::write(layout, version, &imported)?;
    generate::run(layout, &generate::Args::default())?;
    let log = layout.read(changelog::FILE)?.context(changelog::FILE)?;
    layout.write(changelog::FILE, &changelog::with_entry(&log, &entry)?)?;
    if args.no_check {
        return Ok(());
    }
    check(layout, version)
}

fn page(version: &str, is_new: bool, changes: &[Change]) -> String {
    if is_new {
        return format!("# {version}\n\nA new api-version. Level: {}.\n", Level::Minor.name());
    }
    diff::markdown(&format!("{version} before"), version, changes)
}

/// Compiles the feature.
fn check(layout: &Layout, version: &str) -> Result<()> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let status = Command::new(cargo)
        .args(["check", "-p", "openai-azure-sys", "--features", version])
        .current_dir(layout.at("."))
        .status()
        .context("cargo cannot be run")?;
    ensure!(status.success(), "the feature {version} does not compile");
    println!("the feature {version} compiles");
    Ok(())
}
