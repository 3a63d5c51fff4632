//! Many chats as a batch: half the price, done within a day.

mod offline;

use std::time::Duration;

use indicatif::ProgressBar;
use openai_azure::Polling;
use openai_azure::batches::BatchLine;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let (builder, emulator) = offline::service().await?;
    let client = builder.build()?;
    let deployment = offline::deployment("gpt-5.6-terra");

    // The lines are written to a file as they come, so there may be any number of them.
    let ask = client.clone();
    let lines = ["Oslo", "Lima", "Perth", "Hello [filter]"].into_iter().enumerate();
    let lines = lines.map(move |(number, city)| {
        let chat = ask.chat(&deployment).user(format!("Where is {city}?"));
        BatchLine::chat(format!("city-{number}"), &chat)
    });

    // The service takes minutes to hours; the emulator is done when it was read a few times.
    let interval = if emulator.is_some() { 50 } else { 60_000 };
    let polling = Polling::new().every(Duration::from_millis(interval));
    // Visible when stderr is a terminal.
    let bar = ProgressBar::new(0);
    let shown = bar.clone();
    let mut job = client
        .batches()
        .polling(polling)
        .job()
        .on_progress(move |progress| {
            shown.set_length(progress.lines);
            shown.set_position(progress.completed + progress.failed);
        })
        .start(lines)
        .await?;
    println!("\n{} lines in {} batches", job.state().lines(), job.state().batch_ids().count());
    job.wait().await?;
    bar.finish_and_clear();

    let mut results = job.results().in_order();
    while let Some(result) = results.try_next().await? {
        match &result.outcome {
            Ok(response) => println!("  {}: {}", result.custom_id, response.chat()?.text()),
            Err(failure) => println!("  {} failed: {failure}", result.custom_id),
        }
    }
    job.clean_up().await?;
    Ok(())
}
