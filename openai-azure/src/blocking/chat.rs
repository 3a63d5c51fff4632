//! Chats that wait.

use super::client::Client;
use super::iter::Iter;
use crate::chat::{Chat, ChatCompletion, ChatEventStream, ChatStream, ChatTextStream};
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

impl Iter<ChatStream> {
    /// Iterates over the text of the first choice only.
    ///
    /// ```no_run
    /// # fn main() -> Result<(), openai_azure::Error> {
    /// let client = openai_azure::blocking::Client::from_env()?;
    /// for text in client.chat("gpt-4o").user("Count to ten.").stream()?.texts() {
    ///     print!("{}", text?);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn texts(self) -> Iter<ChatTextStream> {
        self.convert(Response::texts)
    }

    /// Iterates over what happens, by kind: text, tool calls, refusal, filter, usage, end.
    pub fn events(self) -> Iter<ChatEventStream> {
        self.convert(Response::events)
    }

    /// Reads the rest and gives the whole answer, as [`send`](Chat::<Client>::send) would have
    /// given it.
    ///
    /// # Errors
    ///
    /// As for [`ChatStream::try_next`].
    pub fn finish(mut self) -> Result<ChatCompletion, Error> {
        self.by_ref().try_for_each(|piece| piece.map(|_| ()))?;
        Ok(self.so_far().clone())
    }
}
