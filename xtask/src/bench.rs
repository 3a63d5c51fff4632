//! `cargo xtask bench`: this crate beside async-openai and bare reqwest, into `BENCHMARKS.md`.
//!
//! Each figure is the difference of two sizes of the same work, so that start-up cancels out.
//! Instructions are counted by valgrind; where it is not installed, processor time stands for them.

mod machine;
mod profile;
mod programs;
mod report;
mod rows;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use crate::layout::Layout;
use report::Line;
use rows::{Figure, Program, ROWS, Row};

/// The three ways to do the work.
const WAYS: [&str; 3] = ["floor", "peer", "ours"];

/// How often a figure is taken that counts time; the least is shown.
const RUNS: usize = 5;

const MANIFEST: &str = "tests/bench/Cargo.toml";

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Only rows whose work has this in its name; prints the table and writes nothing.
    #[arg(long)]
    only: Option<String>,
    /// Also builds a chat program from nothing with each crate, which takes minutes.
    #[arg(long)]
    programs: bool,
}

/// Runs the command.
pub(crate) fn run(layout: &Layout, args: &Args) -> Result<()> {
    let programs = Programs::build(&layout.at(MANIFEST))?;
    let has_valgrind = Command::new("valgrind").arg("--version").output().is_ok();
    let mut lines = Vec::new();
    for row in ROWS {
        if args.only.as_deref().is_some_and(|only| !row.work.contains(only)) {
            continue;
        }
        let program = programs.path(row.program);
        let mut line = measure(&program, row, has_valgrind)?;
        eprintln!("{}", line.row());
        if has_valgrind && !line.is_met() {
            line.profile = profile::of(&program, row)?;
        }
        lines.push(line);
    }
    if args.programs {
        for line in programs::measure(layout)? {
            eprintln!("{}", line.row());
            lines.push(line);
        }
    }
    if args.only.is_some() {
        return Ok(());
    }
    let machine = machine::describe(layout)?;
    layout.write("BENCHMARKS.md", &report::document(&lines, has_valgrind, &machine)?)
}

/// The folder of the programs.
struct Programs(PathBuf);

impl Programs {
    /// Builds the programs in release. Those of other features are built last and lie beside each
    /// other, because the features of one must not change what the other measures.
    fn build(manifest: &Path) -> Result<Self> {
        let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
        let build = |arguments: &[&str]| -> Result<()> {
            let mut command = Command::new(&cargo);
            command.args(["build", "--release", "--manifest-path"]).arg(manifest);
            let built = command.args(arguments).status()?;
            ensure!(built.success(), "the bench does not build");
            Ok(())
        };
        build(&["--features", "realtime", "--bin", "realtime"])?;
        build(&["--bin", "openai-azure-bench"])?;
        let metadata = Command::new(&cargo)
            .args(["metadata", "--format-version=1", "--no-deps", "--manifest-path"])
            .arg(manifest)
            .output()?;
        let metadata: Value = serde_json::from_slice(&metadata.stdout)?;
        let target =
            metadata["target_directory"].as_str().context("cargo names no target folder")?;
        Ok(Self(Path::new(target).join("release")))
    }

    fn path(&self, program: Program) -> PathBuf {
        self.0.join(program.name())
    }
}

fn measure(program: &Path, row: &'static Row, has_valgrind: bool) -> Result<Line> {
    let mut figures = [None; 3];
    for (way, figure) in WAYS.iter().zip(&mut figures) {
        if row.ways.contains(way) {
            let measured = one(program, row, way, has_valgrind);
            *figure = Some(measured.with_context(|| format!("{} {way}", row.work))?);
        }
    }
    let command = format!("{} {} WAY {}", row.program.name(), row.work, row.sizes.1);
    Ok(Line {
        title: row.title,
        unit: row.figure.unit(has_valgrind),
        figures,
        targets: row.targets,
        command,
        reason: row.reason,
        profile: Vec::new(),
    })
}

/// One figure for one unit of work.
fn one(program: &Path, row: &Row, way: &str, has_valgrind: bool) -> Result<f64> {
    let (small, large) = row.sizes;
    match row.figure {
        Figure::Instructions if has_valgrind => {
            let count = |size| instructions(program, row.work, way, size);
            Ok((count(large)? - count(small)?) / (large - small) as f64)
        }
        Figure::Growth => {
            let each = |size: usize| -> Result<f64> {
                let count = |size| instructions(program, row.work, way, size);
                Ok((count(size + size / 4)? - count(size)?) / (size / 4) as f64)
            };
            Ok(each(large)? / each(small)?)
        }
        Figure::Scale => {
            let count = |size| instructions(program, row.work, way, size);
            let counts = [count(small)?, count(10 * small)?, count(large)?];
            Ok((counts[2] - counts[1]) / (10.0 * (counts[1] - counts[0])))
        }
        Figure::Difference(name) => {
            let value = |size| field(program, row.work, way, size, name);
            Ok((value(large)? - value(small)?) / (large - small) as f64)
        }
        Figure::Each(name) => Ok(field(program, row.work, way, large, name)? / large as f64),
        // Other programs of the machine only ever add to it.
        Figure::Whole(name) => (0..RUNS).try_fold(f64::MAX, |least, _| {
            Ok(least.min(field(program, row.work, way, large, name)?))
        }),
        Figure::Rate(name) => field(program, row.work, way, large, name),
        Figure::Instructions => {
            let (small, large) = (10 * small, 10 * large);
            let value = |size| field(program, row.work, way, size, "processor_ns");
            Ok((value(large)? - value(small)?) / (large - small) as f64)
        }
    }
}

/// What callgrind counts for one run.
fn instructions(program: &Path, work: &str, way: &str, size: usize) -> Result<f64> {
    let run = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .arg(program)
        .args([work, way, &size.to_string()])
        .output()?;
    let text = String::from_utf8_lossy(&run.stderr);
    ensure!(run.status.success(), "{text}");
    let count = text.lines().find_map(|line| line.split_once("Collected : ")).map(|(_, n)| n);
    count.and_then(|count| count.trim().parse().ok()).context("valgrind counted nothing")
}

/// One of the figures that the program prints.
fn field(program: &Path, work: &str, way: &str, size: usize, name: &str) -> Result<f64> {
    let run = Command::new(program).args([work, way, &size.to_string()]).output()?;
    ensure!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    let text = String::from_utf8_lossy(&run.stdout);
    let fields: BTreeMap<&str, &str> =
        text.lines().filter_map(|line| line.split_once(' ')).collect();
    let value = fields.get(name).and_then(|value| value.parse().ok());
    value.with_context(|| format!("no `{name}` in {text}"))
}
