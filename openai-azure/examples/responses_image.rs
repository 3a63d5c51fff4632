//! Images as input, and images that the model generates.

mod offline;

use openai_azure::responses::{ContentPart, Item, ResponseTool};

/// A PNG of one pixel.
const PNG: &[u8] = &[
    0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 0x0d, 0x49, 0x48, 0x44, 0x52, 0, 0, 0,
    1, 0, 0, 0, 1, 8, 6, 0, 0, 0, 0x1f, 0x15, 0xc4, 0x89, 0, 0, 0, 0x0d, 0x49, 0x44, 0x41, 0x54,
    0x78, 0x9c, 0x62, 0, 1, 0, 0, 5, 0, 1, 0x0d, 0x0a, 0x2d, 0xb4, 0, 0, 0, 0, 0x49, 0x45, 0x4e,
    0x44, 0xae, 0x42, 0x60, 0x82,
];

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let (builder, _emulator) = offline::service().await?;
    let client = builder.build()?;
    let deployment = offline::deployment("gpt-5.6-terra");

    let question = [ContentPart::text("What is this?"), ContentPart::image(PNG)?.detail("low")];
    println!("{}", client.respond(&deployment).user(question).send().await?.text());

    let image = ResponseTool::image_generation().size("1024x1024").quality("low");
    let request = client
        .respond(&deployment)
        .user("[image_generation] A lighthouse at night.")
        .tool(image)
        .image_generation_deployment("gpt-image-1");
    let response = request.send().await?;
    for item in &response.output {
        if let Item::ImageGenerationCall(call) = item
            && let Some(bytes) = call.image()?
        {
            let path = std::env::temp_dir().join("openai-azure-lighthouse.png");
            std::fs::write(&path, &bytes)?;
            println!("{} bytes in {}", bytes.len(), path.display());
        }
    }
    Ok(())
}
