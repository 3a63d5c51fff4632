//! Settings of a session.

mod audio;
mod limits;
mod preview;
mod tool;
mod turn_detection;

pub use audio::{
    AudioFormat, InputAudio, InputTranscription, NoiseReduction, NoiseReductionKind, OutputAudio,
    SessionAudio, Voice,
};
pub use limits::{MaxOutputTokens, RealtimeTruncation};
pub use tool::{FunctionTool, McpTool, RealtimeTool, RealtimeToolChoice};
pub use turn_detection::{Eagerness, SemanticVad, ServerVad, TurnDetection};

use serde_json::{Map, Value};

use super::wire::{open_enum, wire};

open_enum! {
    /// What a session is for.
    pub enum SessionKind {
        /// Conversation with a model.
        Realtime = "realtime",
        /// Transcription of audio, without responses.
        Transcription = "transcription",
    }

    /// What a response consists of.
    pub enum RealtimeModality {
        /// Text alone.
        Text = "text",
        /// Audio with its transcript.
        Audio = "audio",
    }

    /// How much a reasoning model thinks before it speaks.
    pub enum RealtimeEffort {
        /// Least.
        Minimal = "minimal",
        /// Little.
        Low = "low",
        /// In between.
        Medium = "medium",
        /// Much.
        High = "high",
        /// Most.
        XHigh = "xhigh",
    }
}

wire! {
    /// Settings of a session: what the client sends in `session.update`, and what the service
    /// reports in `session.created` and `session.updated`.
    ///
    /// A field that is `None` is not sent, and keeps its value in the service. Texts are cleared
    /// by an empty text, lists by an empty list.
    ///
    /// ```
    /// use openai_azure::realtime::{ServerVad, Session};
    ///
    /// let session = Session::new()
    ///     .instructions("Speak slowly.")
    ///     .voice("marin")
    ///     .turn_detection(ServerVad::default().silence_duration_ms(800))
    ///     .transcription("gpt-4o-mini-transcribe");
    /// # let _ = session;
    /// ```
    pub struct Session {
        /// What the session is for.
        kind = "type": Option<SessionKind>,
        /// Unique ID. Set by the service.
        id: Option<String>,
        /// Always `realtime.session`. Set by the service.
        object: Option<String>,
        /// When the session ends, in seconds since 1970. Set by the service: 30 minutes after its
        /// start.
        expires_at: Option<i64>,
        /// Deployment. It cannot change after the start.
        model: Option<String>,
        /// What responses consist of: `audio`, the default, or `text`, never both.
        output_modalities: Option<Vec<RealtimeModality>>,
        /// System message of the session.
        instructions: Option<String>,
        /// Prompt template with its variables.
        prompt: Option<Value>,
        /// Formats, voice, transcription, turn detection.
        audio: Option<SessionAudio>,
        /// Tools that the model may call.
        tools: Option<Vec<RealtimeTool>>,
        /// Which tools the model may or must call.
        tool_choice: Option<RealtimeToolChoice>,
        /// Whether the model may call several tools at once. Reasoning models only.
        parallel_tool_calls: Option<bool>,
        /// How much the model reasons. Reasoning models only.
        reasoning: Option<RealtimeReasoning>,
        /// The most tokens of one response.
        max_output_tokens: Option<MaxOutputTokens>,
        /// What happens when the conversation outgrows the context window.
        truncation: Option<RealtimeTruncation>,
        /// `auto`, or an object with `workflow_name`, `group_id` and `metadata`; `Some(None)`
        /// switches tracing off.
        tracing: Option<Option<Value>>,
        /// Additional fields of events, such as `item.input_audio_transcription.logprobs`.
        include: Option<Vec<String>>,
    }

    /// Reasoning of a session.
    pub struct RealtimeReasoning {
        /// How much.
        effort: Option<RealtimeEffort>,
    }
}

impl Session {
    /// A conversation with the defaults of the service.
    #[must_use]
    pub fn new() -> Self {
        Self { kind: Some(SessionKind::Realtime), ..Self::default() }
    }

    /// Transcription without responses, by this deployment, such as `gpt-4o-mini-transcribe`.
    #[must_use]
    pub fn transcriber(model: impl Into<InputTranscription>) -> Self {
        Self { kind: Some(SessionKind::Transcription), ..Self::default() }.transcription(model)
    }

    /// Sets the system message.
    #[must_use]
    pub fn instructions(mut self, instructions: impl Into<String>) -> Self {
        self.instructions = Some(instructions.into());
        self
    }

    /// Sets what responses consist of.
    #[must_use]
    pub fn output_modality(mut self, modality: impl Into<RealtimeModality>) -> Self {
        self.output_modalities = Some(vec![modality.into()]);
        self
    }

    /// Asks for text instead of audio.
    #[must_use]
    pub fn text_only(self) -> Self {
        self.output_modality(RealtimeModality::Text)
    }

    /// Sets the voice, such as `marin`.
    #[must_use]
    pub fn voice(mut self, voice: impl Into<Voice>) -> Self {
        self.output().voice = Some(voice.into());
        self
    }

    /// Sets how fast the voice speaks, 0.25 to 1.5.
    #[must_use]
    pub fn speed(mut self, speed: f64) -> Self {
        self.output().speed = Some(speed);
        self
    }

