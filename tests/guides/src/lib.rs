//! The code of the READMEs, the crate pages and the guides, as functions.
//!
//! `build/main.rs` documents how they come about. The test `snippets` runs them against the emulator;
//! the test `links` follows the links of the texts.

use std::time::Duration;

/// What can go wrong in the code of a text.
pub type Failure = Box<dyn std::error::Error + Send + Sync>;

/// How the code of a text ends.
pub type Outcome = Result<(), Failure>;

/// The longest that one of them may take.
const LIMIT: Duration = Duration::from_secs(60);

/// Code of a text.
#[derive(Debug)]
pub struct Snippet {
    /// File and line, such as `docs/batches.md:12`.
    pub place: &'static str,
    /// Whether it can run with nothing but endpoint and key.
    pub is_run: bool,
    /// The code.
    pub run: fn() -> Outcome,
}

#[allow(warnings, clippy::all, reason = "the code is what readers see")]
mod generated {
    use super::{IntoOutcome, Outcome, Snippet, block_on};

    include!(concat!(env!("OUT_DIR"), "/snippets.rs"));
}

pub use generated::SNIPPETS;

/// What `main` returns.
trait IntoOutcome {
    fn outcome(self) -> Outcome;
}

impl IntoOutcome for () {
    fn outcome(self) -> Outcome {
        Ok(())
    }
}

impl<E: std::fmt::Display> IntoOutcome for Result<(), E> {
    fn outcome(self) -> Outcome {
        self.map_err(|error| error.to_string().into())
    }
}

/// Runs code in a runtime of its own.
fn block_on(code: impl Future<Output = Outcome>) -> Outcome {
    let runtime = tokio::runtime::Runtime::new()?;
    let done = runtime.block_on(async { tokio::time::timeout(LIMIT, code).await });
    runtime.shutdown_background();
    done.unwrap_or_else(|_| Err(format!("not done after {LIMIT:?}").into()))
}
