//! The setters of a chat request.

use super::ChatRequest;
use super::audio::{AudioOutput, Modality};
use super::body::StreamOptions;
use super::content::Content;
use super::data_source::DataSource;
use super::format::{Prediction, ResponseFormat};
use super::function::FunctionChoice;
use super::message::Message;
use super::tool::{Function, Tool, ToolChoice};
use crate::effort::Effort;
use crate::engine::setters::{end_user_setter, extra_setter, option_setters};
use crate::model_settings::{PromptCacheRetention, ServiceTier, Verbosity};

#[allow(unused_imports, reason = "for the links below")]
use super::{ChatCompletion, JsonSchema, ResponseMessage};

impl ChatRequest {
    /// Adds a system message: instructions that come before those of the user.
    pub fn system(self, content: impl Into<Content>) -> Self {
        self.message(Message::system(content))
    }

    /// Adds a developer message: what a system message is to reasoning models.
    pub fn developer(self, content: impl Into<Content>) -> Self {
        self.message(Message::developer(content))
    }

    /// Adds a user message: text, or parts with images, audio and files.
    pub fn user(self, content: impl Into<Content>) -> Self {
        self.message(Message::user(content))
    }

    /// Adds an assistant message: an earlier message of the model.
    pub fn assistant(self, content: impl Into<Content>) -> Self {
        self.message(Message::assistant(content))
    }

    /// Adds a tool message: the result of the tool call with this ID.
    pub fn tool_result(self, id: impl Into<String>, content: impl Into<Content>) -> Self {
        self.message(Message::tool(id, content))
    }

    /// Adds any message, also the model's own [`ResponseMessage`].
    pub fn message(mut self, message: impl Into<Message>) -> Self {
        self.request.messages.push(message.into());
        self
    }

    /// Adds several messages, such as the history of a conversation.
    pub fn messages(mut self, messages: impl IntoIterator<Item = impl Into<Message>>) -> Self {
        self.request.messages.extend(messages.into_iter().map(Into::into));
        self
    }

    /// The most tokens of reasoning and text together.
    pub fn max_completion_tokens(mut self, tokens: u32) -> Self {
        self.request.max_completion_tokens = Some(tokens);
        self
    }

    /// The most tokens of the text. Reasoning models refuse it; use
    /// [`max_completion_tokens`](Self::max_completion_tokens).
    pub fn max_tokens(mut self, tokens: u32) -> Self {
        self.request.max_tokens = Some(tokens);
        self
    }

    /// How much a reasoning model thinks. The default depends on the model.
    pub fn reasoning_effort(mut self, effort: impl Into<Effort>) -> Self {
        self.request.reasoning_effort = Some(effort.into());
        self
    }

    /// How long and detailed the text is; models since gpt-5. Default: medium.
    pub fn verbosity(mut self, verbosity: impl Into<Verbosity>) -> Self {
        self.request.verbosity = Some(verbosity.into());
        self
    }

    /// Sampling temperature, 0 to 2. Default: 1. Reasoning models refuse other values.
    pub fn temperature(mut self, temperature: f64) -> Self {
        self.request.temperature = Some(temperature);
        self
    }

    /// Nucleus sampling probability mass, 0 to 1. Default: 1. Reasoning models refuse other values.
    pub fn top_p(mut self, mass: f64) -> Self {
        self.request.top_p = Some(mass);
        self
    }

    /// How many choices, 1 to 128, each with tokens of its own. Default: 1.
    pub fn n(mut self, choices: u32) -> Self {
        self.request.n = Some(choices);
        self
    }

    /// Adds a stop sequence, up to four. The text ends before it.
    pub fn stop(mut self, sequence: impl Into<String>) -> Self {
        self.request.stop.push(sequence.into());
        self
    }

    /// Makes sampling repeatable as far as possible.
    pub fn seed(mut self, seed: i64) -> Self {
        self.request.seed = Some(seed);
        self
    }

    /// Penalty for tokens that occurred before, -2 to 2. Default: 0.
    pub fn presence_penalty(mut self, penalty: f64) -> Self {
        self.request.presence_penalty = Some(penalty);
        self
    }

    /// Penalty for tokens by how often they occurred before, -2 to 2. Default: 0.
    pub fn frequency_penalty(mut self, penalty: f64) -> Self {
        self.request.frequency_penalty = Some(penalty);
        self
    }

    /// Makes a token, by its ID, more or less likely, -100 to 100.
    pub fn logit_bias(mut self, token: impl Into<String>, bias: i32) -> Self {
        self.request.logit_bias.insert(token.into(), bias);
        self
    }

    /// Whether the response has the log probability of each token. Default: false.
    pub fn logprobs(mut self, logprobs: bool) -> Self {
        self.request.logprobs = Some(logprobs);
        self
    }

    /// How many alternatives each token has in the log probabilities, 0 to 20. Sets
    /// [`logprobs`](Self::logprobs).
    pub fn top_logprobs(mut self, alternatives: u32) -> Self {
        self.request.top_logprobs = Some(alternatives);
        self.logprobs(true)
    }

    /// The format of the text: any text, any JSON object, or JSON of a [`JsonSchema`].
    ///
    /// ```no_run
    /// # async fn example(client: openai_azure::Client) -> Result<(), openai_azure::Error> {
    /// use openai_azure::chat::JsonSchema;
    /// use serde_json::json;
    ///
    /// let schema = json!({
    ///     "type": "object",
    ///     "properties": {"city": {"type": "string"}},
    ///     "required": ["city"],
    ///     "additionalProperties": false,
    /// });
    /// let place = JsonSchema::new("place", schema).description("Where it happened.");
    /// let chat = client.chat("gpt-5.6-terra").user("I was in Oslo.").response_format(place);
    /// println!("{}", chat.send().await?.text());
    /// # Ok(())
    /// # }
    /// ```
    pub fn response_format(mut self, format: impl Into<ResponseFormat>) -> Self {
        self.request.response_format = Some(format.into());
        self
    }

