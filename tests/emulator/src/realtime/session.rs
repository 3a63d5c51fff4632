//! A session as the service holds it: settings, conversation, audio buffer, responses.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value, json};

use super::audio::{Detector, Format, Speech};
use super::handshake::Accepted;
use super::output::{Content, Output};
use super::preview;
use super::script::{EXPIRED, expired};
use super::socket::Party;
use crate::shared::{Shared, locked};

/// The most bytes of one append.
const MAX_APPEND: usize = 15 << 20;

/// The transcript of a user's audio when nothing is scripted.
const HEARD: &str = "This is what the user said.";

#[derive(Debug)]
pub(super) struct Session {
    shared: Arc<Shared>,
    number: u64,
    is_preview: bool,
    settings: Value,
    items: Vec<Value>,
    buffer: Vec<u8>,
    detector: Detector,
    /// The item that the audio will become.
    speaking: Option<String>,
    due: VecDeque<Value>,
    output: Option<Output>,
    count: u64,
}

impl Session {
    pub(super) fn new(shared: Arc<Shared>, number: u64, accepted: Accepted) -> Self {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let ends = now + shared.realtime.session_limit(super::SESSION_LIMIT);
        let kind = if accepted.is_transcription { "transcription" } else { "realtime" };
        let settings = json!({
            "type": kind,
            "id": format!("sess_{number:06}"),
            "object": if accepted.is_transcription { "realtime.transcription_session" } else { "realtime.session" },
            "expires_at": ends.as_secs(),
            "model": accepted.model,
            "output_modalities": ["audio"],
            "instructions": "",
            "audio": {
                "input": {
                    "format": {"type": "audio/pcm", "rate": 24000},
                    "transcription": null,
                    "noise_reduction": null,
                    "turn_detection": {
                        "type": "server_vad", "threshold": 0.5, "prefix_padding_ms": 300,
                        "silence_duration_ms": 500, "create_response": true,
                        "interrupt_response": true, "idle_timeout_ms": null,
                    },
                },
                "output": {
                    "format": {"type": "audio/pcm", "rate": 24000}, "voice": "alloy", "speed": 1.0,
                },
            },
            "tools": [], "tool_choice": "auto", "max_output_tokens": "inf",
            "truncation": "auto", "tracing": null, "include": null, "prompt": null,
        });
        Self {
            shared,
            number,
            is_preview: accepted.is_preview,
            settings,
            items: Vec::new(),
            buffer: Vec::new(),
            detector: Detector::default(),
            speaking: None,
            due: VecDeque::new(),
            output: None,
            count: 0,
        }
    }

    fn push(&mut self, mut event: Value) {
        if self.is_preview && event["type"] == "conversation.item.done" {
            return;
        }
        self.count += 1;
        if event.get("event_id").is_none() {
            event["event_id"] = format!("event_{:04}_{:06}", self.number, self.count).into();
        }
        self.due.push_back(event);
    }

    fn refuse(&mut self, event: &Value, code: &str, message: &str) {
        self.push(json!({"type": "error", "error": {
            "type": "invalid_request_error", "code": code, "message": message, "param": null,
            "event_id": event.get("event_id").cloned().unwrap_or_default(),
        }}));
    }

    fn update(&mut self, event: &Value) {
        let update = event["session"].clone();
        let kind = update["type"].as_str().unwrap_or_default();
        if !self.is_preview && kind != "realtime" && kind != "transcription" {
            return self.refuse(
                event,
                "missing_required_parameter",
                "Missing required parameter: 'session.type'.",
            );
        }
        let update = if self.is_preview { preview::nested(update) } else { update };
        merge(&mut self.settings, &update);
        self.push(json!({"type": "session.updated", "session": self.settings}));
    }

    fn input(&self) -> &Value {
        &self.settings["audio"]["input"]
    }

    fn append(&mut self, event: &Value) {
        let Some(audio) = event["audio"].as_str().and_then(|audio| STANDARD.decode(audio).ok())
        else {
            return self.refuse(event, "invalid_value", "Invalid 'audio': no base64.");
        };
        if audio.len() > MAX_APPEND {
            return self.refuse(event, "audio_too_large", "At most 15 MiB in one event.");
        }
        self.buffer.extend_from_slice(&audio);
        let detection = self.input()["turn_detection"].clone();
        if detection.is_null() {
            return;
        }
        let format = Format::of(&self.input()["format"]);
        let threshold = detection["threshold"].as_f64().unwrap_or(0.5);
        let silence = detection["silence_duration_ms"].as_u64().unwrap_or(500);
        for found in self.detector.push(format, &audio, threshold, silence) {
            match found {
                Speech::Started { at_ms } => {
                    let id = self.new_item_id();
                    self.speaking = Some(id.clone());
                    self.push(json!({
                        "type": "input_audio_buffer.speech_started",
                        "audio_start_ms": at_ms, "item_id": id,
                    }));
                    let interrupts = detection["interrupt_response"] != false;
                    if let Some(output) = self.output.take_if(|_| interrupts) {
                        self.push(output.cancelled("turn_detected"));
                    }
                }
                Speech::Stopped { at_ms } => {
                    let id = self.speaking.take().unwrap_or_default();
                    self.push(json!({
                        "type": "input_audio_buffer.speech_stopped",
                        "audio_end_ms": at_ms, "item_id": id,
                    }));
                    self.commit_as(id);
                    let is_conversation = self.settings["type"] == "realtime";
                    if detection["create_response"] != false && is_conversation {
                        self.respond(&json!({}));
                    }
                }
            }
        }
    }

