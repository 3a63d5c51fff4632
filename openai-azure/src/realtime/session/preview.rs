//! The flat form that sessions had in previews such as 2025-04-01-preview.

use serde_json::{Map, Value};

use super::Session;
use crate::realtime::wire::{WireValue, Written};

/// Moves the fields of the flat form, which nothing here knows by name, to where they are now.
/// What does not fit stays in `extra`.
pub(super) fn lift(session: &mut Session) {
    let mut take = Take(std::mem::take(&mut session.extra));
    if let Some(modalities) = take.field("modalities") {
        session.output_modalities.get_or_insert(modalities);
    }
    if let Some(limit) = take.field("max_response_output_tokens") {
        session.max_output_tokens.get_or_insert(limit);
    }
    if let Some(voice) = take.field("voice") {
        session.output().voice.get_or_insert(voice);
    }
    if let Some(speed) = take.field("speed") {
        session.output().speed.get_or_insert(speed);
    }
    if let Some(format) = take.field("output_audio_format") {
        session.output().format.get_or_insert(format);
    }
    if let Some(format) = take.field("input_audio_format") {
        session.input().format.get_or_insert(format);
    }
    if let Some(transcription) = take.field("input_audio_transcription") {
        session.input().transcription.get_or_insert(transcription);
    }
    if let Some(reduction) = take.field("input_audio_noise_reduction") {
        session.input().noise_reduction.get_or_insert(reduction);
    }
    if let Some(detection) = take.field("turn_detection") {
        session.input().turn_detection.get_or_insert(detection);
    }
    session.extra = take.0;
}

struct Take(Map<String, Value>);

impl Take {
    fn field<T: WireValue>(&mut self, name: &str) -> Option<T> {
        let value = self.0.get(name)?;
        let read = if value.is_null() { T::from_null() } else { T::read(value).ok() };
        if read.is_some() || value.is_null() {
            self.0.remove(name);
        }
        read
    }
}

/// The flat form. What previews do not have is left as it is.
pub(super) fn flat(session: &Session) -> Map<String, Value> {
    let Ok(Value::Object(mut fields)) = serde_json::to_value(session) else { return Map::new() };
    fields.remove("type");
    fields.remove("audio");
    for (now, before) in
        [("output_modalities", "modalities"), ("max_output_tokens", "max_response_output_tokens")]
    {
        if let Some(value) = fields.remove(now) {
            fields.insert(before.to_owned(), value);
        }
    }
    // Audio came with its text in previews, and both had to be asked for.
    if fields.get("modalities") == Some(&serde_json::json!(["audio"])) {
        fields.insert("modalities".to_owned(), serde_json::json!(["audio", "text"]));
    }
    let audio = session.audio.clone().unwrap_or_default();
    let (input, output) = (audio.input.unwrap_or_default(), audio.output.unwrap_or_default());
    let mut put = |name: &str, value: Option<Value>| {
        if let Some(value) = value {
            fields.insert(name.to_owned(), value);
        }
    };
    put("voice", json(&output.voice));
    put("speed", json(&output.speed));
    put("output_audio_format", output.format.map(|format| format.preview_name()));
    put("input_audio_format", input.format.map(|format| format.preview_name()));
    put("input_audio_transcription", json(&input.transcription));
    put("input_audio_noise_reduction", json(&input.noise_reduction));
    put("turn_detection", json(&input.turn_detection));
    fields
}

fn json<T: WireValue>(field: &Option<T>) -> Option<Value> {
    field.as_ref().and_then(|value| serde_json::to_value(Written(value)).ok())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::{AudioFormat, Session, TurnDetection, Voice};

    #[test]
    fn the_flat_form_is_read_into_the_nested_one() {
        let flat = json!({
            "id": "s", "modalities": ["text"], "voice": "alloy", "input_audio_format": "g711_ulaw",
            "turn_detection": null, "temperature": 0.8, "max_response_output_tokens": "inf",
            "input_audio_transcription": null,
        });
        let session: Session = serde_json::from_value(flat).unwrap();
        let session = session.with_older_fields();
        let audio = session.audio.clone().unwrap();
        let input = audio.input.unwrap();
        assert_eq!(input.format, Some(AudioFormat::Pcmu));
        assert_eq!(input.turn_detection, Some(TurnDetection::Manual));
        assert_eq!(input.transcription, Some(None));
        assert_eq!(audio.output.unwrap().voice, Some(Voice::from("alloy")));
        assert_eq!(session.extra.keys().collect::<Vec<_>>(), ["temperature"]);
    }

    #[test]
    fn the_nested_form_is_written_flat() {
        let session = Session::new()
            .output_modality("audio")
            .voice("sage")
            .manual_turns()
            .format(AudioFormat::Pcm)
            .max_output_tokens(100)
            .extra("temperature", 0.7);
        let flat = json!({
            "modalities": ["audio", "text"], "voice": "sage", "turn_detection": null,
            "input_audio_format": "pcm16", "output_audio_format": "pcm16",
            "max_response_output_tokens": 100, "temperature": 0.7,
        });
        assert_eq!(serde_json::Value::Object(session.to_preview()), flat);
    }
}
