//! Chats that wait.

use super::client::Client;
use super::iter::Iter;
use crate::chat::{Chat, ChatCompletion, ChatStream};
use crate::error::Error;
use crate::response::Response;

impl Chat<Client> {
    /// Sends the chat and waits for the whole answer.
    ///
    /// # Errors
    ///
    /// As the asynchronous [`send`](Chat::<crate::Client>::send), and [`Error::Config`] inside an
    /// asynchronous runtime.
    pub fn send(self) -> Result<Response<ChatCompletion>, Error> {
        let client = self.client.clone();
        client.wait(self.with_client(client.inner().clone()).send())
    }

    /// Sends the chat and iterates over the pieces of the answer.
    ///
    /// # Errors
    ///
    /// As for [`send`](Chat::<Client>::send).
    pub fn stream(self) -> Result<Iter<ChatStream>, Error> {
        let client = self.client.clone();
        client.wait_for_stream(self.with_client(client.inner().clone()).stream())
    }
}
