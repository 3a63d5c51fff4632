//! What transcriptions and translations send, and how.

use openai_azure_sys::raw;

use super::MAX_BYTES;
use super::format::{TranscriptionFormat, read::Read};
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

/// What is done with the recording.
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

/// A recording and what is to be done with it.
#[derive(Debug, Clone)]
pub(super) struct Request {
    pub(super) task: Task,
    pub(super) deployment: String,
    pub(super) file: Upload,
    pub(super) language: Option<String>,
    pub(super) prompt: Option<String>,
    pub(super) temperature: Option<f64>,
    pub(super) has_words: bool,
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
            has_words: false,
            has_stream: false,
            extra: Extra::default(),
            options: CallOptions::default(),
        }
    }

    /// # Errors
    ///
    /// [`Error::Config`] for what the service cannot take.
    fn form<A: TranscriptionFormat>(&self) -> Result<Form, Error> {
        if let Some(temperature) = self.temperature
            && !(0.0..=1.0).contains(&temperature)
        {
            return Err(Error::config(format!("temperature {temperature} is not in 0 to 1")));
        }
        let granularity = |name| self.has_words.then_some(name);
        Form::default()
            .file("file", self.file.clone())
            .field("language", self.language.as_ref())
            .field("prompt", self.prompt.as_ref())
            .field("response_format", A::NAME)
            .field("temperature", self.temperature)
            // Segments would be left out if words alone were asked for.
            .field("timestamp_granularities[]", granularity("word"))
            .field("timestamp_granularities[]", granularity("segment"))
            .field("stream", self.has_stream.then_some(true))
            .extra(&self.extra)
    }

    /// Sends the file and decodes the response in the format that was asked for.
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
