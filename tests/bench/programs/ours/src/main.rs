//! Asks once, and streams once.

use openai_azure::Client;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    #[cfg(feature = "ring")]
    rustls::crypto::ring::default_provider().install_default().map_err(|_| "two providers")?;
    let client = Client::builder().env().build()?;
    let completion = client.chat("gpt-4o").user("Why is the sky blue?").send().await?;
    println!("{}", completion.text());
    let mut stream = client.chat("gpt-4o").user("Count to ten.").stream().await?;
    while let Some(chunk) = stream.try_next().await? {
        print!("{}", chunk.text());
    }
    Ok(())
}
