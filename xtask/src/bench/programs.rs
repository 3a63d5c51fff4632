//! A chat program built from nothing with each crate: processor time and stripped size.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, ensure};

use super::report::Line;
use super::rows::Target;
use crate::layout::Layout;

/// A program: its folder in `tests/bench/programs`, and its features if they are not those by default.
struct Program {
    folder: &'static str,
    features: Option<&'static str>,
}

const PEER: Program = Program { folder: "peer", features: None };
const OURS: Program = Program { folder: "ours", features: None };
const RING: Program = Program { folder: "ours", features: Some("ring") };

/// Why it takes as long as it does.
const BUILD: &str = "By `cargo build --timings`, what both programs compile alike is 0.88 of the other one (273 of 312 s): the C code of \
    aws-lc (88 s), rustls, reqwest, tokio, hyper. So the target is used up before the first line of this crate, which takes \
    81 s of processor time (178 s before its entry points were `#[inline]`, see DESIGN.md), 21 s of them before code is generated, \
    for the types of all APIs. Features for single APIs would save at most what a crate with chat alone would not need, about \
    50 s: the target would still be missed, and each feature is one more way in which the crate can fail to compile. So \
    there are none. The choice that pays is that of the cryptography: see the row with ring.";

/// Why it is as large as it is.
const SIZE: &str = "By `nm --size-sort` on the program with symbols, 673 KB are functions of this crate: decoding of every field, \
    retries, limits, pools, middlewares, spans and logs without secrets, errors with their reasons. The other one has 75 KB of \
    its own and more of serde (324 KB, 155 KB here). What is shared (aws-lc, rustls, hyper, tokio) is the same in both.";

/// What a program costs.
struct Cost {
    seconds: f64,
    bytes: f64,
}

/// Builds each program in a folder of its own, with nothing in it.
pub(super) fn measure(layout: &Layout) -> Result<[Line; 4]> {
    let [peer, ours, ring] = [build(layout, &PEER)?, build(layout, &OURS)?, build(layout, &RING)?];
    let line = |title, unit, figures, targets, reason| Line {
        title,
        unit,
        figures,
        targets,
        command: "cargo xtask bench --programs".to_owned(),
        reason,
        profile: Vec::new(),
    };
    let time = "s of processor time";
    Ok([
        line(
            "cold release build of a chat program, without Entra ID",
            time,
            [None, Some(peer.seconds), Some(ours.seconds)],
            &[Target::OfPeer(0.9)],
            BUILD,
        ),
        line(
            "the same, this crate with `rustls-no-provider` and ring",
            time,
            [None, Some(peer.seconds), Some(ring.seconds)],
            &[],
            "",
        ),
        line(
            "stripped chat program",
            "bytes",
            [None, Some(peer.bytes), Some(ours.bytes)],
            &[Target::OfPeer(1.0)],
            SIZE,
        ),
        line(
            "the same, this crate with `rustls-no-provider` and ring",
            "bytes",
            [None, Some(peer.bytes), Some(ring.bytes)],
            &[],
            "",
        ),
    ])
}

fn build(layout: &Layout, program: &Program) -> Result<Cost> {
    let folder = layout.at(&format!("tests/bench/programs/{}", program.folder));
    let target = std::env::temp_dir().join(format!("openai-azure-bench-{}", std::process::id()));
    if target.exists() {
        fs::remove_dir_all(&target)?;
    }
    let before = ticks_of_children()?;
    let mut cargo = Command::new(std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned()));
    cargo.args(["build", "--release", "--manifest-path"]).arg(folder.join("Cargo.toml"));
    cargo.arg("--target-dir").arg(&target);
    if let Some(features) = program.features {
        cargo.args(["--no-default-features", "--features", features]);
    }
    let built = cargo.status()?;
    ensure!(built.success(), "{} does not build", program.folder);
    // A tick is 10 ms.
    let seconds = (ticks_of_children()? - before) as f64 / 100.0;
    let bytes = fs::metadata(target.join("release/chat"))?.len() as f64;
    fs::remove_dir_all(&target)?;
    Ok(Cost { seconds, bytes })
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
