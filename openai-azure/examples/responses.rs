//! The Responses API: a conversation that the service keeps, a stream, and work in the background.

mod offline;

use std::io::Write as _;
use std::time::Duration;

use openai_azure::{CallOptions, Polling};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let (builder, _emulator) = offline::service().await?;
    let options = CallOptions::new().api_version("2025-03-01-preview");
    let client = builder.options(options).build()?;
    let deployment = offline::deployment("gpt-4o");

    let question = "Why is the sky blue?";
    let first = client.respond(&deployment).user(question).send().await?;
    println!("\n{question}\n  {}", first.text());

    let more = client.respond(&deployment).previous(&first.id).user("And at night?").send().await?;
    println!("\nAnd at night?\n  {}", more.text());

    print!("\nCount to ten.\n  ");
    let mut stream = client.respond(&deployment).user("Count to ten.").stream().await?;
    while let Some(event) = stream.try_next().await? {
        print!("{}", event.text());
        std::io::stdout().flush()?;
    }
    println!();

    let begun = client.respond(&deployment).user("Take your time.").background().send().await?;
    println!("\nIn the background: {:?}", begun.status);
    let polling = Polling::new().every(Duration::from_millis(200));
    let done = client.responses().polling(polling).wait(&begun.id).await?;
    println!("Done: {:?}\n  {}", done.status, done.text());

    let items = client.responses().input_items(&begun.id, None).await?;
    println!("It was asked {} thing", items.data.len());
    client.responses().delete(&begun.id).await?;
    Ok(())
}
