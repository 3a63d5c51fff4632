//! Transcription while somebody speaks.

mod offline;

use std::convert::Infallible;
use std::time::Duration;

use futures_util::stream;
use openai_azure::realtime::{AudioFormat, ServerEvent, ServerVad};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let (builder, emulator) = offline::v1_service().await?;
    if let Some(emulator) = &emulator {
        emulator.realtime_hears("The train leaves at ten.");
        emulator.realtime_hears("Do not be late.");
    }
    let client = builder.build()?;
    let deployment = offline::deployment("gpt-4o-mini-transcribe");

    let session = client
        .realtime_transcription(&deployment)
        .session(|s| s.turn_detection(ServerVad::default().silence_duration_ms(400)))
        .connect()
        .await?;
    let (mut sender, mut receiver) = session.split();

    // Two sentences, 100 ms at a time, as a microphone has them.
    let speaking = async {
        let chunks = stream::unfold(0, |at| async move {
            tokio::time::sleep(Duration::from_millis(5)).await;
            (at < 40).then(|| (Ok::<_, Infallible>(hundred_ms(at % 20 < 12)), at + 1))
        });
        sender.append_audio_stream(chunks, &AudioFormat::Pcm).await
    };
    let listening = async {
        let mut sentences = 0;
        while let Some(event) = receiver.try_next().await? {
            match event {
                ServerEvent::SpeechStarted(event) => println!("  at {} ms:", event.audio_start_ms),
                ServerEvent::InputTranscriptionDelta(event) => println!("    + {:?}", event.delta),
                ServerEvent::InputTranscriptionCompleted(event) => {
                    println!("    {}", event.transcript);
                    sentences += 1;
                    if sentences == 2 {
                        break;
                    }
                }
                _ => {}
            }
        }
        Ok::<_, openai_azure::Error>(())
    };
    let (sent, heard) = tokio::join!(speaking, listening);
    heard?;
    println!("  {} bytes of audio", sent?);
    Ok(())
}

/// 100 ms of a tone, or of silence.
fn hundred_ms(is_loud: bool) -> Vec<u8> {
    let volume = if is_loud { 9000.0 } else { 0.0 };
    let samples = (0..2400).map(|at| ((f64::from(at) * 0.1).sin() * volume) as i16);
    samples.flat_map(i16::to_le_bytes).collect()
}
