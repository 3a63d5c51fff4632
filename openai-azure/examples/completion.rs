//! A legacy completion, whole and streamed. New programs use chats.

mod offline;

use std::io::Write as _;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let (builder, _emulator) = offline::service().await?;
    let client = builder.build()?;
    // Only the old instruct models take completions.
    let deployment = offline::deployment("gpt-35-turbo-instruct");

    let prompt = "Once upon a time";
    let completion = client.complete(&deployment, prompt).max_tokens(40).seed(7).send().await?;
    println!("\n{prompt}{}\n", completion.text());

    print!("{prompt}");
    let mut stream = client.complete(&deployment, prompt).max_tokens(40).stream().await?;
    while let Some(chunk) = stream.try_next().await? {
        print!("{}", chunk.text());
        std::io::stdout().flush()?;
    }
    println!();
    Ok(())
}
