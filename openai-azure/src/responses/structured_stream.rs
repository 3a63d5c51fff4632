//! A response of a type of yours, while it is made.

use std::fmt;
use std::marker::PhantomData;
use std::pin::Pin;
use std::task::{Context, Poll};

use futures_core::Stream;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::event::ResponseEvent;
use super::response::ModelResponse;
use super::stream::ResponseStream;
use super::structured::{StructuredResponse, read};
use crate::error::Error;
use crate::partial_json;
use crate::schema::Root;

/// The events of a response whose text will be a `T`; made by
/// [`StructuredResponseRequest::stream`](super::StructuredResponseRequest::stream). A [`Stream`];
/// dropping it closes the connection.
///
/// ```no_run
/// # async fn example(client: openai_azure::Client) -> Result<(), openai_azure::Error> {
/// # #[derive(schemars::JsonSchema, serde::Deserialize)]
/// # struct Recipe { title: String, steps: Vec<String> }
/// let request = client.respond("gpt-5.6-terra").user("How do I make pancakes?");
/// let mut stream = request.respond_as::<Recipe>().stream().await?;
/// while let Some(_event) = stream.try_next().await? {
///     if let Some(recipe) = stream.partial() {
///         println!("{} …", recipe["title"]);
///     }
/// }
/// let recipe = stream.finish().await?;
/// println!("{} has {} steps", recipe.title, recipe.steps.len());
/// # Ok(())
/// # }
/// ```
#[must_use = "nothing is read before the first `try_next`"]
pub struct StructuredResponseStream<T> {
    stream: ResponseStream,
    root: Root,
    of: PhantomData<fn() -> T>,
}

impl<T> StructuredResponseStream<T> {
    pub(super) fn new(stream: ResponseStream, root: Root) -> Self {
        Self { stream, root, of: PhantomData }
    }

    /// Returns the next event, or `None` after the last one.
    ///
    /// # Errors
    ///
    /// As for [`ResponseStream::try_next`].
    pub async fn try_next(&mut self) -> Result<Option<ResponseEvent>, Error> {
        self.stream.try_next().await
    }

    /// The response as far as it has arrived.
    #[must_use]
    pub fn so_far(&self) -> &ModelResponse {
        self.stream.so_far()
    }

    /// The value as far as it has arrived, as JSON: open strings, lists and objects are closed, and
    /// what has no value yet is left out. The last number may still grow.
    #[must_use]
    pub fn partial(&self) -> Option<Value> {
        self.root.partial(partial_json::read(&self.so_far().text())?)
    }
}

impl<T: DeserializeOwned> StructuredResponseStream<T> {
    /// Reads the rest and returns the value.
    ///
    /// # Errors
    ///
    /// Those of [`StructuredResponseRequest::send`](super::StructuredResponseRequest::send), and
    /// those of a stream.
    pub async fn finish(&mut self) -> Result<StructuredResponse<T>, Error> {
        while self.try_next().await?.is_some() {}
        let response = self.so_far();
        let value = read(self.root, response, &self.stream.request_ids())?;
        Ok(StructuredResponse { value, response: response.clone() })
    }
}

impl<T> Stream for StructuredResponseStream<T> {
    type Item = Result<ResponseEvent, Error>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        Pin::new(&mut self.stream).poll_next(cx)
    }
}

impl<T> fmt::Debug for StructuredResponseStream<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StructuredResponseStream")
            .field("stream", &self.stream)
            .finish_non_exhaustive()
    }
}
