//! Words of a recording, in English.

use std::marker::PhantomData;

use super::format::TranscriptionFormat;
use super::request::{Request, Task};
use super::subtitles::{PlainText, Srt, Vtt};
use super::transcript::{Transcript, VerboseTranscript};
use crate::engine::client::Client;
use crate::engine::setters::{extra_setter, option_setters, send_on_await};
use crate::error::Error;
use crate::response::Response;
use crate::upload::Upload;

/// A recording to be written down in English; made by [`Client::translate`].
///
/// `A` is the type of the answer: [`Transcript`] unless another form is asked for.
///
/// ```no_run
/// # async fn example(client: openai_azure::Client) -> Result<(), openai_azure::Error> {
/// use openai_azure::Upload;
///
/// let answer = client.translate("whisper", Upload::path("vortrag.mp3")).send().await?;
/// println!("{}", answer.text);
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
#[must_use = "nothing is sent before `send`"]
pub struct TranslationRequest<A = Transcript> {
    pub(crate) client: Client,
    request: Request,
    answer: PhantomData<fn() -> A>,
}

impl Client {
    /// Writes down in English what is said in a recording: `POST …/audio/translations`.
    ///
    /// ```no_run
    /// # async fn example(client: openai_azure::Client) -> Result<(), openai_azure::Error> {
    /// use openai_azure::Upload;
    ///
    /// let answer = client.translate("whisper", Upload::path("vortrag.mp3")).send().await?;
    /// println!("{}", answer.text);
    /// # Ok(())
    /// # }
    /// ```
    pub fn translate(&self, deployment: impl Into<String>, file: Upload) -> TranslationRequest {
        TranslationRequest::new(self.clone(), deployment.into(), file)
    }
}

impl TranslationRequest<Transcript> {
    pub(crate) fn new(client: Client, deployment: String, file: Upload) -> Self {
        let request = Request::new(Task::Translate, deployment, file);
        Self { client, request, answer: PhantomData }
    }

    /// Asks for segments with times, the language and the length (`verbose_json`).
    pub fn verbose(self) -> TranslationRequest<VerboseTranscript> {
        self.answering()
    }

    /// Asks for the text alone.
    pub fn text(self) -> TranslationRequest<PlainText> {
        self.answering()
    }

    /// Asks for subtitles as SubRip.
    pub fn srt(self) -> TranslationRequest<Srt> {
        self.answering()
    }

    /// Asks for subtitles as WebVTT.
    pub fn vtt(self) -> TranslationRequest<Vtt> {
        self.answering()
    }

    fn answering<B>(self) -> TranslationRequest<B> {
        TranslationRequest { client: self.client, request: self.request, answer: PhantomData }
    }
}

impl<A> TranslationRequest<A> {
    /// An English text that shows the style, spells names, or says what came before.
    pub fn prompt(mut self, prompt: impl Into<String>) -> Self {
        self.request.prompt = Some(prompt.into());
        self
    }

    /// How much chance there is, from 0 to 1. The default is 0: the service raises it by itself
    /// where it hears nothing else.
    pub fn temperature(mut self, temperature: f64) -> Self {
        self.request.temperature = Some(temperature);
        self
    }

    extra_setter!(request.extra);

    option_setters!(request.options);
}

impl<A: TranscriptionFormat> TranslationRequest<A> {
    /// Sends the recording and waits for its words: `POST …/audio/translations`.
    ///
    /// A recording from a stream is sent once; others are sent anew in each attempt.
    ///
    /// # Errors
    ///
    /// As for [`TranscriptionRequest::send`](super::Transcription::send).
    pub async fn send(self) -> Result<Response<A>, Error> {
        self.request.send(&self.client).await
    }
}

send_on_await!(TranslationRequest<A: TranscriptionFormat> => A);
