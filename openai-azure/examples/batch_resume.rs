//! A batch that outlives the program: the job is kept in a folder, and goes on in the next run.

mod offline;

use std::time::Duration;

use indicatif::ProgressBar;
use openai_azure::batches::{BatchJobState, BatchLimits, BatchLine};
use openai_azure::{Client, Error, Polling};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let (builder, _emulator) = offline::service().await?;
    let client = builder.build()?;
    let folder = std::env::temp_dir().join(format!("batch-example-{}", std::process::id()));

    // The first run starts the job and ends. It could end at any moment.
    let job = start(&client, &folder).await?;
    println!("\nStarted {:?}", job.batch_ids().collect::<Vec<_>>());

    // The second run does the same. What is there is not sent again.
    let again = start(&client, &folder).await?;
    assert_eq!(job, again);

    // Another process may also go on from the state alone, without the folder.
    let text = again.to_string();
    let batches = client.batches().polling(Polling::new().every(Duration::from_millis(50)));
    // Visible when stderr is a terminal.
    let bar = ProgressBar::new(again.lines());
    let shown = bar.clone();
    let mut job = batches.resume(text.parse()?).on_progress(move |progress| {
        shown.set_position(progress.completed + progress.failed);
    });
    job.wait().await?;
    bar.finish_and_clear();
    let progress = job.progress();
    println!("{} of {} lines are completed", progress.completed, progress.lines);
    job.clean_up().await?;
    Ok(())
}

async fn start(client: &Client, folder: &std::path::Path) -> Result<BatchJobState, Error> {
    let deployment = offline::deployment("gpt-5.6-terra");
    let ask = client.clone();
    let lines = (0..5).map(move |number| {
        let chat = ask.chat(&deployment).user(format!("Is {number} a prime?"));
        BatchLine::chat(format!("number-{number}"), &chat)
    });
    let job = client.batches().job().dir(folder).limits(BatchLimits::new().lines(2));
    Ok(job.start(lines).await?.state().clone())
}
