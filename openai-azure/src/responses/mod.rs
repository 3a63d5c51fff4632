//! The Responses API: items in, items out; the service can store the conversation.
//!
//! It is in the api-versions `2025-03-01-preview`, `2025-04-01-preview` and `v1`.
//!
//! ```no_run
//! # async fn example(client: openai_azure::Client) -> Result<(), openai_azure::Error> {
//! let model = "gpt-5.6-terra";
//! let first = client.respond(model).user("Tell a joke about crabs.").send().await?;
//! println!("{}", first.text());
//!
//! let request = client.respond(model).previous_response_id(&first.id);
//! let why = request.user("Why is that funny?").send().await?;
//! println!("{}", why.text());
//! # Ok(())
//! # }
//! ```
//!
//! # What is where
//!
//! - [`Client::respond`]: a [`ResponseRequest`]; `send` waits for the whole [`ModelResponse`],
//!   `stream` returns its [events](ResponseEvent), `run_in_background` waits for long ones.
//! - [`Item`]: what goes in, what comes out, what a conversation consists of.
//! - [`ResponseTool`] and [`ResponseToolChoice`]: tools of the service and of yours.
//! - [`Client::responses`]: stored responses: get, wait, resume, cancel, delete, input, compaction.
//! - `Responses::connect` (feature `realtime`): one response after the other over a WebSocket.
//! - [`Client::conversations`](crate::Client::conversations): conversations that the service stores.
//! - [`tools`](crate::tools): functions of yours, run until the response is there.
//!
//! Fields, items and events that this crate does not know are kept.

mod accumulator;
mod body;
mod compact;
mod event;
mod files;
mod input_items;
mod item;
mod response;
mod resumption;
mod settings;
#[cfg(feature = "realtime")]
mod socket;
#[cfg(feature = "realtime")]
mod socket_stream;
#[cfg(feature = "realtime")]
mod socket_timer;
mod stored;
mod stream;
#[cfg(feature = "schema")]
mod structured;
#[cfg(feature = "schema")]
mod structured_stream;
mod text_format;
mod text_stream;
mod tool;
mod wait;
mod whole;

pub use accumulator::ResponseAccumulator;
pub(crate) use body::MOST_METADATA;
pub use compact::{CompactRequest, CompactedResponse};
pub use event::*;
pub use files::ResponseFile;
pub use input_items::InputItemsRequest;
pub use item::*;
pub use response::{
    FilterSource, IncompleteDetails, InputTokens, ModelResponse, OutputTokens,
    ResponseConversation, ResponseFailure, ResponseFilter, ResponseStatus, ResponseUsage,
};
#[cfg(feature = "realtime")]
pub use socket::ResponseSocket;
#[cfg(feature = "realtime")]
pub use socket_stream::ResponseSocketStream;
pub use stored::Responses;
pub use stream::ResponseStream;
#[cfg(feature = "schema")]
pub use structured::{StructuredResponse, StructuredResponseRequest};
#[cfg(feature = "schema")]
pub use structured_stream::StructuredResponseStream;
pub use text_format::TextFormat;
pub use text_stream::ResponseTextStream;
pub use tool::*;
pub use wait::ResponseWait;

use std::fmt;

use bytes::Bytes;
use openai_azure_sys::raw;
use serde_json::Value;

use crate::engine::call::{Call, RawResult};
use crate::engine::client::Client;
use crate::engine::options::CallOptions;
use crate::engine::setters::send_on_await;
use crate::error::Error;
use crate::response::Response;
use body::ResponseBody;
use resumption::Resumption;

/// A request for a response; made by [`Client::respond`].
///
/// What is not set is not sent, and the service's default applies.
#[derive(Clone)]
#[must_use = "nothing is sent before `send` or `stream`"]
pub struct ResponseRequest {
    client: Client,
    deployment: String,
    request: ResponseBody,
    encrypted_reasoning: Option<bool>,
    options: CallOptions,
}

impl Client {
    /// Starts a request of the Responses API: `POST /responses`. An empty name is the deployment of
    /// the environment.
    ///
    /// Api-versions: 2025-03-01-preview to 2025-04-01-preview, v1.
    ///
    /// ```no_run
    /// # async fn example(client: openai_azure::Client) -> Result<(), openai_azure::Error> {
    /// let response = client.respond("gpt-5.6-terra").user("Why is the sky blue?").send().await?;
    /// println!("{}", response.text());
    /// # Ok(())
    /// # }
    /// ```
    pub fn respond(&self, deployment: impl Into<String>) -> ResponseRequest {
        ResponseRequest {
            client: self.clone(),
            deployment: deployment.into(),
            request: ResponseBody::default(),
            encrypted_reasoning: None,
            options: CallOptions::default(),
        }
    }
}

impl ResponseRequest {
    /// Sends the request and waits for the whole response: `POST /responses`.
    ///
    /// Api-versions: 2025-03-01-preview to 2025-04-01-preview, v1.
    ///
    /// A response that is incomplete or that failed is no error: see [`ModelResponse::status`].
    ///
    /// # Errors
    ///
    /// [`Error::Config`] for arguments that cannot be sent, [`Error::Decode`] for a body that is no
    /// response, and any other [`Error`].
    pub async fn send(mut self) -> Result<Response<ModelResponse>, Error> {
        let (deployment, body) = self.encoded()?;
        self.call(&deployment).decoded(|api| create(api, body), whole::decode).await
    }

