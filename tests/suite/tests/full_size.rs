//! Jobs at full size, each in a process of its own whose memory is measured.
//!
//! They take minutes and gigabytes of disk, so they run only when they are asked for:
//!
//! ```text
//! cargo test --release -p openai-azure-tests --test full_size -- --ignored --nocapture --test-threads 1
//! ```

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Instant;

use openai_azure_emulator::{Emulator, Reply};
use serde_json::json;
use tokio::process::Command;

const MIB: u64 = 1 << 20;

/// What a run has told of itself.
struct Measured {
    /// Peak memory in bytes, as the process has read it.
    peak: u64,
    /// What of it was there before the work began.
    idle: u64,
    /// "Maximum resident set size" of `/usr/bin/time -v` in bytes, where there is such a program.
    time: Option<u64>,
}

/// Runs `jobs` under `/usr/bin/time -v`.
async fn measure(emulator: &Emulator, job: &str, arguments: &[&str]) -> Measured {
    let time = Path::new("/usr/bin/time");
    let program = env!("CARGO_BIN_EXE_jobs");
    let mut command = match time.exists() {
        true => {
            let mut command = Command::new(time);
            command.args(["-v", program]);
            command
        }
        false => {
            println!("there is no /usr/bin/time: the process alone says what it needs");
            Command::new(program)
        }
    };
    command.args([job, emulator.endpoint(), emulator.api_key()]).args(arguments);
    let began = Instant::now();
    let output = command.stdin(Stdio::null()).kill_on_drop(true).output().await.unwrap();
    let (out, error) = (
        String::from_utf8_lossy(&output.stdout).into_owned(),
        String::from_utf8_lossy(&output.stderr).into_owned(),
    );
    assert!(output.status.success(), "{out}\n{error}");
    let kib = |text: &str, before: &str| {
        let value = text.split_once(before)?.1.split_whitespace().next()?;
        Some(value.parse::<u64>().unwrap() << 10)
    };
    let measured = Measured {
        peak: kib(&out, "peak ").unwrap(),
        idle: kib(&out, "idle ").unwrap(),
        time: kib(&error, "Maximum resident set size (kbytes): "),
    };
    println!(
        "{job}: {:.1} s, peak {:.1} MiB, idle {:.1} MiB, /usr/bin/time -v: {:.1?} MiB",
        began.elapsed().as_secs_f64(),
        measured.peak as f64 / MIB as f64,
        measured.idle as f64 / MIB as f64,
        measured.time.map(|time| time as f64 / MIB as f64),
    );
    measured
}

fn temporary(name: &str) -> PathBuf {
    std::env::temp_dir().join(format!("openai-azure-full-{name}-{}", std::process::id()))
}

/// A file of zeros, which needs no room on the disk where files can have holes.
fn file(name: &str, bytes: u64) -> PathBuf {
    let path = temporary(name);
    std::fs::File::create(&path).unwrap().set_len(bytes).unwrap();
    path
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "takes minutes"]
async fn a_million_requests_and_their_results_need_64_mib() {
    let emulator = Emulator::builder().time_factor(5_000.0).start().await.unwrap();
    let folder = temporary("batch");
    let lines = std::env::var("LINES").unwrap_or_else(|_| "1000000".to_owned());
    let arguments = [folder.to_str().unwrap(), lines.as_str()];
    let measured = measure(&emulator, "batch", &arguments).await;
    let results = std::fs::read_to_string(folder.join("results.txt")).unwrap();
    let ids: std::collections::HashSet<_> = results.lines().collect();
    let lines: usize = lines.parse().unwrap();
    assert_eq!((ids.len(), results.lines().count()), (lines, lines), "one result for each line");
    assert!(results.lines().all(|result| result.ends_with(" true")));
    let ran = emulator.batch_lines();
    assert!(ran.len() == lines && ran.values().all(|times| *times == 1));
    std::fs::remove_dir_all(folder).unwrap();
    let peak = measured.time.unwrap_or(measured.peak);
    assert!(peak <= 64 * MIB, "{} KiB", peak >> 10);
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "takes minutes"]
async fn the_largest_file_of_one_request_needs_32_mib() {
    let emulator = Emulator::builder().max_body(1 << 30).start().await.unwrap();
    // The most that the service takes in one request.
    let path = file("upload", 512_000_000);
    let measured = measure(&emulator, "upload", &[path.to_str().unwrap()]).await;
    std::fs::remove_file(path).unwrap();
    assert!(
        measured.peak - measured.idle <= 32 * MIB,
        "{} KiB",
        (measured.peak - measured.idle) >> 10
    );
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "takes minutes"]
async fn a_gigabyte_in_parts_needs_32_mib_and_a_part_that_fails_is_sent_again() {
    let emulator = Emulator::builder().max_body(1 << 30).start().await.unwrap();
    let busy = Reply::status(429).header("retry-after-ms", "1").json(json!({}));
    emulator.reply_to("/parts", busy.times(2));
    let path = file("parts", 1_000_000_000);
    let measured = measure(&emulator, "parts", &[path.to_str().unwrap()]).await;
    std::fs::remove_file(path).unwrap();
    // The list of the idle client, the begin, 16 parts, the two that failed, the end.
    assert_eq!(emulator.requests(), 1 + 1 + 16 + 2 + 1);
    assert!(
        measured.peak - measured.idle <= 32 * MIB,
        "{} KiB",
        (measured.peak - measured.idle) >> 10
    );
}
