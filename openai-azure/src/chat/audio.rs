//! Audio in and out of a chat.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use openai_azure_sys::{open_enum, open_struct};

use super::content::{InputAudio, Part};
use crate::error::Error;

/// The most bytes of audio that the service takes.
const MAX_BYTES: usize = 20 << 20;

open_enum! {
    /// What the model responds with.
    pub enum Modality {
        /// Text.
        Text = "text",
        /// Audio, together with text.
        Audio = "audio",
    }
}

/// Which voice speaks, and in which format. See [`ChatRequest::audio`](super::ChatRequest::audio).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct AudioOutput {
    /// Such as `alloy`, `ash`, `ballad`, `coral`, `echo`, `sage`, `shimmer` or `verse`.
    pub voice: String,
    /// `wav`, `mp3`, `flac`, `opus` or `pcm16`; a stream takes `pcm16` alone.
    pub format: String,
    /// Fields that this crate does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

impl AudioOutput {
    /// A voice and a format.
    pub fn new(voice: impl Into<String>, format: impl Into<String>) -> Self {
        Self { voice: voice.into(), format: format.into(), extra: Map::new() }
    }
}

open_struct! {
    /// The audio of a message, or a chunk of it in a stream.
    pub struct ResponseAudio {
        /// Unique ID, by which a later request refers to the audio.
        pub id: String,
        /// The bytes in base64, in the format that was asked for.
        pub data: String,
        /// The transcript.
        pub transcript: String,
        /// Until when the service keeps it, in seconds since 1970.
        pub expires_at: Option<i64>,
    }
}

impl ResponseAudio {
    /// The bytes of the audio, or `None` when the service sent something that is not base64.
    #[must_use]
    pub fn bytes(&self) -> Option<Vec<u8>> {
        STANDARD.decode(&self.data).ok()
    }

    /// Adds a chunk of a stream. Each chunk is base64 by itself, so a padded end is decoded first.
    pub(super) fn append(&mut self, piece: &Self) {
        if self.id.is_empty() {
            self.id.clone_from(&piece.id);
        }
        if self.data.ends_with('=') {
            match (self.bytes(), piece.bytes()) {
                (Some(mut bytes), Some(more)) => {
                    bytes.extend(more);
                    self.data = STANDARD.encode(bytes);
                }
                _ => self.data.push_str(&piece.data),
            }
        } else {
            self.data.push_str(&piece.data);
        }
        self.transcript.push_str(&piece.transcript);
        self.expires_at = piece.expires_at.or(self.expires_at);
        self.extra.extend(piece.extra.clone());
    }
}

impl Part {
    /// Audio from its bytes: WAV or MP3, at most 20 MiB.
    ///
    /// ```
    /// # fn example(wav: Vec<u8>) -> Result<(), openai_azure::Error> {
    /// use openai_azure::chat::{Message, Part};
    ///
    /// let message = Message::user([Part::text("What is said here?"), Part::audio(wav)?]);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::Config`] for another kind of file, and for one that is too large. Nothing is sent.
    pub fn audio(bytes: impl AsRef<[u8]>) -> Result<Self, Error> {
        let bytes = bytes.as_ref();
        let format = match bytes {
            [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'A', b'V', b'E', ..] => "wav",
            [b'I', b'D', b'3', ..] | [0xFF, 0xE2..=0xFF, ..] => "mp3",
            _ => return Err(Error::config("the audio is neither WAV nor MP3: chats take these")),
        };
        if bytes.len() > MAX_BYTES {
            return Err(Error::config(format!(
                "the audio has {} bytes: the service takes at most {MAX_BYTES}",
                bytes.len()
            )));
        }
        Ok(Self::audio_base64(STANDARD.encode(bytes), format))
    }

    /// Audio that is in base64 already, with its format, such as `wav` or `mp3`.
    pub fn audio_base64(data: impl Into<String>, format: impl Into<String>) -> Self {
        let (data, format) = (data.into(), format.into());
        let input_audio = InputAudio { data, format, extra: Map::new() };
        Self::InputAudio { input_audio, extra: Map::new() }
    }
}

#[cfg(test)]
mod tests {
    use super::{Part, ResponseAudio};

    #[test]
    fn the_first_bytes_tell_the_format() {
        for (bytes, format) in
            [(&b"RIFF\0\0\0\0WAVEfmt "[..], "wav"), (b"ID3\x03", "mp3"), (b"\xff\xfb\x90", "mp3")]
        {
            let Part::InputAudio { input_audio, .. } = Part::audio(bytes).unwrap() else {
                panic!()
            };
            assert_eq!(input_audio.format, format);
        }
        assert!(Part::audio(b"OggS").is_err());
    }

    #[test]
    fn pieces_of_sound_join_to_the_whole() {
        let mut whole = ResponseAudio::default();
        for data in ["AQI=", "AwQ=", "BQYH"] {
            whole.append(&ResponseAudio { data: data.into(), ..ResponseAudio::default() });
        }
        assert_eq!(whole.bytes().unwrap(), [1, 2, 3, 4, 5, 6, 7]);
    }
}
