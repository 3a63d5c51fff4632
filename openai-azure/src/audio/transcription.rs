//! Transcription: the text of an audio file.

use std::marker::PhantomData;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::chunking::ChunkingStrategy;
use super::format::{TimestampGranularity, TranscriptionFormat, TranscriptionInclude};
use super::request::{Request, Task};
use super::subtitles::{PlainText, Srt, Vtt};
use super::transcript::{DiarizedTranscript, Transcript, VerboseTranscript};
use super::transcript_stream::TranscriptStream;
use crate::engine::client::Client;
use crate::engine::setters::{extra_setter, option_setters, send_on_await};
use crate::error::Error;
use crate::response::Response;
use crate::upload::Upload;

/// A request for a transcript; made by [`Client::transcribe`].
///
/// `A` is the type of the response: [`Transcript`] unless another format (`response_format`) is
/// chosen by [`verbose`](Self::verbose), [`diarized`](Self::diarized), [`text`](Self::text),
/// [`srt`](Self::srt) or [`vtt`](Self::vtt).
///
/// ```no_run
/// # async fn example(client: openai_azure::Client) -> Result<(), openai_azure::Error> {
/// use openai_azure::Upload;
///
/// let talk = Upload::path("talk.mp3");
/// let request = client.transcribe("gpt-4o-mini-transcribe", talk).language("de");
/// let response = request.prompt("Ferris, Rust").include("logprobs").send().await?;
/// println!("{}", response.text);
/// println!("{:?}", response.logprobs.first());
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
#[must_use = "nothing is sent before `send` or `stream`"]
pub struct TranscriptionRequest<A = Transcript> {
    client: Client,
    request: Request,
    answer: PhantomData<fn() -> A>,
}

impl Client {
    /// Transcribes an audio file of at most 25 MiB: `POST …/audio/transcriptions`.
    ///
    /// Api-versions: all dated, v1-preview.
    ///
    /// ```no_run
    /// # async fn example(client: openai_azure::Client) -> Result<(), openai_azure::Error> {
    /// use openai_azure::Upload;
    ///
    /// let talk = Upload::path("talk.mp3");
    /// let response = client.transcribe("gpt-4o-mini-transcribe", talk).send().await?;
    /// println!("{}", response.text);
    /// # Ok(())
    /// # }
    /// ```
    pub fn transcribe(&self, deployment: impl Into<String>, file: Upload) -> TranscriptionRequest {
        TranscriptionRequest {
            client: self.clone(),
            request: Request::new(Task::Transcribe, deployment.into(), file),
            answer: PhantomData,
        }
    }
}

impl TranscriptionRequest<Transcript> {
    /// Requests segments with timestamps, the language and the length (`verbose_json`); whisper.
    pub fn verbose(self) -> TranscriptionRequest<VerboseTranscript> {
        self.answering()
    }

    /// Requests speakers (`diarized_json`); gpt-4o-transcribe-diarize, which needs a
    /// [`chunking_strategy`](TranscriptionRequest::chunking_strategy) for audio of more than 30 s.
    pub fn diarized(self) -> TranscriptionRequest<DiarizedTranscript> {
        self.answering()
    }

    /// Requests the text alone (`text`).
    pub fn text(self) -> TranscriptionRequest<PlainText> {
        self.answering()
    }

    /// Requests subtitles as SubRip (`srt`); whisper.
    pub fn srt(self) -> TranscriptionRequest<Srt> {
        self.answering()
    }

    /// Requests subtitles as WebVTT (`vtt`); whisper.
    pub fn vtt(self) -> TranscriptionRequest<Vtt> {
        self.answering()
    }

    fn answering<B>(self) -> TranscriptionRequest<B> {
        TranscriptionRequest { client: self.client, request: self.request, answer: PhantomData }
    }
}

impl TranscriptionRequest<VerboseTranscript> {
    /// Requests timestamps of words, of segments or of both. Since api-version 2024-10-01-preview
    /// (`timestamp_granularities[]`). Default: segments.
    pub fn timestamp_granularities(
        mut self,
        granularities: impl IntoIterator<Item = impl Into<TimestampGranularity>>,
    ) -> Self {
        self.request.timestamp_granularities = granularities.into_iter().map(Into::into).collect();
        self
    }

