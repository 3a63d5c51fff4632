//! Shortening a conversation.

use bytes::Bytes;
use openai_azure_sys::open_struct;
use reqwest::Method;
use serde_json::Value;

use super::body::ResponseBody;
use super::item::Item;
use super::response::ResponseUsage;
use crate::engine::client::Client;
use crate::engine::options::CallOptions;
use crate::engine::setters::{extra_setter, option_setters, send_on_await};
use crate::error::{DecodeError, Error};
use crate::response::Response;
use crate::trace::Telemetry;

/// Shortens a conversation: `POST /responses/compact`; made by
/// [`Responses::compact`](super::Responses::compact).
///
/// The service documents it, and no OpenAPI document has it.
///
/// ```no_run
/// # async fn example(client: openai_azure::Client, id: &str) -> Result<(), openai_azure::Error> {
/// let model = "gpt-5.6-terra";
/// let short = client.responses().compact(model).previous_response_id(id).send().await?;
/// let request = client.respond(model).items(short.into_inner().into_input());
/// println!("{}", request.user("Where were we?").send().await?.text());
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
#[must_use = "nothing is sent before `send`"]
pub struct CompactRequest {
    client: Client,
    options: CallOptions,
    deployment: String,
    request: ResponseBody,
}

open_struct! {
    /// A conversation that was shortened.
    pub struct CompactedResponse {
        /// Unique ID.
        pub id: String,
        /// When it was made, in seconds since 1970.
        pub created_at: f64,
        /// The items to send next, all of them and unchanged.
        pub output: Vec<Item> as always,
        /// Token usage.
        pub usage: Option<ResponseUsage>,
    }
}

impl Telemetry for CompactedResponse {}

impl CompactedResponse {
    /// The items to send next, with [`ResponseRequest::items`](super::ResponseRequest::items).
    #[must_use]
    pub fn into_input(self) -> Vec<Item> {
        self.output
    }
}

impl CompactRequest {
    pub(super) fn new(client: Client, options: CallOptions, deployment: String) -> Self {
        Self { client, options, deployment, request: ResponseBody::default() }
    }

    /// Shortens a conversation that the service stores, by the ID of its last response.
    pub fn previous_response_id(mut self, id: impl Into<String>) -> Self {
        self.request.previous_response_id = Some(id.into());
        self
    }

    /// Adds an item of a conversation that the service does not store.
    pub fn item(mut self, item: impl Into<Item>) -> Self {
        self.request.input_mut().push(item.into());
        self
    }

    /// Adds items of a conversation that the service does not store.
    pub fn items<I: IntoIterator<Item: Into<Item>>>(mut self, items: I) -> Self {
        self.request.input_mut().extend(items.into_iter().map(Into::into));
        self
    }

    /// Instructions of the conversation.
    pub fn instructions(mut self, text: impl Into<String>) -> Self {
        self.request.instructions = Some(text.into());
        self
    }

    extra_setter!(request.extra);

    option_setters!(options);

    /// Sends the request.
    ///
    /// # Errors
    ///
    /// [`Error::Config`] for no input, and any other [`Error`].
    pub async fn send(mut self) -> Result<Response<CompactedResponse>, Error> {
        let deployment = self.client.deployment(&self.deployment)?;
        self.request.model = Some(deployment);
        let body = self.request.to_body(None)?;
        let body = serde_json::from_slice::<Value>(&body)
            .map_err(|error| Error::config(format!("the request is no JSON: {error}")))?;
        let request = self.client.request(Method::POST, "/responses/compact").json(&body);
        let compacted = request.options(self.options).send().await?;
        let (status, ids) = (compacted.status(), compacted.request_ids());
        let output = compacted.get("output").is_some();
        let head = compacted.head().clone();
        match serde_json::from_value::<CompactedResponse>(compacted.into_inner()) {
            Ok(value) if output => Ok(Response::new(value, head)),
            decoded => {
                let missing = <serde_json::Error as serde::de::Error>::missing_field("output");
                let error = decoded.err().unwrap_or(missing);
                Err(Error::Decode(DecodeError::new(status, ids, Bytes::new(), error)))
            }
        }
    }
}

send_on_await!(CompactRequest => CompactedResponse);

impl std::fmt::Debug for CompactRequest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("CompactRequest")
            .field("deployment", &self.deployment)
            .finish_non_exhaustive()
    }
}
