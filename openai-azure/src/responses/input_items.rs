//! The input of a stored response, page by page.

use openai_azure_sys::raw;

use super::item::Item;
use crate::engine::call::Call;
use crate::engine::client::Client;
use crate::engine::options::CallOptions;
use crate::engine::pagination::{ListOrder, list_methods};
use crate::error::Error;
use crate::page::{ListItem, Page};
use crate::response::Response;

/// A list of the input of a response, newest first by default; made by
/// [`Responses::input_items`](super::Responses::input_items).
#[derive(Debug, Clone)]
#[must_use = "nothing is requested before `send`, `pages` or `stream`"]
pub struct InputItemsRequest {
    client: Client,
    options: CallOptions,
    response_id: String,
    after: Option<String>,
    before: Option<String>,
    limit: Option<u32>,
    order: Option<ListOrder>,
}

impl ListItem for Item {
    fn id(&self) -> &str {
        Self::id(self).unwrap_or_default()
    }
}

impl InputItemsRequest {
    pub(super) fn new(client: Client, options: CallOptions, response_id: String) -> Self {
        Self { client, options, response_id, after: None, before: None, limit: None, order: None }
    }

    /// Which end of the list comes first: `desc` (default) or `asc`.
    pub fn order(mut self, order: impl Into<ListOrder>) -> Self {
        self.order = Some(order.into());
        self
    }

    /// Ends before the item with this ID; Azure alone.
    pub fn before(mut self, id: impl Into<String>) -> Self {
        self.before = Some(id.into());
        self
    }

    async fn fetch(self) -> Result<Response<Page<Item>>, Error> {
        let mut params = raw::ResponsesInputItemsListParams::default();
        params.after = self.after;
        params.before = self.before;
        params.limit = self.limit.map(i64::from);
        params.order = self.order.map(|order| order.as_str().to_owned());
        let id = &self.response_id;
        Call::new(&self.client, &self.options)
            .json(|api| async move { api.responses_input_items_list(id, &params).await })
            .await
    }
}

list_methods!(InputItemsRequest => Item);
