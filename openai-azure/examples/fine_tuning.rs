//! A model of your own: examples are checked and uploaded, a job is started and followed.

mod offline;

use std::time::Duration;

use indicatif::ProgressBar;
use openai_azure::fine_tuning::{ExampleKind, check_examples};
use openai_azure::{Polling, Upload};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let (builder, emulator) = offline::service().await?;
    let client = builder.build()?;

    let example = serde_json::json!({"messages": [
        {"role": "user", "content": "Where is my parcel?"},
        {"role": "assistant", "content": "Let me look, dear customer."},
    ]});
    let path = std::env::temp_dir().join(format!("examples-{}.jsonl", std::process::id()));
    std::fs::write(&path, format!("{example}\n").repeat(10))?;

    // Nothing is sent for this.
    let report = check_examples(&path, ExampleKind::Chat).await?;
    println!("\n{} examples, {} problems", report.examples, report.problems.len());
    for problem in &report.problems {
        println!("  {problem}");
    }

    // Visible when stderr is a terminal.
    let bar = ProgressBar::new(report.bytes);
    let shown = bar.clone();
    let upload = client.files().upload(Upload::path(&path), "fine-tune");
    let file = upload.on_progress(move |sent, _| shown.set_position(sent)).send().await?;
    bar.finish_and_clear();
    std::fs::remove_file(path)?;
    client.files().wait(&file.id).await?;

    // A job takes hours; the emulator goes on whenever it is read.
    let interval = if emulator.is_some() { 50 } else { 60_000 };
    let polling = Polling::new().every(Duration::from_millis(interval));
    let jobs = client.fine_tuning_jobs().polling(polling);
    let job = jobs.create("gpt-5.6-luna", &file.id).suffix("polite").n_epochs(2).send().await?;
    let mut events = jobs.follow(&job.id);
    while let Some(event) = events.try_next().await? {
        println!("  {}: {}", event.level, event.message);
    }

    let job = jobs.get(&job.id).await?;
    println!("{:?}: {:?}", job.status, job.fine_tuned_model);
    let mut checkpoints = jobs.checkpoints(&job.id).stream();
    while let Some(checkpoint) = checkpoints.try_next().await? {
        println!("  step {}: {:?}", checkpoint.step_number, checkpoint.metrics.get("train_loss"));
    }
    Ok(())
}
