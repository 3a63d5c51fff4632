//! A recording into words: plain, with times, as subtitles, and while the model hears them.
//!
//! `cargo run --example transcribe -- talk.mp3` sends a file; without one, a second of silence.

mod offline;

use std::io::Write as _;

use openai_azure::Upload;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let (builder, _emulator) = offline::service().await?;
    let client = builder.api_version("2025-03-01-preview").build()?;
    let deployment = offline::deployment("whisper");
    let talk = match std::env::args().nth(1) {
        Some(path) => Upload::path(path),
        None => Upload::bytes("silence.wav", silence()),
    };

    let answer = client.transcribe(&deployment, talk.clone()).language("en").send().await?;
    println!("\nThe text\n  {}", answer.text);

    let answer = client.transcribe(&deployment, talk.clone()).verbose().words().send().await?;
    println!("\n{:.1} s of {}", answer.duration, answer.language);
    for segment in &answer.segments {
        println!("  {:>5.1} s to {:>5.1} s {}", segment.start, segment.end, segment.text);
    }
    let words: Vec<String> =
        answer.words.iter().map(|word| format!("{} at {:.1} s", word.word, word.start)).collect();
    println!("  {}", words.join(", "));

    let subtitles = client.transcribe(&deployment, talk.clone()).srt().send().await?;
    println!("\nAs subtitles\n{}", subtitles.trim_end());

    print!("\nWhile it is heard\n  ");
    let mut stream = client.transcribe("gpt-4o-transcribe", talk).stream().await?;
    while let Some(event) = stream.try_next().await? {
        print!("{}", event.delta());
        std::io::stdout().flush()?;
    }
    println!();
    Ok(())
}

/// A WAV file: one second, 8,000 samples of 8 bits, one channel.
fn silence() -> Vec<u8> {
    let mut file = b"RIFF\x64\x1f\0\0WAVEfmt \x10\0\0\0\x01\0\x01\0".to_vec();
    file.extend([8000_u32.to_le_bytes(), 8000_u32.to_le_bytes()].concat());
    file.extend(b"\x01\0\x08\0data\x40\x1f\0\0");
    file.resize(file.len() + 8000, 128);
    file
}
