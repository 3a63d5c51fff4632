//! Chats and responses that wait for an answer of a type of yours.

use schemars::JsonSchema;
use serde::de::DeserializeOwned;

use super::client::Client;
use super::iter::Iter;
use crate::chat::{Structured, StructuredChat, StructuredStream};
use crate::error::Error;
use crate::response::Response;
use crate::responses::{StructuredRespond, StructuredResponse};

impl<T: JsonSchema + DeserializeOwned> StructuredChat<T, Client> {
    /// Sends the chat and waits for the value.
    ///
    /// # Errors
    ///
    /// As the asynchronous `send`, and [`Error::Config`] inside an asynchronous runtime.
    pub fn send(self) -> Result<Response<Structured<T>>, Error> {
        let client = self.client().clone();
        client.wait(self.with_client(client.inner().clone()).send())
    }

    /// Sends the chat and iterates over what happens while the answer arrives.
    ///
    /// # Errors
    ///
    /// As for `send`.
    pub fn stream(self) -> Result<Iter<StructuredStream<T>>, Error> {
        let client = self.client().clone();
        client.wait_for_stream(self.with_client(client.inner().clone()).stream())
    }
}

impl<T: DeserializeOwned> Iter<StructuredStream<T>> {
    /// Reads the rest and gives the value.
    ///
    /// # Errors
    ///
    /// As for [`StructuredStream::finish`].
    pub fn finish(mut self) -> Result<Structured<T>, Error> {
        self.by_ref().try_for_each(|event| event.map(|_| ()))?;
        self.value()
    }
}

impl<T: JsonSchema + DeserializeOwned> StructuredRespond<T, Client> {
    /// Sends the request and waits for the value.
    ///
    /// # Errors
    ///
    /// As the asynchronous `send`, and
    /// [`Error::Config`] inside an asynchronous runtime.
    pub fn send(self) -> Result<Response<StructuredResponse<T>>, Error> {
        let client = self.client().clone();
        client.wait(self.with_client(client.inner().clone()).send())
    }
}
