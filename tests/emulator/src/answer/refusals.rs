//! What a model does not do, and which parameters it refuses.
//!
//! Only the usual deployments are told apart, by their names. A deployment that the builder added
//! does everything.

use serde_json::{Value, json};

use super::Question;
use crate::emulator::DEPLOYMENTS;
use crate::service_error::ServiceError;

/// Parameters of chats that reasoning models do not know.
const UNSUPPORTED: [(&str, Option<&str>); 5] = [
    ("max_tokens", Some("max_completion_tokens")),
    ("logit_bias", None),
    ("logprobs", None),
    ("top_logprobs", None),
    ("stop", None),
];

/// Parameters of chats that reasoning models take with their default alone.
const DEFAULTS: [(&str, f64); 4] =
    [("temperature", 1.0), ("top_p", 1.0), ("presence_penalty", 0.0), ("frequency_penalty", 0.0)];

/// Extensions of files that are audio.
const AUDIO: [&str; 10] =
    ["flac", "m4a", "mp3", "mp4", "mpeg", "mpga", "oga", "ogg", "wav", "webm"];

/// Extensions of files that are certainly none. A name without an extension is taken for audio.
const NO_AUDIO: [&str; 14] = [
    "csv", "doc", "docx", "gif", "html", "jpeg", "jpg", "json", "jsonl", "md", "pdf", "png", "txt",
    "xml",
];

/// What a model is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Use {
    /// Chats and responses.
    Chat {
        is_reasoning: bool,
    },
    /// Responses alone.
    Responses,
    /// Older completions alone.
    Completions,
    Embeddings,
    Transcriptions,
    Speech,
    Images,
    Realtime,
    Videos,
}

/// Why the model of a request refuses it, if it does.
pub(crate) fn refusal(question: &Question<'_>, segments: &[&str]) -> Option<ServiceError> {
    let model = question.model();
    if !DEPLOYMENTS.contains(&model) {
        return None;
    }
    let is_for = Use::of(model);
    if !is_for.has(segments) {
        return Some(ServiceError::wrong_model(&segments.join("/"), model));
    }
    match segments {
        ["chat", "completions"] if is_for == (Use::Chat { is_reasoning: true }) => {
            chat(&question.body, model)
        }
        ["responses"] => responses(&question.body, model, is_for),
        _ => None,
    }
}

/// Whether a model thinks before it writes.
pub(crate) fn is_reasoning(model: &str) -> bool {
    let is_o = ["o1", "o3", "o4"].iter().any(|series| model.starts_with(series));
    is_o || (model.contains("gpt-5") && !model.contains("-chat"))
}

/// Why a file is not taken for audio, if it is not.
pub(crate) fn audio_file(name: &str) -> Option<ServiceError> {
    let extension = name.rsplit_once('.').map(|(_, extension)| extension.to_ascii_lowercase());
    if extension.is_none_or(|extension| !NO_AUDIO.contains(&extension.as_str())) {
        return None;
    }
    let message = format!("Invalid file format. Supported formats: {AUDIO:?}");
    Some(ServiceError::bad_request("invalid_value", "file", &message))
}

/// Why a model does not write its transcript in a format, if it does not.
pub(crate) fn transcription_format(model: &str, format: &str) -> Option<ServiceError> {
    let takes: &[&str] = match model {
        "gpt-4o-transcribe" | "gpt-4o-mini-transcribe" => &["json", "text"],
        "gpt-4o-transcribe-diarize" => &["json", "text", "diarized_json"],
        "whisper" => &["json", "text", "srt", "verbose_json", "vtt"],
        _ => return None,
    };
    if takes.contains(&format) {
        return None;
    }
    let only = format!("It takes {}.", takes.join(", "));
    Some(ServiceError::unsupported_value("response_format", &json!(format), &only))
}

impl Use {
    fn of(model: &str) -> Self {
        let has = |part: &str| model.contains(part);
        if has("embedding") {
            Self::Embeddings
        } else if has("transcribe") || model == "whisper" {
            Self::Transcriptions
        } else if has("tts") {
            Self::Speech
        } else if has("image") || has("dall-e") {
            Self::Images
        } else if has("sora") {
            Self::Videos
        } else if has("realtime") {
            Self::Realtime
        } else if has("instruct") {
            Self::Completions
        } else if has("codex") || model.ends_with("-pro") {
            Self::Responses
        } else {
            Self::Chat { is_reasoning: is_reasoning(model) }
        }
    }

