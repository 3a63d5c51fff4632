//! Words of a recording, in its language.

use std::marker::PhantomData;

use super::format::TranscriptionFormat;
use super::request::{Request, Task};
use super::subtitles::{PlainText, Srt, Vtt};
use super::transcript::{Transcript, VerboseTranscript};
use super::transcript_stream::TranscriptStream;
use crate::engine::client::Client;
use crate::engine::setters::{extra_setter, option_setters, send_on_await};
use crate::error::Error;
use crate::response::Response;
use crate::upload::Upload;

/// A recording to be written down; made by [`Client::transcribe`].
///
/// `A` is the type of the answer: [`Transcript`] unless another form is asked for.
///
/// ```no_run
/// # async fn example(client: openai_azure::Client) -> Result<(), openai_azure::Error> {
/// use openai_azure::Upload;
///
/// let talk = Upload::path("talk.mp3");
/// let request = client.transcribe("whisper", talk).language("de").prompt("Ferris, Rust");
/// let answer = request.clone().verbose().words().send().await?;
/// println!("{} s in {}", answer.duration, answer.language);
///
/// let subtitles = request.srt().send().await?;
/// println!("{}", *subtitles);
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
#[must_use = "nothing is sent before `send` or `stream`"]
pub struct TranscriptionRequest<A = Transcript> {
    pub(crate) client: Client,
    request: Request,
    answer: PhantomData<fn() -> A>,
}

impl Client {
    /// Writes down what is said in a recording: `POST …/audio/transcriptions`.
    ///
    /// ```no_run
    /// # async fn example(client: openai_azure::Client) -> Result<(), openai_azure::Error> {
    /// use openai_azure::Upload;
    ///
    /// let answer = client.transcribe("whisper", Upload::path("talk.mp3")).send().await?;
    /// println!("{}", answer.text);
    /// # Ok(())
    /// # }
    /// ```
    pub fn transcribe(&self, deployment: impl Into<String>, file: Upload) -> TranscriptionRequest {
        TranscriptionRequest::new(self.clone(), deployment.into(), file)
    }
}

impl TranscriptionRequest<Transcript> {
    pub(crate) fn new(client: Client, deployment: String, file: Upload) -> Self {
        let request = Request::new(Task::Transcribe, deployment, file);
        Self { client, request, answer: PhantomData }
    }

    /// Asks for segments with times, the language and the length (`verbose_json`).
    pub fn verbose(self) -> TranscriptionRequest<VerboseTranscript> {
        self.answering()
    }

    /// Asks for the text alone.
    pub fn text(self) -> TranscriptionRequest<PlainText> {
        self.answering()
    }

    /// Asks for subtitles as SubRip.
    pub fn srt(self) -> TranscriptionRequest<Srt> {
        self.answering()
    }

    /// Asks for subtitles as WebVTT.
    pub fn vtt(self) -> TranscriptionRequest<Vtt> {
        self.answering()
    }

    fn answering<B>(self) -> TranscriptionRequest<B> {
        TranscriptionRequest { client: self.client, request: self.request, answer: PhantomData }
    }
}

impl TranscriptionRequest<VerboseTranscript> {
    /// Asks for the times of words beside those of segments; it takes the service longer. Known
    /// since api-version 2024-10-01-preview (`timestamp_granularities[]`).
    pub fn words(mut self) -> Self {
        self.request.has_words = true;
        self
    }
}

impl<A> TranscriptionRequest<A> {
    /// The language that is spoken, by ISO 639-1: `en`, `de`. The model hears better if it need not
    /// guess.
    pub fn language(mut self, language: impl Into<String>) -> Self {
        self.request.language = Some(language.into());
        self
    }

    /// A text in the same language that shows the style, spells names, or says what came before.
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

impl<A: TranscriptionFormat> TranscriptionRequest<A> {
    /// Sends the recording and waits for its words: `POST …/audio/transcriptions`.
    ///
    /// A recording from a stream is sent once; others are sent anew in each attempt.
    ///
    /// # Errors
    ///
    /// [`Error::Config`], before anything is sent, for a file that is missing, empty or larger than
    /// [`MAX_BYTES`](super::MAX_BYTES), and for an endpoint of the v1 form; the other kinds of
    /// [`Error`] as for every call.
    pub async fn send(self) -> Result<Response<A>, Error> {
        self.request.send(&self.client).await
    }
}

impl TranscriptionRequest {
    /// Sends the recording and gives its words while the model hears them. Models since
    /// gpt-4o-transcribe can do it (`stream`).
    ///
    /// ```no_run
    /// # async fn example(client: openai_azure::Client) -> Result<(), openai_azure::Error> {
    /// use openai_azure::Upload;
    ///
    /// let talk = Upload::path("talk.mp3");
    /// let mut stream = client.transcribe("gpt-4o-transcribe", talk).stream().await?;
    /// while let Some(event) = stream.try_next().await? {
    ///     print!("{}", event.delta());
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// As for [`send`](Self::send).
    pub async fn stream(mut self) -> Result<Response<TranscriptStream>, Error> {
        self.request.has_stream = true;
        let stream = self.request.events::<Transcript>(&self.client).await?;
        Ok(stream.map_value(TranscriptStream::new))
    }
}

send_on_await!(TranscriptionRequest<A: TranscriptionFormat> => A);
