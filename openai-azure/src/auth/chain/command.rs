//! Running `az` and `azd`.

use std::ffi::OsStr;
use std::io;
use std::process::{Output, Stdio};
use std::time::Duration;

use azure_identity::Executor;
use tokio::process::Command;

/// How long a command may take: starting `az` alone takes seconds on a slow machine.
const LIMIT: Duration = Duration::from_secs(15);

/// Runs a command that ends in time, asks nobody, and does not outlive a dropped call.
#[derive(Debug)]
pub(super) struct BoundedCommand {
    limit: Duration,
}

impl Default for BoundedCommand {
    fn default() -> Self {
        Self { limit: LIMIT }
    }
}

#[async_trait::async_trait]
impl Executor for BoundedCommand {
    async fn run(&self, program: &OsStr, args: &[&OsStr]) -> io::Result<Output> {
        let mut command = Command::new(program);
        command.args(args).stdin(Stdio::null()).kill_on_drop(true);
        tokio::time::timeout(self.limit, command.output()).await.unwrap_or_else(|_| {
            let message = format!("no answer within {:?}", self.limit);
            Err(io::Error::new(io::ErrorKind::TimedOut, message))
        })
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    async fn shell(limit: Duration, line: &str) -> io::Result<Output> {
        let args = [OsStr::new("-c"), OsStr::new(line)];
        BoundedCommand { limit }.run(OsStr::new("/bin/sh"), &args).await
    }

    #[tokio::test]
    async fn gives_what_a_command_prints() {
        let output = shell(LIMIT, "echo out; echo err >&2; exit 3").await.unwrap();
        assert_eq!(output.stdout, b"out\n");
        assert_eq!(output.stderr, b"err\n");
        assert_eq!(output.status.code(), Some(3));
    }

    #[tokio::test]
    async fn a_command_that_hangs_is_ended() {
        let error = shell(Duration::from_millis(100), "exec sleep 60").await.unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::TimedOut);
    }

    #[tokio::test]
    async fn a_command_that_waits_for_input_gets_none() {
        let output = shell(LIMIT, "cat").await.unwrap();
        assert!(output.status.success() && output.stdout.is_empty());
    }
}
