//! What transcriptions and translations send, and how.

use std::future::Future;

use openai_azure_sys::{ByteStream, Error as SysError, ResponseValue, raw};
use serde_json::{Map, Value};

use super::MAX_BYTES;
use super::format::{TranscriptionFormat, read::Read};
use crate::engine::attempt_error::Failure;
use crate::engine::call::Attempt;
use crate::engine::client::Client;
use crate::engine::form::Form;
use crate::engine::options::CallOptions;
use crate::engine::response_body::whole;
use crate::error::Error;
use crate::response::Response;
use crate::trace::{SpanAttributes, Telemetry};
use crate::upload::Upload;

/// What is done with the recording.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Task {
    Transcribe,
    Translate,
}

impl Task {
    /// The id of the operation.
    fn operation(self) -> &'static str {
        match self {
            Self::Transcribe => "transcriptions_create",
            Self::Translate => "translations_create",
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
    pub(super) extra: Map<String, Value>,
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
            extra: Map::new(),
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

    pub(super) async fn send<A: TranscriptionFormat>(
        self,
        client: &Client,
    ) -> Result<Response<A>, Error> {
        self.call::<A, _, _, _>(client, read_whole).await
    }

    /// Makes the call and has `read` read the answer.
    pub(super) async fn call<A, T, R, Fut>(
        self,
        client: &Client,
        read: R,
    ) -> Result<Response<T>, Error>
    where
        A: TranscriptionFormat,
        R: Fn(ResponseValue<ByteStream>, Attempt) -> Fut + Copy,
        Fut: Future<Output = Result<T, Failure>>,
    {
        let (task, name) = (self.task, self.task.operation());
        let deployment = client.deployment(&self.deployment)?;
        let form = self.form::<A>()?;
        self.file.check(MAX_BYTES).await?;
        let options = form.options(self.options);
        let operation = |api: raw::dated::Client, attempt| {
            let (deployment, form) = (&deployment, &form);
            async move {
                let form = form.build().await?;
                let answer = match task {
                    Task::Transcribe => api.transcriptions_create(deployment, form).await?,
                    Task::Translate => api.translations_create(deployment, form).await?,
                };
                read(answer, attempt).await
            }
        };
        client.run(name, &options, Some(&deployment), operation).await
    }
}

/// Reads the whole body in the form that was asked for.
async fn read_whole<A: TranscriptionFormat>(
    answer: ResponseValue<ByteStream>,
    attempt: Attempt,
) -> Result<A, Failure> {
    let body = whole(answer).await?;
    attempt.log_body("the answer", &body);
    let answer = A::read(&body).map_err(|e| SysError::InvalidResponsePayload(body, e))?;
    attempt.span().describe(&Told(&answer));
    Ok(answer)
}

struct Told<'a, A>(&'a A);

impl<A: Read> Telemetry for Told<'_, A> {
    fn describe(&self, facts: &mut SpanAttributes) {
        if let Some((input, output)) = self.0.tokens() {
            facts.tokens(input, output);
        }
    }
}
