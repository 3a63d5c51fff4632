//! Translation: the text of an audio file in English.

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

/// A request for an English transcript; made by [`Client::translate`].
///
/// `A` is the type of the response: [`Transcript`] unless another format (`response_format`) is
/// chosen by [`verbose`](Self::verbose), [`text`](Self::text), [`srt`](Self::srt) or
/// [`vtt`](Self::vtt).
///
/// Only `whisper` translates, which the service retires on 2026-12-15.
///
/// ```no_run
/// # async fn example(client: openai_azure::Client) -> Result<(), openai_azure::Error> {
/// use openai_azure::Upload;
///
/// let response = client.translate("whisper", Upload::path("vortrag.mp3")).send().await?;
/// println!("{}", response.text);
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
#[must_use = "nothing is sent before `send`"]
pub struct TranslationRequest<A = Transcript> {
    client: Client,
    request: Request,
    answer: PhantomData<fn() -> A>,
}

impl Client {
    /// Transcribes an audio file of at most 25 MiB into English: `POST …/audio/translations`. Only
    /// whisper does.
    ///
    /// Api-versions: all dated, v1-preview.
    ///
    /// ```no_run
    /// # async fn example(client: openai_azure::Client) -> Result<(), openai_azure::Error> {
    /// use openai_azure::Upload;
    ///
    /// let response = client.translate("whisper", Upload::path("vortrag.mp3")).send().await?;
    /// println!("{}", response.text);
    /// # Ok(())
    /// # }
    /// ```
    pub fn translate(&self, deployment: impl Into<String>, file: Upload) -> TranslationRequest {
        TranslationRequest {
            client: self.clone(),
            request: Request::new(Task::Translate, deployment.into(), file),
            answer: PhantomData,
        }
    }
}

impl TranslationRequest<Transcript> {
    /// Requests segments with timestamps, the language and the length (`verbose_json`).
    pub fn verbose(self) -> TranslationRequest<VerboseTranscript> {
        self.answering()
    }

    /// Requests the text alone (`text`).
    pub fn text(self) -> TranslationRequest<PlainText> {
        self.answering()
    }

    /// Requests subtitles as SubRip (`srt`).
    pub fn srt(self) -> TranslationRequest<Srt> {
        self.answering()
    }

    /// Requests subtitles as WebVTT (`vtt`).
    pub fn vtt(self) -> TranslationRequest<Vtt> {
        self.answering()
    }

    fn answering<B>(self) -> TranslationRequest<B> {
        TranslationRequest { client: self.client, request: self.request, answer: PhantomData }
    }
}

impl<A> TranslationRequest<A> {
    /// An English text that shows the style, spells names, or came before.
    pub fn prompt(mut self, prompt: impl Into<String>) -> Self {
        self.request.prompt = Some(prompt.into());
        self
    }

    /// Sampling temperature, 0 to 1. Default: 0, which the service raises by itself as needed.
    pub fn temperature(mut self, temperature: f64) -> Self {
        self.request.temperature = Some(temperature);
        self
    }

    extra_setter!(request.extra);

    option_setters!(request.options);
}

impl<A: TranscriptionFormat> TranslationRequest<A> {
    /// Sends the audio and waits for the transcript.
    ///
    /// Audio from a stream is sent once; a file is sent anew in each attempt.
    ///
    /// # Errors
    ///
    /// As for [`TranscriptionRequest::send`](super::TranscriptionRequest::send).
    pub async fn send(self) -> Result<Response<A>, Error> {
        // In a box, because the future of this method holds the request, too.
        Box::pin(self.request.send(&self.client)).await
    }
}

send_on_await!(TranslationRequest<A: TranscriptionFormat> => A);
