//! Lists of containers and of their files.

use openai_azure_sys::raw;

use super::container::{Container, ContainerFile};
use crate::engine::call::Call;
use crate::engine::client::Client;
use crate::engine::options::CallOptions;
use crate::engine::pagination::{ListOrder, list_methods};
use crate::error::Error;
use crate::page::Page;
use crate::response::Response;

/// A list of containers; made by [`Containers::list`](super::Containers::list).
#[derive(Debug, Clone)]
#[must_use = "nothing is sent before `send`, `stream` or `pages`"]
pub struct ContainerListRequest {
    client: Client,
    options: CallOptions,
    after: Option<String>,
    limit: Option<u32>,
    order: Option<ListOrder>,
}

impl ContainerListRequest {
    pub(super) fn new(client: &Client, options: &CallOptions) -> Self {
        let (client, options) = (client.clone(), options.clone());
        Self { client, options, after: None, limit: None, order: None }
    }

    /// The order, by creation; `desc` by default.
    pub fn order(mut self, order: impl Into<ListOrder>) -> Self {
        self.order = Some(order.into());
        self
    }

    async fn fetch(self) -> Result<Response<Page<Container>>, Error> {
        let mut params = raw::ContainersListParams::new();
        (params.after, params.limit) = (self.after, self.limit.map(Into::into));
        params.order = self.order.map(|order| order.to_string());
        let call = Call::new(&self.client, &self.options);
        call.json(async |api: raw::Client| api.containers_list(&params).await).await
    }
}

list_methods!(ContainerListRequest => Container);

/// A list of files of a container; made by
/// [`ContainerFiles::list`](super::ContainerFiles::list).
#[derive(Debug, Clone)]
#[must_use = "nothing is sent before `send`, `stream` or `pages`"]
pub struct ContainerFileListRequest {
    client: Client,
    options: CallOptions,
    container: String,
    after: Option<String>,
    limit: Option<u32>,
    order: Option<ListOrder>,
}

impl ContainerFileListRequest {
    pub(super) fn new(client: &Client, options: &CallOptions, container: &str) -> Self {
        let (client, options) = (client.clone(), options.clone());
        let container = container.to_owned();
        Self { client, options, container, after: None, limit: None, order: None }
    }

    /// The order, by creation; `desc` by default.
    pub fn order(mut self, order: impl Into<ListOrder>) -> Self {
        self.order = Some(order.into());
        self
    }

    async fn fetch(self) -> Result<Response<Page<ContainerFile>>, Error> {
        let mut params = raw::ContainersFilesListParams::new();
        (params.after, params.limit) = (self.after, self.limit.map(Into::into));
        params.order = self.order.map(|order| order.to_string());
        let (id, call) = (&self.container, Call::new(&self.client, &self.options));
        call.json(async |api: raw::Client| api.containers_files_list(id, &params).await).await
    }
}

list_methods!(ContainerFileListRequest => ContainerFile);
