//! The binary: its help, its errors, its journal and its replayed responses.

#![allow(clippy::unwrap_used)]

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Command, Output, Stdio};

use serde_json::{Value, json};

fn emulator() -> Command {
    Command::new(env!("CARGO_BIN_EXE_openai-azure-emulator"))
}

fn run(arguments: &[&str]) -> Output {
    emulator().args(arguments).stdin(Stdio::null()).output().unwrap()
}

fn refused(arguments: &[&str]) -> String {
    let output = run(arguments);
    assert_eq!(output.status.code(), Some(2), "{arguments:?}");
    assert!(output.stdout.is_empty());
    String::from_utf8(output.stderr).unwrap()
}

/// A binary that runs, and ends with the test.
struct Running {
    child: Child,
    host: String,
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Running {
    fn start(arguments: &[&str]) -> Self {
        let mut child = emulator().args(arguments).stdout(Stdio::piped()).spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let line = lines.next().unwrap().unwrap();
        let host = line.strip_prefix("export AZURE_OPENAI_ENDPOINT=http://").unwrap().to_owned();
        assert_eq!(lines.next().unwrap().unwrap(), "export AZURE_OPENAI_API_KEY=emulator-key");
        Self { child, host }
    }

    /// Head and body of the response.
    fn chat(&self, body: &Value) -> String {
        let body = body.to_string();
        let mut stream = TcpStream::connect(&self.host).unwrap();
        let head = "POST /openai/v1/chat/completions HTTP/1.1\r\nhost: localhost\r\n\
                    connection: close\r\napi-key: emulator-key\r\ncontent-type: application/json";
        write!(stream, "{head}\r\ncontent-length: {}\r\n\r\n{body}", body.len()).unwrap();
        let mut response = String::new();
        stream.read_to_string(&mut response).unwrap();
        response
    }
}

fn file(name: &str, content: &str) -> PathBuf {
    let path = std::env::temp_dir().join(format!("emulator-{}-{name}", std::process::id()));
    std::fs::write(&path, content).unwrap();
    path
}

#[test]
fn the_help_goes_to_stdout_and_names_the_options() {
    for flag in ["--help", "-h"] {
        let output = run(&[flag]);
        assert!(output.status.success() && output.stderr.is_empty());
        let text = String::from_utf8(output.stdout).unwrap();
        for word in ["Usage: openai-azure-emulator", "--port PORT", "--time-factor", "--journal"] {
            assert!(text.contains(word), "{word}");
        }
        assert!(text.lines().all(|line| line.len() <= 100));
    }
    let version = run(&["--version"]).stdout;
    let expected = concat!("openai-azure-emulator ", env!("CARGO_PKG_VERSION"), "\n");
    assert_eq!(String::from_utf8(version).unwrap(), expected);
}

#[test]
fn a_wrong_command_line_is_refused_with_what_is_wrong_with_it() {
    for (arguments, expected) in [
        (&["--prot", "8080"][..], "the option \"--prot\" is unknown; did you mean --port?"),
        (&["--frobnicate"], "the option \"--frobnicate\" is unknown\n"),
        (&["8080"], "the option \"8080\" is unknown"),
        (&["--port"], "--port needs a port"),
        (&["--port", "eighty"], "--port needs a port from 0 to 65535, not \"eighty\""),
        (&["--port", "70000"], "--port needs a port from 0 to 65535, not \"70000\""),
        (&["--time-factor", "-1"], "--time-factor needs a factor above 0, not \"-1\""),
        (&["--time-factor=NaN"], "--time-factor needs a factor above 0, not \"NaN\""),
        (&["--max-body", "1GB"], "--max-body needs a number of bytes, not \"1GB\""),
        (&["--pace", "fast"], "--pace needs a number of milliseconds, not \"fast\""),
        (&["--lenient=yes"], "--lenient takes no value"),
    ] {
        let text = refused(arguments);
        assert!(text.starts_with(&format!("error: {expected}")), "{text}");
        assert!(text.ends_with("Try --help.\n"), "{text}");
    }
}

#[test]
fn a_port_in_use_a_missing_folder_and_a_wrong_recording_are_named() {
    let other = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = other.local_addr().unwrap().port().to_string();
    let wrong = file("wrong.json", "{}");
    let wrong = wrong.to_str().unwrap();
    for (arguments, expected) in [
        (&["--port", &port][..], format!("port {port} of 127.0.0.1 is in use")),
        (&["--spec", "no/such/folder"], "no/such/folder cannot be read".to_owned()),
        (&["--journal", "no/such/folder/a"], "no/such/folder/a cannot be written".to_owned()),
        (&["--replay", "no-such.json"], "no-such.json cannot be read".to_owned()),
        (&["--replay", wrong], format!("{wrong} is no recorded exchange")),
    ] {
        let output = run(arguments);
        assert_eq!(output.status.code(), Some(1));
        let text = String::from_utf8(output.stderr).unwrap();
        assert!(text.starts_with("error: ") && text.contains(&expected), "{text}");
    }
}

#[test]
fn it_replays_a_recording_and_writes_its_journal() {
    let exchange = json!({
        "request": {"method": "POST", "uri": "https://x/openai/deployments/d/chat/completions"},
        "response": {"status": 429, "headers": {"retry-after": "7"}, "body": {"error": {}}},
    });
    let recording = file("recording.json", &exchange.to_string());
    let journal = file("journal.jsonl", "old\n");
    let (replay, written) = (recording.to_str().unwrap(), journal.to_str().unwrap());
    let running = Running::start(&["--replay", replay, &format!("--journal={written}")]);
    let body = json!({"model": "gpt-5.6-terra", "messages": [{"role": "user", "content": "Hi"}]});
    let first = running.chat(&body);
    assert!(first.starts_with("HTTP/1.1 429") && first.contains("retry-after: 7"), "{first}");
    assert!(running.chat(&body).starts_with("HTTP/1.1 200"));
    assert!(running.chat(&json!({"model": "gpt-5.6-terra"})).starts_with("HTTP/1.1 400"));
    let text = std::fs::read_to_string(&journal).unwrap();
    let lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines.len(), 3);
    assert_eq!((&lines[1]["method"], &lines[1]["body"]), (&json!("POST"), &body));
    assert_eq!(lines[1]["violations"], json!([]));
    assert!(lines[2]["violations"][0].as_str().unwrap().contains("messages"));
    assert!(!text.contains("emulator-key"), "credentials are left out");
    drop(running);
    for path in [recording, journal] {
        std::fs::remove_file(path).unwrap();
    }
}
