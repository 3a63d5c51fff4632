//! A large file in parts: side by side, each with retries of its own, and resumable.

mod offline;

use indicatif::ProgressBar;
use openai_azure::CallOptions;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let (builder, _emulator) = offline::service().await?;
    let client = builder.build()?;

    let folder = std::env::temp_dir().join(format!("upload-example-{}", std::process::id()));
    std::fs::create_dir_all(&folder)?;
    let path = folder.join("large.txt");
    std::fs::write(&path, "One line of many.\n".repeat(500_000))?;

    // Visible when stderr is a terminal.
    let bar = ProgressBar::new(std::fs::metadata(&path)?.len());
    let shown = bar.clone();
    let file = client
        .uploads()
        // The service has it on v1 too, where no document names it.
        .options(CallOptions::new().any_version(true))
        .create(&path, "assistants")
        .part_bytes(1_000_000)
        .concurrency(4)
        // After a crash, the same request sends only the parts that are missing.
        .checkpoint(folder.join("large.upload.json"))
        .on_progress(move |sent, _| shown.set_position(sent))
        .send()
        .await?;
    bar.finish_and_clear();
    println!("\n{} has {} bytes", file.id, file.bytes);
    client.files().delete(&file.id).await?;
    std::fs::remove_dir_all(folder)?;
    Ok(())
}
