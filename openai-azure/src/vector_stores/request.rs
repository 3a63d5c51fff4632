//! `POST /vector_stores` and `POST /vector_stores/{id}`.

use std::collections::BTreeMap;

use serde::Serialize;

use openai_azure_sys::raw;

use super::store::{ChunkingStrategy, VectorStore};
use crate::engine::call::Call;
use crate::engine::client::Client;
use crate::engine::options::CallOptions;
use crate::engine::request_body;
use crate::engine::setters::{extra_setter, option_setters, send_on_await};
use crate::error::Error;
use crate::extra::Extra;
use crate::response::Response;

/// A vector store to be created; made by [`VectorStores::create`](super::VectorStores::create).
#[derive(Debug, Clone)]
#[must_use = "nothing is sent before `send`"]
pub struct VectorStoreRequest {
    client: Client,
    options: CallOptions,
    body: CreateBody,
    extra: Extra,
}

#[derive(Debug, Clone, Default, Serialize)]
struct CreateBody {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    file_ids: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    chunking_strategy: Option<ChunkingStrategy>,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<String>,
    #[serde(flatten)]
    shared: SharedBody,
}

/// What can be set when it is created and later.
#[derive(Debug, Clone, Default, Serialize)]
struct SharedBody {
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    expires_after: Option<Days>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    metadata: BTreeMap<String, String>,
}

#[derive(Debug, Clone, Serialize)]
struct Days {
    anchor: &'static str,
    days: u32,
}

impl Days {
    fn new(days: u32) -> Self {
        Self { anchor: "last_active_at", days }
    }
}

impl VectorStoreRequest {
    pub(super) fn new(client: &Client, options: &CallOptions) -> Self {
        let (client, options) = (client.clone(), options.clone());
        Self { client, options, body: CreateBody::default(), extra: Extra::default() }
    }

    /// Name.
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.body.shared.name = Some(name.into());
        self
    }

    /// What it is for.
    pub fn description(mut self, description: impl Into<String>) -> Self {
        self.body.description = Some(description.into());
        self
    }

    /// Files that it begins with, at most 500.
    pub fn file_ids<I: IntoIterator<Item: Into<String>>>(mut self, ids: I) -> Self {
        self.body.file_ids.extend(ids.into_iter().map(Into::into));
        self
    }

    /// How these files are cut into chunks.
    pub fn chunking_strategy(mut self, strategy: ChunkingStrategy) -> Self {
        self.body.chunking_strategy = Some(strategy);
        self
    }

    /// Lets the store expire after 1 to 365 days without use (`expires_after`).
    #[doc(alias = "expires_after")]
    pub fn expires_after_days(mut self, days: u32) -> Self {
        self.body.shared.expires_after = Some(Days::new(days));
        self
    }

    /// Adds a key-value pair; at most 16, of 64 and 512 characters.
    pub fn metadata(mut self, key: impl Into<String>, value: impl Into<String>) -> Self {
        self.body.shared.metadata.insert(key.into(), value.into());
        self
    }

    option_setters!(options);
    extra_setter!(extra);

    /// Creates the vector store. Files that it begins with are in progress then, see
    /// [`VectorStores::wait`](super::VectorStores::wait).
    ///
    /// # Errors
    ///
    /// Any [`Error`].
    pub async fn send(self) -> Result<Response<VectorStore>, Error> {
        let body = request_body::json(&self.body, &self.extra)?;
        let call = Call::new(&self.client, &self.options);
        call.json(async |api: raw::Client| api.vector_stores_create(body).await).await
    }
}

send_on_await!(VectorStoreRequest => VectorStore);

/// Changes to a vector store; made by [`VectorStores::update`](super::VectorStores::update).
#[derive(Debug, Clone)]
#[must_use = "nothing is sent before `send`"]
pub struct VectorStoreUpdateRequest {
    client: Client,
    options: CallOptions,
    id: String,
    body: SharedBody,
    extra: Extra,
}

impl VectorStoreUpdateRequest {
    pub(super) fn new(client: &Client, options: &CallOptions, id: String) -> Self {
        let (client, options) = (client.clone(), options.clone());
        Self { client, options, id, body: SharedBody::default(), extra: Extra::default() }
    }

    /// Name.
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.body.name = Some(name.into());
        self
    }

    /// Lets the store expire after 1 to 365 days without use (`expires_after`).
    #[doc(alias = "expires_after")]
    pub fn expires_after_days(mut self, days: u32) -> Self {
        self.body.expires_after = Some(Days::new(days));
        self
    }

    /// Adds a key-value pair. All pairs together replace those that the store has.
    pub fn metadata(mut self, key: impl Into<String>, value: impl Into<String>) -> Self {
        self.body.metadata.insert(key.into(), value.into());
        self
    }

    option_setters!(options);
    extra_setter!(extra);

    /// Changes the vector store.
    ///
    /// # Errors
    ///
    /// [`Error::Api`] with status 404 when there is no such vector store, and any other [`Error`].
    pub async fn send(self) -> Result<Response<VectorStore>, Error> {
        let body = request_body::json(&self.body, &self.extra)?;
        let (id, call) = (&self.id, Call::new(&self.client, &self.options));
        call.json(async |api: raw::Client| api.vector_stores_update(id, body).await).await
    }
}

send_on_await!(VectorStoreUpdateRequest => VectorStore);
