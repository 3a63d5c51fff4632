//! Pictures that are waited for.

use super::client::Client;
use crate::error::Error;
use crate::images::{Images, Paint};
use crate::response::Response;

impl Paint<Client> {
    /// Sends the text and waits for the pictures.
    ///
    /// # Errors
    ///
    /// As the asynchronous [`send`](Paint::<crate::Client>::send), and [`Error::Config`] inside an
    /// asynchronous runtime.
    pub fn send(self) -> Result<Response<Images>, Error> {
        let client = self.client.clone();
        client.wait(self.with_client(client.inner().clone()).send())
    }
}
