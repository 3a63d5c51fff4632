//! The items of a conversation.

use openai_azure_sys::raw;
use serde::Serialize;
use serde_json::Map;

use crate::engine::call::Call;
use crate::engine::client::Client;
use crate::engine::options::CallOptions;
use crate::engine::pagination::{ListOrder, list_methods};
use crate::engine::request_body;
use crate::engine::setters::{option_setters, send_on_await};
use crate::error::Error;
use crate::page::Page;
use crate::response::Response;
use crate::responses::Item;

/// The most items that one request adds.
const MOST_ITEMS: usize = 20;

/// A list of the items of a conversation, newest first by default; made by
/// [`Conversations::items`](super::Conversations::items).
#[derive(Debug, Clone)]
#[must_use = "nothing is requested before `send`, `pages` or `stream`"]
pub struct ConversationItemsRequest {
    client: Client,
    options: CallOptions,
    id: String,
    after: Option<String>,
    limit: Option<u32>,
    order: Option<ListOrder>,
    include: Vec<String>,
}

/// Adds items to a conversation; made by
/// [`Conversations::create_items`](super::Conversations::create_items).
#[derive(Debug, Clone)]
#[must_use = "nothing is sent before `send`"]
pub struct ItemsCreateRequest {
    client: Client,
    options: CallOptions,
    id: String,
    items: Vec<Item>,
}

#[derive(Serialize)]
struct ItemsBody<'a> {
    items: &'a [Item],
}

impl ConversationItemsRequest {
    pub(super) fn new(client: Client, options: CallOptions, id: String) -> Self {
        Self { client, options, id, after: None, limit: None, order: None, include: Vec::new() }
    }

    /// Which end of the list comes first: `desc` (default) or `asc`.
    pub fn order(mut self, order: impl Into<ListOrder>) -> Self {
        self.order = Some(order.into());
        self
    }

    /// Adds a part that is left out by default, such as `file_search_call.results`.
    pub fn include(mut self, part: impl Into<String>) -> Self {
        self.include.push(part.into());
        self
    }

    async fn fetch(self) -> Result<Response<Page<Item>>, Error> {
        let mut params = raw::ConversationsItemsListParams::default();
        params.after = self.after;
        params.limit = self.limit.map(i64::from);
        params.order = self.order.map(|order| order.as_str().to_owned());
        params.include = Some(self.include).filter(|include| !include.is_empty());
        let id = &self.id;
        Call::new(&self.client, &self.options)
            .json(|api| async move { api.conversations_items_list(id, &params).await })
            .await
    }
}

list_methods!(ConversationItemsRequest => Item);

impl ItemsCreateRequest {
    pub(super) fn new(client: Client, options: CallOptions, id: String) -> Self {
        Self { client, options, id, items: Vec::new() }
    }

    /// Adds an item, at most 20 in all.
    pub fn item(mut self, item: impl Into<Item>) -> Self {
        self.items.push(item.into());
        self
    }

    /// Adds items, at most 20 in all.
    pub fn items<I: IntoIterator<Item: Into<Item>>>(mut self, items: I) -> Self {
        self.items.extend(items.into_iter().map(Into::into));
        self
    }

    option_setters!(options);

    /// Sends the request; returns the items with their IDs.
    ///
    /// # Errors
    ///
    /// [`Error::Config`] for no items or more than 20, and any other [`Error`].
    pub async fn send(self) -> Result<Response<Page<Item>>, Error> {
        check_items(&self.items)?;
        if self.items.is_empty() {
            return Err(Error::config("there are no items to add"));
        }
        let body = request_body::json(&ItemsBody { items: &self.items }, &Map::new())?;
        let id = &self.id;
        Call::new(&self.client, &self.options)
            .json(|api| async move { api.conversations_items_create(id, None, body).await })
            .await
    }
}

send_on_await!(ItemsCreateRequest => Page<Item>);

pub(super) fn check_items(items: &[Item]) -> Result<(), Error> {
    if items.len() <= MOST_ITEMS {
        return Ok(());
    }
    Err(Error::config(format!("{} items: at most {MOST_ITEMS} in one request", items.len())))
}
