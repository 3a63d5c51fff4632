//! Pictures in a chat: from bytes, from a file, from an address; and what is refused before
//! anything is sent.

mod offline;

use openai_azure::chat::{Detail, Part};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let (builder, _emulator) = offline::service().await?;
    let client = builder.build()?;
    let deployment = offline::deployment("gpt-5.6-terra");

    println!("\nA picture from bytes, looked at briefly");
    let picture = Part::image(DISC)?.detail(Detail::Low);
    let question = [Part::text("What is in this picture?"), picture];
    println!("  {}", client.chat(&deployment).user(question).send().await?.text());

    println!("\nA picture from a file, whatever it is called");
    let path = std::env::temp_dir().join(format!("openai-azure-example-{}", std::process::id()));
    std::fs::write(&path, DISC)?;
    let picture = Part::image_file(&path).await;
    std::fs::remove_file(&path)?;
    let question = [Part::text("Which colour is it?"), picture?];
    println!("  {}", client.chat(&deployment).user(question).send().await?.text());

    println!("\nTwo pictures, one of them at an address");
    let question = [
        Part::text("What do they have in common?"),
        Part::image(DISC)?,
        Part::image_url("https://www.rust-lang.org/logos/rust-logo-512x512.png"),
    ];
    println!("  {}", client.chat(&deployment).user(question).send().await?.text());

    println!("\nRefused before anything is sent");
    if let Err(error) = Part::image(b"%PDF-1.7") {
        println!("  a PDF: {error}");
    }
    let mut large = DISC.to_vec();
    large.resize(21 << 20, 0);
    if let Err(error) = Part::image(large) {
        println!("  21 MiB: {error}");
    }
    Ok(())
}

/// A PNG with a red disc, 16 by 16 pixels.
#[rustfmt::skip]
const DISC: &[u8] = &[
    0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0x00, 0x00, 0x00, 0x0d, 0x49, 0x48, 0x44, 0x52,
    0x00, 0x00, 0x00, 0x10, 0x00, 0x00, 0x00, 0x10, 0x01, 0x03, 0x00, 0x00, 0x00, 0x25, 0x3d, 0x6d,
    0x22, 0x00, 0x00, 0x00, 0x06, 0x50, 0x4c, 0x54, 0x45, 0xff, 0xff, 0xff, 0xc8, 0x1e, 0x1e, 0xe4,
    0x30, 0x16, 0x3a, 0x00, 0x00, 0x00, 0x1b, 0x49, 0x44, 0x41, 0x54, 0x78, 0xda, 0x63, 0x60, 0x00,
    0x03, 0xf6, 0x07, 0x0c, 0xf2, 0x3f, 0x40, 0xc8, 0xfe, 0x0f, 0x3a, 0x82, 0x88, 0x03, 0x15, 0x80,
    0x01, 0x00, 0x40, 0x9d, 0x0d, 0x8d, 0x00, 0x74, 0x76, 0xfb, 0x00, 0x00, 0x00, 0x00, 0x49, 0x45,
    0x4e, 0x44, 0xae, 0x42, 0x60, 0x82,
];
