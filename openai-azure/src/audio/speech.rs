//! Speech from a text.

use std::path::Path;

use bytes::Bytes;
use openai_azure_sys::{open_enum, raw};
use serde::Serialize;

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
    /// Who speaks.
    pub enum Voice {
        /// Neutral.
        Alloy = "alloy",
        /// Since gpt-4o-mini-tts.
        Ash = "ash",
        /// Since gpt-4o-mini-tts.
        Ballad = "ballad",
        /// Since gpt-4o-mini-tts.
        Coral = "coral",
        /// Deeper.
        Echo = "echo",
        /// Tells stories.
        Fable = "fable",
        /// Bright.
        Nova = "nova",
        /// Deep.
        Onyx = "onyx",
        /// Since gpt-4o-mini-tts.
        Sage = "sage",
        /// Soft.
        Shimmer = "shimmer",
        /// Since gpt-4o-mini-tts.
        Verse = "verse",
    }
}

open_enum! {
    /// The format of the sound.
    pub enum SpeechFormat {
        /// MP3, the service's default.
        Mp3 = "mp3",
        /// Opus in Ogg: small, and quick to begin.
        Opus = "opus",
        /// AAC.
        Aac = "aac",
        /// FLAC, without loss.
        Flac = "flac",
        /// WAV.
        Wav = "wav",
        /// Samples alone: 24 kHz, 16 bits with sign, low byte first, one channel.
        Pcm = "pcm",
    }
}

/// A text to be spoken; made by [`Client::speak`].
///
/// ```no_run
/// # async fn example(client: openai_azure::Client) -> Result<(), openai_azure::Error> {
/// use openai_azure::audio::{SpeechFormat, Voice};
///
/// let request = client.speak("tts", "The train leaves at ten.").voice(Voice::Nova).speed(1.25);
/// let sound = request.clone().format(SpeechFormat::Wav).send().await?;
/// println!("{} bytes", sound.len());
///
/// request.save("train.mp3").await?;
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
#[must_use = "nothing is sent before `send`, `stream` or `save`"]
pub struct SpeechRequest {
    pub(crate) client: Client,
    deployment: String,
    request: SpeechBody,
    extra: Extra,
    options: CallOptions,
}

/// The body. A member that is not set is absent.
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
}

impl Client {
    /// Speaks a text of at most 4,096 characters: `POST …/audio/speech`.
    ///
    /// ```no_run
    /// # async fn example(client: openai_azure::Client) -> Result<(), openai_azure::Error> {
    /// client.speak("tts", "The train leaves at ten.").voice("nova").save("train.mp3").await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn speak(&self, deployment: impl Into<String>, input: impl Into<String>) -> SpeechRequest {
        SpeechRequest::new(self.clone(), deployment.into(), input.into())
    }
}

impl SpeechRequest {
    pub(crate) fn new(client: Client, deployment: String, input: String) -> Self {
        let request = SpeechBody {
            model: None,
            input,
            voice: Voice::Alloy,
            response_format: None,
            speed: None,
            instructions: None,
        };
        let options = CallOptions::default();
        Self { client, deployment, request, extra: Extra::default(), options }
    }

    /// Who speaks; [`Voice::Alloy`] unless it is said. Names that this crate does not know are sent
    /// as they are.
    pub fn voice(mut self, voice: impl Into<Voice>) -> Self {
        self.request.voice = voice.into();
        self
    }

    /// The format of the sound; MP3 unless it is said.
    pub fn format(mut self, format: impl Into<SpeechFormat>) -> Self {
        self.request.response_format = Some(format.into());
        self
    }

    /// How fast it is spoken, from 0.25 to 4; 1 unless it is said.
    pub fn speed(mut self, speed: f64) -> Self {
        self.request.speed = Some(speed);
        self
    }

    /// How it is spoken, such as "cheerfully". Models since gpt-4o-mini-tts listen to it.
    pub fn instructions(mut self, instructions: impl Into<String>) -> Self {
        self.request.instructions = Some(instructions.into());
        self
    }

    extra_setter!(extra);

    option_setters!(options);

    /// # Errors
    ///
    /// [`Error::Config`] for what the service cannot take.
    fn body(&self) -> Result<Bytes, Error> {
        let characters = self.request.input.chars().count();
        if characters == 0 {
            return Err(Error::config("there is no text to speak"));
        }
        if characters > MAX_SPEECH_CHARACTERS {
            return Err(Error::config(format!(
                "the text has {characters} characters: the service speaks at most \
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
    /// Sends the text and waits for the whole sound: `POST …/audio/speech`.
    ///
    /// # Errors
    ///
    /// [`Error::Config`], before anything is sent, for no text, one of more than
    /// [`MAX_SPEECH_CHARACTERS`], a speed out of range, and for an endpoint of the v1 form; the
    /// other kinds of [`Error`] as for every call.
    pub async fn send(mut self) -> Result<Response<Bytes>, Error> {
        let (deployment, body) = self.encoded()?;
        self.call(&deployment).bytes(|api| create(api, &deployment, body)).await
    }

    /// Sends the text and gives the sound while it is made.
    ///
    /// It is tried again only until the first bytes have arrived.
    ///
    /// ```no_run
    /// # async fn example(client: openai_azure::Client) -> Result<(), openai_azure::Error> {
    /// let mut sound = client.speak("tts", "Hello").format("opus").stream().await?;
    /// while let Some(bytes) = sound.try_next().await? {
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

    /// Sends the text and writes the sound into a file while it arrives. Gives the number of bytes.
    ///
    /// The file appears, or is replaced, only when it is whole: until then the bytes are in a file
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
        Call::new(&self.client, &self.options).deployment(deployment)
    }

    /// The deployment and the body.
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
