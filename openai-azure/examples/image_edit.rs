//! An edit of two images with a mask.
//!
//! `cargo run --example image_edit -- cat.png hat.png` sends files; without them, two small images
//! that it generates first.

mod offline;

use openai_azure::images::{Background, InputFidelity};
use openai_azure::{Client, Error, Upload};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let (builder, _emulator) = offline::service().await?;
    let client = builder.build()?;
    let deployment = offline::deployment("gpt-image-2");

    let mut paths = std::env::args().skip(1);
    let (cat, hat) = match (paths.next(), paths.next()) {
        (Some(cat), Some(hat)) => (Upload::path(cat), Upload::path(hat)),
        _ => (
            generated(&client, &deployment, "cat").await?,
            generated(&client, &deployment, "hat").await?,
        ),
    };

    let response = client
        .edit_image(&deployment, "Put the hat on the cat.", cat.clone())
        .image(hat)
        .input_fidelity(InputFidelity::High)
        .background(Background::Opaque)
        .send()
        .await?;
    println!("\nThe edited image has {} bytes", response.data[0].bytes().map_or(0, |b| b.len()));
    if let Some(details) = response.usage.as_ref().and_then(|it| it.input_tokens_details.as_ref()) {
        println!("Input tokens of images: {}", details.image_tokens.unwrap_or_default());
    }

    // What is transparent in the mask is edited; everything else stays.
    let masked = client.edit_image(&deployment, "A blue sky.", cat.clone()).mask(cat);
    let path = std::env::temp_dir().join(format!("sky-{}.png", std::process::id()));
    masked.send().await?.data[0].save(&path).await?;
    println!("{} bytes in {}", std::fs::metadata(&path)?.len(), path.display());
    std::fs::remove_file(path)?;
    Ok(())
}

async fn generated(client: &Client, deployment: &str, what: &str) -> Result<Upload, Error> {
    let response = client.generate_image(deployment, format!("a {what}")).send().await?;
    let bytes = response.data[0].bytes().unwrap_or_default();
    Ok(Upload::bytes(format!("{what}.png"), bytes))
}
