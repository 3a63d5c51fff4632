//! Audio becomes text, and text becomes audio, in every form of the service.

// Helpers of tests panic.
#![allow(clippy::unwrap_used)]

mod http;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::{Answer, call, form};
use openai_azure_emulator::Emulator;
use serde_json::{Value, json};

async fn transcribe(emulator: &Emulator, model: &str, more: &[(&str, &str)]) -> Answer {
    let mut parts =
        vec![("file", Some("talk.wav"), &b"RIFF"[..]), ("model", None, model.as_bytes())];
    parts.extend(more.iter().map(|(name, value)| (*name, None, value.as_bytes())));
    form(emulator, "/audio/transcriptions?api-version=preview", &parts).await
}

fn text(events: &[Value]) -> String {
    events.iter().filter_map(|event| event["delta"].as_str()).collect()
}

#[tokio::test]
async fn a_diarized_transcript_says_who_speaks() {
    let emulator = Emulator::start().await.unwrap();
    let format = [("response_format", "diarized_json"), ("chunking_strategy", "auto")];
    let whole = transcribe(&emulator, "gpt-4o-transcribe-diarize", &format).await.json();
    let speakers: Vec<_> =
        whole["segments"].as_array().unwrap().iter().map(|one| &one["speaker"]).collect();
    assert_eq!(speakers, ["A", "B"]);
    let stream = [&format[..], &[("stream", "true")]].concat();
    let events = transcribe(&emulator, "gpt-4o-transcribe-diarize", &stream).await.events();
    assert_eq!(text(&events), whole["text"].as_str().unwrap());
    let segments = events.iter().filter(|event| event["type"] == "transcript.text.segment");
    assert_eq!(segments.count(), 2);
    assert!(events[0]["segment_id"].is_string());
}

#[tokio::test]
async fn a_streamed_transcript_has_log_probabilities_when_they_are_included() {
    let emulator = Emulator::start().await.unwrap();
    let more = [("stream", "true"), ("include[]", "logprobs")];
    let events = transcribe(&emulator, "gpt-4o-mini-transcribe", &more).await.events();
    assert_eq!(events[0]["logprobs"][0]["token"], events[0]["delta"]);
    let done = events.last().unwrap();
    assert_eq!(done["type"], "transcript.text.done");
    assert_eq!(done["text"], text(&events));
    assert_eq!(done["usage"]["type"], "tokens");
    let plain = transcribe(&emulator, "gpt-4o-mini-transcribe", &[("stream", "true")]).await;
    assert!(plain.events()[0].get("logprobs").is_none());
}

#[tokio::test]
async fn a_model_refuses_formats_and_files_that_it_does_not_know() {
    let emulator = Emulator::start().await.unwrap();
    for (model, format, status) in [
        ("whisper", "srt", 200),
        ("whisper", "diarized_json", 400),
        ("gpt-4o-mini-transcribe", "text", 200),
        ("gpt-4o-mini-transcribe", "verbose_json", 400),
    ] {
        let answer = transcribe(&emulator, model, &[("response_format", format)]).await;
        assert_eq!(answer.status, status, "{model} {format}");
    }
    let parts = [("file", Some("talk.txt"), &b"text"[..]), ("model", None, b"whisper")];
    let answer = form(&emulator, "/audio/transcriptions?api-version=preview", &parts).await;
    assert_eq!(answer.status, 400);
}

#[tokio::test]
async fn speech_is_audio_or_events_with_the_same_bytes() {
    let emulator = Emulator::start().await.unwrap();
    let path = "/audio/speech?api-version=preview";
    let mut body = json!({
        "model": "gpt-4o-mini-tts", "input": "Good morning, everybody.", "voice": "alloy",
        "instructions": "Speak slowly.", "response_format": "wav",
    });
    let whole = call(&emulator, "POST", path, body.clone()).await;
    assert_eq!(whole.header("content-type"), Some("audio/wav"), "{}", whole.body().0);
    body["stream_format"] = json!("sse");
    let events = call(&emulator, "POST", path, body).await.events();
    let chunk = |event: &Value| STANDARD.decode(event["audio"].as_str()?).ok();
    let audio: Vec<u8> = events.iter().filter_map(chunk).flatten().collect();
    assert!(audio.starts_with(b"RIFF"));
    assert!(events.len() > 2);
    assert!(events.last().unwrap()["usage"]["total_tokens"].is_u64());
}
