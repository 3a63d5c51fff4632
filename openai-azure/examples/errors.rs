//! What can go wrong, and how to tell it apart.

mod offline;

use std::time::Duration;

use openai_azure::{CallOptions, Client, Error, ErrorKind, RetryPolicy};
use openai_azure_emulator::{Emulator, Reply};
use serde_json::json;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    // Errors are provoked, so this example always talks to an emulator.
    let emulator = Emulator::start().await?;
    let client =
        Client::builder().endpoint(emulator.endpoint()).api_key(emulator.api_key()).build()?;

    println!("an unknown deployment");
    tell(client.chat("nowhere").user("Hello").send().await.map(drop));

    println!("a prompt that the content filter blocks");
    tell(client.chat("gpt-5.6-terra").user("[filter] something bad").send().await.map(drop));

    println!("too many requests");
    let limit = json!({"error": {"code": "429", "message": "The limit of tokens is reached."}});
    emulator.reply(Reply::status(429).header("retry-after", "30").json(limit));
    let at_once = CallOptions::new().retry(RetryPolicy::none());
    tell(client.chat("gpt-5.6-terra").user("Hello").options(at_once).send().await.map(drop));

    println!("an answer that takes too long");
    emulator.reply(Reply::status(200).delay(Duration::from_secs(5)));
    let hasty = CallOptions::new().timeout(Duration::from_millis(50)).retry(RetryPolicy::none());
    tell(client.chat("gpt-5.6-terra").user("Hello").options(hasty).send().await.map(drop));

    println!("an argument that cannot work");
    tell(client.chat("..").user("Hello").send().await.map(drop));
    Ok(())
}

fn tell(outcome: Result<(), Error>) {
    match outcome {
        Ok(()) => println!("  it worked"),
        Err(Error::Api(e)) if e.is_content_filter() => {
            let findings = e.content_filter().unwrap_or_default();
            println!("  blocked for {:?}", findings.filtered().collect::<Vec<_>>());
        }
        Err(e) if e.kind() == ErrorKind::RateLimit => {
            println!("  again in {:?}", e.as_api().and_then(|e| e.retry_after()));
        }
        Err(e) => println!("  {:?}: {e}", e.kind()),
    }
}
