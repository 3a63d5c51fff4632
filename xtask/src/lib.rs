//! Imports the service's documents and generates `openai-azure-sys` from them.

mod areas;
mod bench;
mod check;
mod coverage;
mod cycles;
#[cfg(test)]
mod determinism;
mod diff;
mod docs;
mod features;
#[cfg(any(test, fuzzing))]
#[doc(hidden)]
pub mod fuzzing;
mod generate;
mod import;
mod json;
mod layers;
mod layout;
mod lower;
mod model;
#[cfg(test)]
mod modelled;
mod naming;
mod normalise;
mod operation_name;
mod operation_table;
mod operations;
mod raw;
mod rewrite;
mod stub;
mod tables;
mod texts;
mod union;
mod update;
mod words;
mod write;

use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand};

use layout::Layout;

#[derive(Debug, Parser)]
#[command(about = "Imports the service's documents and generates openai-azure-sys from them")]
struct Xtask {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Turns upstream documents into `spec/<api-version>.json`.
    Import(import::Args),
    /// Turns OpenAI's document into `spec/events/openai.json`.
    ImportEvents(import::events::Args),
    /// Writes `openai-azure-sys/src/generated` from `spec/`.
    Generate(generate::Args),
    /// Shows what changed between two api-versions or revisions.
    Diff(diff::Args),
    /// Imports a new revision, generates it, and reports what it means for users.
    Update(update::Args),
    /// Shows which operations are generated and wrapped, per api-version.
    Coverage,
    /// Checks the documents, the generated code and every file.
    Check,
    /// Measures this crate beside others and writes `BENCHMARKS.md`.
    Bench(bench::Args),
    /// Lists the api-versions.
    Versions,
}

/// Reads the command line and runs what it asks for.
#[must_use]
pub fn main() -> ExitCode {
    match run(Xtask::parse().command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(command: Command) -> Result<()> {
    let layout = Layout::find()?;
    match command {
        Command::Import(args) => import::run(&layout, &args),
        Command::ImportEvents(args) => import::events::run(&layout, &args),
        Command::Generate(args) => generate::run(&layout, &args),
        Command::Diff(args) => diff::run(&layout, &args),
        Command::Update(args) => update::run(&layout, &args),
        Command::Coverage => coverage::run(&layout),
        Command::Check => check::run(&layout),
        Command::Bench(args) => bench::run(&layout, &args),
        Command::Versions => {
            layout.versions()?.iter().for_each(|version| println!("{version}"));
            Ok(())
        }
    }
}
