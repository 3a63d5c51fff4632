//! An image that gets better while it is made: two previews, then the finished image.

mod offline;

use openai_azure::images::ImageEvent;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let (builder, _emulator) = offline::service().await?;
    let client = builder.build()?;
    let deployment = offline::deployment("gpt-image-2");

    let request = client.generate_image(&deployment, "a lighthouse at dusk").partial_images(2);
    let mut stream = request.stream().await?;
    let folder = std::env::temp_dir();
    while let Some(event) = stream.try_next().await? {
        let (name, image) = match event {
            ImageEvent::Partial(image) => {
                (format!("preview-{}", image.partial_image_index.unwrap_or_default()), image)
            }
            ImageEvent::Completed(image) => ("finished".to_owned(), image),
            other => {
                println!("another event: {other:?}");
                continue;
            }
        };
        let path = folder.join(format!("{name}-{}.png", std::process::id()));
        image.save(&path).await?;
        println!("{} bytes in {}", std::fs::metadata(&path)?.len(), path.display());
        std::fs::remove_file(path)?;
        if let Some(usage) = &image.usage {
            println!("Tokens: {} in, {} out", usage.input_tokens, usage.output_tokens);
        }
    }
    Ok(())
}
