//! A model of your own: examples are uploaded, a job is started and followed.
//!
//! The emulator makes no models, so without a service this shows what would be sent.

mod offline;

use openai_azure::{Error, Upload};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let (builder, emulator) = offline::service().await?;
    let client = builder.build()?;

    let example = serde_json::json!({"messages": [
        {"role": "user", "content": "Where is my parcel?"},
        {"role": "assistant", "content": "Let me look, dear customer."},
    ]});
    let examples = format!("{example}\n").repeat(10);
    let file = Upload::bytes("examples.jsonl", examples);
    let file = client.files().upload(file, "fine-tune").await?;
    println!("\n{} with {} bytes of examples is {}", file.id, file.bytes, file.status);

    let jobs = client.fine_tuning_jobs();
    let job =
        jobs.create("gpt-4o-mini-2024-07-18", &file.id).suffix("polite").epochs(2).send().await;
    match job {
        Ok(job) => {
            println!("Job {} is {:?}", job.id, job.status);
            for event in &jobs.events(&job.id, None).await?.data {
                println!("  {}: {}", event.level, event.message);
            }
        }
        Err(Error::Api(e)) if emulator.is_some() => println!("The emulator says: {e}"),
        Err(e) => return Err(e.into()),
    }
    Ok(())
}
