//! Lists of vector stores and of their files.

use openai_azure_sys::raw;

use super::file::{VectorStoreFile, VectorStoreFileStatus};
use super::store::VectorStore;
use crate::engine::call::Call;
use crate::engine::client::Client;
use crate::engine::options::CallOptions;
use crate::engine::pagination::{ListOrder, list_methods};
use crate::error::Error;
use crate::page::Page;
use crate::response::Response;

/// A list of vector stores; made by [`VectorStores::list`](super::VectorStores::list).
#[derive(Debug, Clone)]
#[must_use = "nothing is sent before `send`, `stream` or `pages`"]
pub struct VectorStoreListRequest {
    client: Client,
    options: CallOptions,
    after: Option<String>,
    limit: Option<u32>,
    before: Option<String>,
    order: Option<ListOrder>,
}

impl VectorStoreListRequest {
    pub(super) fn new(client: &Client, options: &CallOptions) -> Self {
        let (client, options) = (client.clone(), options.clone());
        Self { client, options, after: None, limit: None, before: None, order: None }
    }

    /// The order, by creation; `desc` by default.
    pub fn order(mut self, order: impl Into<ListOrder>) -> Self {
        self.order = Some(order.into());
        self
    }

    /// Ends before the vector store with this ID.
    pub fn before(mut self, id: impl Into<String>) -> Self {
        self.before = Some(id.into());
        self
    }

    async fn fetch(self) -> Result<Response<Page<VectorStore>>, Error> {
        let mut params = raw::VectorStoresListParams::new();
        (params.after, params.before) = (self.after, self.before);
        params.limit = self.limit.map(Into::into);
        params.order = self.order.map(|order| order.to_string());
        let call = Call::new(&self.client, &self.options);
        call.json(async |api: raw::Client| api.vector_stores_list(&params).await).await
    }
}

list_methods!(VectorStoreListRequest => VectorStore);

/// A list of files of a vector store, or of one of its batches.
#[derive(Debug, Clone)]
#[must_use = "nothing is sent before `send`, `stream` or `pages`"]
pub struct VectorStoreFileListRequest {
    client: Client,
    options: CallOptions,
    store: String,
    batch: Option<String>,
    after: Option<String>,
    limit: Option<u32>,
    before: Option<String>,
    order: Option<ListOrder>,
    filter: Option<VectorStoreFileStatus>,
}

impl VectorStoreFileListRequest {
    pub(super) fn new(
        client: &Client,
        options: &CallOptions,
        store: &str,
        batch: Option<String>,
    ) -> Self {
        Self {
            client: client.clone(),
            options: options.clone(),
            store: store.to_owned(),
            batch,
            after: None,
            limit: None,
            before: None,
            order: None,
            filter: None,
        }
    }

    /// The order, by creation; `desc` by default.
    pub fn order(mut self, order: impl Into<ListOrder>) -> Self {
        self.order = Some(order.into());
        self
    }

    /// Ends before the file with this ID.
    pub fn before(mut self, id: impl Into<String>) -> Self {
        self.before = Some(id.into());
        self
    }

    /// Files with this status alone.
    pub fn filter(mut self, status: impl Into<VectorStoreFileStatus>) -> Self {
        self.filter = Some(status.into());
        self
    }

    async fn fetch(self) -> Result<Response<Page<VectorStoreFile>>, Error> {
        let (after, before) = (self.after, self.before);
        let (limit, order) =
            (self.limit.map(Into::into), self.order.map(|order| order.to_string()));
        let filter = self.filter.map(|status| status.to_string());
        let (store, call) = (&self.store, Call::new(&self.client, &self.options));
        let Some(batch) = &self.batch else {
            let mut params = raw::VectorStoresFilesListParams::new();
            (params.after, params.before) = (after, before);
            (params.limit, params.order, params.filter) = (limit, order, filter);
            let operation =
                async |api: raw::Client| api.vector_stores_files_list(store, &params).await;
            return call.json(operation).await;
        };
        let mut params = raw::VectorStoresFileBatchesFilesListParams::new();
        (params.after, params.before) = (after, before);
        (params.limit, params.order, params.filter) = (limit, order, filter);
        call.json(async |api: raw::Client| {
            api.vector_stores_file_batches_files_list(store, batch, &params).await
        })
        .await
    }
}

list_methods!(VectorStoreFileListRequest => VectorStoreFile);
