//! Speech: the audio of a text.

use std::path::Path;

use bytes::Bytes;
use openai_azure_sys::{open_enum, raw};
use serde::Serialize;

use super::speech_events::SpeechEventStream;
use super::speech_stream::SpeechStream;
use crate::atomic_file::Draft;
use crate::engine::call::{Call, RawResult};
use crate::engine::client::Client;
use crate::engine::options::CallOptions;
use crate::engine::request_body;
use crate::engine::setters::{extra_setter, option_setters, send_on_await};
use crate::error::Error;
use crate::extra::Extra;
use crate::response::Response;

/// The most characters of one text.
pub const MAX_SPEECH_CHARACTERS: usize = 4096;

open_enum! {
    /// A voice. The newer ones need gpt-4o-mini-tts.
    pub enum Voice {
        /// alloy
        Alloy = "alloy",
        /// ash, since gpt-4o-mini-tts
        Ash = "ash",
        /// ballad, since gpt-4o-mini-tts
        Ballad = "ballad",
        /// cedar, since gpt-4o-mini-tts
        Cedar = "cedar",
        /// coral, since gpt-4o-mini-tts
        Coral = "coral",
        /// echo
        Echo = "echo",
        /// fable
        Fable = "fable",
        /// marin, since gpt-4o-mini-tts
        Marin = "marin",
        /// nova
        Nova = "nova",
        /// onyx
        Onyx = "onyx",
        /// sage, since gpt-4o-mini-tts
        Sage = "sage",
        /// shimmer
        Shimmer = "shimmer",
        /// verse, since gpt-4o-mini-tts
        Verse = "verse",
    }
}

open_enum! {
    /// The format of the audio.
    pub enum SpeechFormat {
        /// MP3, the default.
        Mp3 = "mp3",
        /// Opus in Ogg, for low latency.
        Opus = "opus",
        /// AAC.
        Aac = "aac",
        /// FLAC, without loss.
        Flac = "flac",
        /// WAV.
        Wav = "wav",
        /// Raw samples: 24 kHz, signed 16 bits, little-endian, one channel.
        Pcm = "pcm",
    }
}

/// The header `accept` of audio: the service names its media type, or calls it bytes.
const ACCEPT_AUDIO: &str = "audio/*, application/octet-stream";

/// A text to speak; made by [`Client::speak`].
///
/// ```no_run
/// # async fn example(client: openai_azure::Client) -> Result<(), openai_azure::Error> {
/// use openai_azure::audio::{SpeechFormat, Voice};
///
/// let request = client.speak("gpt-4o-mini-tts", "The train leaves at ten.").voice(Voice::Coral);
/// let audio = request.clone().response_format(SpeechFormat::Wav).send().await?;
/// println!("{} bytes", audio.len());
///
/// request.instructions("Calm and friendly.").save("train.mp3").await?;
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
#[must_use = "nothing is sent before `send`, `stream` or `save`"]
pub struct SpeechRequest {
    client: Client,
    deployment: String,
    request: SpeechBody,
    extra: Extra,
    options: CallOptions,
}

/// The body. A field that is not set is absent.
#[derive(Debug, Clone, Serialize)]
struct SpeechBody {
    #[serde(skip_serializing_if = "Option::is_none")]
    model: Option<String>,
    input: String,
    voice: Voice,
    #[serde(skip_serializing_if = "Option::is_none")]
    response_format: Option<SpeechFormat>,
    #[serde(skip_serializing_if = "Option::is_none")]
    speed: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    instructions: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    stream_format: Option<&'static str>,
}

impl SpeechBody {
    fn new(input: String) -> Self {
        Self {
            model: None,
            input,
            voice: Voice::Alloy,
            response_format: None,
            speed: None,
            instructions: None,
            stream_format: None,
        }
    }
}

impl Client {
    /// Makes audio of a text of at most 4,096 characters: `POST …/audio/speech`.
    ///
    /// Api-versions: 2024-08-01-preview to 2025-04-01-preview without 2024-10-21, v1-preview.
    ///
    /// ```no_run
    /// # async fn example(client: openai_azure::Client) -> Result<(), openai_azure::Error> {
    /// let speech = client.speak("gpt-4o-mini-tts", "The train leaves at ten.");
    /// speech.voice("coral").save("train.mp3").await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn speak(&self, deployment: impl Into<String>, input: impl Into<String>) -> SpeechRequest {
        SpeechRequest {
            client: self.clone(),
            deployment: deployment.into(),
            request: SpeechBody::new(input.into()),
            extra: Extra::default(),
            options: CallOptions::default(),
        }
    }
}

impl SpeechRequest {
    /// The voice. Default: [`Voice::Alloy`]. Names that this crate does not know are sent as they
    /// are.
    pub fn voice(mut self, voice: impl Into<Voice>) -> Self {
        self.request.voice = voice.into();
        self
    }

