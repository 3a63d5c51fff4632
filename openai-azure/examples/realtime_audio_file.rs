//! A spoken question from a WAV file, and the spoken response into another one.
//!
//! `realtime_audio_file [QUESTION.wav [RESPONSE.wav]]`: the question is 16-bit PCM, mono, 24 kHz.

mod offline;

use std::path::PathBuf;

/// Samples of a second.
const RATE: u32 = 24_000;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let (builder, emulator) = offline::v1_service().await?;
    if let Some(emulator) = &emulator {
        emulator.realtime_hears("What time is it?");
    }
    let client = builder.build()?;
    let deployment = offline::deployment("gpt-realtime-1.5");
    let mut arguments = std::env::args_os().skip(1).map(PathBuf::from);
    let question = match arguments.next() {
        Some(path) => pcm_of_wav(&std::fs::read(path)?)?,
        None => tone(),
    };
    let output =
        arguments.next().unwrap_or_else(|| std::env::temp_dir().join("realtime_response.wav"));

    let mut session = client
        .realtime(&deployment)
        .session(|s| {
            s.instructions("Be brief.")
                .voice("marin")
                .manual_turns()
                .transcription("gpt-4o-mini-transcribe")
        })
        .connect()
        .await?;
    println!("  {} bytes of audio", question.len());
    session.append_audio(question).await?;
    session.commit_audio().await?;
    session.create_response().await?;

    let turn = session.turn().await?.ok_or("the session ended")?;
    println!("  heard: {}", turn.input_transcript);
    println!("  said:  {}", turn.transcript);
    std::fs::write(&output, wav_of_pcm(&turn.audio))?;
    println!("  {} bytes of audio in {}", turn.audio.len(), output.display());
    session.close().await?;
    Ok(())
}

/// The samples of a WAV file of the one format that is sent here.
fn pcm_of_wav(file: &[u8]) -> Result<Vec<u8>, &'static str> {
    if file.get(..4) != Some(b"RIFF") || file.get(8..12) != Some(b"WAVE") {
        return Err("no WAV file");
    }
    let mut rest = &file[12..];
    while let Some((head, body)) = rest.split_at_checked(8) {
        let size = u32::from_le_bytes([head[4], head[5], head[6], head[7]]) as usize;
        let chunk = body.get(..size).unwrap_or(body);
        match &head[..4] {
            b"fmt " if chunk.get(..8) != Some(&[1, 0, 1, 0, 0xC0, 0x5D, 0, 0]) => {
                return Err("the WAV file must be PCM, mono, 24 kHz");
            }
            b"data" => return Ok(chunk.to_vec()),
            _ => {}
        }
        // Chunks begin at even places.
        rest = body.get(size + size % 2..).unwrap_or_default();
    }
    Err("the WAV file has no samples")
}

fn wav_of_pcm(pcm: &[u8]) -> Vec<u8> {
    let length = u32::try_from(pcm.len()).unwrap_or(u32::MAX - 36);
    let mut file = b"RIFF".to_vec();
    file.extend_from_slice(&(length + 36).to_le_bytes());
    file.extend_from_slice(b"WAVEfmt \x10\0\0\0\x01\0\x01\0");
    file.extend_from_slice(&RATE.to_le_bytes());
    file.extend_from_slice(&(RATE * 2).to_le_bytes());
    file.extend_from_slice(b"\x02\0\x10\0data");
    file.extend_from_slice(&length.to_le_bytes());
    file.extend_from_slice(pcm);
    file
}

/// Something to hear when there is no file: a second of a tone, from a WAV file made here.
fn tone() -> Vec<u8> {
    let samples = (0..RATE).map(|at| (f64::from(at) * 0.1).sin() * 9000.0);
    let pcm: Vec<u8> = samples.flat_map(|sample| (sample as i16).to_le_bytes()).collect();
    pcm_of_wav(&wav_of_pcm(&pcm)).unwrap_or(pcm)
}
