//! A chat program built from nothing with each crate: processor time and stripped size.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, ensure};

use super::report::Line;
use super::rows::Target;
use crate::layout::Layout;

/// The folders in `tests/bench/programs`, as the columns are ordered.
const PROGRAMS: [Option<&str>; 3] = [None, Some("peer"), Some("ours")];

/// Why it takes as long as it does.
const BUILD: &str = "Most of it is what both programs share: the C code of aws-lc, rustls, hyper and reqwest. This crate adds HTTP/2, gzip \
    and the proxies of the system, and compiles the types of every API; the other one those of its feature `chat-completion`. \
    Features for single APIs would only help the last part, and are not there.";

/// Why it is as large as it is.
const SIZE: &str = "Both hold the same TLS. This crate adds HTTP/2 (h2), gzip and the proxies of the system, and what a call does beside \
    sending: retries, limits, traces, errors with their reasons. What each part takes was not measured.";

/// Builds each program in a folder of its own, with nothing in it.
pub(super) fn measure(layout: &Layout) -> Result<[Line; 2]> {
    let mut time = [None; 3];
    let mut size = [None; 3];
    for (at, program) in PROGRAMS.iter().enumerate() {
        let Some(program) = program else { continue };
        let folder = layout.at(&format!("tests/bench/programs/{program}"));
        let target = std::env::temp_dir().join(format!("openai-azure-bench-{program}"));
        if target.exists() {
            fs::remove_dir_all(&target)?;
        }
        let before = ticks_of_children()?;
        let built = Command::new(std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned()))
            .args(["build", "--release", "--manifest-path"])
            .arg(folder.join("Cargo.toml"))
            .arg("--target-dir")
            .arg(&target)
            .status()?;
        ensure!(built.success(), "{program} does not build");
        // A tick is 10 ms.
        time[at] = Some((ticks_of_children()? - before) as f64 / 100.0);
        size[at] = Some(fs::metadata(target.join("release/chat"))?.len() as f64);
        fs::remove_dir_all(&target)?;
    }
    let command = "cargo xtask bench --programs".to_owned();
    Ok([
        Line {
            title: "cold release build of a chat program, without Entra ID",
            unit: "s of processor time",
            figures: time,
            targets: &[Target::OfPeer(0.9)],
            command: command.clone(),
            reason: BUILD,
            profile: Vec::new(),
        },
        Line {
            title: "stripped chat program",
            unit: "bytes",
            figures: size,
            targets: &[Target::OfPeer(1.0)],
            command,
            reason: SIZE,
            profile: Vec::new(),
        },
    ])
}

/// The processor time of all children that have ended, in ticks, on Linux.
fn ticks_of_children() -> Result<u64> {
    let text = fs::read_to_string(Path::new("/proc/self/stat"))?;
    let (_, fields) = text.rsplit_once(')').context("a status of another form")?;
    let fields: Vec<&str> = fields.split_whitespace().collect();
    // `cutime` and `cstime`, the 16th and 17th field of all; the first two are cut off.
    let ticks = fields.get(13..15).context("a status of another form")?;
    ticks.iter().map(|ticks| ticks.parse::<u64>().map_err(Into::into)).sum()
}
