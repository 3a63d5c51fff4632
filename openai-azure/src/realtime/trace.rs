//! What a session leaves in spans and logs.
//!
//! The span lasts as long as the connection, with the fields of every other call. Bodies are logged
//! where those of other calls are: at the detail `body`, without audio, credentials and the rest of
//! what is cut off.

use std::sync::Arc;

use serde_json::Value;
use tracing::Span;

use super::event::ServerEvent;
use crate::engine::client::Client;
use crate::error::{CloseCode, Error};
use crate::trace::{CallSpan, SpanAttributes, Telemetry};

const TARGET: &str = "openai_azure";
const HTTP_TARGET: &str = "openai_azure::http";

/// Fields that may hold credentials.
const SECRETS: [&str; 4] = ["authorization", "headers", "client_secret", "server_url"];

/// The span of a session. It ends when it is dropped.
pub(super) struct SessionSpan {
    span: CallSpan,
    client: Client,
    totals: Totals,
    is_over: bool,
}

#[derive(Default)]
struct Totals {
    id: String,
    model: String,
    input_tokens: u64,
    output_tokens: u64,
    cached_tokens: Option<u64>,
    audio_input: Option<u64>,
    audio_output: Option<u64>,
    responses: u64,
}

impl Telemetry for Totals {
    fn describe(&self, facts: &mut SpanAttributes) {
        facts.id(&self.id);
        facts.model(&self.model);
        if self.responses > 0 {
            let known = facts.tokens(self.input_tokens, self.output_tokens);
            known.cache_read = self.cached_tokens;
            (known.audio_input, known.audio_output) = (self.audio_input, self.audio_output);
        }
    }
}

impl SessionSpan {
    pub(super) fn start(client: &Client, deployment: Option<&str>) -> Self {
        let deployment = deployment.map(Arc::from);
        let observer = &client.inner().observer;
        let endpoint = client.endpoint();
        let span = observer.start("realtime", deployment.as_ref(), endpoint, None, false);
        Self { span, client: client.clone(), totals: Totals::default(), is_over: false }
    }

    pub(super) fn inner(&self) -> &Span {
        self.span.inner()
    }

    /// The span, for the handshakes inside it.
    pub(super) fn call(&self) -> &CallSpan {
        &self.span
    }

    pub(super) fn opened(&self) {
        tracing::debug!(target: TARGET, parent: self.inner(), "the session is connected");
    }

    pub(super) fn reconnecting(&self, attempt: u32, code: CloseCode) {
        tracing::info!(
            target: TARGET, parent: self.inner(),
            attempt, close_code = code.as_u16(), "the session will be connected again",
        );
    }

    /// Records what an event reports of the session.
    pub(super) fn received(&mut self, event: &ServerEvent) {
        match event {
            ServerEvent::SessionCreated(created) => {
                self.totals.id = created.session.id.clone().unwrap_or_default();
                self.totals.model = created.session.model.clone().unwrap_or_default();
            }
            ServerEvent::ResponseDone(done) => {
                if let Some(usage) = &done.response.usage {
                    self.totals.responses += 1;
                    self.totals.input_tokens += usage.input_tokens;
                    self.totals.output_tokens += usage.output_tokens;
                    if let Some(details) = &usage.input_token_details {
                        add(&mut self.totals.cached_tokens, details.cached_tokens);
                        add(&mut self.totals.audio_input, details.audio_tokens);
                    }
                    if let Some(details) = &usage.output_token_details {
                        add(&mut self.totals.audio_output, details.audio_tokens);
                    }
                }
            }
            _ => {}
        }
    }

    /// Logs an event as it is on the wire, if the client logs bodies.
    pub(super) fn body(&self, what: &'static str, json: &str) {
        let log = &self.client.inner().log;
        if log.detail.bodies() && tracing::enabled!(target: HTTP_TARGET, tracing::Level::DEBUG) {
            tracing::debug!(
                target: HTTP_TARGET, parent: self.inner(),
                body = shown(json, log.body_limit), "{what}",
            );
        }
    }

    pub(super) fn failed(&mut self, error: &Error) {
        self.span.failed(error);
        self.over();
    }

    pub(super) fn ended(&mut self) {
        tracing::debug!(target: TARGET, parent: self.inner(), "the session has ended");
        self.over();
    }

    fn over(&mut self) {
        if !std::mem::replace(&mut self.is_over, true) {
            self.span.describe(&self.totals);
        }
    }
}

impl Drop for SessionSpan {
    fn drop(&mut self) {
        self.over();
    }
}

fn add(total: &mut Option<u64>, tokens: Option<u64>) {
    if let Some(tokens) = tokens {
        *total = Some(total.unwrap_or_default() + tokens);
    }
}

/// An event without its audio and without secrets.
fn shown(json: &str, limit: usize) -> String {
    let Ok(mut event) = serde_json::from_str::<Value>(json) else {
        return format!("{} bytes", json.len());
    };
    let is_audio = event["type"].as_str().is_some_and(|kind| kind.ends_with("audio.delta"));
    if is_audio {
        hide_audio(&mut event["delta"]);
    }
    hide(&mut event);
    let mut text = event.to_string();
    if text.len() > limit {
        let mut end = limit;
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        text.truncate(end);
        text.push_str(&format!("… ({} bytes)", json.len()));
    }
    text
}

fn hide(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                if SECRETS.contains(&name.as_str()) {
                    *value = "REDACTED".into();
                } else if name == "audio" && value.is_string() || name == "image_url" {
                    hide_audio(value);
                } else {
                    hide(value);
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(hide),
        _ => {}
    }
}

fn hide_audio(value: &mut Value) {
    if let Some(text) = value.as_str() {
        *value = format!("{} base64 characters", text.len()).into();
    }
}

#[cfg(test)]
mod tests {
    use super::shown;

    #[test]
    fn audio_and_secrets_are_not_shown() {
        let delta = r#"{"type":"response.output_audio.delta","delta":"AAAA"}"#;
        assert!(shown(delta, 1000).contains("4 base64 characters"));
        let text = r#"{"type":"response.output_text.delta","delta":"hello"}"#;
        assert!(shown(text, 1000).contains("hello"));
        let tools =
            r#"{"session":{"tools":[{"authorization":"hunter2","headers":{"a":"hunter2"}}]}}"#;
        assert!(!shown(tools, 1000).contains("hunter2"));
        let append = r#"{"type":"input_audio_buffer.append","audio":"hunter2"}"#;
        assert!(!shown(append, 1000).contains("hunter2"));
        assert!(shown(tools, 10).ends_with("bytes)"));
    }
}
