//! Speech from a text: in memory, as a stream, as events with token usage, and into a file.

mod offline;

use openai_azure::audio::{SpeechEvent, SpeechFormat, Voice};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let (builder, _emulator) = offline::service().await?;
    let client = builder.build()?;
    let text = "The train to the coast leaves at ten. Bring a coat.";
    let speech = client.speak(offline::deployment("gpt-4o-mini-tts"), text);
    let speech = speech.voice(Voice::Coral).instructions("Calm and friendly.");

    let audio = speech.clone().response_format(SpeechFormat::Wav).speed(1.25).send().await?;
    println!("\n{} bytes in memory, request {}", audio.len(), audio.request_id().unwrap_or("none"));

    let mut stream = speech.clone().response_format(SpeechFormat::Opus).stream().await?;
    let mut chunks = Vec::new();
    while let Some(bytes) = stream.try_next().await? {
        chunks.push(bytes.len().to_string());
    }
    println!("As a stream: {} bytes", chunks.join(" + "));

    let mut events = speech.clone().response_format(SpeechFormat::Pcm).stream_events().await?;
    let mut length = 0;
    while let Some(event) = events.try_next().await? {
        match event {
            SpeechEvent::Delta(bytes) => length += bytes.len(),
            SpeechEvent::Done(usage) => {
                println!("As events: {length} bytes, {} tokens", usage.total_tokens);
            }
            _ => {}
        }
    }

    let path = std::env::temp_dir().join(format!("train-{}.mp3", std::process::id()));
    let written = speech.save(&path).await?;
    println!("{} bytes in {}", *written, path.display());
    std::fs::remove_file(path)?;
    Ok(())
}
