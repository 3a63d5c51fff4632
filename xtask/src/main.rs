//! Runs the commands of the crate.

use std::process::ExitCode;

fn main() -> ExitCode {
    xtask::main()
}
