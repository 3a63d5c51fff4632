//! The same calls without `async`: `send` waits and `stream` is an iterator.

mod offline;

use std::io::Write as _;

use openai_azure::blocking::Client;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    // Only the emulator needs a runtime here.
    let runtime = tokio::runtime::Runtime::new()?;
    let (builder, _emulator) = runtime.block_on(offline::service())?;
    let client = Client::new(builder.build()?)?;
    let deployment = offline::deployment("gpt-4o");

    let answer = client.chat(&deployment).user("Why is the sky blue?").send()?;
    println!("\n{}\n", answer.text());

    for chunk in client.chat(&deployment).user("Count to ten.").stream()? {
        print!("{}", chunk?.text());
        std::io::stdout().flush()?;
    }
    println!();
    Ok(())
}
