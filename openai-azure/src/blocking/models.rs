//! Models, waited for.

use super::client::Client;
use crate::error::Error;
use crate::models::{Model, ModelList, Models};
use crate::response::Response;

impl Models<Client> {
    /// Lists all models of the resource.
    ///
    /// # Errors
    ///
    /// As the asynchronous [`list`](Models::<crate::Client>::list), and [`Error::Config`] inside an
    /// asynchronous runtime.
    pub fn list(&self) -> Result<Response<ModelList>, Error> {
        self.client.wait(self.with_client(self.client.inner().clone()).list())
    }

    /// Describes one model.
    ///
    /// # Errors
    ///
    /// As for [`list`](Models::<Client>::list).
    pub fn get(&self, model: impl AsRef<str>) -> Result<Response<Model>, Error> {
        self.client.wait(self.with_client(self.client.inner().clone()).get(model))
    }
}
