//! Responses that are waited for.

use super::client::Client;
use super::iter::Iter;
use crate::error::Error;
use crate::page::Page;
use crate::response::Response;
use crate::responses::{InputItem, ModelResponse, Respond, ResponseStream, Responses};

impl Respond<Client> {
    /// Sends the request and waits for the whole response.
    ///
    /// # Errors
    ///
    /// As the asynchronous [`send`](Respond::<crate::Client>::send), and [`Error::Config`] inside an
    /// asynchronous runtime.
    pub fn send(self) -> Result<Response<ModelResponse>, Error> {
        let client = self.client.clone();
        client.wait(self.with_client(client.inner().clone()).send())
    }

    /// Sends the request and iterates over what happens.
    ///
    /// # Errors
    ///
    /// As for [`send`](Respond::<Client>::send).
    pub fn stream(self) -> Result<Iter<ResponseStream>, Error> {
        let client = self.client.clone();
        client.wait_for_stream(self.with_client(client.inner().clone()).stream())
    }
}

impl Responses<Client> {
    /// Gets a response.
    ///
    /// # Errors
    ///
    /// As the asynchronous [`get`](Responses::<crate::Client>::get), and [`Error::Config`] inside an
    /// asynchronous runtime.
    pub fn get(&self, id: impl AsRef<str>) -> Result<Response<ModelResponse>, Error> {
        self.client.wait(self.with_client(self.client.inner().clone()).get(id))
    }

    /// Asks for a response until it is done.
    ///
    /// # Errors
    ///
    /// As the asynchronous [`wait`](Responses::<crate::Client>::wait), and [`Error::Config`] inside
    /// an asynchronous runtime.
    pub fn wait(&self, id: impl AsRef<str>) -> Result<Response<ModelResponse>, Error> {
        self.client.wait(self.with_client(self.client.inner().clone()).wait(id))
    }

    /// Deletes a response.
    ///
    /// # Errors
    ///
    /// As for [`get`](Responses::<Client>::get).
    pub fn delete(&self, id: impl AsRef<str>) -> Result<Response<()>, Error> {
        self.client.wait(self.with_client(self.client.inner().clone()).delete(id))
    }

    /// Gives a page of the input of a response.
    ///
    /// # Errors
    ///
    /// As for [`get`](Responses::<Client>::get).
    pub fn input_items(
        &self,
        id: impl AsRef<str>,
        after: Option<&str>,
    ) -> Result<Response<Page<InputItem>>, Error> {
        self.client.wait(self.with_client(self.client.inner().clone()).input_items(id, after))
    }
}
