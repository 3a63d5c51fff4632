//! The code of READMEs, crate pages and guides runs as it is shown, with nothing set but endpoint
//! and key.

use std::process::Stdio;

use openai_azure::Client;
use openai_azure_emulator::Emulator;
use openai_azure_guides::SNIPPETS;

/// At least so many are run: none gets lost unnoticed.
const RUN: usize = 50;

/// Runs all snippets in the process and the folder that the test below makes for them.
#[test]
#[ignore = "run by the other test, with an environment of its own"]
fn all() {
    let mut failed = Vec::new();
    for snippet in SNIPPETS.iter().filter(|snippet| snippet.is_run) {
        println!("== {}", snippet.place);
        if let Err(error) = (snippet.run)() {
            failed.push(format!("{}: {error}", snippet.place));
        }
    }
    assert!(failed.is_empty(), "{} failed:\n{}", failed.len(), failed.join("\n"));
}

#[tokio::test]
async fn the_snippets_run_with_nothing_but_endpoint_and_key() {
    let emulator = Emulator::start().await.unwrap();
    let client = Client::builder().endpoint(emulator.endpoint()).api_key(emulator.api_key());
    let png = client.build().unwrap().generate_image("gpt-image-2", "a cat").send().await.unwrap();
    let folder = std::env::temp_dir().join(format!("openai-azure-guides-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("talk.mp3"), b"ID3....audio").unwrap();
    std::fs::write(folder.join("cat.png"), png.data[0].bytes().unwrap()).unwrap();
    std::fs::write(folder.join("manual.txt"), "Cats sleep sixteen hours a day.\n").unwrap();
    let mut child = tokio::process::Command::new(std::env::current_exe().unwrap());
    for (name, _) in std::env::vars().filter(|(name, _)| name.contains("OPENAI")) {
        child.env_remove(name);
    }
    let child = child
        .args(["--exact", "all", "--ignored", "--nocapture"])
        .current_dir(&folder)
        .env("AZURE_OPENAI_ENDPOINT", emulator.endpoint())
        .env("AZURE_OPENAI_API_KEY", emulator.api_key())
        .stdin(Stdio::null())
        .output()
        .await
        .unwrap();
    std::fs::remove_dir_all(folder).unwrap();
    let text = String::from_utf8_lossy(&child.stdout);
    let errors = String::from_utf8_lossy(&child.stderr);
    assert!(child.status.success() && text.contains("1 passed"), "{text}\n{errors}");
    let run = SNIPPETS.iter().filter(|snippet| snippet.is_run).count();
    assert!(run >= RUN, "{run} are run");
    assert!(emulator.requests() >= RUN as u64, "{} requests", emulator.requests());
}
