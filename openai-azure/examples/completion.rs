//! A legacy completion, whole and streamed. New programs use chats.

mod offline;

use std::io::Write as _;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let (builder, _emulator) = offline::service().await?;
    let client = builder.build()?;
    let deployment = offline::deployment("gpt-35-turbo-instruct");

    let prompt = "Once upon a time";
    let answer = client.complete(&deployment, prompt).max_tokens(40).seed(7).send().await?;
    println!("\n{prompt}{}\n", answer.text());

    print!("{prompt}");
    let mut stream = client.complete(&deployment, prompt).max_tokens(40).stream().await?;
    while let Some(piece) = stream.try_next().await? {
        print!("{}", piece.text());
        std::io::stdout().flush()?;
    }
    println!();
    Ok(())
}
