//! The snippets of README and crate documentation run as they are shown, with nothing set but
//! endpoint and key.

#![allow(unused_variables, reason = "the snippets are what readers see")]

use std::process::Stdio;

use openai_azure_emulator::Emulator;
use openai_azure_tests::planted;

const THIS: &str = include_str!("readme.rs");
const README: &str = include_str!("../../../openai-azure/README.md");
const FRONT: &str = include_str!("../../../README.md");
const CRATE: &str = include_str!("../../../openai-azure/src/lib.rs");

type Done = Result<(), openai_azure::Error>;

#[rustfmt::skip]
async fn readme_chat() -> Done {
    use openai_azure::Client;

    let client = Client::from_env()?;
    let chat = client.chat("gpt-5.6-terra").developer("Be brief.").user("Why is the sky blue?");
    println!("{}", chat.send().await?.text());
    Ok(())
}

#[rustfmt::skip]
async fn readme_errors(client: openai_azure::Client, text: &str) -> Done {
    use openai_azure::Error;

    match client.chat("gpt-5.6-terra").user(text).send().await {
        Err(Error::Api(e)) if e.is_content_filter() => eprintln!("blocked: {:?}", e.content_filter()),
        Err(Error::Api(e)) if e.status() == 429 => eprintln!("again in {:?}", e.retry_after()),
        other => println!("{}", other?.text()),
    }
    Ok(())
}

#[rustfmt::skip]
async fn readme_structured(client: openai_azure::Client) -> Done {
    #[derive(schemars::JsonSchema, serde::Deserialize)]
    struct Recipe {
        title: String,
        steps: Vec<String>,
    }

    let chat = client.chat("gpt-5.6-luna").user("How do I make pancakes?");
    let recipe = chat.respond_as::<Recipe>().await?.into_inner().value;
    println!("{}: {} steps", recipe.title, recipe.steps.len());
    Ok(())
}

#[rustfmt::skip]
async fn readme_more(client: openai_azure::Client) -> Done {
    use openai_azure::Upload;

    let response = client.respond("gpt-5.6-terra").user("Why is the sky blue?").send().await?;
    let vectors = client.embed("text-embedding-3-large").input(["red", "blue"]).send().await?;

    let talk = Upload::path("talk.mp3");
    let transcript = client.transcribe("gpt-4o-mini-transcribe", talk).send().await?;
    let speech = client.speak("gpt-4o-mini-tts", "Hello").voice("coral").send().await?;

    let image = client.generate_image("gpt-image-2", "A crab that writes Rust").send().await?;
    let cat = Upload::path("cat.png");
    let edited = client.edit_image("gpt-image-2", "Give the cat a hat.", cat).send().await?;
    Ok(())
}

#[rustfmt::skip]
async fn readme_request(client: openai_azure::Client) -> Done {
    use openai_azure::Method;
    use serde_json::json;

    let body = json!({"model": "gpt-5.6-terra", "input": "A long conversation."});
    let compacted = client.request(Method::POST, "/responses/compact").json(&body).send().await?;
    println!("{}", compacted["output"]);
    Ok(())
}

#[rustfmt::skip]
async fn front() -> Done {
    use openai_azure::Client;

    let client = Client::from_env()?;

    let chat = client.chat("gpt-5.6-terra").developer("Be brief.").user("Why is the sky blue?");
    println!("{}", chat.send().await?.text());

    let mut stream = client.chat("gpt-5.6-terra").user("Count to ten.").stream().await?;
    while let Some(chunk) = stream.try_next().await? {
        print!("{}", chunk.text());
    }
    Ok(())
}

/// Runs all snippets in the process and the folder that the test below makes for them.
#[tokio::test]
#[ignore = "run by the other test, with an environment of its own"]
async fn snippets() {
    let client = || openai_azure::Client::from_env().unwrap();
    readme_chat().await.unwrap();
    readme_errors(client(), "Why?").await.unwrap();
    readme_errors(client(), "[filter]").await.unwrap();
    readme_structured(client()).await.unwrap();
    readme_more(client()).await.unwrap();
    // The emulator has no such path: the request itself is what counts.
    let compact = readme_request(client()).await;
    assert!(
        compact.is_ok() || compact.is_err_and(|e| e.as_api().is_some_and(|e| e.status() == 404))
    );
    front().await.unwrap();
}

#[tokio::test]
async fn the_snippets_run_with_nothing_but_endpoint_and_key() {
    let emulator = Emulator::start().await.unwrap();
    let client = planted::builder().endpoint(emulator.endpoint()).api_key(emulator.api_key());
    let png = client.build().unwrap().generate_image("gpt-image-2", "a cat").send().await.unwrap();
    let folder = std::env::temp_dir().join(format!("openai-azure-readme-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("talk.mp3"), b"ID3....audio").unwrap();
    std::fs::write(folder.join("cat.png"), png.data[0].bytes().unwrap()).unwrap();
    let child = tokio::process::Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "snippets", "--ignored", "--nocapture"])
        .current_dir(&folder)
        .env_remove("OPENAI_API_VERSION")
        .env_remove("AZURE_OPENAI_API_VERSION")
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
    assert!(emulator.requests() >= 12, "{}", emulator.requests());
}

/// Code without white space, so that indentation does not count.
fn dense(code: &str) -> String {
    code.chars().filter(|c| !c.is_whitespace()).collect()
}

/// The Rust snippets of a text in Markdown, without their hidden lines.
fn rust_snippets(markdown: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut current: Option<String> = None;
    for line in markdown.lines() {
        let is_fence = line.starts_with("```");
        match &mut current {
            None if line.starts_with("```rust") || line == "```no_run" => {
                current = Some(String::new());
            }
            Some(_) if is_fence => found.extend(current.take()),
            Some(code) if !line.starts_with("# ") => {
                code.push_str(line);
                code.push('\n');
            }
            _ => {}
        }
    }
    found
}

#[test]
fn what_runs_here_is_what_the_texts_show() {
    let here = dense(THIS);
    let docs: Vec<&str> = CRATE
        .lines()
        .take_while(|line| line.starts_with("//!"))
        .map(|line| line.trim_start_matches("//!").strip_prefix(' ').unwrap_or_default())
        .collect();
    let all = [README.to_owned(), docs.join("\n"), FRONT.to_owned()];
    let mut count = 0;
    for text in &all {
        for snippet in rust_snippets(text) {
            // Two need features or a sign-in that this crate does not have.
            if snippet.contains("default_chain") || snippet.contains("sys::v1") {
                continue;
            }
            count += 1;
            assert!(here.contains(&dense(&snippet)), "not run:\n{snippet}");
        }
    }
    assert!(count >= 7, "{count}");
}
