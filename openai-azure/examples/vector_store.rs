//! A vector store: files are uploaded, made searchable and searched.

mod offline;

use indicatif::ProgressBar;
use openai_azure::vector_stores::SearchFilter;
use openai_azure::{Endpoint, Upload};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let (mut builder, emulator) = offline::service().await?;
    if let Some(emulator) = &emulator {
        // Vector stores are in v1.
        builder = builder.endpoint(Endpoint::v1(emulator.endpoint())?);
    }
    let client = builder.build()?;
    let stores = client.vector_stores();

    let store = stores.create().name("animals").expires_after_days(1).send().await?;
    let files = [
        Upload::bytes("cats.txt", "Cats sleep sixteen hours a day."),
        Upload::bytes("dogs.txt", "Dogs want to run every day."),
    ];
    // Visible when stderr is a terminal.
    let bar = ProgressBar::new(files.len() as u64);
    let shown = bar.clone();
    let outcomes = stores
        .files(&store.id)
        .upload_and_wait(files)
        .attribute("topic", "pets")
        .on_progress(move |progress| shown.set_position(progress.done as u64))
        .send()
        .await?;
    bar.finish_and_clear();
    for outcome in &outcomes {
        println!("  {} is searchable: {}", outcome.filename, outcome.is_searchable());
    }

    let found = stores
        .search(&store.id, "How long do cats sleep?")
        .filters(SearchFilter::eq("topic", "pets"))
        .max_num_results(3)
        .send()
        .await?;
    for result in &found.data {
        println!("{:.2} {}: {}", result.score, result.filename, result.text());
    }

    for id in outcomes.iter().filter_map(|outcome| outcome.file_id.as_ref()) {
        client.files().delete(id).await?;
    }
    stores.delete(&store.id).await?;
    Ok(())
}
