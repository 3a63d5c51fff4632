//! Events from the client.

use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use serde_json::{Map, Value, json};

use super::events::events;
use crate::realtime::item::ConversationItem;
use crate::realtime::response::ResponseSettings;
use crate::realtime::session::Session;
use crate::realtime::wire::wire;

events! {
    /// An event from the client.
    ///
    /// Each may have an `event_id` of at most 512 characters; an error of the service repeats it.
    pub enum ClientEvent {
        /// Changes settings of the session: the fields that are set.
        SessionUpdate(SessionUpdate) = "session.update" | "transcription_session.update",
        /// Appends audio. The service does not acknowledge it.
        InputAudioAppend(InputAudioAppend) = "input_audio_buffer.append",
        /// Makes an item of the audio. An empty buffer is an error.
        InputAudioCommit(Signal) = "input_audio_buffer.commit",
        /// Drops the audio that was not committed.
        InputAudioClear(Signal) = "input_audio_buffer.clear",
        /// Drops the audio that was not played. WebRTC and SIP only.
        OutputAudioClear(Signal) = "output_audio_buffer.clear",
        /// Adds an item to the conversation.
        ItemCreate(ItemCreate) = "conversation.item.create",
        /// Asks for an item.
        ItemRetrieve(ItemCommand) = "conversation.item.retrieve",
        /// Deletes an item.
        ItemDelete(ItemCommand) = "conversation.item.delete",
        /// Cuts off audio of the model that the user did not hear.
        ItemTruncate(ItemTruncate) = "conversation.item.truncate",
        /// Asks for a response.
        ResponseCreate(ResponseCreate) = "response.create",
        /// Cancels a response.
        ResponseCancel(ResponseCancel) = "response.cancel",
    }
}

wire! {
    /// Changes settings of the session.
    pub struct SessionUpdate {
        /// Unique ID of the client's choice.
        event_id: Option<String>,
        /// The settings to change.
        session: Session,
    }

    /// Appends audio.
    pub struct InputAudioAppend {
        /// Unique ID of the client's choice.
        event_id: Option<String>,
        /// At most 15 MiB in the format of the session; about 100 ms are advised. Base64 on the wire.
        audio: Bytes,
    }

    /// Nothing but the event itself.
    pub struct Signal {
        /// Unique ID of the client's choice.
        event_id: Option<String>,
    }

    /// Adds an item to the conversation.
    pub struct ItemCreate {
        /// Unique ID of the client's choice.
        event_id: Option<String>,
        /// The item before it; `root` puts it first. Default: last.
        previous_item_id: Option<String>,
        /// The item.
        item: ConversationItem,
    }

    /// Asks for an item, or deletes it.
    pub struct ItemCommand {
        /// Unique ID of the client's choice.
        event_id: Option<String>,
        /// Unique ID of the item.
        item_id: String,
    }

    /// Cuts off audio of the model.
    pub struct ItemTruncate {
        /// Unique ID of the client's choice.
        event_id: Option<String>,
        /// Unique ID of the item, a message of the model.
        item_id: String,
        /// Which content part.
        content_index: u32,
        /// Where it ends, in milliseconds; not behind its end.
        audio_end_ms: u64,
    }

    /// Asks for a response.
    pub struct ResponseCreate {
        /// Unique ID of the client's choice.
        event_id: Option<String>,
        /// Settings of this response.
        response: Option<ResponseSettings>,
    }

    /// Cancels a response.
    pub struct ResponseCancel {
        /// Unique ID of the client's choice.
        event_id: Option<String>,
        /// Unique ID of the response. Default: the one that is running.
        response_id: Option<String>,
    }
}

impl ClientEvent {
    /// Changes settings of the session: the fields that are set.
    #[must_use]
    pub fn session_update(session: Session) -> Self {
        Self::SessionUpdate(SessionUpdate { session, ..SessionUpdate::default() }.into())
    }

    /// Appends audio in the format of the session, at most 15 MiB.
    #[must_use]
    pub fn append_audio(audio: impl Into<Bytes>) -> Self {
        Self::InputAudioAppend(
            InputAudioAppend { audio: audio.into(), ..InputAudioAppend::default() }.into(),
        )
    }

    /// Makes an item of the audio.
    #[must_use]
    pub fn commit_audio() -> Self {
        Self::InputAudioCommit(Box::default())
    }

    /// Drops the audio that was not committed.
    #[must_use]
    pub fn clear_audio() -> Self {
        Self::InputAudioClear(Box::default())
    }

    /// Adds an item at the end of the conversation.
    #[must_use]
    pub fn create_item(item: impl Into<ConversationItem>) -> Self {
        Self::ItemCreate(ItemCreate { item: item.into(), ..ItemCreate::default() }.into())
    }

    /// Asks for an item.
    #[must_use]
    pub fn retrieve_item(item_id: impl Into<String>) -> Self {
        Self::ItemRetrieve(ItemCommand { item_id: item_id.into(), ..ItemCommand::default() }.into())
    }

    /// Deletes an item.
    #[must_use]
    pub fn delete_item(item_id: impl Into<String>) -> Self {
        Self::ItemDelete(ItemCommand { item_id: item_id.into(), ..ItemCommand::default() }.into())
    }

    /// Cuts off audio of the model behind this many milliseconds.
    #[must_use]
    pub fn truncate_item(
        item_id: impl Into<String>,
        content_index: u32,
        audio_end_ms: u64,
    ) -> Self {
        let item_id = item_id.into();
        Self::ItemTruncate(
            ItemTruncate { item_id, content_index, audio_end_ms, ..ItemTruncate::default() }.into(),
        )
    }

