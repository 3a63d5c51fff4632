//! Which functions the instructions of a missed target go to.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, ensure};

use super::rows::Row;

/// How many functions are shown.
const SHOWN: usize = 12;

/// The functions that take the most, each with its share of all instructions of the large run of
/// this crate. Inlined functions count where they were inlined.
pub(super) fn of(program: &Path, row: &Row) -> Result<Vec<(f64, String)>> {
    let file = std::env::temp_dir().join(format!("openai-azure-bench-{}.callgrind", row.work));
    let run = Command::new("valgrind")
        .arg("--tool=callgrind")
        .arg(format!("--callgrind-out-file={}", file.display()))
        .arg(program)
        .args([row.work, "ours", &row.sizes.1.to_string()])
        .output()?;
    ensure!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    let annotated = Command::new("callgrind_annotate")
        .args(["--auto=no", "--threshold=99"])
        .arg(&file)
        .output()
        .context("callgrind_annotate")?;
    std::fs::remove_file(&file)?;
    Ok(shares(&String::from_utf8_lossy(&annotated.stdout)))
}

/// Reads the list of `callgrind_annotate`: `1,234 (5.67%)  file:function [program]`.
fn shares(annotated: &str) -> Vec<(f64, String)> {
    let mut shares: BTreeMap<&str, f64> = BTreeMap::new();
    for line in annotated.lines() {
        let Some((count, rest)) = line.split_once('(') else { continue };
        let Some((share, rest)) = rest.split_once("%)") else { continue };
        if !count.trim().bytes().all(|byte| byte.is_ascii_digit() || byte == b',') {
            continue;
        }
        // The file has no colon in its name, the function may have many.
        let Some((_, function)) = rest.split_once(':') else { continue };
        let function = function.split(" [").next().unwrap_or(function);
        let Ok(share) = share.trim().parse::<f64>() else { continue };
        *shares.entry(function).or_default() += share;
    }
    let mut shares: Vec<(f64, String)> =
        shares.into_iter().map(|(function, share)| (share, function.to_owned())).collect();
    shares.sort_by(|(this, _), (other, _)| other.total_cmp(this));
    shares.truncate(SHOWN);
    shares
}

#[cfg(test)]
mod tests {
    use super::shares;

    #[test]
    fn functions_are_summed_over_files_and_sorted() {
        let annotated = "\
1,000 (100.0%)  PROGRAM TOTALS

Ir
  100 (10.00%)  /src/de.rs:<a::B as c::D>::read [/bin/bench]
  300 (30.00%)  ???:memcpy [/lib/libc.so]
   50 ( 5.00%)  /src/str.rs:<a::B as c::D>::read [/bin/bench]
";
        let expected = [(30.0, "memcpy".to_owned()), (15.0, "<a::B as c::D>::read".to_owned())];
        assert_eq!(shares(annotated), expected);
    }
}
