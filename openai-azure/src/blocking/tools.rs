//! Tools that are run while one waits.

use super::client::Client;
use super::iter::Iter;
use crate::error::Error;
use crate::response::Response;
use crate::tools::{ToolAnswer, ToolRun, ToolStream};

impl ToolRun<Client> {
    /// Runs the tools and waits until the model has its answer.
    ///
    /// # Errors
    ///
    /// As the asynchronous [`send`](ToolRun::<crate::Client>::send), and [`Error::Config`] inside
    /// an asynchronous runtime.
    pub fn send(self) -> Result<Response<ToolAnswer>, Error> {
        let client = self.client().clone();
        client.wait(self.with_client(client.inner().clone()).send())
    }

    /// Runs the tools and iterates over what happens.
    ///
    /// # Errors
    ///
    /// As for [`send`](ToolRun::<Client>::send).
    pub fn stream(self) -> Result<Iter<ToolStream>, Error> {
        let client = self.client().clone();
        client.wait_for_stream(self.with_client(client.inner().clone()).stream())
    }
}

impl Iter<ToolStream> {
    /// Does the rest and gives the answer.
    ///
    /// # Errors
    ///
    /// As for [`ToolStream::finish`].
    pub fn finish(mut self) -> Result<ToolAnswer, Error> {
        self.by_ref().try_for_each(|event| event.map(|_| ()))?;
        self.outcome()
    }
}
