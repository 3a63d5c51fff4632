//! How often, after how long and until when a call is tried again.

use std::time::{Duration, Instant};

use openai_azure::{CallOptions, Client, RetryPolicy};
use openai_azure_emulator::{Emulator, Reply};
use serde_json::json;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    // Failures are provoked, so this example always talks to an emulator.
    let emulator = Emulator::start().await?;
    let policy = RetryPolicy::new().max_retries(3).first_backoff(Duration::from_millis(100));
    let client = Client::builder()
        .endpoint(emulator.endpoint())
        .api_key(emulator.api_key())
        .retry(policy)
        .build()?;

    let busy = || Reply::status(503).json(json!({"error": {"message": "busy"}}));
    emulator.reply(busy());
    emulator.reply(busy().header("retry-after-ms", "250"));
    let start = Instant::now();
    let answer = client.chat("gpt-5.6-terra").user("Say hello.").send().await?;
    println!("{}", answer.text());
    println!("after {} retries and {:?}", answer.retries_taken(), start.elapsed());

    for _ in 0..20 {
        emulator.reply(busy());
    }
    let bounded = CallOptions::new()
        .deadline(Duration::from_millis(500))
        .retry(RetryPolicy::new().max_retries(20).first_backoff(Duration::from_millis(50)));
    let start = Instant::now();
    if let Err(e) = client.chat("gpt-5.6-terra").user("Say hello.").options(bounded).send().await {
        println!("{e}\ngiven up after {:?}", start.elapsed());
    }
    Ok(())
}
