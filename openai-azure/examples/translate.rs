//! Audio in any language into English text.
//!
//! `cargo run --example translate -- vortrag.mp3` sends a file; without one, a second of silence.

mod offline;

use openai_azure::Upload;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let (builder, _emulator) = offline::service().await?;
    let client = builder.build()?;
    // The only model that translates; the service retires it on 2026-12-15.
    let deployment = offline::deployment("whisper");
    let talk = match std::env::args().nth(1) {
        Some(path) => Upload::path(path),
        None => Upload::bytes("silence.wav", silence()),
    };

    let answer = client.translate(&deployment, talk.clone()).prompt("A talk.").send().await?;
    println!("\nIn English\n  {}", answer.text);

    let subtitles = client.translate(&deployment, talk).vtt().send().await?;
    println!("\nSubtitle by subtitle");
    for cue in subtitles.cues() {
        let (start, end) = (cue.start.as_secs_f64(), cue.end.as_secs_f64());
        println!("  {start:>5.1} s to {end:>5.1} s  {}", cue.text);
    }

    match client.translate(&deployment, Upload::path("no/such/talk.mp3")).send().await {
        Err(error) => println!("\nA file that is missing, before anything is sent\n  {error}"),
        Ok(_) => println!("\nIt exists after all"),
    }
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
