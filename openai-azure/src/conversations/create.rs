//! Creating and updating a conversation.

use serde::Serialize;
use serde_json::{Map, Value};

use super::conversation::Conversation;
use super::items::check_items;
use crate::engine::call::Call;
use crate::engine::client::Client;
use crate::engine::options::CallOptions;
use crate::engine::request_body;
use crate::engine::setters::{extra_setter, option_setters, send_on_await};
use crate::error::Error;
use crate::extra::Extra;
use crate::response::Response;
use crate::responses::{Item, MOST_METADATA};

/// Creates a conversation; made by [`Conversations::create`](super::Conversations::create).
#[derive(Debug, Clone)]
#[must_use = "nothing is sent before `send`"]
pub struct ConversationRequest {
    client: Client,
    options: CallOptions,
    request: ConversationBody,
    extra: Extra,
}

/// Replaces the metadata of a conversation; made by
/// [`Conversations::update`](super::Conversations::update).
#[derive(Debug, Clone)]
#[must_use = "nothing is sent before `send`"]
pub struct ConversationUpdateRequest {
    client: Client,
    options: CallOptions,
    id: String,
    metadata: Map<String, Value>,
}

#[derive(Debug, Clone, Default, Serialize)]
struct ConversationBody {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    items: Vec<Item>,
    #[serde(skip_serializing_if = "Map::is_empty")]
    metadata: Map<String, Value>,
}

#[derive(Serialize)]
struct UpdateBody<'a> {
    metadata: &'a Map<String, Value>,
}

impl ConversationRequest {
    pub(super) fn new(client: Client, options: CallOptions) -> Self {
        Self { client, options, request: ConversationBody::default(), extra: Extra::default() }
    }

    /// Adds an item, at most 20 in all.
    pub fn item(mut self, item: impl Into<Item>) -> Self {
        self.request.items.push(item.into());
        self
    }

    /// Adds items, at most 20 in all.
    pub fn items<I: IntoIterator<Item: Into<Item>>>(mut self, items: I) -> Self {
        self.request.items.extend(items.into_iter().map(Into::into));
        self
    }

    /// Adds a pair of metadata: at most 16, names up to 64 characters, values up to 512.
    pub fn metadata(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.request.metadata.insert(name.into(), Value::String(value.into()));
        self
    }

    extra_setter!(extra);

    option_setters!(options);

    /// Sends the request: `POST /conversations`.
    ///
    /// Api-versions: v1.
    ///
    /// # Errors
    ///
    /// [`Error::Config`] for too many items or pairs, and any other [`Error`].
    pub async fn send(self) -> Result<Response<Conversation>, Error> {
        check_items(&self.request.items)?;
        check_metadata(&self.request.metadata)?;
        let body = request_body::json(&self.request, &self.extra)?;
        Call::new(&self.client, &self.options)
            .json(async |api| api.conversations_create(body).await)
            .await
    }
}

impl ConversationUpdateRequest {
    pub(super) fn new(client: Client, options: CallOptions, id: String) -> Self {
        Self { client, options, id, metadata: Map::new() }
    }

    /// Adds a pair of metadata: at most 16, names up to 64 characters, values up to 512. Pairs that
    /// are not named are removed.
    pub fn metadata(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.metadata.insert(name.into(), Value::String(value.into()));
        self
    }

    option_setters!(options);

    /// Sends the request: `POST /conversations/{conversation_id}`.
    ///
    /// Api-versions: v1.
    ///
    /// # Errors
    ///
    /// [`Error::Config`] for too many pairs, and any other [`Error`].
    pub async fn send(self) -> Result<Response<Conversation>, Error> {
        check_metadata(&self.metadata)?;
        let body = request_body::json(&UpdateBody { metadata: &self.metadata }, &Map::new())?;
        let id = &self.id;
        Call::new(&self.client, &self.options)
            .json(|api| async move { api.conversations_update(id, body).await })
            .await
    }
}

send_on_await!(ConversationRequest => Conversation);
send_on_await!(ConversationUpdateRequest => Conversation);

fn check_metadata(metadata: &Map<String, Value>) -> Result<(), Error> {
    if metadata.len() <= MOST_METADATA {
        return Ok(());
    }
    let text = format!("`metadata` has {} pairs: at most {MOST_METADATA}", metadata.len());
    Err(Error::config(text))
}
