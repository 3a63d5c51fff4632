//! The text of an audio file: plain, with log probabilities, with speakers, with timestamps, as
//! subtitles, and as it is made.
//!
//! `cargo run --example transcribe -- talk.mp3` sends a file; without one, a second of silence.

mod offline;

use std::io::Write as _;

use openai_azure::Upload;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let (builder, _emulator) = offline::service().await?;
    let client = builder.build()?;
    let deployment = offline::deployment("gpt-4o-mini-transcribe");
    let talk = match std::env::args().nth(1) {
        Some(path) => Upload::path(path),
        None => Upload::bytes("silence.wav", silence()),
    };

    let request = client.transcribe(&deployment, talk.clone()).language("en").include("logprobs");
    let response = request.send().await?;
    println!("\nThe text\n  {}", response.text);
    if let Some(first) = response.logprobs.first() {
        println!("  its first token {:?} has log probability {:.2}", first.token, first.logprob);
    }

    println!("\nSpeakers");
    let request = client.transcribe("gpt-4o-transcribe-diarize", talk.clone()).diarized();
    for segment in &request.chunking_strategy("auto").send().await?.segments {
        println!("  {:>5.1} s {}: {}", segment.start, segment.speaker, segment.text);
    }

    print!("\nAs it is made\n  ");
    let mut stream = client.transcribe(&deployment, talk.clone()).stream().await?;
    while let Some(event) = stream.try_next().await? {
        print!("{}", event.delta());
        std::io::stdout().flush()?;
    }

    // Only whisper, which the service retires on 2026-12-15, has the times of words and subtitles.
    let response = client.transcribe("whisper", talk.clone()).verbose().words().send().await?;
    println!("\n\n{:.1} s of {}", response.duration, response.language);
    for word in &response.words {
        println!("  {:>5.1} s {}", word.start, word.word);
    }

    let subtitles = client.transcribe("whisper", talk).srt().send().await?;
    println!("\nAs subtitles\n{}", subtitles.trim_end());
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