    fn commit(&mut self, event: &Value) {
        if self.buffer.is_empty() {
            return self.refuse(
                event,
                "input_audio_buffer_commit_empty",
                "The buffer has no audio.",
            );
        }
        let id = self.speaking.take().unwrap_or_else(|| self.new_item_id());
        self.commit_as(id);
    }

    fn commit_as(&mut self, id: String) {
        let previous = self.items.last().map(|item| item["id"].clone()).unwrap_or_default();
        let bytes_per_ms = Format::of(&self.input()["format"]).bytes_per_ms();
        let milliseconds = self.buffer.len() / bytes_per_ms;
        self.buffer.clear();
        let heard = locked(&self.shared.realtime.heard).pop_front();
        let heard = heard.unwrap_or_else(|| HEARD.to_owned());
        self.push(json!({
            "type": "input_audio_buffer.committed", "previous_item_id": previous, "item_id": id,
        }));
        let item = json!({
            "id": id, "object": "realtime.item", "type": "message", "status": "completed",
            "role": "user", "content": [{"type": "input_audio", "transcript": null}],
        });
        self.push(json!({
            "type": "conversation.item.added", "previous_item_id": previous, "item": item,
        }));
        self.push(json!({
            "type": "conversation.item.done", "previous_item_id": previous, "item": item,
        }));
        let mut kept = item;
        // The model hears it whether or not it is transcribed.
        kept["content"][0]["transcript"] = heard.as_str().into();
        self.items.push(kept);
        if self.input()["transcription"].is_null() {
            return;
        }
        let kind = "conversation.item.input_audio_transcription";
        for delta in heard.split_inclusive(' ') {
            self.push(json!({
                "type": format!("{kind}.delta"), "item_id": id, "content_index": 0, "delta": delta,
            }));
        }
        self.push(json!({
            "type": format!("{kind}.completed"), "item_id": id, "content_index": 0,
            "transcript": heard,
            "usage": {"type": "duration", "seconds": milliseconds as f64 / 1000.0},
        }));
    }

    fn create_item(&mut self, event: &Value) {
        let mut item = event["item"].clone();
        let Some(fields) = item.as_object_mut() else {
            return self.refuse(event, "missing_required_parameter", "Missing 'item'.");
        };
        if !fields.contains_key("id") {
            let id = self.new_item_id();
            fields.insert("id".to_owned(), id.into());
        }
        fields.insert("object".to_owned(), "realtime.item".into());
        fields.insert("status".to_owned(), "completed".into());
        let previous = event.get("previous_item_id").cloned().unwrap_or_else(|| {
            self.items.last().map(|item| item["id"].clone()).unwrap_or_default()
        });
        self.items.push(item.clone());
        for kind in ["conversation.item.added", "conversation.item.done"] {
            self.push(json!({"type": kind, "previous_item_id": previous, "item": item}));
        }
    }

    fn respond(&mut self, event: &Value) {
        if self.output.is_some() {
            return self.refuse(
                event,
                "conversation_already_has_active_response",
                "A response is running.",
            );
        }
        let settings = event.get("response").cloned().unwrap_or_else(|| json!({}));
        let settings = if self.is_preview { preview::nested(settings) } else { settings };
        self.count += 1;
        let number = self.number * 10_000 + self.count;
        let content = self.content(number, &settings);
        self.output = Some(Output::new(number, &content, &settings));
    }

    fn content(&self, number: u64, settings: &Value) -> Content {
        let call_id = format!("call_{number:08}");
        if let Some((name, arguments)) = locked(&self.shared.realtime.calls).pop_front() {
            return Content::Call { name, arguments, call_id };
        }
        let last = self.items.last().cloned().unwrap_or_default();
        let tools = settings.get("tools").unwrap_or(&self.settings["tools"]);
        let said = words(&last);
        if said.to_lowercase().contains("weather")
            && let Some(name) = tools[0]["name"].as_str()
        {
            let city = said.split(" in ").nth(1).unwrap_or("Oslo");
            let city = city.trim_end_matches(['?', '.', '!']);
            let arguments = json!({"city": city}).to_string();
            return Content::Call { name: name.to_owned(), arguments, call_id };
        }
        let says = match last["type"].as_str() {
            Some("function_call_output") => {
                format!("The tool says: {}", last["output"].as_str().unwrap_or_default())
            }
            _ if said.is_empty() => "Hello, how can I help?".to_owned(),
            _ => format!("You said: {said}"),
        };
        let modalities =
            settings.get("output_modalities").unwrap_or(&self.settings["output_modalities"]);
        if modalities[0] == "text" {
            return Content::Text(says);
        }
        let of_response = &settings["audio"]["output"]["format"];
        let of_session = &self.settings["audio"]["output"]["format"];
        let format = Format::of(if of_response.is_null() { of_session } else { of_response });
        Content::Audio { transcript: says, format }
    }

