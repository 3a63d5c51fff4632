//! Files: uploaded with progress, listed, downloaded and deleted.

mod offline;

use indicatif::ProgressBar;
use openai_azure::Upload;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let (builder, _emulator) = offline::service().await?;
    let files = builder.build()?.files();

    let content = "One line of many.\n".repeat(50_000);
    // Visible when stderr is a terminal.
    let bar = ProgressBar::new(content.len() as u64);
    let shown = bar.clone();
    let file = files
        .upload(Upload::bytes("notes.txt", content), "assistants")
        .on_progress(move |sent, _| shown.set_position(sent))
        .send()
        .await?;
    bar.finish_and_clear();
    let file = files.wait(&file.id).await?;
    println!("\n{} has {} bytes and is {:?}", file.filename, file.bytes, file.status);

    let mut all = files.list().purpose("assistants").stream();
    while let Some(file) = all.try_next().await? {
        println!("  {}: {}", file.id, file.filename);
    }

    let copy = std::env::temp_dir().join(format!("{}.txt", file.id));
    let bar = ProgressBar::new(file.bytes);
    let shown = bar.clone();
    let content =
        files.content(&file.id).on_progress(move |written, _| shown.set_position(written));
    let bytes = content.save(&copy).await?;
    bar.finish_and_clear();
    println!("{} bytes are in {}", *bytes, copy.display());
    std::fs::remove_file(copy)?;
    println!("Deleted: {}", files.delete(&file.id).await?.deleted);
    Ok(())
}
