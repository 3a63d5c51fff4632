//! Fine-tuning that is waited for.

use super::client::Client;
use crate::error::Error;
use crate::fine_tuning::{
    FineTune, FineTuning, FineTuningCheckpoint, FineTuningEvent, FineTuningJob,
};
use crate::page::Page;
use crate::response::Response;

impl FineTune<Client> {
    /// Starts the job.
    ///
    /// # Errors
    ///
    /// As the asynchronous [`send`](FineTune::<crate::Client>::send), and [`Error::Config`] inside
    /// an asynchronous runtime.
    pub fn send(self) -> Result<Response<FineTuningJob>, Error> {
        let client = self.client.clone();
        client.wait(self.with_client(client.inner().clone()).send())
    }
}

impl FineTuning<Client> {
    fn inner(&self) -> FineTuning {
        self.with_client(self.client.inner().clone())
    }

    /// Gives a page of the jobs, newest first.
    ///
    /// # Errors
    ///
    /// As the asynchronous [`list`](FineTuning::<crate::Client>::list), and [`Error::Config`] inside
    /// an asynchronous runtime; so for all methods here.
    pub fn list(&self, after: Option<&str>) -> Result<Response<Page<FineTuningJob>>, Error> {
        self.client.wait(self.inner().list(after))
    }

    /// Describes a job.
    ///
    /// # Errors
    ///
    /// As for [`list`](FineTuning::<Client>::list).
    pub fn get(&self, id: impl AsRef<str>) -> Result<Response<FineTuningJob>, Error> {
        self.client.wait(self.inner().get(id))
    }

    /// Asks for a job until it is done.
    ///
    /// # Errors
    ///
    /// As for [`list`](FineTuning::<Client>::list).
    pub fn wait(&self, id: impl AsRef<str>) -> Result<Response<FineTuningJob>, Error> {
        self.client.wait(self.inner().wait(id))
    }

    /// Cancels a job.
    ///
    /// # Errors
    ///
    /// As for [`list`](FineTuning::<Client>::list).
    pub fn cancel(&self, id: impl AsRef<str>) -> Result<Response<FineTuningJob>, Error> {
        self.client.wait(self.inner().cancel(id))
    }

    /// Gives a page of what happened to a job, newest first.
    ///
    /// # Errors
    ///
    /// As for [`list`](FineTuning::<Client>::list).
    pub fn events(
        &self,
        id: impl AsRef<str>,
        after: Option<&str>,
    ) -> Result<Response<Page<FineTuningEvent>>, Error> {
        self.client.wait(self.inner().events(id, after))
    }

    /// Gives a page of the models that a job made on its way, newest first.
    ///
    /// # Errors
    ///
    /// As for [`list`](FineTuning::<Client>::list).
    pub fn checkpoints(
        &self,
        id: impl AsRef<str>,
        after: Option<&str>,
    ) -> Result<Response<Page<FineTuningCheckpoint>>, Error> {
        self.client.wait(self.inner().checkpoints(id, after))
    }
}
