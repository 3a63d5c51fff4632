//! Images from a prompt: in memory, in a file, with filter results and token usage.

mod offline;

use openai_azure::Error;
use openai_azure::images::{ImageFormat, ImageQuality, ImageSize};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let (builder, _emulator) = offline::service().await?;
    let client = builder.build()?;
    let deployment = offline::deployment("gpt-image-2");

    let request = client
        .generate_image(&deployment, "a lighthouse at dusk")
        .size(ImageSize::S1024x1024)
        .quality(ImageQuality::Low)
        .output_format(ImageFormat::Png);
    let response = request.send().await?;
    let image = &response.data[0];
    if let Some(usage) = &response.usage {
        println!("\nTokens: {} in, {} out", usage.input_tokens, usage.output_tokens);
    }
    println!("Content filter results");
    for (what, found) in
        [("prompt", &image.prompt_filter_results), ("image", &image.content_filter_results)]
    {
        let results: Vec<String> = found
            .iter()
            .map(|(category, result)| match &result.severity {
                Some(severity) => format!("{category} {severity}"),
                None => format!("{category} detected: {}", result.detected.unwrap_or_default()),
            })
            .collect();
        println!("  of the {what}: {}", results.join(", "));
    }

    let path = std::env::temp_dir().join(format!("lighthouse-{}.png", std::process::id()));
    image.save(&path).await?;
    println!("\n{} bytes in {}", std::fs::metadata(&path)?.len(), path.display());
    std::fs::remove_file(path)?;

    match client.generate_image(&deployment, "[filter] something violent").send().await {
        Err(Error::Api(e)) if e.is_content_filter() => {
            let found = e.content_filter().unwrap_or_default();
            println!("\nBlocked for {}", found.filtered().collect::<Vec<_>>().join(", "));
        }
        other => println!("\nNot blocked: {} images", other?.data.len()),
    }
    Ok(())
}