    fn find(&self, event: &Value) -> Option<usize> {
        self.items.iter().position(|item| item["id"] == event["item_id"])
    }

    fn new_item_id(&mut self) -> String {
        self.count += 1;
        format!("item_{:04}_{:06}", self.number, self.count)
    }
}

impl Party for Session {
    fn record(&self, from_client: bool, event: Value) {
        self.shared.realtime.record(self.number, from_client, event);
    }

    fn begin(&mut self) {
        let kind = "session.created";
        self.push(json!({"type": kind, "session": self.settings}));
    }

    fn due(&mut self) -> Option<Value> {
        self.due.pop_front()
    }

    fn is_responding(&self) -> bool {
        self.output.is_some()
    }

    fn go_on(&mut self) {
        let Some(output) = &mut self.output else { return };
        match output.events.pop_front() {
            Some(event) => {
                if output.events.is_empty() {
                    self.items.push(output.item());
                    self.output = None;
                }
                self.push(event);
            }
            None => self.output = None,
        }
    }

    fn in_its_shape(&self, event: Value) -> Value {
        if self.is_preview { preview::event(event.clone()).unwrap_or(event) } else { event }
    }

    fn take(&mut self, event: &Value) {
        match event["type"].as_str().unwrap_or_default() {
            "session.update" | "transcription_session.update" => self.update(event),
            "input_audio_buffer.append" => self.append(event),
            "input_audio_buffer.commit" => self.commit(event),
            "input_audio_buffer.clear" => {
                self.buffer.clear();
                self.push(json!({"type": "input_audio_buffer.cleared"}));
            }
            "output_audio_buffer.clear" => {
                let id = self.output.as_ref().map(|output| output.id.clone());
                self.push(json!({
                    "type": "output_audio_buffer.cleared", "response_id": id.unwrap_or_default(),
                }));
            }
            "conversation.item.create" => self.create_item(event),
            "conversation.item.retrieve" => match self.find(event) {
                Some(at) => {
                    let item = self.items[at].clone();
                    self.push(json!({"type": "conversation.item.retrieved", "item": item}));
                }
                None => self.refuse(event, "item_retrieve_invalid_item_id", "No such item."),
            },
            "conversation.item.delete" => match self.find(event) {
                Some(at) => {
                    self.items.remove(at);
                    let id = event["item_id"].clone();
                    self.push(json!({"type": "conversation.item.deleted", "item_id": id}));
                }
                None => self.refuse(event, "item_delete_invalid_item_id", "No such item."),
            },
            "conversation.item.truncate" => self.push(json!({
                "type": "conversation.item.truncated", "item_id": event["item_id"],
                "content_index": event["content_index"], "audio_end_ms": event["audio_end_ms"],
            })),
            "response.create" => self.respond(event),
            "response.cancel" => match self.output.take() {
                Some(output) => self.push(output.cancelled("client_cancelled")),
                None => {
                    self.refuse(event, "response_cancel_not_active", "No response is running.");
                }
            },
            other => {
                let message = format!("Invalid value: '{other}'.");
                self.refuse(event, "invalid_value", &message);
            }
        }
    }

    fn limit(&self) -> Duration {
        super::SESSION_LIMIT
    }

    fn expired(&self) -> (Value, &'static str) {
        (expired(), EXPIRED)
    }
}

fn words(item: &Value) -> String {
    let parts = item["content"].as_array().into_iter().flatten();
    let of_part = |part: &Value| {
        part["text"].as_str().or_else(|| part["transcript"].as_str()).map(str::to_owned)
    };
    parts.filter_map(of_part).collect::<Vec<_>>().join(" ")
}

/// Lays the fields of an update over the settings.
fn merge(settings: &mut Value, update: &Value) {
    let (Value::Object(settings), Value::Object(update)) = (&mut *settings, update) else {
        settings.clone_from(update);
        return;
    };
    for (name, value) in update {
        // A union is replaced as a whole.
        let is_union = matches!(name.as_str(), "turn_detection" | "format" | "transcription");
        let known = settings.entry(name.clone()).or_insert(Value::Object(Map::new()));
        if is_union { known.clone_from(value) } else { merge(known, value) }
    }
}
