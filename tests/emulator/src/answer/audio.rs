//! Audio: the words of a recording, and a recording of words.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::{Question, wording};
use crate::reply::Reply;
use crate::service_error::ServiceError;

/// What every recording says, sentence by sentence.
const SENTENCES: [&str; 2] = ["The train to the coast leaves at ten.", "Bring a coat."];

/// How long each word takes, in seconds.
const WORD: f64 = 0.5;

/// A stretch of the recording.
struct Segment {
    start: f64,
    end: f64,
    text: &'static str,
}

pub(crate) fn transcription(question: &Question<'_>) -> Result<Reply, ServiceError> {
    words(question, "transcribe")
}

pub(crate) fn translation(question: &Question<'_>) -> Result<Reply, ServiceError> {
    words(question, "translate")
}

/// A WAV file with a bit of silence, as long as the text.
pub(crate) fn speech(question: &Question<'_>) -> Result<Reply, ServiceError> {
    let input = question.text("input").unwrap_or_default();
    if input.contains("[filter]") {
        return Err(ServiceError::content_filter());
    }
    let format = question.text("response_format").unwrap_or_else(|| "mp3".to_owned());
    let media = match format.as_str() {
        "opus" => "audio/ogg",
        "aac" => "audio/aac",
        "flac" => "audio/flac",
        "wav" => "audio/wav",
        "pcm" => "audio/pcm",
        _ => "audio/mpeg",
    };
    let sound = wav(input.chars().count() * 64);
    if question.text("stream_format").as_deref() == Some("sse") {
        let delta = json!({"type": "speech.audio.delta", "audio": STANDARD.encode(&sound)});
        let done = json!({"type": "speech.audio.done"});
        return Ok(Reply::status(200).sse([delta, done]));
    }
    let reply = Reply::status(200).header("content-type", media);
    Ok(reply.chunks(sound.chunks(4096).map(<[u8]>::to_vec).collect::<Vec<_>>()))
}

fn words(question: &Question<'_>, task: &str) -> Result<Reply, ServiceError> {
    let file = question.request.part("file").filter(|part| part.file_name.is_some());
    let Some(file) = file else {
        return Err(ServiceError::bad_request("invalid_value", "file", "'file' is missing."));
    };
    if file.body.is_empty() {
        let message = "The file is empty, or no sound that can be read.";
        return Err(ServiceError::bad_request("invalid_value", "file", message));
    }
    let segments = segments();
    let text = SENTENCES.join(" ");
    if question.text("stream").as_deref() == Some("true") {
        return Ok(stream(&text));
    }
    let format = question.text("response_format").unwrap_or_else(|| "json".to_owned());
    let plain = |text: String| {
        Reply::status(200).header("content-type", "text/plain; charset=utf-8").body(text)
    };
    Ok(match format.as_str() {
        "text" => plain(text + "\n"),
        "srt" => plain(subtitles(&segments, ',', true)),
        "vtt" => plain(format!("WEBVTT\n\n{}", subtitles(&segments, '.', false))),
        "verbose_json" => Reply::status(200).json(verbose(question, task, &text, &segments)),
        _ => Reply::status(200).json(json!({"text": text})),
    })
}

fn segments() -> Vec<Segment> {
    let mut start = 0.0;
    let segment = |text: &'static str| {
        let end = start + WORD * text.split(' ').count() as f64;
        let segment = Segment { start, end, text };
        start = end;
        segment
    };
    SENTENCES.into_iter().map(segment).collect()
}

fn verbose(question: &Question<'_>, task: &str, text: &str, segments: &[Segment]) -> Value {
    let segment = |(id, segment): (usize, &Segment)| {
        json!({
            "id": id,
            "seek": 0,
            "start": segment.start,
            "end": segment.end,
            "text": format!(" {}", segment.text),
            "tokens": [50364, 440, 3847],
            "temperature": 0.0,
            "avg_logprob": -0.25,
            "compression_ratio": 0.875,
            "no_speech_prob": 0.0625,
        })
    };
    let mut answer = json!({
        "task": task,
        "language": "english",
        "duration": segments.last().map_or(0.0, |last| last.end),
        "text": text,
        "segments": segments.iter().enumerate().map(segment).collect::<Vec<_>>(),
    });
    let wants_words = question.request.parts.iter().any(|part| {
        part.name.starts_with("timestamp_granularities") && part.text().contains("word")
    });
    if wants_words {
        let word = |(at, word): (usize, &str)| {
            let start = at as f64 * WORD;
            json!({"word": word.trim_matches('.'), "start": start, "end": start + WORD})
        };
        answer["words"] = text.split(' ').enumerate().map(word).collect();
    }
    answer
}

fn subtitles(segments: &[Segment], point: char, is_numbered: bool) -> String {
    let time = |seconds: f64| {
        let millis = (seconds * 1000.0) as u64;
        let (minutes, seconds) = (millis / 60_000, millis / 1000 % 60);
        format!("{:02}:{:02}:{seconds:02}{point}{:03}", minutes / 60, minutes % 60, millis % 1000)
    };
    let mut text = String::new();
    for (at, segment) in segments.iter().enumerate() {
        if is_numbered {
            text += &format!("{}\n", at + 1);
        }
        let (start, end) = (time(segment.start), time(segment.end));
        text += &format!("{start} --> {end}\n{}\n\n", segment.text);
    }
    text
}

fn stream(text: &str) -> Reply {
    let delta = |piece: &&str| json!({"type": "transcript.text.delta", "delta": piece});
    let mut events: Vec<Value> = wording::pieces(text).iter().map(delta).collect();
    events.push(json!({"type": "transcript.text.done", "text": text}));
    Reply::status(200).sse(events)
}

/// Silence: 8 bits, mono, 8000 samples a second.
fn wav(samples: usize) -> Vec<u8> {
    let length = u32::try_from(samples).unwrap_or(u32::MAX - 36);
    let mut file = Vec::with_capacity(44 + samples);
    file.extend(b"RIFF");
    file.extend((36 + length).to_le_bytes());
    file.extend(b"WAVEfmt ");
    file.extend(16_u32.to_le_bytes());
    file.extend([1, 0, 1, 0]);
    file.extend(8000_u32.to_le_bytes());
    file.extend(8000_u32.to_le_bytes());
    file.extend([1, 0, 8, 0]);
    file.extend(b"data");
    file.extend(length.to_le_bytes());
    file.resize(44 + samples, 128);
    file
}
