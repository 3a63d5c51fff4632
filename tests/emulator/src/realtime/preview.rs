//! The names and shapes of 2025-04-01-preview.

use serde_json::{Map, Value, json};

/// An event of today as the preview sends it; `None` for those that it did not have.
pub(super) fn event(mut event: Value) -> Option<Value> {
    let kind = event["type"].as_str()?.to_owned();
    let older = match kind.as_str() {
        "conversation.item.added" => "conversation.item.created".to_owned(),
        "conversation.item.done" => return None,
        kind => kind
            .replace("response.output_text.", "response.text.")
            .replace("response.output_audio_transcript.", "response.audio_transcript.")
            .replace("response.output_audio.", "response.audio."),
    };
    event["type"] = older.into();
    if event.get("session").is_some() {
        event["session"] = Value::Object(session(&event["session"]));
    }
    if event.get("item").is_some() {
        item(&mut event["item"]);
    }
    if let Some(Value::Array(items)) = event.get_mut("response").and_then(|r| r.get_mut("output")) {
        items.iter_mut().for_each(item);
    }
    if let Some(Value::Object(response)) = event.get_mut("response")
        && let Some(modalities) = response.remove("output_modalities")
    {
        response.insert("modalities".to_owned(), modalities);
    }
    Some(event)
}

fn item(item: &mut Value) {
    let Some(Value::Array(parts)) = item.get_mut("content") else { return };
    for part in parts {
        match part["type"].as_str() {
            Some("output_text") => part["type"] = "text".into(),
            Some("output_audio") => part["type"] = "audio".into(),
            _ => {}
        }
    }
}

fn session(now: &Value) -> Map<String, Value> {
    let mut flat = now.as_object().cloned().unwrap_or_default();
    let audio = flat.remove("audio").unwrap_or_default();
    flat.remove("type");
    if let Some(modalities) = flat.remove("output_modalities") {
        flat.insert("modalities".to_owned(), modalities);
    }
    let (input, output) = (&audio["input"], &audio["output"]);
    let name = |format: &Value| match format["type"].as_str() {
        Some("audio/pcmu") => "g711_ulaw",
        Some("audio/pcma") => "g711_alaw",
        _ => "pcm16",
    };
    flat.insert("voice".to_owned(), output["voice"].clone());
    flat.insert("input_audio_format".to_owned(), name(&input["format"]).into());
    flat.insert("output_audio_format".to_owned(), name(&output["format"]).into());
    flat.insert("turn_detection".to_owned(), input["turn_detection"].clone());
    flat.insert("input_audio_transcription".to_owned(), input["transcription"].clone());
    flat
}

/// The settings of the preview as those of today.
pub(super) fn nested(mut flat: Value) -> Value {
    let Some(fields) = flat.as_object_mut() else { return flat };
    let mut audio = json!({"input": {}, "output": {}});
    for (name, side, now) in [
        ("voice", "output", "voice"),
        ("output_audio_format", "output", "format"),
        ("input_audio_format", "input", "format"),
        ("input_audio_transcription", "input", "transcription"),
        ("turn_detection", "input", "turn_detection"),
    ] {
        if let Some(value) = fields.remove(name) {
            let value = match value.as_str() {
                Some("pcm16") => json!({"type": "audio/pcm", "rate": 24000}),
                Some("g711_ulaw") => json!({"type": "audio/pcmu"}),
                Some("g711_alaw") => json!({"type": "audio/pcma"}),
                _ => value,
            };
            audio[side][now] = value;
        }
    }
    if let Some(Value::Array(modalities)) = fields.remove("modalities") {
        let has_audio = modalities.iter().any(|modality| modality == "audio");
        let modality = if has_audio { "audio" } else { "text" };
        fields.insert("output_modalities".to_owned(), json!([modality]));
    }
    fields.insert("audio".to_owned(), audio);
    flat
}
