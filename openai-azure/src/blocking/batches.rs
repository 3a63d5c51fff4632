//! Files and batches that are waited for.

use bytes::Bytes;

use super::client::Client;
use crate::batches::{Batch, BatchInput, BatchResult, Batches};
use crate::error::Error;
use crate::files::{FileDeleted, FileObject, FilePurpose, Files};
use crate::page::Page;
use crate::response::Response;
use crate::upload::Upload;

impl Files<Client> {
    fn inner(&self) -> Files {
        self.with_client(self.client.inner().clone())
    }

    /// Keeps a file, at most 512 MB.
    ///
    /// # Errors
    ///
    /// As the asynchronous [`upload`](Files::<crate::Client>::upload), and [`Error::Config`] inside
    /// an asynchronous runtime; so for all methods here.
    pub fn upload(
        &self,
        file: Upload,
        purpose: impl Into<FilePurpose>,
    ) -> Result<Response<FileObject>, Error> {
        self.client.wait(self.inner().upload(file, purpose))
    }

    /// Lists the files, those for one purpose or all.
    ///
    /// # Errors
    ///
    /// As for [`upload`](Files::<Client>::upload).
    pub fn list(&self, purpose: Option<FilePurpose>) -> Result<Response<Page<FileObject>>, Error> {
        self.client.wait(self.inner().list(purpose))
    }

    /// Describes a file.
    ///
    /// # Errors
    ///
    /// As for [`upload`](Files::<Client>::upload).
    pub fn get(&self, id: impl AsRef<str>) -> Result<Response<FileObject>, Error> {
        self.client.wait(self.inner().get(id))
    }

    /// Asks for a file until the service is done with looking at it.
    ///
    /// # Errors
    ///
    /// As for [`upload`](Files::<Client>::upload).
    pub fn wait(&self, id: impl AsRef<str>) -> Result<Response<FileObject>, Error> {
        self.client.wait(self.inner().wait(id))
    }

    /// Gives what is in a file.
    ///
    /// # Errors
    ///
    /// As for [`upload`](Files::<Client>::upload).
    pub fn content(&self, id: impl AsRef<str>) -> Result<Response<Bytes>, Error> {
        self.client.wait(self.inner().content(id))
    }

    /// Deletes a file.
    ///
    /// # Errors
    ///
    /// As for [`upload`](Files::<Client>::upload).
    pub fn delete(&self, id: impl AsRef<str>) -> Result<Response<FileDeleted>, Error> {
        self.client.wait(self.inner().delete(id))
    }
}

impl Batches<Client> {
    fn inner(&self) -> Batches {
        self.with_client(self.client.inner().clone())
    }

    /// Runs a batch from beginning to end.
    ///
    /// The chats of the input are made by the asynchronous client, see
    /// [`Client::inner`].
    ///
    /// # Errors
    ///
    /// As the asynchronous [`run`](Batches::<crate::Client>::run), and [`Error::Config`] inside an
    /// asynchronous runtime; so for all methods here.
    pub fn run(&self, input: BatchInput) -> Result<Vec<BatchResult>, Error> {
        self.client.wait(self.inner().run(input))
    }

    /// Starts a batch of chats from a file.
    ///
    /// # Errors
    ///
    /// As for [`run`](Batches::<Client>::run).
    pub fn create(&self, input_file_id: impl AsRef<str>) -> Result<Response<Batch>, Error> {
        self.client.wait(self.inner().create(input_file_id))
    }

    /// Gives a page of the batches.
    ///
    /// # Errors
    ///
    /// As for [`run`](Batches::<Client>::run).
    pub fn list(&self, after: Option<&str>) -> Result<Response<Page<Batch>>, Error> {
        self.client.wait(self.inner().list(after))
    }

    /// Describes a batch.
    ///
    /// # Errors
    ///
    /// As for [`run`](Batches::<Client>::run).
    pub fn get(&self, id: impl AsRef<str>) -> Result<Response<Batch>, Error> {
        self.client.wait(self.inner().get(id))
    }

    /// Asks for a batch until it is completed, failed, expired or cancelled.
    ///
    /// # Errors
    ///
    /// As for [`run`](Batches::<Client>::run).
    pub fn wait(&self, id: impl AsRef<str>) -> Result<Response<Batch>, Error> {
        self.client.wait(self.inner().wait(id))
    }

    /// Cancels a batch.
    ///
    /// # Errors
    ///
    /// As for [`run`](Batches::<Client>::run).
    pub fn cancel(&self, id: impl AsRef<str>) -> Result<Response<Batch>, Error> {
        self.client.wait(self.inner().cancel(id))
    }
}
