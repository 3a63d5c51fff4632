//! Pictures of a text: in the answer, behind a URL, and in a file.

mod offline;

use openai_azure::Error;
use openai_azure::images::{ImageQuality, ImageSize};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let (builder, _emulator) = offline::service().await?;
    let client = builder.build()?;
    let deployment = offline::deployment("dall-e-3");

    let paint =
        client.generate_image(&deployment, "a lighthouse at dusk").size(ImageSize::S1024x1024);
    let answer = paint.clone().quality(ImageQuality::Standard).base64().send().await?;
    let image = &answer.data[0];
    println!("\nPainted: {}", image.revised_prompt.as_deref().unwrap_or("what was said"));
    println!("What the content filter found");
    for (what, found) in
        [("text", &image.prompt_filter_results), ("picture", &image.content_filter_results)]
    {
        let words: Vec<String> = found
            .iter()
            .map(|(category, verdict)| match &verdict.severity {
                Some(severity) => format!("{category} {severity}"),
                None => format!("{category} found: {}", verdict.detected.unwrap_or_default()),
            })
            .collect();
        println!("  in the {what}: {}", words.join(", "));
    }

    let path = std::env::temp_dir().join(format!("lighthouse-{}.png", std::process::id()));
    image.save(&path).await?;
    println!("\n{} bytes in {}", std::fs::metadata(&path)?.len(), path.display());
    std::fs::remove_file(path)?;

    let answer = paint.style("natural").send().await?;
    println!("\nBehind {}", answer.data[0].url.as_deref().unwrap_or("no URL"));
    println!("  {} bytes", answer.data[0].fetch(&client).await?.len());

    match client.generate_image(&deployment, "[filter] something violent").send().await {
        Err(Error::Api(e)) if e.is_content_filter() => {
            let found = e.content_filter().unwrap_or_default();
            println!("\nBlocked for {}", found.filtered().collect::<Vec<_>>().join(", "));
        }
        other => println!("\nNot blocked: {:?}", other?.data[0].url),
    }
    Ok(())
}
