//! Runs the emulator until it is stopped: `emulator [--port N] [--key KEY] [--lenient]`.

use std::process::ExitCode;
use std::time::Duration;

use openai_azure_emulator::Emulator;

const USAGE: &str = "emulator [--port N] [--key KEY] [--bearer TOKEN] [--deployment NAME] \
                     [--any-deployment] [--time-factor N] [--max-body BYTES] [--lenient] \
                     [--no-validate]";

#[tokio::main]
async fn main() -> ExitCode {
    match run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("{message}");
            ExitCode::FAILURE
        }
    }
}

async fn run() -> Result<(), String> {
    // About as fast as a model writes.
    let mut builder = Emulator::builder().pace(Duration::from_millis(30));
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        let mut value = || arguments.next().ok_or(format!("{argument} needs a value\n{USAGE}"));
        builder = match argument.as_str() {
            "--port" => {
                let port = value()?;
                builder.port(port.parse().map_err(|_| format!("{port} is not a port"))?)
            }
            "--key" => builder.api_key(value()?),
            "--bearer" => builder.bearer(value()?),
            "--deployment" => builder.deployment(value()?),
            "--time-factor" => {
                let factor = value()?;
                builder.time_factor(factor.parse().map_err(|_| format!("{factor}?"))?)
            }
            "--max-body" => {
                let bytes = value()?;
                builder.max_body(bytes.parse().map_err(|_| format!("{bytes}?"))?)
            }
            "--any-deployment" => builder.any_deployment(true),
            "--no-validate" => builder.validate(false),
            "--lenient" => builder.lenient(true),
            "--help" | "-h" => {
                println!("{USAGE}");
                return Ok(());
            }
            _ => return Err(format!("{argument} is unknown\n{USAGE}")),
        };
    }
    let emulator = builder.start().await.map_err(|error| format!("cannot start: {error}"))?;
    println!("export AZURE_OPENAI_ENDPOINT={}", emulator.endpoint());
    println!("export AZURE_OPENAI_API_KEY={}", emulator.api_key());
    std::future::pending().await
}
