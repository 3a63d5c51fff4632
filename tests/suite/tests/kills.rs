//! A batch job whose process is killed at random moments and started again.
//!
//! `KILLS=20 LINES=50000 cargo test --release -p openai-azure-tests --test kills` is the full size.

use std::collections::BTreeMap;
use std::process::Stdio;
use std::time::{Duration, Instant};

use openai_azure_emulator::Emulator;
use tokio::process::Command;

fn size(name: &str, usual: u64) -> u64 {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(usual)
}

fn job(emulator: &Emulator, folder: &std::path::Path, lines: u64) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_jobs"));
    command.args(["batch", emulator.endpoint(), emulator.api_key()]);
    command.arg(folder).arg(lines.to_string()).stdout(Stdio::null()).kill_on_drop(true);
    command
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_at_random_moments_each_line_runs_once_and_has_one_result() {
    let (kills, lines) = (size("KILLS", 5), size("LINES", 500));

    let builder = Emulator::builder().time_factor(5_000.0);
    let emulator = builder.start().await.unwrap();
    let folder = std::env::temp_dir().join(format!("openai-azure-kills-{}", std::process::id()));
    let _ = std::fs::remove_dir_all(&folder);

    // How long one takes without being killed, in a folder of its own.
    let other = folder.with_extension("measured");
    let began = Instant::now();
    let fast = Emulator::builder().time_factor(5_000.0).start().await.unwrap();
    assert!(job(&fast, &other, lines).status().await.unwrap().success());
    let whole = began.elapsed();
    std::fs::remove_dir_all(&other).unwrap();

    for number in 0..kills {
        // Early moments are met more often: most of the requests are made there.
        let share = fastrand::f64();
        let moment = whole.mul_f64(share * share);
        let mut running = job(&emulator, &folder, lines).spawn().unwrap();
        tokio::time::sleep(moment).await;
        let _ = running.kill().await;
        println!("kill {number} after {moment:?} of {whole:?}");
    }
    let last =
        tokio::time::timeout(Duration::from_secs(600), job(&emulator, &folder, lines).status());
    assert!(last.await.unwrap().unwrap().success());

    let results = std::fs::read_to_string(folder.join("results.txt")).unwrap();
    let mut found = BTreeMap::new();
    for result in results.lines() {
        *found.entry(result.to_owned()).or_insert(0) += 1;
    }
    assert_eq!(found.len() as u64, lines);
    assert!(found.iter().all(|(result, times)| result.ends_with(" true") && *times == 1));
    let ran = emulator.batch_lines();
    assert_eq!(ran.len() as u64, lines);
    let twice: Vec<_> = ran.iter().filter(|(_, times)| **times != 1).collect();
    assert!(twice.is_empty(), "lines that ran twice: {twice:?}");
    std::fs::remove_dir_all(folder).unwrap();
}
