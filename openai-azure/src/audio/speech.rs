//! Speech from a text.

use std::future::{Future, poll_fn};
use std::path::{Path, PathBuf};

use bytes::Bytes;
use openai_azure_sys::{ByteStream, Error as SysError, ResponseValue, open_enum, raw};
use serde::Serialize;
use serde_json::{Map, Value};
use tokio::sync::Mutex;

use super::speech_stream::SpeechStream;
use crate::atomic_file::Draft;
use crate::engine::attempt_error::Failure;
use crate::engine::call::Attempt;
use crate::engine::client::Client;
use crate::engine::options::CallOptions;
use crate::engine::request_body;
use crate::engine::response_body::whole;
use crate::error::Error;
use crate::response::Response;

/// The most characters of one text.
pub const MAX_SPEECH_CHARACTERS: usize = 4096;

/// The id of the operation.
const OPERATION: &str = "speech_create";

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
    extra: Map<String, Value>,
    options: CallOptions,
}

/// The body. A member that is not set is absent.
#[derive(Debug, Clone, Serialize)]
struct SpeechBody {
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
            input,
            voice: Voice::Alloy,
            response_format: None,
            speed: None,
            instructions: None,
        };
        let options = CallOptions::default();
        Self { client, deployment, request, extra: Map::new(), options }
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

    /// Sets any member of the request, also one that this crate does not know. It wins over a
    /// setter of the same member.
    pub fn extra(mut self, member: impl Into<String>, value: impl Into<Value>) -> Self {
        self.extra.insert(member.into(), value.into());
        self
    }

    /// Sets time-outs, retries, headers and query of this call.
    pub fn options(mut self, options: CallOptions) -> Self {
        self.options = options;
        self
    }

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
    pub async fn send(self) -> Result<Response<Bytes>, Error> {
        self.call(|answer, _attempt| whole(answer)).await
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
    pub async fn stream(self) -> Result<Response<SpeechStream>, Error> {
        let open = |answer: ResponseValue<ByteStream>, attempt| async move {
            Ok(SpeechStream::open(answer.into_inner(), attempt).await?)
        };
        self.call(open).await
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
    pub async fn save(self, path: impl AsRef<Path>) -> Result<Response<u64>, Error> {
        let path: PathBuf = path.as_ref().to_owned();
        self.body()?;
        let draft = Mutex::new(Draft::new(&path).await?);
        let shared = &draft;
        let write = |answer: ResponseValue<ByteStream>, _attempt| async move {
            let mut draft = shared.lock().await;
            draft.restart().await?;
            let mut body = answer.into_inner().into_inner();
            while let Some(piece) = poll_fn(|cx| body.as_mut().poll_next(cx)).await {
                draft.write(&piece.map_err(SysError::ResponseBodyError)?).await?;
            }
            Ok(draft.length())
        };
        let written = self.call(write).await?;
        draft.into_inner().keep().await?;
        Ok(written)
    }

    /// Makes the call and has `read` read the answer.
    async fn call<T, R, Fut>(&self, read: R) -> Result<Response<T>, Error>
    where
        R: Fn(ResponseValue<ByteStream>, Attempt) -> Fut + Copy,
        Fut: Future<Output = Result<T, Failure>>,
    {
        let client = &self.client;
        let deployment = client.deployment(&self.deployment)?;
        let body = self.body()?;
        let operation = |api: raw::dated::Client, attempt| {
            let (deployment, body) = (&deployment, body.clone());
            async move { read(api.speech_create(deployment, body).await?, attempt).await }
        };
        client.run(OPERATION, &self.options, Some(&deployment), operation).await
    }
}
