//! A text into speech: in memory, piece by piece, and into a file.

mod offline;

use openai_azure::audio::{SpeechFormat, Voice};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let (builder, _emulator) = offline::service().await?;
    // No api-version that is generally available has speech.
    let client = builder.api_version("2025-03-01-preview").build()?;
    let text = "The train to the coast leaves at ten. Bring a coat.";
    let speech = client.speak(offline::deployment("tts"), text).voice(Voice::Nova);

    let sound = speech.clone().format(SpeechFormat::Wav).speed(1.25).send().await?;
    println!("\n{} bytes in memory, request {}", sound.len(), sound.request_id().unwrap_or("none"));

    let mut stream = speech.clone().format(SpeechFormat::Opus).stream().await?;
    let mut pieces = Vec::new();
    while let Some(bytes) = stream.try_next().await? {
        pieces.push(bytes.len().to_string());
    }
    println!("Piece by piece: {} bytes", pieces.join(" + "));

    let path = std::env::temp_dir().join(format!("train-{}.mp3", std::process::id()));
    let written = speech.save(&path).await?;
    println!("{} bytes in {}", *written, path.display());
    std::fs::remove_file(path)?;
    Ok(())
}
