//! Many chats as a batch: half the price, answered within a day.

mod offline;

use std::time::Duration;

use openai_azure::Polling;
use openai_azure::batches::BatchInput;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let (builder, emulator) = offline::service().await?;
    let client = builder.build()?;
    let deployment = offline::deployment("gpt-4o");

    let mut input = BatchInput::new();
    for (number, city) in ["Oslo", "Lima", "Perth"].iter().enumerate() {
        let chat = client.chat(&deployment).user(format!("Where is {city}?"));
        input.chat(format!("city-{number}"), &chat)?;
    }
    println!("\nA batch of {} requests", input.len());

    // The service takes minutes to hours; the emulator is done when it was asked a few times.
    let interval =
        if emulator.is_some() { Duration::from_millis(50) } else { Duration::from_secs(60) };
    let batches = client.batches().polling(Polling::new().every(interval));
    for result in batches.run(input).await? {
        match result.answer {
            Ok(answer) => println!("  {}: {}", result.custom_id, answer.text()),
            Err(failure) => println!("  {} failed: {failure}", result.custom_id),
        }
    }
    Ok(())
}
