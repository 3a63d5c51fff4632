//! The setters of a request for a response.

use serde_json::{Value, json};

use super::ResponseRequest;
use super::body::{ReasoningBody, StreamOptions, TextBody};
use super::item::{Item, MessageContent, Role};
use super::text_format::TextFormat;
use super::tool::{ResponseTool, ResponseToolChoice};
use crate::effort::Effort;
use crate::engine::setters::{end_user_setter, extra_setter, option_setters};
use crate::model_settings::{PromptCacheRetention, ServiceTier, Verbosity};

/// The header with the deployment of the image model.
const IMAGE_DEPLOYMENT: &str = "x-ms-oai-image-generation-deployment";

impl ResponseRequest {
    /// Instructions for the model, which are not part of the stored conversation.
    pub fn instructions(mut self, text: impl Into<String>) -> Self {
        self.request.instructions = Some(text.into());
        self
    }

    /// Adds instructions to the conversation.
    pub fn system(self, content: impl Into<MessageContent>) -> Self {
        self.item(Item::message(Role::System, content))
    }

    /// Adds instructions to the conversation, as reasoning models call them.
    pub fn developer(self, content: impl Into<MessageContent>) -> Self {
        self.item(Item::message(Role::Developer, content))
    }

    /// Adds a message of the end user: text, or parts with text, images and files.
    pub fn user(self, content: impl Into<MessageContent>) -> Self {
        self.item(Item::message(Role::User, content))
    }

    /// Adds an earlier message of the model.
    pub fn assistant(self, content: impl Into<MessageContent>) -> Self {
        self.item(Item::message(Role::Assistant, content))
    }

    /// Adds the result of the function call with this `call_id`.
    pub fn function_output(
        self,
        call_id: impl Into<String>,
        output: impl Into<MessageContent>,
    ) -> Self {
        self.item(Item::function_output(call_id, output))
    }

    /// Adds an item to `input`, also one that a response returned.
    #[doc(alias = "input")]
    pub fn item(mut self, item: impl Into<Item>) -> Self {
        self.request.input_mut().push(item.into());
        self
    }

    /// Adds items to `input`, such as those of
    /// [`into_input`](super::ModelResponse::into_input).
    #[doc(alias = "input")]
    pub fn items<I: IntoIterator<Item: Into<Item>>>(mut self, items: I) -> Self {
        self.request.input_mut().extend(items.into_iter().map(Into::into));
        self
    }

    /// Continues a response that the service stores. Not together with
    /// [`conversation`](Self::conversation).
    pub fn previous_response_id(mut self, id: impl Into<String>) -> Self {
        self.request.previous_response_id = Some(id.into());
        self
    }

    /// Continues a conversation, by its ID: its items come before the input, and input and output
    /// are added to it; see [`Client::conversations`](crate::Client::conversations). Not together
    /// with [`previous_response_id`](Self::previous_response_id).
    pub fn conversation(mut self, id: impl Into<String>) -> Self {
        self.request.conversation = Some(Value::String(id.into()));
        self
    }

    /// A stored prompt: an object with `id`, `version` and `variables`.
    pub fn prompt(mut self, prompt: impl Into<Value>) -> Self {
        self.request.prompt = Some(prompt.into());
        self
    }

    /// Adds a tool that the model may use (`tools`).
    #[doc(alias = "tools")]
    pub fn tool(mut self, tool: impl Into<ResponseTool>) -> Self {
        self.request.tools.push(tool.into());
        self
    }

    /// The deployment of the image model, for the tool `image_generation`: the header
    /// `x-ms-oai-image-generation-deployment`.
    pub fn image_generation_deployment(self, deployment: impl AsRef<str>) -> Self {
        self.header(IMAGE_DEPLOYMENT, deployment)
    }

    /// Which tools the model may or must use. Default: it decides.
    pub fn tool_choice(mut self, choice: impl Into<ResponseToolChoice>) -> Self {
        self.request.tool_choice = Some(choice.into());
        self
    }

    /// Whether the model may call several tools at once. Default: true.
    pub fn parallel_tool_calls(mut self, parallel: bool) -> Self {
        self.request.parallel_tool_calls = Some(parallel);
        self
    }

    /// The most calls of tools that the service runs.
    pub fn max_tool_calls(mut self, calls: u32) -> Self {
        self.request.max_tool_calls = Some(calls);
        self
    }

    /// The format of the text (`text.format`): text, JSON, or JSON that fits a schema.
    #[doc(alias = "response_format")]
    pub fn text_format(mut self, format: impl Into<TextFormat>) -> Self {
        self.request.text.get_or_insert_with(TextBody::default).format = Some(format.into());
        self
    }

    /// How long the text is: `low`, `medium` or `high` (`text.verbosity`).
    pub fn verbosity(mut self, verbosity: impl Into<Verbosity>) -> Self {
        self.request.text.get_or_insert_with(TextBody::default).verbosity =
            Some(verbosity.into().as_str().to_owned());
        self
    }

    /// How much a reasoning model thinks (`reasoning.effort`).
    pub fn reasoning_effort(mut self, effort: impl Into<Effort>) -> Self {
        let reasoning = self.request.reasoning.get_or_insert_with(ReasoningBody::default);
        reasoning.effort = Some(effort.into());
        self
    }

