//! `GET /files`.

use openai_azure_sys::raw;

use super::file::{FileObject, FilePurpose};
use crate::engine::call::Call;
use crate::engine::client::Client;
use crate::engine::options::CallOptions;
use crate::engine::pagination::{ListOrder, list_methods};
use crate::error::Error;
use crate::page::Page;
use crate::response::Response;

/// A list of files; made by [`Files::list`](super::Files::list).
///
/// A dated api-version returns all files in one page and has the filter `purpose` alone.
#[derive(Debug, Clone)]
#[must_use = "nothing is sent before `send`, `stream` or `pages`"]
pub struct FileListRequest {
    client: Client,
    options: CallOptions,
    after: Option<String>,
    limit: Option<u32>,
    purpose: Option<FilePurpose>,
    order: Option<ListOrder>,
}

impl FileListRequest {
    pub(super) fn new(client: &Client, options: &CallOptions) -> Self {
        let (client, options) = (client.clone(), options.clone());
        Self { client, options, after: None, limit: None, purpose: None, order: None }
    }

    /// Files for this purpose alone.
    pub fn purpose(mut self, purpose: impl Into<FilePurpose>) -> Self {
        self.purpose = Some(purpose.into());
        self
    }

    /// The order, by creation; `desc` by default.
    pub fn order(mut self, order: impl Into<ListOrder>) -> Self {
        self.order = Some(order.into());
        self
    }

    async fn fetch(self) -> Result<Response<Page<FileObject>>, Error> {
        let mut params = raw::FilesListParams::new();
        (params.after, params.limit) = (self.after, self.limit.map(Into::into));
        (params.purpose, params.order) = (
            self.purpose.map(|purpose| purpose.to_string()),
            self.order.map(|order| order.to_string()),
        );
        let call = Call::new(&self.client, &self.options);
        call.json(async |api: raw::Client| api.files_list(&params).await).await
    }
}

list_methods!(FileListRequest => FileObject);
