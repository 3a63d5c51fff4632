//! Whatever the integration tests print, at full detail and also in panics, holds no secret.
//!
//! The test runs the other test programs of this folder again, that of the client file by file, with
//! every client logging headers and bodies and with every crate's traces at the lowest level, and
//! searches what they print.

use std::collections::BTreeSet;
use std::fmt::Debug;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant, SystemTime};

use openai_azure::error::Error;
use openai_azure::{ApiKey, CallOptions, Credential, Endpoint};
use openai_azure_emulator::{Emulator, Reply};
use openai_azure_tests::planted;

/// A test program, or a file of [`CLIENT`], that takes longer hangs.
const BOUND: Duration = Duration::from_secs(120);
/// The program of many files, which is run for each of them.
const CLIENT: &str = "client";
/// Programs that make no client of their own, or one that would print for minutes, or that prove
/// that nothing of a body is recorded, which full detail does.
const SILENT: [&str; 3] = ["conformance", "observability", "soak"];
/// Set for the test that runs as the child.
const PANIC: &str = "OPENAI_AZURE_TESTS_PANIC";

#[test]
fn nothing_that_the_integration_tests_print_holds_a_secret() {
    let (mut bytes, mut hidden) = (0, 0);
    for (program, name, arguments) in runs() {
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        let (text, succeeded) = printed_by(&self::program(&program), &name, &arguments, None);
        assert!(succeeded, "{name} fails when everything is printed: {}", end_of(&text));
        assert!(text.contains("test result: ok."), "{name} has not run");
        assert!(!text.contains("running 0 tests"), "{name} has no test");
        assert_no_secret(&text, &name);
        let masked = text.matches("REDACTED").count();
        println!("{name}: {} bytes, {masked} values hidden", text.len());
        bytes += text.len();
        hidden += masked;
    }
    println!("searched {bytes} bytes, in which {hidden} values were hidden");
    assert!(bytes > 1_000_000, "too little was printed to prove anything: {bytes} bytes");
    assert!(hidden > 300, "the headers were not printed: {hidden} values hidden");
}

#[test]
fn no_panic_holds_a_secret() {
    let this = std::env::current_exe().unwrap();
    let arguments = ["--exact", "the_child_panics_with_all_it_has", "--nocapture"];
    let (text, succeeded) = printed_by(&this, "panics", &arguments, Some(PANIC));
    assert!(!succeeded, "{text}");
    assert_eq!(text.matches("panicked at").count(), 7, "{text}");
    for shown in ["Credential::api_key", "ClientBuilder", "content_filter", "401", "REDACTED"] {
        assert!(text.contains(shown), "{shown} is not in {text}");
    }
    assert_no_secret(&text, "panics");
}

/// What the child runs. Alone it does nothing.
#[tokio::test]
async fn the_child_panics_with_all_it_has() {
    if std::env::var_os(PANIC).is_none() {
        return;
    }
    let emulator = Emulator::builder().validate(false).start().await.unwrap();
    let builder = || planted::builder().endpoint(emulator.endpoint());
    let key = ApiKey::new(planted::KEY);
    let options = CallOptions::new().header("authorization", planted::TOKEN);
    let client = builder().credential(key.clone()).build().unwrap();
    let credentials = [
        Credential::from(key.clone()),
        Credential::token(planted::TOKEN),
        Credential::provider(|| async { Ok::<_, std::io::Error>(planted::TOKEN.to_owned()) }),
    ];
    let mut panics = 0;
    let mut panic_with = |what: &dyn Debug| {
        let message = format!("{what:?} {what:#?}");
        let caught = std::panic::catch_unwind(|| panic!("{message}"));
        panics += usize::from(caught.is_err());
    };
    panic_with(&(&client, builder().credential(key.clone()).options(options.clone())));
    panic_with(&(&credentials, &key, &options));
    panic_with(&builder().api_key(planted::KEY).credential(credentials[1].clone()).build());

    // A service that repeats what it was sent, in an error and in the middle of a stream.
    let echo = format!(r#"{{"error":{{"code":"content_filter","message":"{}"}}}}"#, planted::KEY);
    emulator.reply(Reply::status(401).body(echo.clone()));
    let error: Error = client.chat("d").user("?").send().await.unwrap_err();
    panic_with(&error);
    emulator.reply(Reply::status(200).body(format!("data: {{}}\n\ndata: {echo}\n\n")));
    let mut stream = client.chat("d").user("?").stream().await.unwrap();
    while let Ok(Some(_)) = stream.try_next().await {}
    panic_with(&stream);
    panic_with(&Endpoint::dated(&format!("https://me:{}@r.example", planted::PASSWORD)));
    panic!("{panics} panics were caught");
}

/// What is run: the program, the name of what runs, and the arguments.
fn runs() -> Vec<(String, String, Vec<String>)> {
    let mut programs = names_in("tests");
    assert!(programs.remove("secrets") && programs.remove(CLIENT));
    programs.retain(|name| !SILENT.contains(&name.as_str()));
    let whole = |name: String| (name.clone(), name, vec!["--nocapture".to_owned()]);
    let mut files = names_in("tests/client");
    assert!(files.remove("main"));
    // A filter takes what contains it: `tools::` would take `response_tools::`, too.
    let longer = |file: &String, other: &&String| *other != file && other.ends_with(file.as_str());
    let of_client = files.iter().map(|file| {
        let mut arguments = vec!["--nocapture".to_owned(), format!("{file}::")];
        for other in files.iter().filter(|other| longer(file, other)) {
            arguments.extend(["--skip".to_owned(), format!("{other}::")]);
        }
        (CLIENT.to_owned(), file.clone(), arguments)
    });
    programs.into_iter().map(whole).chain(of_client).collect()
}

/// The names of the programs, or of the files of a program, by what is in the folder.
fn names_in(folder: &str) -> BTreeSet<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let stem = |path: PathBuf| path.file_stem().unwrap().to_string_lossy().into_owned();
    let is_program = |path: &PathBuf| {
        path.join("main.rs").exists() || path.extension().is_some_and(|e| e == "rs")
    };
    let paths = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    paths.filter(is_program).map(stem).collect()
}

