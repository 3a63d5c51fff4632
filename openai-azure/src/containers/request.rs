//! `POST /containers`.

use serde::Serialize;

use openai_azure_sys::raw;

use super::container::{Container, ContainerMemory};
use crate::engine::call::Call;
use crate::engine::client::Client;
use crate::engine::options::CallOptions;
use crate::engine::request_body;
use crate::engine::setters::{extra_setter, option_setters, send_on_await};
use crate::error::Error;
use crate::extra::Extra;
use crate::response::Response;

/// A container to be created; made by [`Containers::create`](super::Containers::create).
#[derive(Debug, Clone)]
#[must_use = "nothing is sent before `send`"]
pub struct ContainerRequest {
    client: Client,
    options: CallOptions,
    body: CreateBody,
    extra: Extra,
}

#[derive(Debug, Clone, Serialize)]
struct CreateBody {
    name: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    file_ids: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    expires_after: Option<Minutes>,
    #[serde(skip_serializing_if = "Option::is_none")]
    memory_limit: Option<ContainerMemory>,
}

#[derive(Debug, Clone, Serialize)]
struct Minutes {
    anchor: &'static str,
    minutes: u32,
}

impl ContainerRequest {
    pub(super) fn new(client: &Client, options: &CallOptions, name: String) -> Self {
        let body =
            CreateBody { name, file_ids: Vec::new(), expires_after: None, memory_limit: None };
        Self { client: client.clone(), options: options.clone(), body, extra: Extra::default() }
    }

    /// Files of the resource that are copied into the container.
    pub fn file_ids<I: IntoIterator<Item: Into<String>>>(mut self, ids: I) -> Self {
        self.body.file_ids.extend(ids.into_iter().map(Into::into));
        self
    }

    /// Lets the container expire after so many minutes without use (`expires_after`).
    #[doc(alias = "expires_after")]
    pub fn expires_after_minutes(mut self, minutes: u32) -> Self {
        self.body.expires_after = Some(Minutes { anchor: "last_active_at", minutes });
        self
    }

    /// Memory of the container; 1 GB by default.
    pub fn memory_limit(mut self, memory: impl Into<ContainerMemory>) -> Self {
        self.body.memory_limit = Some(memory.into());
        self
    }

    option_setters!(options);
    extra_setter!(extra);

    /// Creates the container.
    ///
    /// # Errors
    ///
    /// Any [`Error`].
    pub async fn send(self) -> Result<Response<Container>, Error> {
        let body = request_body::json(&self.body, &self.extra)?;
        let call = Call::new(&self.client, &self.options);
        call.json(async |api: raw::Client| api.containers_create(body).await).await
    }
}

send_on_await!(ContainerRequest => Container);
