//! Authenticates with Microsoft Entra ID.
//!
//! With `AZURE_OPENAI_ENDPOINT` set, the default chain looks for an identity: environment, workload
//! identity, managed identity, Azure CLI, Azure Developer CLI. Without it, the emulator takes a token
//! from a provider, which is how a token broker of your own is plugged in.

use openai_azure::{Client, Credential};
use openai_azure_emulator::Emulator;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let deployment =
        std::env::var("AZURE_OPENAI_DEPLOYMENT").unwrap_or_else(|_| "gpt-5.6-terra".to_owned());
    if std::env::var_os("AZURE_OPENAI_ENDPOINT").is_some() {
        let client = Client::builder().env().credential(Credential::default_chain()?).build()?;
        let answer = client.chat(deployment).user("Say hello.").send().await?;
        println!("{}", answer.text());
        return Ok(());
    }
    let emulator = Emulator::start().await?;
    println!("AZURE_OPENAI_ENDPOINT is not set: the emulator answers at {}", emulator.endpoint());
    let token = emulator.bearer().to_owned();
    let broker = Credential::provider(move || {
        let token = token.clone();
        async move { Ok::<_, std::io::Error>(token) }
    });
    let client = Client::builder().endpoint(emulator.endpoint()).credential(broker).build()?;
    let answer = client.chat(deployment).user("Say hello.").send().await?;
    println!("{}", answer.text());
    Ok(())
}
