//! Authenticates with a key of the resource, and replaces it while the client is in use.

mod offline;

use openai_azure::{ApiKey, Client};
use openai_azure_emulator::Emulator;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    // From the environment: AZURE_OPENAI_ENDPOINT and AZURE_OPENAI_API_KEY.
    let (builder, _emulator) = offline::service().await?;
    let client = builder.build()?;
    let answer =
        client.chat(offline::deployment("gpt-5.6-terra")).user("Say hello.").send().await?;
    println!("with a key from the settings: {}", answer.text());

    // A key that is rotated: every client that holds it sends the new one from then on.
    let emulator = Emulator::start().await?;
    let key = ApiKey::new("a key that has expired");
    let client = Client::builder().endpoint(emulator.endpoint()).credential(key.clone()).build()?;
    let refused = client.chat("gpt-5.6-terra").user("Say hello.").send().await;
    println!("with an old key: {}", refused.err().map(|e| e.to_string()).unwrap_or_default());
    key.replace(emulator.api_key());
    let answer = client.chat("gpt-5.6-terra").user("Say hello.").send().await?;
    println!("with the new key: {}", answer.text());
    Ok(())
}