    /// Sends the request and returns the events of the response while it is made.
    ///
    /// # Errors
    ///
    /// As for [`ResponseRequest::send`].
    pub async fn stream(mut self) -> Result<Response<ResponseStream>, Error> {
        self.request.stream = Some(true);
        let is_resumable =
            self.request.background == Some(true) && self.request.store != Some(false);
        let (deployment, body) = self.encoded()?;
        let resumption = is_resumable.then(|| Resumption::new(&self.client, &self.options));
        // In a box, because the future of this method holds the request, too.
        let events = Box::pin(self.call(&deployment).events(|api| create(api, body))).await?;
        Ok(events.map_value(|events| ResponseStream::new(events, resumption)))
    }

    /// Takes all fields from a body in JSON, as [`to_json`](Self::to_json) writes it. The
    /// deployment, the client and the options stay; `model` and `stream` of the body have no
    /// effect.
    ///
    /// ```no_run
    /// # async fn example(client: openai_azure::Client) -> Result<(), openai_azure::Error> {
    /// let prompt = serde_json::json!({"input": "Why is the sky blue?", "temperature": 0.2});
    /// let response = client.respond("gpt-5.6-terra").from_json(prompt)?.send().await?;
    /// println!("{}", response.text());
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::Config`] for a field that does not fit its type.
    #[allow(clippy::wrong_self_convention, reason = "a builder takes its fields from JSON")]
    #[inline]
    pub fn from_json(mut self, body: impl Into<Value>) -> Result<Self, Error> {
        let body: Value = body.into();
        self.request = serde_json::from_value(body)
            .map_err(|error| Error::config(format!("no body of a response: {error}")))?;
        (self.request.model, self.request.stream) = (None, None);
        Ok(self)
    }

    /// The body as JSON, without the deployment.
    ///
    /// # Errors
    ///
    /// [`Error::Config`] for what cannot be sent.
    #[inline]
    pub fn to_json(&self) -> Result<Value, Error> {
        let mut request = self.request.clone();
        let extra = std::mem::take(&mut request.extra);
        let body = crate::engine::request_body::json(&request, &extra)?;
        serde_json::from_slice(&body).map_err(|error| Error::config(error.to_string()))
    }

    pub(crate) fn client(&self) -> &Client {
        &self.client
    }

    pub(crate) fn call_options(&self) -> &CallOptions {
        &self.options
    }

    /// The request with other options in place of its own.
    pub(crate) fn with_call_options(mut self, options: CallOptions) -> Self {
        self.options = options;
        self
    }

    /// One deadline for all requests that are made of this one.
    #[cfg(feature = "schema")]
    pub(crate) fn with_running_deadline(mut self) -> Self {
        self.options = self.options.with_running_deadline(&self.client.inner().options);
        self
    }

    /// Lets the model decide in the next round of tools: a call that is demanded each time has no
    /// end. Its body is another one, so it has an idempotency key of its own.
    #[cfg(feature = "schema")]
    pub(crate) fn begin_round(&mut self) {
        self.options.idempotency_key = None;
        match &mut self.request.tool_choice {
            None | Some(ResponseToolChoice::None) => {}
            Some(ResponseToolChoice::Allowed(allowed)) => allowed.required = false,
            choice => *choice = Some(ResponseToolChoice::Auto),
        }
    }

    #[cfg(feature = "schema")]
    pub(crate) fn body(&self) -> &ResponseBody {
        &self.request
    }

    #[cfg(feature = "schema")]
    pub(crate) fn body_mut(&mut self) -> &mut ResponseBody {
        &mut self.request
    }

    /// The request as it is written into a batch, with the deployment in `model`.
    #[inline]
    pub(crate) fn to_body(&self) -> Result<Bytes, Error> {
        Ok(self.clone().encoded()?.1)
    }

    fn call<'a>(&'a self, deployment: &'a str) -> Call<'a> {
        Call::new(&self.client, &self.options).deployment(deployment)
    }

    /// The deployment and the body. The Responses API has the deployment in the body only.
    #[inline]
    fn encoded(&mut self) -> Result<(String, Bytes), Error> {
        let deployment = self.client.deployment(&self.deployment)?;
        self.request.model = Some(deployment.clone());
        Ok((deployment, self.request.encode(self.encrypted_reasoning)?))
    }
}

async fn create(api: raw::Client, body: Bytes) -> RawResult {
    api.responses_create(body).await
}

send_on_await!(ResponseRequest => ModelResponse);

/// The text of end users and the keys of tools are not shown.
impl fmt::Debug for ResponseRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ResponseRequest")
            .field("client", &self.client)
            .field("deployment", &self.deployment)
            .field("items", &self.request.items().len())
            .field("tools", &self.request.tools.len())
            .finish_non_exhaustive()
    }
}
