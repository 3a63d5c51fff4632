//! Runs the emulator until it is stopped; `--help` lists the options.

mod arguments;

use std::io::{self, Write as _};
use std::process::ExitCode;

use arguments::{Arguments, Request};
use openai_azure_emulator::Emulator;

/// The status of a wrong command line, as of most programs.
const USAGE: u8 = 2;

#[tokio::main]
async fn main() -> ExitCode {
    let arguments = match arguments::parse(std::env::args_os().skip(1)) {
        Ok(Request::Run(arguments)) => *arguments,
        Ok(Request::Print(text)) => {
            print(text);
            return ExitCode::SUCCESS;
        }
        Err(message) => {
            eprintln!("error: {message}\n\nTry --help.");
            return ExitCode::from(USAGE);
        }
    };
    match run(arguments).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("error: {message}");
            ExitCode::FAILURE
        }
    }
}

async fn run(arguments: Arguments) -> Result<(), String> {
    let Arguments { builder, port, replay } = arguments;
    let emulator = builder.start().await.map_err(|error| match error.kind() {
        io::ErrorKind::AddrInUse => {
            format!("port {port} of 127.0.0.1 is in use: take another one, or 0 for a free one")
        }
        _ => format!("the emulator cannot start: {error}"),
    })?;
    for path in replay {
        emulator.replay(path).map_err(|error| error.to_string())?;
    }
    print(&variables(&emulator));
    std::future::pending().await
}

/// What a shell can read.
fn variables(emulator: &Emulator) -> String {
    format!(
        "export AZURE_OPENAI_ENDPOINT={}\nexport AZURE_OPENAI_API_KEY={}\n",
        emulator.endpoint(),
        emulator.api_key()
    )
}

/// Prints without a panic where nobody reads.
fn print(text: &str) {
    let mut out = io::stdout().lock();
    let _ = out.write_all(text.as_bytes()).and_then(|()| out.flush());
}

/// The help names every option that is parsed.
#[test]
fn the_help_and_the_options_agree() {
    for option in arguments::OPTIONS {
        assert!(
            arguments::HELP.contains(&format!("{option} "))
                || arguments::HELP.contains(&format!("{option}\n")),
            "{option}"
        );
    }
}
