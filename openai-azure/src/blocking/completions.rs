//! Legacy completions that wait.

use super::client::Client;
use super::iter::Iter;
use crate::completions::{Complete, Completion, CompletionStream};
use crate::error::Error;
use crate::response::Response;

impl Complete<Client> {
    /// Sends the prompt and waits for the whole answer.
    ///
    /// # Errors
    ///
    /// As the asynchronous [`send`](Complete::<crate::Client>::send), and [`Error::Config`] inside an
    /// asynchronous runtime.
    pub fn send(self) -> Result<Response<Completion>, Error> {
        let client = self.client.clone();
        client.wait(self.with_client(client.inner().clone()).send())
    }

    /// Sends the prompt and iterates over the pieces of the answer.
    ///
    /// # Errors
    ///
    /// As for [`send`](Complete::<Client>::send).
    pub fn stream(self) -> Result<Iter<CompletionStream>, Error> {
        let client = self.client.clone();
        client.wait_for_stream(self.with_client(client.inner().clone()).stream())
    }
}