/// The newest build of a test program: it lies beside this one.
fn program(name: &str) -> PathBuf {
    let this = std::env::current_exe().unwrap();
    let is_build = |path: &PathBuf| {
        let file = path.file_name().unwrap().to_string_lossy().into_owned();
        let file = file.strip_suffix(std::env::consts::EXE_SUFFIX).unwrap_or(&file);
        file.rsplit_once('-').is_some_and(|(stem, hash)| {
            stem == name && hash.len() == 16 && hash.bytes().all(|byte| byte.is_ascii_hexdigit())
        })
    };
    let built = |path: &PathBuf| -> SystemTime { path.metadata().unwrap().modified().unwrap() };
    let beside = std::fs::read_dir(this.parent().unwrap()).unwrap();
    let builds = beside.map(|entry| entry.unwrap().path()).filter(is_build);
    builds.max_by_key(built).unwrap_or_else(|| {
        panic!("{name} is not built: run `cargo test -p openai-azure-tests --no-run` before")
    })
}

/// Runs a program, and gives what it printed and whether it succeeded.
fn printed_by(
    program: &Path,
    name: &str,
    arguments: &[&str],
    variable: Option<&str>,
) -> (String, bool) {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("printed-by-{name}"));
    let file = File::create(&path).unwrap();
    let mut child = Command::new(program)
        .args(arguments)
        .env(planted::PRINT_EVERYTHING, "1")
        .envs(variable.map(|name| (name, "1")))
        .env("RUST_BACKTRACE", "1")
        // Its requests were kept the first time.
        .env_remove("OPENAI_AZURE_EMULATOR_KEEP")
        .env_remove("OPENAI_AZURE_KEPT")
        .stdin(Stdio::null())
        .stdout(file.try_clone().unwrap())
        .stderr(file)
        .spawn()
        .unwrap();
    let start = Instant::now();
    let status = loop {
        if let Some(status) = child.try_wait().unwrap() {
            break status;
        }
        if start.elapsed() > BOUND {
            child.kill().unwrap();
            child.wait().unwrap();
            panic!("{name} does not end");
        }
        std::thread::sleep(Duration::from_millis(20));
    };
    let bytes = std::fs::read(&path).unwrap();
    std::fs::remove_file(&path).unwrap();
    (String::from_utf8_lossy(&bytes).into_owned(), status.success())
}

/// The message hides the secret too.
#[track_caller]
fn assert_no_secret(text: &str, name: &str) {
    for secret in planted::ALL {
        if let Some(line) = text.lines().find(|line| line.contains(secret)) {
            panic!("{name} prints {}…: {}", &secret[..12], line.replace(secret, "[SECRET]"));
        }
    }
}

fn end_of(text: &str) -> String {
    let lines: Vec<&str> = text.lines().collect();
    lines[lines.len().saturating_sub(60)..].join("\n")
}
