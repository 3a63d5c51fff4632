//! Embeddings that wait.

use super::client::Client;
use crate::embeddings::{EmbeddingList, Embeddings};
use crate::error::Error;
use crate::response::Response;

impl Embeddings<Client> {
    /// Sends the request and waits for all vectors.
    ///
    /// # Errors
    ///
    /// As the asynchronous [`send`](Embeddings::<crate::Client>::send), and [`Error::Config`] inside
    /// an asynchronous runtime.
    pub fn send(self) -> Result<Response<EmbeddingList>, Error> {
        let client = self.client.clone();
        client.wait(self.with_client(client.inner().clone()).send())
    }
}
