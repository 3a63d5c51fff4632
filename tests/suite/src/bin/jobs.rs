//! Jobs that are measured, or killed and started again:
//!
//! ```text
//! jobs batch ENDPOINT KEY FOLDER LINES   runs a batch job, and writes the IDs of its results
//! jobs upload ENDPOINT KEY FILE          uploads a file with one request
//! jobs parts ENDPOINT KEY FILE           uploads a file in parts
//! ```
//!
//! Each prints its peak memory, and what of it was there before the work began.

use std::io::Write as _;
use std::path::Path;
use std::time::Duration;

use openai_azure::batches::{BatchLimits, BatchLine};
use openai_azure::{CallOptions, Client, Polling, RetryPolicy, Upload};

type Failure = Box<dyn std::error::Error>;

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [what, endpoint, key, path, rest @ ..] = arguments.as_slice() else {
        return Err("jobs batch|upload|parts ENDPOINT KEY PATH [LINES]".into());
    };
    let client = Client::builder().endpoint(endpoint.as_str()).api_key(key.as_str()).build()?;
    // A connection and TLS settings are there before the work begins.
    client.files().list().send().await?;
    let idle = peak();
    match what.as_str() {
        "batch" => {
            let lines = rest.first().map_or(Ok(1_000), |lines| lines.parse())?;
            batch(&client, Path::new(path), lines).await?;
        }
        "upload" => {
            let options = CallOptions::new().retry(RetryPolicy::none());
            let files = client.files().options(options);
            let file = files.upload(Upload::path(path), "fine-tune").send().await?;
            println!("{} bytes", file.bytes);
        }
        "parts" => {
            // The service has it on v1 too, where no document names it.
            let uploads = client.uploads().options(CallOptions::new().any_version(true));
            let file = uploads.create(path, "fine-tune").send().await?;
            println!("{} bytes", file.bytes);
        }
        other => return Err(format!("{other} is unknown").into()),
    }
    let peak = peak();
    println!("peak {peak} KiB, idle {idle} KiB, {} KiB above idle", peak - idle);
    Ok(())
}

/// Runs a job in a folder. It can be killed at any time, and run again.
async fn batch(client: &Client, folder: &Path, lines: u64) -> Result<(), Failure> {
    // Ten batches, so that there are moments between them.
    let limits = BatchLimits::new().lines(lines.div_ceil(10).min(100_000));
    let ask = client.clone();
    let lines = (0..lines).map(move |number| {
        let chat = ask.chat("gpt-4o").user(format!("What is {number}?"));
        BatchLine::chat(format!("line-{number}"), &chat)
    });
    let polling = Polling::new().every(Duration::from_millis(20));
    let batches = client.batches().polling(polling);
    let mut job = batches.job().dir(folder).limits(limits).start(lines).await?;
    job.wait().await?;
    // The results appear when all are there.
    let (made, place) = (folder.join("results.tmp"), folder.join("results.txt"));
    let mut file = std::io::BufWriter::new(std::fs::File::create(&made)?);
    let mut results = job.results();
    while let Some(result) = results.try_next().await? {
        let is_good = result.outcome.is_ok_and(|response| response.chat().is_ok());
        writeln!(file, "{} {is_good}", result.custom_id)?;
    }
    file.flush()?;
    std::fs::rename(made, place)?;
    Ok(())
}

/// The most memory of this process so far, in KiB; 0 where the system does not tell.
fn peak() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.split_whitespace().next()?.parse().ok()).unwrap_or(0)
}