    /// Requests audio beside text, with this voice and format. Sets
    /// [`modalities`](Self::modalities).
    ///
    /// ```no_run
    /// # async fn example(client: openai_azure::Client) -> Result<(), Box<dyn std::error::Error>> {
    /// use openai_azure::chat::AudioOutput;
    ///
    /// let audio = AudioOutput::new("alloy", "wav");
    /// let response = client.chat("gpt-audio-1.5").user("Say hello.").audio(audio).send().await?;
    /// if let Some(bytes) = response.audio().and_then(|audio| audio.bytes()) {
    ///     std::fs::write("hello.wav", bytes)?;
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn audio(mut self, audio: impl Into<AudioOutput>) -> Self {
        self.request.audio = Some(audio.into());
        self.modalities([Modality::Text, Modality::Audio])
    }

    /// What the model's message consists of. Default: text.
    pub fn modalities(mut self, modalities: impl IntoIterator<Item = impl Into<Modality>>) -> Self {
        self.request.modalities = modalities.into_iter().map(Into::into).collect();
        self
    }

    /// What most of the text will be, such as a file with few changes. Text that matches it arrives
    /// faster.
    pub fn prediction(mut self, content: impl Into<Content>) -> Self {
        self.request.prediction = Some(Prediction::new(content.into()));
        self
    }

    /// Adds a data store of yours that the service searches first (`data_sources`).
    ///
    /// **Deprecated by the service**: "On Your Data" gets no new models and ends with those that
    /// have it. See [`DataSource`] for the stores, [`ChatCompletion::context`] for citations.
    #[doc(alias = "data_sources")]
    pub fn data_source(mut self, source: impl Into<DataSource>) -> Self {
        self.request.data_sources.push(source.into());
        self
    }

    /// Adds a tool that the model may call (`tools`).
    #[doc(alias = "tools")]
    pub fn tool(mut self, tool: impl Into<Tool>) -> Self {
        self.request.tools.push(tool.into());
        self
    }

    /// Which tools the model may or must call. Default: `auto`.
    pub fn tool_choice(mut self, choice: impl Into<ToolChoice>) -> Self {
        self.request.tool_choice = Some(choice.into());
        self
    }

    /// Whether the model may call several tools in one message. Default: true.
    pub fn parallel_tool_calls(mut self, parallel: bool) -> Self {
        self.request.parallel_tool_calls = Some(parallel);
        self
    }

    /// Adds a function in the form that [`tool`](Self::tool) replaces (`functions`).
    #[doc(alias = "functions")]
    pub fn function(mut self, function: impl Into<Function>) -> Self {
        self.request.functions.push(function.into());
        self
    }

    /// Which function the model may or must call, in the form that
    /// [`tool_choice`](Self::tool_choice) replaces.
    pub fn function_call(mut self, choice: impl Into<FunctionChoice>) -> Self {
        self.request.function_call = Some(choice.into());
        self
    }

    /// Adds a function message, in the form that [`tool_result`](Self::tool_result) replaces.
    pub fn function_result(self, name: impl Into<String>, content: impl Into<String>) -> Self {
        self.message(Message::function(name, content))
    }

    end_user_setter!(request.user);

    /// A stable ID of the end user for abuse monitoring, such as a hash of the e-mail address; at
    /// most 64 characters.
    pub fn safety_identifier(mut self, id: impl Into<String>) -> Self {
        self.request.safety_identifier = Some(id.into());
        self
    }

    /// The processing tier. Default: as configured for the deployment.
    pub fn service_tier(mut self, tier: impl Into<ServiceTier>) -> Self {
        self.request.service_tier = Some(tier.into());
        self
    }

    /// Groups requests with a common beginning, so that more of their tokens come from the cache.
    pub fn prompt_cache_key(mut self, key: impl Into<String>) -> Self {
        self.request.prompt_cache_key = Some(key.into());
        self
    }

    /// How long the prompt stays in the cache. Default: some minutes.
    pub fn prompt_cache_retention(mut self, retention: impl Into<PromptCacheRetention>) -> Self {
        self.request.prompt_cache_retention = Some(retention.into());
        self
    }

    /// Whether the service stores the completion, for evaluations and distillation. Default: false.
    pub fn store(mut self, store: bool) -> Self {
        self.request.store = Some(store);
        self
    }

    /// Adds metadata to a stored completion: at most 16 pairs, keys up to 64 and values up to 512
    /// characters.
    pub fn metadata(mut self, key: impl Into<String>, value: impl Into<String>) -> Self {
        self.request.metadata.insert(key.into(), value.into());
        self
    }

    /// What a stream has beside its text.
    pub fn stream_options(mut self, options: impl Into<StreamOptions>) -> Self {
        self.request.stream_options = Some(options.into());
        self
    }

    /// Whether the last chunk of a stream has the token usage (`stream_options.include_usage`).
    /// Default: false.
    pub fn include_usage(mut self, include: bool) -> Self {
        let options = self.request.stream_options.get_or_insert_default();
        options.include_usage = Some(include);
        self
    }

    extra_setter!(request.extra);

    option_setters!(options);
}
