//! Conversations: lists of items that the service stores and that responses continue.
//!
//! They are in the api-version `v1`.
//!
//! ```no_run
//! # async fn example(client: openai_azure::Client) -> Result<(), openai_azure::Error> {
//! let conversation = client.conversations().create().metadata("topic", "crabs").send().await?;
//! for question in ["Tell a joke about crabs.", "Why is that funny?"] {
//!     let request = client.respond("gpt-5.6-terra").conversation(&conversation.id);
//!     println!("{}", request.user(question).send().await?.text());
//! }
//! let mut items = client.conversations().items(&conversation.id).stream();
//! while let Some(item) = items.try_next().await? {
//!     println!("{item:?}");
//! }
//! client.conversations().delete(&conversation.id).await?;
//! # Ok(())
//! # }
//! ```

mod conversation;
mod create;
mod items;

pub use conversation::Conversation;
pub use create::{ConversationRequest, ConversationUpdateRequest};
pub use items::{ConversationItemsRequest, ItemsCreateRequest};

use crate::engine::call::Call;
use crate::engine::client::Client;
use crate::engine::options::CallOptions;
use crate::engine::setters::option_setters;
use crate::error::Error;
use crate::response::Response;
use crate::responses::Item;

/// Conversations that the service stores; made by [`Client::conversations`].
#[derive(Debug, Clone)]
#[must_use]
pub struct Conversations {
    client: Client,
    options: CallOptions,
}

impl Client {
    /// Conversations that the service stores: `/conversations`; see
    /// [`conversations`](crate::conversations).
    pub fn conversations(&self) -> Conversations {
        Conversations { client: self.clone(), options: CallOptions::default() }
    }
}

impl Conversations {
    option_setters!(options);

    /// Creates a conversation: `POST /conversations`.
    ///
    /// Api-versions: v1.
    ///
    /// ```no_run
    /// # async fn example(client: openai_azure::Client) -> Result<(), openai_azure::Error> {
    /// let request = client.conversations().create().item("Hello.");
    /// println!("{}", request.send().await?.id);
    /// # Ok(())
    /// # }
    /// ```
    pub fn create(&self) -> ConversationRequest {
        ConversationRequest::new(self.client.clone(), self.options.clone())
    }

    /// Gets a conversation: `GET /conversations/{conversation_id}`.
    ///
    /// Api-versions: v1.
    ///
    /// # Errors
    ///
    /// [`Error::Api`] with status 404 if there is none with this ID, and any other [`Error`].
    pub async fn get(&self, id: impl AsRef<str>) -> Result<Response<Conversation>, Error> {
        let id = id.as_ref();
        self.call().json(|api| async move { api.conversations_get(id).await }).await
    }

    /// Replaces the metadata of a conversation: `POST /conversations/{conversation_id}`.
    ///
    /// Api-versions: v1.
    pub fn update(&self, id: impl Into<String>) -> ConversationUpdateRequest {
        ConversationUpdateRequest::new(self.client.clone(), self.options.clone(), id.into())
    }

    /// Deletes a conversation: `DELETE /conversations/{conversation_id}`. Its items stay in the
    /// responses that they are part of.
    ///
    /// Api-versions: v1.
    ///
    /// # Errors
    ///
    /// As for [`Conversations::get`].
    pub async fn delete(&self, id: impl AsRef<str>) -> Result<Response<()>, Error> {
        let id = id.as_ref();
        let deleted = self.call().bytes(|api| async move { api.conversations_delete(id).await });
        Ok(deleted.await?.map_value(drop))
    }

    /// Lists the items of a conversation: `GET /conversations/{conversation_id}/items`.
    ///
    /// Api-versions: v1.
    pub fn items(&self, id: impl Into<String>) -> ConversationItemsRequest {
        ConversationItemsRequest::new(self.client.clone(), self.options.clone(), id.into())
    }

    /// Adds at most 20 items to a conversation: `POST /conversations/{conversation_id}/items`.
    ///
    /// Api-versions: v1.
    ///
    /// ```no_run
    /// # async fn example(client: openai_azure::Client, id: &str) -> Result<(), openai_azure::Error> {
    /// let added = client.conversations().create_items(id).item("Hello.").send().await?;
    /// println!("{} items", added.data.len());
    /// # Ok(())
    /// # }
    /// ```
    pub fn create_items(&self, id: impl Into<String>) -> ItemsCreateRequest {
        ItemsCreateRequest::new(self.client.clone(), self.options.clone(), id.into())
    }

    /// Gets an item: `GET /conversations/{conversation_id}/items/{item_id}`.
    ///
    /// Api-versions: v1.
    ///
    /// # Errors
    ///
    /// As for [`Conversations::get`].
    pub async fn get_item(
        &self,
        id: impl AsRef<str>,
        item_id: impl AsRef<str>,
    ) -> Result<Response<Item>, Error> {
        let (id, item_id) = (id.as_ref(), item_id.as_ref());
        self.call()
            .json(|api| async move { api.conversations_items_get(id, item_id, None).await })
            .await
    }

    /// Deletes an item: `DELETE /conversations/{conversation_id}/items/{item_id}`. Returns the
    /// conversation.
    ///
    /// Api-versions: v1.
    ///
    /// # Errors
    ///
    /// As for [`Conversations::get`].
    pub async fn delete_item(
        &self,
        id: impl AsRef<str>,
        item_id: impl AsRef<str>,
    ) -> Result<Response<Conversation>, Error> {
        let (id, item_id) = (id.as_ref(), item_id.as_ref());
        self.call()
            .json(|api| async move { api.conversations_items_delete(id, item_id).await })
            .await
    }

    fn call(&self) -> Call<'_> {
        Call::new(&self.client, &self.options)
    }
}
