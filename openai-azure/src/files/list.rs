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
        let params = raw::FilesListParams {
            purpose: self.purpose.as_ref().map(FilePurpose::as_str),
            order: self.order.as_ref().map(ListOrder::as_str),
            after: self.after.as_deref(),
            limit: self.limit.map(Into::into),
        };
        let call = Call::new(&self.client, &self.options);
        call.json(|api| async move { api.files_list(params).await }).await
    }
}

list_methods!(FileListRequest => FileObject);
