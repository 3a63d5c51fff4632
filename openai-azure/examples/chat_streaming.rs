//! Streams: as pieces, as text alone, as events by kind, and put together to the whole answer.

mod offline;

use std::io::Write as _;

use openai_azure::chat::ChatEvent;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let (builder, _emulator) = offline::service().await?;
    let client = builder.build()?;
    let deployment = offline::deployment("gpt-5.6-terra");
    let chat = || client.chat(&deployment).user("Count to ten.");

    print!("\nPieces, with all that the service sends\n  ");
    let mut stream = chat().stream().await?;
    let mut pieces = 0;
    while let Some(chunk) = stream.try_next().await? {
        pieces += 1;
        print!("{}", chunk.text());
        std::io::stdout().flush()?;
    }
    println!("\n  {pieces} pieces, request {}", stream.request_id().unwrap_or("?"));

    print!("\nText alone\n  ");
    let mut texts = chat().stream().await?.texts();
    while let Some(text) = texts.try_next().await? {
        print!("{text}");
    }
    println!();

    println!("\nEvents by kind");
    let mut events = chat().stream().await?.events();
    let (mut texts, mut filters) = (0, 0);
    while let Some(event) = events.try_next().await? {
        match event {
            ChatEvent::PromptFilter(prompts) => println!("  {} prompt checked", prompts.len()),
            ChatEvent::Text { .. } => texts += 1,
            ChatEvent::Filter { .. } => filters += 1,
            ChatEvent::Finish { choice, reason } => println!("  choice {choice} ends: {reason}"),
            ChatEvent::End(answer) => println!("  the end: {:?}", answer.text()),
            _ => {}
        }
    }
    println!("  {texts} pieces of text, {filters} verdicts of the content filter");

    println!("\nThe whole answer, read as a stream");
    let answer = chat().stream().await?.finish().await?;
    println!("  {}", answer.text());

    println!("\nA stream that fails in the middle keeps what has arrived");
    let mut texts = client.chat(&deployment).user("[error] Count to ten.").stream().await?.texts();
    let outcome = loop {
        match texts.try_next().await {
            Ok(Some(_)) => {}
            Ok(None) => break "no error".to_owned(),
            Err(error) => break error.to_string(),
        }
    };
    println!("  {:?}\n  {outcome}", texts.so_far().text());
    Ok(())
}
