//! What the runner needs of a chat and of the Responses API.

use std::borrow::Cow;
use std::fmt::Debug;

use futures_core::Stream;
use futures_util::future::BoxFuture;

use super::event::{ToolEvent, ToolResult};
use super::invocation::ToolInvocation;
use super::registry::Tools;
use crate::content_filter::ContentFilter;
use crate::error::{Error, OutputFault};
use crate::json_schema::JsonSchema;
use crate::response::Response;

/// What a model returns, with or without calls of tools: a
/// [`ChatCompletion`](crate::chat::ChatCompletion) or a
/// [`ModelResponse`](crate::responses::ModelResponse). Implemented by these alone.
pub trait ModelOutput: Runs {}

impl<O: Runs> ModelOutput for O {}

/// The private half of [`ModelOutput`].
pub trait Runs: Clone + Debug + PartialEq + Send + Sync + 'static {
    type Request: Clone + Debug + Send + Sync + 'static;
    type Events: Stream<Item = Result<Self::Event, Error>> + Debug + Unpin + Send + 'static;
    type Event: Clone + Debug + PartialEq + Send + Sync + 'static;
    type Item: Clone + Debug + PartialEq + Send + Sync + 'static;
    type Usage: Clone + Debug + Default + PartialEq + Send + Sync + 'static;

    /// The request with the tools, and with one deadline for all its rounds.
    fn prepare(request: Self::Request, tools: &Tools) -> Result<Self::Request, Error>;

    fn with_format(request: Self::Request, schema: JsonSchema) -> Self::Request;

    /// The conversation that the request has.
    fn items(request: &Self::Request) -> Vec<Self::Item>;

    fn send(request: Self::Request) -> BoxFuture<'static, Result<Response<Self>, Error>>;

    fn stream(request: Self::Request) -> BoxFuture<'static, Result<Response<Self::Events>, Error>>;

    /// Makes the request of the next round: with the output of the model and the results, without a
    /// demand for a tool, and with an idempotency key of its own.
    fn next(&self, request: &mut Self::Request, results: Vec<Self::Item>);

    /// What has arrived of a stream.
    fn so_far(events: &Self::Events) -> &Self;

    /// The event of a run for one of the stream, which has arrived already.
    fn sort(events: &Self::Events, event: Self::Event) -> Option<ToolEvent<Self>>;

    /// The calls of tools, in order.
    fn calls(&self) -> Vec<ToolInvocation>;

    /// Whether the service has sent the last event.
    fn is_complete(&self) -> bool;

    /// Why the calls may be cut off.
    fn cut(&self) -> Option<OutputFault>;

    /// The output of the model, for the conversation.
    fn said(&self) -> Vec<Self::Item>;

    /// A result, for the conversation.
    fn result(result: &ToolResult) -> Self::Item;

    fn add_usage(&self, sum: &mut Self::Usage);

    fn text(&self) -> Cow<'_, str>;

    fn refusal(&self) -> Option<&str>;

    fn content_filter(&self) -> Option<&ContentFilter>;

    /// Why there is no whole value in the text.
    fn fault(&self) -> Option<OutputFault>;
}
