//! The body of a chat request.

use std::collections::BTreeMap;

use bytes::Bytes;
use serde::{Deserialize, Serialize};

use super::audio::{AudioOutput, Modality};
use super::data_source::DataSource;
use super::format::{Prediction, ResponseFormat};
use super::function::FunctionChoice;
use super::limits;
use super::message::Message;
use super::tool::{Function, Tool, ToolChoice};
use crate::effort::Effort;
use crate::engine::request_body;
use crate::error::Error;
use crate::extra::Extra;
use crate::model_settings::{PromptCacheRetention, ServiceTier, Verbosity};

/// What is sent. A field that is not set is absent.
#[derive(Debug, Clone, Default, Serialize)]
pub(super) struct ChatBody {
    pub(super) messages: Vec<Message>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) model: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) temperature: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) top_p: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) n: Option<u32>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) stop: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) seed: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) max_tokens: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) max_completion_tokens: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) presence_penalty: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) frequency_penalty: Option<f64>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub(super) logit_bias: BTreeMap<String, i32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) logprobs: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) top_logprobs: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) reasoning_effort: Option<Effort>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) response_format: Option<ResponseFormat>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) modalities: Vec<Modality>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) audio: Option<AudioOutput>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) prediction: Option<Prediction>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) data_sources: Vec<DataSource>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) tools: Vec<Tool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) tool_choice: Option<ToolChoice>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) parallel_tool_calls: Option<bool>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) functions: Vec<Function>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) function_call: Option<FunctionChoice>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) user: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) safety_identifier: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) verbosity: Option<Verbosity>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) service_tier: Option<ServiceTier>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) prompt_cache_key: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) prompt_cache_retention: Option<PromptCacheRetention>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) store: Option<bool>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub(super) metadata: BTreeMap<String, String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) stream: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) stream_options: Option<StreamOptions>,
    #[serde(skip)]
    pub(super) extra: Extra,
}

/// What a stream has beside its text. What is not set is not sent.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct StreamOptions {
    /// Whether the last chunk has the token usage.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub include_usage: Option<bool>,
    /// Whether chunks are padded, so that their size does not reveal their text. Default: true.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub include_obfuscation: Option<bool>,
}

impl ChatBody {
    /// # Errors
    ///
    /// [`Error::Config`] for no message, and for what is over a limit of the service.
    #[inline]
    pub(super) fn to_body(&self) -> Result<Bytes, Error> {
        if self.messages.is_empty() && !self.extra.contains_key("messages") {
            return Err(Error::config("a chat needs at least one message"));
        }
        limits::check(self)?;
        request_body::json(self, &self.extra)
    }
}

#[cfg(test)]
mod tests {
    use super::ChatBody;
    use crate::chat::Message;
    use serde_json::json;

    #[test]
    fn what_is_not_set_is_absent() {
        let request = ChatBody { messages: vec![Message::user("u")], ..ChatBody::default() };
        let body = request.to_body().unwrap();
        assert_eq!(&body[..], br#"{"messages":[{"role":"user","content":"u"}]}"#);
    }

    #[test]
    fn extra_fields_win_over_setters() {
        let mut request = ChatBody { messages: vec![Message::user("u")], ..ChatBody::default() };
        request.temperature = Some(1.0);
        request.extra.insert("temperature".into(), json!(2.0));
        request.extra.insert("novelty".into(), json!("low"));
        let body: serde_json::Value = serde_json::from_slice(&request.to_body().unwrap()).unwrap();
        assert_eq!(body["temperature"], 2.0);
        assert_eq!(body["novelty"], "low");
    }

    #[test]
    fn a_chat_without_messages_is_refused() {
        assert!(ChatBody::default().to_body().is_err());
    }
}
