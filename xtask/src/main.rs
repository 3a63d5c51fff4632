//! Imports the service's documents and generates `openai-azure-sys` from them.

mod cycles;
mod docs;
mod features;
mod generate;
mod import;
mod json;
mod layout;
mod lower;
mod model;
mod naming;
mod normalise;
mod operations;
mod raw;
mod raw_names;
mod rewrite;
mod stub;
mod tables;
mod write;

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
    /// Writes `openai-azure-sys/src/generated` from `spec/`.
    Generate(generate::Args),
}

fn main() -> Result<()> {
    let layout = Layout::find()?;
    match Xtask::parse().command {
        Command::Import(args) => import::run(&layout, &args),
        Command::Generate(args) => generate::run(&layout, &args),
    }
}
