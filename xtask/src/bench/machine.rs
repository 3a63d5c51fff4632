//! What the figures were measured on and with.

use std::fmt::Write as _;
use std::process::Command;

use anyhow::{Context, Result};

use crate::layout::Layout;

/// The crates whose versions are named.
const CRATES: &[&str] = &["async-openai", "reqwest", "hyper", "tokio", "serde_json", "rustls"];

/// The date, the kind of machine and the versions, as a list.
pub(super) fn describe(layout: &Layout) -> Result<String> {
    let date = output("date", &["-u", "+%Y-%m-%d"]);
    let commit = output("git", &["rev-parse", "--short=12", "HEAD"]);
    let cpu = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let models: Vec<&str> = cpu
        .lines()
        .filter_map(|line| line.strip_prefix("model name")?.split_once(':'))
        .map(|(_, model)| model.trim())
        .collect();
    let system = output("uname", &["-sm"]);
    let memory = std::fs::read_to_string("/proc/meminfo").unwrap_or_default();
    let memory = memory.lines().find_map(|line| line.strip_prefix("MemTotal:"));
    let gib = memory.and_then(|line| line.trim().trim_end_matches(" kB").parse::<u64>().ok());
    let mut text = String::new();
    writeln!(text, "- Date: {date}, commit {commit}")?;
    writeln!(
        text,
        "- Machine: {} cores of {}, {} GiB, {system}; other work may run beside it",
        models.len(),
        models.first().unwrap_or(&"an unknown kind"),
        gib.unwrap_or_default() >> 20,
    )?;
    writeln!(
        text,
        "- {}, {}",
        output("rustc", &["--version"]),
        output("valgrind", &["--version"])
    )?;
    let lock = layout.at("tests/bench/Cargo.lock");
    let lock = std::fs::read_to_string(lock).context("the bench has no Cargo.lock")?;
    let version = |name: &str| {
        let (_, rest) = lock.split_once(&format!("name = \"{name}\"\nversion = \""))?;
        Some(format!("{name} {}", rest.split('"').next()?))
    };
    let versions: Vec<String> = CRATES.iter().filter_map(|name| version(name)).collect();
    writeln!(text, "- {}", versions.join(", "))?;
    Ok(text)
}

/// What a command prints, or that it is not there.
fn output(program: &str, arguments: &[&str]) -> String {
    let printed = Command::new(program).args(arguments).output().ok();
    let printed = printed.filter(|printed| printed.status.success());
    printed.map_or_else(
        || format!("no {program}"),
        |printed| String::from_utf8_lossy(&printed.stdout).trim().to_owned(),
    )
}