    /// Asks for a summary of the reasoning: `auto`, `concise` or `detailed`
    /// (`reasoning.summary`).
    pub fn reasoning_summary(mut self, summary: impl Into<String>) -> Self {
        let reasoning = self.request.reasoning.get_or_insert_with(ReasoningBody::default);
        reasoning.summary = Some(summary.into());
        self
    }

    /// The most tokens of output, including reasoning; at least 16.
    pub fn max_output_tokens(mut self, tokens: u32) -> Self {
        self.request.max_output_tokens = Some(tokens);
        self
    }

    /// Sampling temperature, 0 to 2. Default: 1.
    pub fn temperature(mut self, temperature: f64) -> Self {
        self.request.temperature = Some(temperature);
        self
    }

    /// Nucleus sampling probability mass, 0 to 1. Default: 1.
    pub fn top_p(mut self, mass: f64) -> Self {
        self.request.top_p = Some(mass);
        self
    }

    /// How many alternatives of each token are returned with their log probabilities, 0 to 20;
    /// together with [`include`](Self::include) of `message.output_text.logprobs`.
    pub fn top_logprobs(mut self, tokens: u32) -> Self {
        self.request.top_logprobs = Some(tokens);
        self
    }

    /// Whether a conversation that is too long loses items (`auto`) or is refused (`disabled`,
    /// default).
    pub fn truncation(mut self, truncation: impl Into<String>) -> Self {
        self.request.truncation = Some(truncation.into());
        self
    }

    /// Adds a rule by which the service shortens the conversation: an object such as
    /// `{"type": "compaction", "compact_threshold": 20000}`; see
    /// [`compaction`](Self::compaction).
    pub fn context_management(mut self, rule: impl Into<Value>) -> Self {
        self.request.context_management.push(rule.into());
        self
    }

    /// Lets the service shorten the conversation when it has this many tokens, at least 1,000
    /// (`context_management`). The output has an [`Item::Compaction`] then.
    pub fn compaction(self, compact_threshold: u64) -> Self {
        let threshold: u64 = compact_threshold;
        self.context_management(json!({"type": "compaction", "compact_threshold": threshold}))
    }

    /// Adds a part that is left out by default, such as `file_search_call.results` (`include`).
    pub fn include(mut self, part: impl Into<String>) -> Self {
        self.request.include.push(part.into());
        self
    }

    /// Whether the service stores the response. Default: true, for 30 days.
    ///
    /// A response that is not stored is continued by its items; see
    /// [`into_input`](super::ModelResponse::into_input). So `false` also asks for
    /// `reasoning.encrypted_content`, unless [`encrypted_reasoning`](Self::encrypted_reasoning)
    /// is set.
    pub fn store(mut self, store: bool) -> Self {
        self.request.store = Some(store);
        self
    }

    /// Whether reasoning items have their `encrypted_content`. Default: if the response is not
    /// stored. Models that do not reason may refuse it.
    pub fn encrypted_reasoning(mut self, encrypted: bool) -> Self {
        self.encrypted_reasoning = Some(encrypted);
        self
    }

    /// Whether the response is made in the background: `send` returns it at once as it is queued.
    /// [`run_in_background`](Self::run_in_background) waits for it.
    pub fn background(mut self, background: bool) -> Self {
        self.request.background = Some(background);
        self
    }

    /// Whether deltas have random padding that hides their length
    /// (`stream_options.include_obfuscation`). Default: true.
    pub fn include_obfuscation(mut self, include: bool) -> Self {
        let options = self.request.stream_options.get_or_insert_with(StreamOptions::default);
        options.include_obfuscation = Some(include);
        self
    }

    /// How the request is processed: `auto`, `default`, `priority` or `flex`. The response has the
    /// tier that was used.
    pub fn service_tier(mut self, tier: impl Into<ServiceTier>) -> Self {
        self.request.service_tier = Some(tier.into().as_str().to_owned());
        self
    }

    /// Groups requests with the same beginning, so that the prompt cache is hit more often.
    pub fn prompt_cache_key(mut self, key: impl Into<String>) -> Self {
        self.request.prompt_cache_key = Some(key.into());
        self
    }

    /// How long the prompt cache keeps the input: `in_memory` or `24h`. The api-version `v1`
    /// spells the former `in-memory`.
    pub fn prompt_cache_retention(mut self, retention: impl Into<PromptCacheRetention>) -> Self {
        self.request.prompt_cache_retention = Some(retention.into().as_str().to_owned());
        self
    }

    /// Stable end-user ID for abuse monitoring, such as a hash; at most 64 characters.
    pub fn safety_identifier(mut self, id: impl Into<String>) -> Self {
        self.request.safety_identifier = Some(id.into());
        self
    }

    /// Adds a pair of metadata: at most 16, names up to 64 characters, values up to 512.
    pub fn metadata(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.request.metadata.insert(name.into(), Value::String(value.into()));
        self
    }

    end_user_setter!(request.user);

    extra_setter!(request.extra);

    option_setters!(options);
}