    /// Requests timestamps of words and of segments.
    pub fn words(self) -> Self {
        // Segments would be left out if words alone were requested.
        self.timestamp_granularities([TimestampGranularity::Word, TimestampGranularity::Segment])
    }
}

impl<A> TranscriptionRequest<A> {
    /// The language of the audio in ISO 639-1, such as `en` or `de`. It makes the transcript better
    /// and faster.
    pub fn language(mut self, language: impl Into<String>) -> Self {
        self.request.language = Some(language.into());
        self
    }

    /// A text in the same language that shows the style, spells names, or came before.
    pub fn prompt(mut self, prompt: impl Into<String>) -> Self {
        self.request.prompt = Some(prompt.into());
        self
    }

    /// Sampling temperature, 0 to 1. Default: 0, which the service raises by itself as needed.
    pub fn temperature(mut self, temperature: f64) -> Self {
        self.request.temperature = Some(temperature);
        self
    }

    /// Requests more than the text, such as `logprobs` (`include[]`).
    pub fn include(mut self, include: impl Into<TranscriptionInclude>) -> Self {
        self.request.include.push(include.into());
        self
    }

    /// How the service cuts the audio into chunks, such as `"auto"` or a
    /// [`ServerVad`](super::ServerVad).
    pub fn chunking_strategy(mut self, strategy: impl Into<ChunkingStrategy>) -> Self {
        self.request.chunking_strategy = Some(strategy.into());
        self
    }

    /// Names a speaker, with 2 to 10 s of their speech of this media type such as `audio/wav`; up
    /// to four (`known_speaker_names[]`, `known_speaker_references[]`).
    #[doc(alias = "known_speaker_names")]
    #[doc(alias = "known_speaker_references")]
    pub fn known_speaker(
        mut self,
        name: impl Into<String>,
        media_type: impl AsRef<str>,
        audio: impl AsRef<[u8]>,
    ) -> Self {
        let (media_type, audio) = (media_type.as_ref(), STANDARD.encode(audio));
        let reference = format!("data:{media_type};base64,{audio}");
        self.request.known_speakers.push((name.into(), reference));
        self
    }

    extra_setter!(request.extra);

    option_setters!(request.options);
}

impl<A: TranscriptionFormat> TranscriptionRequest<A> {
    /// Sends the audio and waits for the transcript.
    ///
    /// Audio from a stream is sent once; a file is sent anew in each attempt.
    ///
    /// # Errors
    ///
    /// [`Error::Config`], before anything is sent, for a file that is missing, empty or larger than
    /// [`MAX_BYTES`](super::MAX_BYTES); the other kinds of [`Error`] as for every call.
    pub async fn send(self) -> Result<Response<A>, Error> {
        // In a box, because the future of this method holds the request, too.
        Box::pin(self.request.send(&self.client)).await
    }
}

impl<A: TranscriptionFormat> TranscriptionRequest<A> {
    async fn streamed(mut self) -> Result<Response<TranscriptStream>, Error> {
        self.request.has_stream = true;
        let stream = self.request.events::<A>(&self.client).await?;
        Ok(stream.map_value(TranscriptStream::new))
    }
}

impl TranscriptionRequest<Transcript> {
    /// Sends the audio and returns the text as it is made (`stream`). Models since
    /// gpt-4o-transcribe accept it.
    ///
    /// ```no_run
    /// # async fn example(client: openai_azure::Client) -> Result<(), openai_azure::Error> {
    /// use openai_azure::Upload;
    ///
    /// let talk = Upload::path("talk.mp3");
    /// let mut stream = client.transcribe("gpt-4o-mini-transcribe", talk).stream().await?;
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
    pub async fn stream(self) -> Result<Response<TranscriptStream>, Error> {
        self.streamed().await
    }
}

impl TranscriptionRequest<DiarizedTranscript> {
    /// Sends the audio and returns text and segments as they are made (`stream`).
    ///
    /// # Errors
    ///
    /// As for [`send`](Self::send).
    pub async fn stream(self) -> Result<Response<TranscriptStream>, Error> {
        self.streamed().await
    }
}

send_on_await!(TranscriptionRequest<A: TranscriptionFormat> => A);