    /// Whether the operation is one of the model's; those without a model are everybody's.
    fn has(self, segments: &[&str]) -> bool {
        match segments {
            ["chat", "completions"] => matches!(self, Self::Chat { .. }),
            ["responses", ..] => matches!(self, Self::Chat { .. } | Self::Responses),
            ["completions"] => matches!(self, Self::Completions | Self::Chat { .. }),
            ["embeddings"] => self == Self::Embeddings,
            ["audio", "speech"] => self == Self::Speech,
            ["audio", _] => self == Self::Transcriptions,
            ["images", _] => self == Self::Images,
            _ => true,
        }
    }
}

fn chat(body: &Value, model: &str) -> Option<ServiceError> {
    for (name, instead) in UNSUPPORTED {
        if body.get(name).is_some_and(|value| !value.is_null() && *value != json!(false)) {
            return Some(ServiceError::unsupported_parameter(name, instead));
        }
    }
    let effort = body["reasoning_effort"].as_str();
    if effort != Some("none") {
        for (name, default) in DEFAULTS {
            if let Some(value) = body.get(name).filter(|value| !value.is_null())
                && value.as_f64() != Some(default)
            {
                let only = format!("Only the default ({default}) value is supported.");
                return Some(ServiceError::unsupported_value(name, value, &only));
            }
        }
    }
    let has_tools = body["tools"].as_array().is_some_and(|tools| !tools.is_empty());
    if model.starts_with("gpt-5.6") && has_tools && effort.is_some_and(|effort| effort != "none") {
        return Some(ServiceError::bad_request(
            "unsupported_parameter",
            "reasoning_effort",
            "Function tools with 'reasoning_effort' are not supported with this model in \
             /v1/chat/completions. Use /v1/responses instead.",
        ));
    }
    None
}

fn responses(body: &Value, model: &str, is_for: Use) -> Option<ServiceError> {
    if model.ends_with("-pro") && body["stream"] == true {
        return Some(ServiceError::unsupported_value("stream", &json!(true), "Use background."));
    }
    let is_reasoning = matches!(is_for, Use::Responses | Use::Chat { is_reasoning: true });
    let is_thinking = body["reasoning"]["effort"] != "none";
    let refused = ["temperature", "top_p"]
        .into_iter()
        .find(|name| body[*name].as_f64().is_some_and(|value| (value - 1.0).abs() > f64::EPSILON));
    match refused {
        Some(name) if is_reasoning && is_thinking => {
            Some(ServiceError::unsupported_parameter(name, None))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::Use;

    #[test]
    fn models_are_told_apart_by_their_names() {
        for (model, path, has) in [
            ("gpt-5.6-terra", &["chat", "completions"][..], true),
            ("gpt-5.6-terra", &["embeddings"], false),
            ("text-embedding-3-large", &["embeddings"], true),
            ("text-embedding-3-large", &["responses"], false),
            ("gpt-4o-mini-transcribe", &["audio", "transcriptions"], true),
            ("gpt-4o-mini-tts", &["audio", "transcriptions"], false),
            ("gpt-image-2", &["images", "edits"], true),
            ("gpt-realtime-1.5", &["chat", "completions"], false),
            ("gpt-5.1-codex", &["chat", "completions"], false),
            ("gpt-5.1-codex", &["responses"], true),
            ("gpt-image-2", &["files"], true),
        ] {
            assert_eq!(Use::of(model).has(path), has, "{model} {path:?}");
        }
    }

    #[test]
    fn reasoning_models_take_no_sampling_but_without_effort() {
        let refused = |body| super::chat(&body, "gpt-5.1").is_some();
        assert!(refused(json!({"max_tokens": 5})));
        assert!(refused(json!({"temperature": 0.5})));
        assert!(!refused(json!({"temperature": 1})));
        assert!(!refused(json!({"temperature": 0.5, "reasoning_effort": "none"})));
        assert!(!refused(json!({"max_completion_tokens": 5, "logprobs": false})));
    }
}
