//! What a chat can be told.

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

#[allow(unused_imports, reason = "for the links below")]
use super::{ChatCompletion, JsonSchema, ResponseMessage};

impl ChatRequest {
    /// Adds rules for the model.
    pub fn system(self, content: impl Into<Content>) -> Self {
        self.message(Message::system(content))
    }

    /// Adds rules for a reasoning model.
    pub fn developer(self, content: impl Into<Content>) -> Self {
        self.message(Message::developer(content))
    }

    /// Adds what the person says: a text, or parts with pictures and sound.
    pub fn user(self, content: impl Into<Content>) -> Self {
        self.message(Message::user(content))
    }

    /// Adds what the model said before.
    pub fn assistant(self, content: impl Into<Content>) -> Self {
        self.message(Message::assistant(content))
    }

    /// Adds what a tool gave back to the call with this id.
    pub fn tool_result(self, id: impl Into<String>, content: impl Into<Content>) -> Self {
        self.message(Message::tool(id, content))
    }

    /// Adds any message, also the model's own [`ResponseMessage`].
    pub fn message(mut self, message: impl Into<Message>) -> Self {
        self.request.messages.push(message.into());
        self
    }

    /// Adds several messages, such as the history of a conversation.
    pub fn messages(mut self, messages: impl IntoIterator<Item = Message>) -> Self {
        self.request.messages.extend(messages);
        self
    }

    /// How freely the model chooses its words, 0 to 2. The service's default is 1.
    pub fn temperature(mut self, temperature: f64) -> Self {
        self.request.temperature = Some(temperature);
        self
    }

    /// Keeps to the likeliest words that make up this share, 0 to 1. The service's default is 1.
    pub fn top_p(mut self, share: f64) -> Self {
        self.request.top_p = Some(share);
        self
    }

    /// How many choices to make, 1 to 128. Each one costs its tokens.
    pub fn n(mut self, choices: u32) -> Self {
        self.request.n = Some(choices);
        self
    }

    /// Ends the answer before this text; up to four can be given.
    pub fn stop(mut self, text: impl Into<String>) -> Self {
        self.request.stop.push(text.into());
        self
    }

    /// Makes the answer repeatable as far as possible.
    pub fn seed(mut self, seed: i64) -> Self {
        self.request.seed = Some(seed);
        self
    }

    /// The most tokens of the answer; reasoning models take [`ChatRequest::max_completion_tokens`].
    pub fn max_tokens(mut self, tokens: u32) -> Self {
        self.request.max_tokens = Some(tokens);
        self
    }

    /// The most tokens of reasoning and answer together.
    pub fn max_completion_tokens(mut self, tokens: u32) -> Self {
        self.request.max_completion_tokens = Some(tokens);
        self
    }

    /// Makes new subjects likelier, -2 to 2.
    pub fn presence_penalty(mut self, penalty: f64) -> Self {
        self.request.presence_penalty = Some(penalty);
        self
    }

    /// Makes repeated words less likely, -2 to 2.
    pub fn frequency_penalty(mut self, penalty: f64) -> Self {
        self.request.frequency_penalty = Some(penalty);
        self
    }

    /// Makes a token likelier or less likely, -100 to 100; by the token's number.
    pub fn logit_bias(mut self, token: impl Into<String>, bias: f64) -> Self {
        self.request.logit_bias.insert(token.into(), bias);
        self
    }

    /// Asks how likely each token was.
    pub fn logprobs(mut self) -> Self {
        self.request.logprobs = Some(true);
        self
    }

    /// Asks how likely each token was, with this many others at its place, 0 to 20.
    pub fn top_logprobs(mut self, others: u32) -> Self {
        self.request.top_logprobs = Some(others);
        self.logprobs()
    }

    /// How much a reasoning model thinks.
    pub fn reasoning_effort(mut self, effort: impl Into<Effort>) -> Self {
        self.request.reasoning_effort = Some(effort.into());
        self
    }

    /// The form of the answer: text, any JSON object, or JSON that fits a [`JsonSchema`].
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
    /// let answer = client.chat("gpt-4o").user("I was in Oslo.").response_format(place).send().await?;
    /// println!("{}", answer.text());
    /// # Ok(())
    /// # }
    /// ```
    pub fn response_format(mut self, format: impl Into<ResponseFormat>) -> Self {
        self.request.response_format = Some(format.into());
        self
    }

    /// Answers with sound too, in this voice and format; with text alone unless this is set.
    ///
    /// ```no_run
    /// # async fn example(client: openai_azure::Client) -> Result<(), Box<dyn std::error::Error>> {
    /// use openai_azure::chat::AudioOutput;
    ///
    /// let spoken = AudioOutput::new("alloy", "wav");
    /// let answer = client.chat("gpt-4o-audio").user("Say hello.").audio(spoken).send().await?;
    /// if let Some(bytes) = answer.audio().and_then(|audio| audio.bytes()) {
    ///     std::fs::write("hello.wav", bytes)?;
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn audio(mut self, audio: AudioOutput) -> Self {
        self.request.audio = Some(audio);
        self.modalities([Modality::Text, Modality::Audio])
    }

    /// What the model answers with: text unless this or [`ChatRequest::audio`] is set.
    pub fn modalities(mut self, modalities: impl IntoIterator<Item = Modality>) -> Self {
        self.request.modalities = modalities.into_iter().collect();
        self
    }

    /// Tells what most of the answer will be, such as a file of which little changes: what is
    /// right of it comes faster.
    pub fn prediction(mut self, content: impl Into<Content>) -> Self {
        self.request.prediction = Some(Prediction::new(content.into()));
        self
    }

    /// Adds a store of yours that the service searches before the model answers.
    ///
    /// See [`DataSource`] for the stores; [`ChatCompletion::context`] tells the citations.
    pub fn data_source(mut self, source: DataSource) -> Self {
        self.request.data_sources.push(source);
        self
    }

    /// Adds a function that the model may call.
    pub fn tool(mut self, tool: Tool) -> Self {
        self.request.tools.push(tool);
        self
    }

    /// Which tools the model may or must call.
    pub fn tool_choice(mut self, choice: impl Into<ToolChoice>) -> Self {
        self.request.tool_choice = Some(choice.into());
        self
    }

    /// Whether the model may call several tools at once.
    pub fn parallel_tool_calls(mut self, parallel: bool) -> Self {
        self.request.parallel_tool_calls = Some(parallel);
        self
    }

    /// Adds a function in the older form, for models that know no tools; else use [`ChatRequest::tool`].
    pub fn function(mut self, function: Function) -> Self {
        self.request.functions.push(function);
        self
    }

    /// Which function in the older form the model may or must call.
    pub fn function_call(mut self, choice: FunctionChoice) -> Self {
        self.request.function_call = Some(choice);
        self
    }

    /// Adds what a function in the older form gave back.
    pub fn function_result(self, name: impl Into<String>, content: impl Into<String>) -> Self {
        self.message(Message::function(name, content))
    }

    end_user_setter!(request.user);

    /// Keeps the answer at the service, for evaluations and distillation.
    pub fn store(mut self, store: bool) -> Self {
        self.request.store = Some(store);
        self
    }

    /// Adds a note to a stored answer: at most 16, names up to 64 and values up to 512 characters.
    pub fn metadata(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.request.metadata.insert(name.into(), value.into());
        self
    }

    /// Asks a stream to end with a piece that tells the usage.
    pub fn include_usage(mut self) -> Self {
        self.request.stream_options = Some(StreamOptions { include_usage: true });
        self
    }

    extra_setter!(request.extra);

    option_setters!(options);
}
