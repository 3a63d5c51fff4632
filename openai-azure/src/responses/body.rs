//! The body of a request for a response.

use bytes::Bytes;
use openai_azure_sys::open_struct;
use serde_json::{Map, Value};

use super::item::Input;
use super::text_format::TextFormat;
use super::tool::{ResponseTool, ResponseToolChoice};
use crate::argument_check;
use crate::effort::Effort;
use crate::engine::request_body;
use crate::error::Error;

/// What stateless reasoning needs back.
const ENCRYPTED_REASONING: &str = "reasoning.encrypted_content";

/// The most pairs of metadata.
pub(crate) const MOST_METADATA: usize = 16;

open_struct! {
    /// What is sent. A field that is not set is absent.
    pub struct ResponseBody {
        pub model: Option<String>,
        pub input: Option<Input>,
        pub instructions: Option<String>,
        pub previous_response_id: Option<String>,
        pub conversation: Option<Value>,
        pub prompt: Option<Value>,
        pub tools: Vec<ResponseTool>,
        pub tool_choice: Option<ResponseToolChoice>,
        pub parallel_tool_calls: Option<bool>,
        pub max_tool_calls: Option<u32>,
        pub text: Option<TextBody>,
        pub reasoning: Option<ReasoningBody>,
        pub max_output_tokens: Option<u32>,
        pub temperature: Option<f64>,
        pub top_p: Option<f64>,
        pub top_logprobs: Option<u32>,
        pub truncation: Option<String>,
        pub context_management: Vec<Value>,
        pub include: Vec<String>,
        pub store: Option<bool>,
        pub background: Option<bool>,
        pub stream: Option<bool>,
        pub stream_options: Option<StreamOptions>,
        pub service_tier: Option<String>,
        pub prompt_cache_key: Option<String>,
        pub prompt_cache_retention: Option<String>,
        pub safety_identifier: Option<String>,
        pub user: Option<String>,
        pub metadata: Map<String, Value>,
    }
}

open_struct! {
    /// The format and length of the text.
    pub struct TextBody {
        pub format: Option<TextFormat>,
        pub verbosity: Option<String>,
    }
}

open_struct! {
    /// How a reasoning model thinks.
    pub struct ReasoningBody {
        pub effort: Option<Effort>,
        pub summary: Option<String>,
    }
}

open_struct! {
    /// What a stream has.
    pub struct StreamOptions {
        pub include_obfuscation: Option<bool>,
    }
}

impl ResponseBody {
    pub(crate) fn input_mut(&mut self) -> &mut Vec<super::Item> {
        &mut self.input.get_or_insert_with(Input::default).0
    }

    pub(crate) fn items(&self) -> &[super::Item] {
        self.input.as_ref().map_or(&[], Input::items)
    }

    /// The body as it is sent. `encrypted_reasoning` is `None` to include it exactly in requests
    /// whose response is not stored.
    ///
    /// # Errors
    ///
    /// [`Error::Config`] for what the service is known to refuse, and for numbers that JSON does
    /// not have.
    #[inline]
    pub(super) fn encode(&mut self, encrypted_reasoning: Option<bool>) -> Result<Bytes, Error> {
        let extra = std::mem::take(&mut self.extra);
        self.check(&extra)?;
        let is_wanted = encrypted_reasoning.unwrap_or(self.store == Some(false));
        let is_included = self.include.iter().any(|name| name == ENCRYPTED_REASONING);
        if is_wanted && !is_included {
            self.include.push(ENCRYPTED_REASONING.to_owned());
        }
        request_body::json(self, &extra)
    }

    fn check(&self, extra: &Map<String, Value>) -> Result<(), Error> {
        let has = |field: &str| extra.contains_key(field);
        let has_context = self.previous_response_id.is_some()
            || self.conversation.is_some()
            || self.prompt.is_some();
        if self.items().is_empty() && !has_context && !has("input") && !has("prompt") {
            return Err(Error::config("a response needs at least one item of input"));
        }
        if self.previous_response_id.is_some() && self.conversation.is_some() {
            return Err(Error::config(
                "`previous_response_id` and `conversation` exclude each other: set one of them",
            ));
        }
        if self.background == Some(true) && self.store == Some(false) {
            return Err(Error::config("`background` needs a response that is stored"));
        }
        if !has("tools") {
            for tool in &self.tools {
                match tool {
                    ResponseTool::Function(tool) => argument_check::name("tool", &tool.name, 128)?,
                    ResponseTool::Custom(tool) => argument_check::name("tool", &tool.name, 128)?,
                    _ => {}
                }
            }
        }
        let format = self.text.as_ref().and_then(|text| text.format.as_ref());
        if let Some(TextFormat::JsonSchema(schema)) = format.filter(|_| !has("text")) {
            argument_check::name("JSON schema", schema.name(), 64)?;
        }
        if !has("input") {
            for url in self.items().iter().flat_map(super::item::image_urls) {
                argument_check::image_url(url, "ContentPart::image_file")?;
            }
        }
        if self.metadata.len() > MOST_METADATA {
            let text = format!("`metadata` has {} pairs: at most 16", self.metadata.len());
            return Err(Error::config(text));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::ResponseBody;
    use crate::responses::Item;
    use serde_json::{Value, json};

    fn sent(mut body: ResponseBody) -> Result<Value, String> {
        let sent = body.encode(None).map_err(|error| error.to_string())?;
        Ok(serde_json::from_slice(&sent).unwrap())
    }

    fn hello() -> ResponseBody {
        let mut body = ResponseBody::default();
        body.input_mut().push(Item::from("u"));
        body
    }

    #[test]
    fn what_is_not_set_is_absent() {
        let wire = json!({"input": [{"type": "message", "role": "user", "content": "u"}]});
        assert_eq!(sent(hello()).unwrap(), wire);
        assert!(sent(ResponseBody::default()).unwrap_err().contains("input"));
    }

    #[test]
    fn what_the_service_refuses_is_not_sent() {
        let mut both = hello();
        both.previous_response_id = Some("resp_1".into());
        both.conversation = Some("conv_1".into());
        assert!(sent(both).unwrap_err().contains("exclude each other"));
        let mut background = hello();
        (background.background, background.store) = (Some(true), Some(false));
        assert!(sent(background).unwrap_err().contains("`background`"));
        let mut many = hello();
        many.metadata = (0..17).map(|at| (at.to_string(), "".into())).collect();
        assert!(sent(many).unwrap_err().contains("17 pairs"));
    }

    #[test]
    fn a_response_that_is_not_stored_returns_its_reasoning() {
        let mut body = hello();
        body.store = Some(false);
        assert_eq!(sent(body).unwrap()["include"], json!(["reasoning.encrypted_content"]));
    }
}
