//! Audio: the words of a recording, and a recording of words.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::{Question, refusals, usage, wording};
use crate::reply::Reply;
use crate::service_error::ServiceError;

/// The transcript of every audio file, sentence by sentence.
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
        let delta =
            |chunk: &[u8]| json!({"type": "speech.audio.delta", "audio": STANDARD.encode(chunk)});
        let mut events: Vec<Value> = sound.chunks(1024).map(delta).collect();
        let (read, spoken) = (usage::tokens(&input), sound.len() / 64);
        events.push(json!({"type": "speech.audio.done", "usage": {
            "input_tokens": read, "output_tokens": spoken, "total_tokens": read + spoken,
        }}));
        return Ok(Reply::status(200).sse(events));
    }
    let reply = Reply::status(200).header("content-type", media);
    Ok(reply.chunks(sound.chunks(4096).map(<[u8]>::to_vec).collect::<Vec<_>>()))
}

fn words(question: &Question<'_>, task: &'static str) -> Result<Reply, ServiceError> {
    let file = question.request.parts.iter().find(|part| part.name == "file");
    let Some((file, name)) = file.and_then(|part| Some((part, part.file_name.as_ref()?))) else {
        return Err(ServiceError::bad_request("invalid_value", "file", "'file' is missing."));
    };
    if let Some(refusal) = refusals::audio_file(name) {
        return Err(refusal);
    }
    if file.body.is_empty() {
        let message = "The file is empty, or no sound that can be read.";
        return Err(ServiceError::bad_request("invalid_value", "file", message));
    }
    let format = question.text("response_format").unwrap_or_else(|| "json".to_owned());
    if let Some(refusal) = refusals::transcription_format(question.model(), &format) {
        return Err(refusal);
    }
    let transcript = Transcript::new(question, task, file.body.len(), &format);
    if question.is_set("stream") {
        return Ok(transcript.stream());
    }
    let segments = &transcript.segments;
    let plain = |text: String| {
        Reply::status(200).header("content-type", "text/plain; charset=utf-8").body(text)
    };
    Ok(match format.as_str() {
        "text" => plain(transcript.text.clone() + "\n"),
        "srt" => plain(subtitles(segments, ',', true)),
        "vtt" => plain(format!("WEBVTT\n\n{}", subtitles(segments, '.', false))),
        "verbose_json" => {
            Reply::status(200).json(verbose(question, task, &transcript.text, segments))
        }
        "diarized_json" => Reply::status(200).json(transcript.diarized()),
        _ => Reply::status(200).json(transcript.json()),
    })
}

/// The transcript of an audio file, in the format asked for.
struct Transcript {
    task: &'static str,
    text: String,
    segments: Vec<Segment>,
    has_logprobs: bool,
    is_diarized: bool,
    /// Newer models count tokens, Whisper counts seconds.
    usage: Value,
}

impl Transcript {
    fn new(question: &Question<'_>, task: &'static str, bytes: usize, format: &str) -> Self {
        let parts = &question.request.parts;
        let includes = |part: &crate::Part| {
            part.name.trim_end_matches("[]") == "include" && part.text().contains("logprobs")
        };
        let text = SENTENCES.join(" ");
        let segments = segments();
        let model = question.model();
        let usage = if model.contains("transcribe") {
            let (input, output) = (bytes / 64 + 1, usage::tokens(&text));
            json!({
                "type": "tokens",
                "input_tokens": input,
                "input_token_details": {"audio_tokens": input, "text_tokens": 0},
                "output_tokens": output,
                "total_tokens": input + output,
            })
        } else {
            json!({"type": "duration", "seconds": segments.last().map_or(0.0, |last| last.end).ceil()})
        };
        Self {
            task,
            text,
            segments,
            has_logprobs: parts.iter().any(includes),
            is_diarized: format == "diarized_json" || model.ends_with("-diarize"),
            usage,
        }
    }

    fn json(&self) -> Value {
        let mut body = json!({"text": self.text, "usage": self.usage});
        if self.has_logprobs {
            body["logprobs"] = wording::pieces(&self.text).into_iter().map(logprob).collect();
        }
        body
    }

    fn diarized(&self) -> Value {
        json!({
            "task": self.task,
            "duration": self.segments.last().map_or(0.0, |last| last.end),
            "text": self.text,
            "segments": self.speakers(),
            "usage": self.usage,
        })
    }

    /// One segment for each sentence, two people in turn.
    fn speakers(&self) -> Vec<Value> {
        let segment = |(at, segment): (usize, &Segment)| {
            json!({
                "type": "transcript.text.segment",
                "id": format!("seg_{:03}", at + 1),
                "start": segment.start,
                "end": segment.end,
                "text": segment.text,
                "speaker": if at % 2 == 0 { "A" } else { "B" },
            })
        };
        self.segments.iter().enumerate().map(segment).collect()
    }

    fn stream(&self) -> Reply {
        let mut events = Vec::new();
        let delta = |piece: &str, segment: Option<&Value>| {
            let mut event = json!({"type": "transcript.text.delta", "delta": piece});
            if self.has_logprobs {
                event["logprobs"] = json!([logprob(piece)]);
            }
            if let Some(segment) = segment {
                event["segment_id"] = segment["id"].clone();
            }
            event
        };
        if self.is_diarized {
            for segment in self.speakers() {
                let text = segment["text"].as_str().unwrap_or_default();
                // The words of all segments together are the text.
                let text = if events.is_empty() { text.to_owned() } else { format!(" {text}") };
                let pieces = wording::pieces(&text);
                events.extend(pieces.into_iter().map(|piece| delta(piece, Some(&segment))));
                events.push(segment);
            }
        } else {
            events.extend(wording::pieces(&self.text).into_iter().map(|piece| delta(piece, None)));
        }
        let mut done = self.json();
        done["type"] = json!("transcript.text.done");
        events.push(done);
        Reply::status(200).sse(events)
    }
}

fn logprob(piece: &str) -> Value {
    json!({"token": piece, "logprob": -0.125, "bytes": piece.as_bytes()})
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
