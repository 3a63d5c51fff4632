//! Sound that is waited for.

use std::path::Path;

use bytes::Bytes;

use super::client::Client;
use super::iter::Iter;
use crate::audio::{
    Format, Speech, SpeechStream, Transcript, TranscriptStream, Transcription, Translation,
};
use crate::error::Error;
use crate::response::Response;

impl<A: Format> Transcription<A, Client> {
    /// Sends the recording and waits for its words.
    ///
    /// # Errors
    ///
    /// As the asynchronous `send`, and [`Error::Config`] inside an asynchronous runtime.
    pub fn send(self) -> Result<Response<A>, Error> {
        let client = self.client.clone();
        client.wait(self.with_client(client.inner().clone()).send())
    }
}

impl Transcription<Transcript, Client> {
    /// Sends the recording and iterates over its words while the model hears them.
    ///
    /// # Errors
    ///
    /// As for `send`.
    pub fn stream(self) -> Result<Iter<TranscriptStream>, Error> {
        let client = self.client.clone();
        client.wait_for_stream(self.with_client(client.inner().clone()).stream())
    }
}

impl<A: Format> Translation<A, Client> {
    /// Sends the recording and waits for its words in English.
    ///
    /// # Errors
    ///
    /// As the asynchronous `send`, and [`Error::Config`] inside an asynchronous runtime.
    pub fn send(self) -> Result<Response<A>, Error> {
        let client = self.client.clone();
        client.wait(self.with_client(client.inner().clone()).send())
    }
}

impl Speech<Client> {
    /// Sends the text and waits for the whole sound.
    ///
    /// # Errors
    ///
    /// As the asynchronous [`send`](Speech::<crate::Client>::send), and [`Error::Config`] inside an
    /// asynchronous runtime.
    pub fn send(self) -> Result<Response<Bytes>, Error> {
        let client = self.client.clone();
        client.wait(self.with_client(client.inner().clone()).send())
    }

    /// Sends the text and iterates over the sound while it is made.
    ///
    /// # Errors
    ///
    /// As for [`send`](Speech::<Client>::send).
    pub fn stream(self) -> Result<Iter<SpeechStream>, Error> {
        let client = self.client.clone();
        client.wait_for_stream(self.with_client(client.inner().clone()).stream())
    }

    /// Sends the text and writes the sound into a file, which appears when it is whole. Gives the
    /// number of bytes.
    ///
    /// # Errors
    ///
    /// As for [`send`](Speech::<Client>::send), and [`Error::Config`] when the file cannot be
    /// written.
    pub fn save(self, path: impl AsRef<Path>) -> Result<Response<u64>, Error> {
        let client = self.client.clone();
        client.wait(self.with_client(client.inner().clone()).save(path))
    }
}
