//! The command line.

use std::ffi::OsString;
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use openai_azure_emulator::{Builder, Emulator};

pub(crate) const HELP: &str = "\
A server on 127.0.0.1 that speaks the Azure OpenAI data plane: for tests and work offline.

Usage: openai-azure-emulator [OPTIONS]

It prints the lines that set AZURE_OPENAI_ENDPOINT and AZURE_OPENAI_API_KEY, and runs until it is
stopped. Nothing leaves this computer.

Options:
      --port PORT          port to listen on, 0 for a free one [default: 0]
      --key KEY            key that is accepted in the header api-key [default: emulator-key]
      --bearer TOKEN       token that is accepted in Authorization [default: emulator-token]

      --deployment NAME    adds a deployment to the usual ones; can be given several times
      --any-deployment     accepts a deployment of any name
      --lenient            accepts fields that the document of the api-version does not declare
      --no-validate        does not check requests against the documents
      --spec FOLDER        reads the documents, VERSION.json each, from this folder
      --max-body BYTES     the largest body of a request that is accepted [default: 268435456]

      --pace MS            waits between the events of a stream [default: 30]
      --background MS      how long a response in the background takes [default: two reads]
      --time-factor N      runs the clock of jobs so many times as fast; 86400: a day in a second
      --max-batch-lines N  the most lines of a batch [default: 100000]

      --examples           every operation returns an example of its schema
      --replay FILE        sends the response of a recorded exchange, a JSON file with `request` and
                           `response`, to the next request of its operation; several times: in turn
      --journal FILE       writes each request into this file, one JSON object per line

  -h, --help               prints this
  -V, --version            prints the version

Example:
  openai-azure-emulator --port 8080 &
  curl http://127.0.0.1:8080/openai/v1/chat/completions -H 'api-key: emulator-key' \\
      -H 'content-type: application/json' \\
      -d '{\"model\": \"gpt-5.6-terra\", \"messages\": [{\"role\": \"user\", \"content\": \"Hello\"}]}'
";

/// Every option, for a suggestion where one is misspelt.
pub(crate) const OPTIONS: [&str; 17] = [
    "--port",
    "--key",
    "--bearer",
    "--deployment",
    "--any-deployment",
    "--lenient",
    "--no-validate",
    "--spec",
    "--max-body",
    "--pace",
    "--background",
    "--time-factor",
    "--max-batch-lines",
    "--examples",
    "--replay",
    "--journal",
    "--help",
];

/// What the command line asks for.
pub(crate) enum Request {
    Run(Box<Arguments>),
    Print(&'static str),
}

/// An emulator to be started.
pub(crate) struct Arguments {
    pub(crate) builder: Builder,
    pub(crate) port: u16,
    pub(crate) replay: Vec<PathBuf>,
}

/// Reads the arguments behind the name of the program. A value may also stand behind `=`.
pub(crate) fn parse(arguments: impl Iterator<Item = OsString>) -> Result<Request, String> {
    // About as fast as a model writes.
    let mut builder = Emulator::builder().pace(Duration::from_millis(30));
    let (mut port, mut replay) = (0, Vec::new());
    let mut arguments = arguments.map(|argument| {
        argument.into_string().map_err(|argument| format!("{argument:?} is not UTF-8"))
    });
    while let Some(argument) = arguments.next().transpose()? {
        let (option, mut inline) = match argument.split_once('=') {
            Some((option, value)) if option.starts_with("--") => (option, Some(value.to_owned())),
            _ => (argument.as_str(), None),
        };
        let mut value = |what: &str| -> Result<String, String> {
            let value = match inline.take() {
                Some(value) => Some(value),
                None => arguments.next().transpose()?,
            };
            value.ok_or_else(|| format!("{option} needs {what}"))
        };
        builder = match option {
            "--port" => {
                port = number(option, &value("a port")?, "a port from 0 to 65535")?;
                builder.port(port)
            }
            "--key" => builder.api_key(value("a key")?),
            "--bearer" => builder.bearer(value("a token")?),
            "--deployment" => builder.deployment(value("a name")?),
            "--any-deployment" => builder.any_deployment(true),
            "--lenient" => builder.lenient(true),
            "--no-validate" => builder.validate(false),
            "--spec" => builder.spec(value("a folder")?),
            "--max-body" => {
                builder.max_body(number(option, &value("bytes")?, "a number of bytes")?)
            }
            "--pace" => builder.pace(millis(option, &value("milliseconds")?)?),
            "--background" => builder.background(millis(option, &value("milliseconds")?)?),
            "--time-factor" => builder.time_factor(factor(option, &value("a factor")?)?),
            "--max-batch-lines" => {
                builder.max_batch_lines(number(option, &value("a number")?, "a number of lines")?)
            }
            "--examples" => builder.examples(true),
            "--replay" => {
                replay.push(value("a file")?.into());
                builder
            }
            "--journal" => builder.journal_file(value("a file")?),
            "--help" | "-h" => return Ok(Request::Print(HELP)),
            "--version" | "-V" => {
                return Ok(Request::Print(concat!(
                    "openai-azure-emulator ",
                    env!("CARGO_PKG_VERSION"),
                    "\n"
                )));
            }
            _ => return Err(unknown(option)),
        };
        if inline.is_some() {
            return Err(format!("{option} takes no value"));
        }
    }
    Ok(Request::Run(Box::new(Arguments { builder, port, replay })))
}

fn number<T: FromStr>(option: &str, value: &str, what: &str) -> Result<T, String> {
    value.parse().map_err(|_| format!("{option} needs {what}, not {value:?}"))
}

fn millis(option: &str, value: &str) -> Result<Duration, String> {
    number(option, value, "a number of milliseconds").map(Duration::from_millis)
}

fn factor(option: &str, value: &str) -> Result<f64, String> {
    let factor: f64 = number(option, value, "a factor above 0")?;
    let is_usable = factor.is_finite() && factor > 0.0;
    is_usable
        .then_some(factor)
        .ok_or_else(|| format!("{option} needs a factor above 0, not {value:?}"))
}

/// An option that there is not, and the one that was probably meant.
fn unknown(option: &str) -> String {
    let close = OPTIONS.into_iter().min_by_key(|known| distance(option, known));
    match close.filter(|known| distance(option, known) <= 3) {
        Some(close) => format!("the option {option:?} is unknown; did you mean {close}?"),
        None => format!("the option {option:?} is unknown"),
    }
}

/// How many characters must be changed, put in or left out.
fn distance(a: &str, b: &str) -> usize {
    let mut row: Vec<usize> = (0..=b.chars().count()).collect();
    for (at, left) in a.chars().enumerate() {
        let mut diagonal = std::mem::replace(&mut row[0], at + 1);
        for (to, right) in b.chars().enumerate() {
            let changed = diagonal + usize::from(left != right);
            diagonal = row[to + 1];
            row[to + 1] = changed.min(diagonal + 1).min(row[to] + 1);
        }
    }
    row.last().copied().unwrap_or_default()
}
