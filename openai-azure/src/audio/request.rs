//! What transcriptions and translations have in common.

use openai_azure_sys::raw;

use super::MAX_BYTES;
use super::chunking::ChunkingStrategy;
use super::format::{TimestampGranularity, TranscriptionFormat, TranscriptionInclude, read::Read};
use crate::engine::call::{Call, RawResult};
use crate::engine::client::Client;
use crate::engine::form::Form;
use crate::engine::options::CallOptions;
use crate::error::Error;
use crate::extra::Extra;
use crate::response::Response;
use crate::sse::EventStream;
use crate::trace::{SpanAttributes, Telemetry};
use crate::upload::Upload;

/// What is done with the audio file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Task {
    Transcribe,
    Translate,
}

impl Task {
    async fn run(self, api: raw::Client, deployment: &str, form: Form) -> RawResult {
        match self {
            Self::Transcribe => api.transcriptions_create(deployment, form).await,
            Self::Translate => api.translations_create(deployment, form).await,
        }
    }
}

/// An audio file and what is done with it.
#[derive(Debug, Clone)]
pub(super) struct Request {
    pub(super) task: Task,
    pub(super) deployment: String,
    pub(super) file: Upload,
    pub(super) language: Option<String>,
    pub(super) prompt: Option<String>,
    pub(super) temperature: Option<f64>,
    pub(super) timestamp_granularities: Vec<TimestampGranularity>,
    pub(super) include: Vec<TranscriptionInclude>,
    pub(super) chunking_strategy: Option<ChunkingStrategy>,
    /// Names and audio as data URLs.
    pub(super) known_speakers: Vec<(String, String)>,
    pub(super) has_stream: bool,
    pub(super) extra: Extra,
    pub(super) options: CallOptions,
}

impl Request {
    pub(super) fn new(task: Task, deployment: String, file: Upload) -> Self {
        Self {
            task,
            deployment,
            file,
            language: None,
            prompt: None,
            temperature: None,
            timestamp_granularities: Vec::new(),
            include: Vec::new(),
            chunking_strategy: None,
            known_speakers: Vec::new(),
            has_stream: false,
            extra: Extra::default(),
            options: CallOptions::default(),
        }
    }

    /// # Errors
    ///
    /// [`Error::Config`] for what the service does not accept.
    fn form<A: TranscriptionFormat>(&self) -> Result<Form, Error> {
        if let Some(temperature) = self.temperature
            && !(0.0..=1.0).contains(&temperature)
        {
            return Err(Error::config(format!("temperature {temperature} is not in 0 to 1")));
        }
        let mut form = Form::new()
            .file("file", self.file.clone())
            .field("language", self.language.as_ref())
            .field("prompt", self.prompt.as_ref())
            .field("response_format", A::NAME)
            .field("temperature", self.temperature)
            .field("stream", self.has_stream.then_some(true));
        for granularity in &self.timestamp_granularities {
            form = form.text("timestamp_granularities[]", granularity.as_str());
        }
        for include in &self.include {
            form = form.text("include[]", include.as_str());
        }
        if let Some(strategy) = &self.chunking_strategy {
            form = strategy.write(form);
        }
        for (name, reference) in &self.known_speakers {
            form = form.text("known_speaker_names[]", name);
            form = form.text("known_speaker_references[]", reference);
        }
        form.extra(&self.extra)
    }

    /// Sends the file and decodes the response.
    pub(super) async fn send<A: TranscriptionFormat>(
        self,
        client: &Client,
    ) -> Result<Response<A>, Error> {
        let (deployment, form) = self.encoded::<A>(client).await?;
        let call = Call::new(client, &self.options).deployment(&deployment);
        let decoded = call.decoded(
            |api| self.task.run(api, &deployment, form),
            |body| A::read(body).map(Decoded),
        );
        Ok(decoded.await?.map_value(|Decoded(value)| value))
    }

    /// Sends the file and returns the events of the response.
    pub(super) async fn events<A: TranscriptionFormat>(
        self,
        client: &Client,
    ) -> Result<Response<EventStream>, Error> {
        let (deployment, form) = self.encoded::<A>(client).await?;
        let call = Call::new(client, &self.options).deployment(&deployment);
        call.events(|api| self.task.run(api, &deployment, form)).await
    }

    async fn encoded<A: TranscriptionFormat>(
        &self,
        client: &Client,
    ) -> Result<(String, Form), Error> {
        let deployment = client.deployment(&self.deployment)?;
        let form = self.form::<A>()?.field("model", client.model_field(&deployment));
        self.file.check(MAX_BYTES).await?;
        Ok((deployment, form))
    }
}

struct Decoded<A>(A);

impl<A: Read> Telemetry for Decoded<A> {
    fn describe(&self, attributes: &mut SpanAttributes) {
        if let Some((input, output)) = self.0.tokens() {
            attributes.tokens(input, output);
        }
    }
}