    /// The format of the audio. Default: MP3.
    pub fn response_format(mut self, format: impl Into<SpeechFormat>) -> Self {
        self.request.response_format = Some(format.into());
        self
    }

    /// The speed, 0.25 to 4. Default: 1.
    pub fn speed(mut self, speed: f64) -> Self {
        self.request.speed = Some(speed);
        self
    }

    /// The style of the speech, such as "cheerful", in at most 4,096 characters. Models since
    /// gpt-4o-mini-tts accept it.
    pub fn instructions(mut self, instructions: impl Into<String>) -> Self {
        self.request.instructions = Some(instructions.into());
        self
    }

    extra_setter!(extra);

    option_setters!(options);

    /// # Errors
    ///
    /// [`Error::Config`] for what the service does not accept.
    #[inline]
    fn body(&self) -> Result<Bytes, Error> {
        let characters = self.request.input.chars().count();
        if characters == 0 {
            return Err(Error::config("the text to speak is empty"));
        }
        if characters > MAX_SPEECH_CHARACTERS {
            return Err(Error::config(format!(
                "the text has {characters} characters: the service accepts at most \
                 {MAX_SPEECH_CHARACTERS}"
            )));
        }
        if let Some(speed) = self.request.speed
            && !(0.25..=4.0).contains(&speed)
        {
            return Err(Error::config(format!("speed {speed} is not in 0.25 to 4")));
        }
        request_body::json(&self.request, &self.extra)
    }
}

impl SpeechRequest {
    /// Sends the text and waits for the whole audio.
    ///
    /// # Errors
    ///
    /// [`Error::Config`], before anything is sent, for an empty text, one of more than
    /// [`MAX_SPEECH_CHARACTERS`], and a speed out of range; the other kinds of [`Error`] as for
    /// every call.
    pub async fn send(mut self) -> Result<Response<Bytes>, Error> {
        let (deployment, body) = self.encoded()?;
        self.call(&deployment).bytes(|api| create(api, &deployment, body)).await
    }

    /// Sends the text and returns the audio as it is made.
    ///
    /// It is retried only until the first bytes have arrived.
    ///
    /// ```no_run
    /// # async fn example(client: openai_azure::Client) -> Result<(), openai_azure::Error> {
    /// let speech = client.speak("gpt-4o-mini-tts", "Hello").response_format("opus");
    /// let mut audio = speech.stream().await?;
    /// while let Some(bytes) = audio.try_next().await? {
    ///     println!("{} more bytes", bytes.len());
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// As for [`send`](Self::send).
    pub async fn stream(mut self) -> Result<Response<SpeechStream>, Error> {
        let (deployment, body) = self.encoded()?;
        let stream = self.call(&deployment).stream(|api| create(api, &deployment, body)).await?;
        Ok(stream.map_value(SpeechStream::new))
    }

    /// Sends the text and returns the audio as events, the last of which has the token usage
    /// (`stream_format`). Models since gpt-4o-mini-tts accept it.
    ///
    /// # Errors
    ///
    /// As for [`send`](Self::send).
    pub async fn stream_events(mut self) -> Result<Response<SpeechEventStream>, Error> {
        self.request.stream_format = Some("sse");
        let (deployment, body) = self.encoded()?;
        let call = self.call(&deployment).accept("text/event-stream");
        let events = call.events(|api| create(api, &deployment, body)).await?;
        Ok(events.map_value(SpeechEventStream::new))
    }

    /// Sends the text and writes the audio into a file as it arrives. Returns the number of bytes.
    ///
    /// The file appears, or is replaced, only when it is complete: until then the bytes are in a file
    /// beside it, which is removed if anything fails.
    ///
    /// # Errors
    ///
    /// [`Error::Config`] when the file cannot be written; what keeps it from being made is known
    /// before anything is sent. Others as for [`send`](Self::send).
    pub async fn save(mut self, path: impl AsRef<Path>) -> Result<Response<u64>, Error> {
        let (deployment, body) = self.encoded()?;
        let draft = Draft::new(path.as_ref()).await?;
        self.call(&deployment).save(draft, |api| create(api, &deployment, body)).await
    }

    fn call<'a>(&'a self, deployment: &'a str) -> Call<'a> {
        Call::new(&self.client, &self.options).deployment(deployment).accept(ACCEPT_AUDIO)
    }

    /// The deployment and the body.
    #[inline]
    fn encoded(&mut self) -> Result<(String, Bytes), Error> {
        let deployment = self.client.deployment(&self.deployment)?;
        self.request.model = self.client.model_field(&deployment);
        Ok((deployment, self.body()?))
    }
}

async fn create(api: raw::Client, deployment: &str, body: Bytes) -> RawResult {
    api.speech_create(deployment, body).await
}

send_on_await!(SpeechRequest => Bytes);