    /// Asks for a response with the settings of the session.
    #[must_use]
    pub fn create_response() -> Self {
        Self::ResponseCreate(Box::default())
    }

    /// Asks for a response with settings of its own.
    #[must_use]
    pub fn create_response_with(settings: ResponseSettings) -> Self {
        Self::ResponseCreate(
            ResponseCreate { response: Some(settings), ..ResponseCreate::default() }.into(),
        )
    }

    /// Cancels the response that is running.
    #[must_use]
    pub fn cancel_response() -> Self {
        Self::ResponseCancel(Box::default())
    }

    /// Reads an event, such as one that was kept.
    ///
    /// # Errors
    ///
    /// The text is no JSON object, or its fields do not fit its `type`. An unknown `type` is
    /// [`ClientEvent::Other`].
    pub fn from_json(json: &str) -> Result<Self, serde_json::Error> {
        Self::decode(json)
    }

    /// The event as JSON text.
    #[must_use]
    pub fn to_json(&self) -> String {
        if let Self::InputAudioAppend(append) = self
            && append.event_id.is_none()
            && append.extra.is_empty()
        {
            return append_json(&append.audio);
        }
        // Every type here has text as names of fields, the one thing that JSON demands.
        serde_json::to_string(self).unwrap_or_default()
    }

    /// The event as previews such as 2025-04-01-preview want it: a flat session, and the older
    /// names of content.
    pub(in crate::realtime) fn to_preview_json(&self) -> String {
        match self {
            Self::SessionUpdate(update) => {
                let is_transcription = update.session.is_transcription();
                let session = update.session.to_preview();
                let kind = if is_transcription {
                    "transcription_session.update"
                } else {
                    "session.update"
                };
                let mut event = json!({"type": kind, "session": session});
                if let Some(id) = &update.event_id {
                    event["event_id"] = id.as_str().into();
                }
                event.to_string()
            }
            Self::ItemCreate(_) | Self::ResponseCreate(_) => {
                let mut event = serde_json::to_value(self).unwrap_or_default();
                older_content(&mut event["item"]);
                if let Value::Object(response) = &mut event["response"] {
                    older_response(response);
                }
                if let Value::Object(fields) = &mut event {
                    fields.retain(|_, value| !value.is_null());
                }
                event.to_string()
            }
            other => other.to_json(),
        }
    }
}

/// The event that is sent most, written at once.
fn append_json(audio: &[u8]) -> String {
    const HEAD: &str = r#"{"type":"input_audio_buffer.append","audio":""#;
    let mut json = String::with_capacity(HEAD.len() + audio.len().div_ceil(3) * 4 + 2);
    json.push_str(HEAD);
    STANDARD.encode_string(audio, &mut json);
    // Writing to a `String` cannot fail.
    let _ = json.write_str("\"}");
    json
}

fn older_content(item: &mut Value) {
    for part in item["content"].as_array_mut().into_iter().flatten() {
        match part["type"].as_str() {
            Some("output_text") => part["type"] = "text".into(),
            Some("output_audio") => part["type"] = "audio".into(),
            _ => {}
        }
    }
}

fn older_response(response: &mut Map<String, Value>) {
    for (now, before) in
        [("output_modalities", "modalities"), ("max_output_tokens", "max_output_tokens")]
    {
        if let Some(value) = response.remove(now) {
            response.insert(before.to_owned(), value);
        }
    }
    if let Some(Value::Object(mut audio)) = response.remove("audio") {
        let output = audio.remove("output").unwrap_or_default();
        for (name, before) in [("voice", "voice"), ("format", "output_audio_format")] {
            if let Some(value) = output.get(name) {
                response.insert(before.to_owned(), value.clone());
            }
        }
    }
    for item in response.get_mut("input").and_then(Value::as_array_mut).into_iter().flatten() {
        older_content(item);
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::ClientEvent;
    use crate::realtime::{ConversationItem, ResponseSettings, Session};

    #[test]
    fn appended_audio_is_the_same_by_both_ways() {
        for audio in [&b""[..], b"a", b"ab", b"abc", &[0xFF; 1000]] {
            let event = ClientEvent::append_audio(audio.to_vec());
            let direct: Value = serde_json::from_str(&event.to_json()).unwrap();
            assert_eq!(direct, serde_json::to_value(&event).unwrap());
        }
    }

    #[test]
    fn previews_are_sent_the_older_shapes() {
        let read = |event: &ClientEvent| -> Value {
            serde_json::from_str(&event.to_preview_json()).unwrap()
        };
        let update = ClientEvent::session_update(Session::new().voice("alloy"));
        assert_eq!(read(&update), json!({"type": "session.update", "session": {"voice": "alloy"}}));
        let item = ClientEvent::create_item(ConversationItem::assistant("Hi"));
        assert_eq!(read(&item)["item"]["content"][0]["type"], "text");
        assert!(read(&item).get("response").is_none());
        let response = ResponseSettings::new()
            .output_modality("text")
            .input([ConversationItem::assistant("Hi")]);
        let response = read(&ClientEvent::create_response_with(response));
        assert_eq!(response["response"]["modalities"], json!(["text"]));
        assert_eq!(response["response"]["input"][0]["content"][0]["type"], "text");
    }
}
