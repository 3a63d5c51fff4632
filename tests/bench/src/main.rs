//! This crate beside async-openai and beside bare reqwest: the same work against the same canned
//! server over loopback.
//!
//! `openai-azure-bench WORK WAY SIZE` does `WORK` in one way, `SIZE` times, and prints what it
//! counted. The server is a child process, so that only the client is counted. `cargo xtask bench`
//! runs everything twice, with two sizes, and writes the differences into `BENCHMARKS.md`: what
//! starting costs cancels out.

mod canned;
mod floor;
mod memory;
mod ours;
#[cfg(not(feature = "without-peer"))]
mod peer;
mod server;
mod usage;

use std::process::ExitCode;

use server::Server;

/// What was done.
type Done = Result<usize, Box<dyn std::error::Error>>;

#[global_allocator]
static ALLOCATOR: usage::Counting = usage::Counting;

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    let outcome = match args[..] {
        ["serve", work, size] => size
            .parse()
            .map_err(Into::into)
            .and_then(|size| server::serve(work, size).map(|()| 0).map_err(Into::into)),
        [work, way, size] => {
            size.parse().map_err(Into::into).and_then(|size| measure(work, way, size))
        }
        _ => Err("usage: openai-azure-bench WORK WAY SIZE".into()),
    };
    match outcome {
        Ok(_) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Does the work and prints one figure per line.
fn measure(work: &str, way: &str, size: usize) -> Done {
    if let Some(outcome) = memory::run(work, way, size) {
        return outcome.inspect(|done| usage::print(*done));
    }
    let server = Server::spawn(work, size)?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let port = server.port();
    let done = runtime.block_on(async {
        match way {
            "floor" => floor::run(work, port, size).await,
            #[cfg(not(feature = "without-peer"))]
            "peer" => peer::run(work, port, size).await,
            "ours" => ours::run(work, port, size).await,
            _ => Err(format!("no such way: {way}").into()),
        }
    })?;
    usage::print(done);
    Ok(done)
}

/// A file of `size` bytes for uploads; the same one is used again.
fn file(size: usize) -> std::io::Result<std::path::PathBuf> {
    let path = std::env::temp_dir().join(format!("openai-azure-bench-{size}.jsonl"));
    if std::fs::metadata(&path).is_ok_and(|known| known.len() == size as u64) {
        return Ok(path);
    }
    let line = b"{\"custom_id\":\"1\",\"method\":\"POST\",\"url\":\"/chat/completions\"}\n";
    let bytes: Vec<u8> = line.iter().copied().cycle().take(size).collect();
    std::fs::write(&path, bytes)?;
    Ok(path)
}