    /// Sets the format of audio in both directions.
    #[must_use]
    pub fn format(self, format: AudioFormat) -> Self {
        self.input_format(format.clone()).output_format(format)
    }

    /// Sets the format of the audio that is appended.
    #[must_use]
    pub fn input_format(mut self, format: AudioFormat) -> Self {
        self.input().format = Some(format);
        self
    }

    /// Sets the format of the audio that arrives.
    #[must_use]
    pub fn output_format(mut self, format: AudioFormat) -> Self {
        self.output().format = Some(format);
        self
    }

    /// Sets what ends the user's turn.
    #[must_use]
    pub fn turn_detection(mut self, detection: impl Into<TurnDetection>) -> Self {
        self.input().turn_detection = Some(detection.into());
        self
    }

    /// Ends the user's turn by silence, with the defaults of the service.
    #[must_use]
    pub fn server_vad(self) -> Self {
        self.turn_detection(TurnDetection::server_vad())
    }

    /// Ends the user's turn when the model judges that the user is done.
    #[must_use]
    pub fn semantic_vad(self, eagerness: impl Into<Eagerness>) -> Self {
        self.turn_detection(TurnDetection::semantic_vad(eagerness))
    }

    /// Leaves it to the client to commit audio and to ask for responses.
    #[must_use]
    pub fn manual_turns(self) -> Self {
        self.turn_detection(TurnDetection::Manual)
    }

    /// Transcribes the user's audio by this deployment.
    #[must_use]
    pub fn transcription(mut self, transcription: impl Into<InputTranscription>) -> Self {
        self.input().transcription = Some(Some(transcription.into()));
        self
    }

    /// Filters noise.
    #[must_use]
    pub fn noise_reduction(mut self, kind: impl Into<NoiseReductionKind>) -> Self {
        let reduction = NoiseReduction { kind: Some(kind.into()), ..NoiseReduction::default() };
        self.input().noise_reduction = Some(Some(reduction));
        self
    }

    /// Adds a tool.
    #[must_use]
    pub fn tool(mut self, tool: impl Into<RealtimeTool>) -> Self {
        self.tools.get_or_insert_default().push(tool.into());
        self
    }

    /// Adds tools.
    #[must_use]
    pub fn tools(mut self, tools: impl IntoIterator<Item = RealtimeTool>) -> Self {
        self.tools.get_or_insert_default().extend(tools);
        self
    }

    /// Sets which tools the model may or must call.
    #[must_use]
    pub fn tool_choice(mut self, choice: RealtimeToolChoice) -> Self {
        self.tool_choice = Some(choice);
        self
    }

    /// Sets the most tokens of one response, 1 to 4,096.
    #[must_use]
    pub fn max_output_tokens(mut self, limit: impl Into<MaxOutputTokens>) -> Self {
        self.max_output_tokens = Some(limit.into());
        self
    }

    /// Sets how much the model reasons. Reasoning models only.
    #[must_use]
    pub fn reasoning_effort(mut self, effort: impl Into<RealtimeEffort>) -> Self {
        let effort = Some(effort.into());
        self.reasoning = Some(RealtimeReasoning { effort, ..RealtimeReasoning::default() });
        self
    }

    /// Sets what happens when the conversation outgrows the context window.
    #[must_use]
    pub fn truncation(mut self, truncation: RealtimeTruncation) -> Self {
        self.truncation = Some(truncation);
        self
    }

    /// Asks for log probabilities of transcriptions.
    #[must_use]
    pub fn transcription_logprobs(mut self) -> Self {
        let wanted = "item.input_audio_transcription.logprobs".to_owned();
        self.include.get_or_insert_default().push(wanted);
        self
    }

    /// Sets a field that this crate does not know.
    #[must_use]
    pub fn extra(mut self, name: impl Into<String>, value: impl Into<Value>) -> Self {
        self.extra.insert(name.into(), value.into());
        self
    }

    /// The format of the audio that arrives.
    #[must_use]
    pub fn output_audio_format(&self) -> AudioFormat {
        let output = self.audio.as_ref().and_then(|audio| audio.output.as_ref());
        output.and_then(|output| output.format.clone()).unwrap_or_default()
    }

    /// The format of the audio that is appended.
    #[must_use]
    pub fn input_audio_format(&self) -> AudioFormat {
        let input = self.audio.as_ref().and_then(|audio| audio.input.as_ref());
        input.and_then(|input| input.format.clone()).unwrap_or_default()
    }

    /// Whether it transcribes only.
    pub(super) fn is_transcription(&self) -> bool {
        self.kind == Some(SessionKind::Transcription)
    }

    fn input(&mut self) -> &mut InputAudio {
        self.audio.get_or_insert_default().input.get_or_insert_default()
    }

    fn output(&mut self) -> &mut OutputAudio {
        self.audio.get_or_insert_default().output.get_or_insert_default()
    }

    /// Moves the fields of previews to where they are now.
    pub(super) fn with_older_fields(mut self) -> Self {
        preview::lift(&mut self);
        self
    }

    /// The settings in the flat form of previews.
    pub(super) fn to_preview(&self) -> Map<String, Value> {
        preview::flat(self)
    }
}

impl<T: Into<String>> From<T> for InputTranscription {
    fn from(model: T) -> Self {
        Self::new(model)
    }
}
