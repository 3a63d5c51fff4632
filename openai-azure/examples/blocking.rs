//! Waiting for calls in a program without `async`.

mod offline;

use std::io::Write as _;

use openai_azure::blocking::{Wait, WaitStream};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    // Only the emulator needs a runtime here.
    let runtime = tokio::runtime::Runtime::new()?;
    let (builder, _emulator) = runtime.block_on(offline::service())?;
    let client = builder.build()?;
    let deployment = offline::deployment("gpt-5.6-terra");

    let answer = client.chat(&deployment).user("Why is the sky blue?").send().wait()?;
    println!("\n{}\n", answer.text());

    for chunk in client.chat(&deployment).user("Count to ten.").stream().wait()?.iter() {
        print!("{}", chunk?.text());
        std::io::stdout().flush()?;
    }
    println!();
    Ok(())
}
