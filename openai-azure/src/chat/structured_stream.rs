//! A completion of a type of yours, as it arrives.

use std::fmt;
use std::marker::PhantomData;
use std::pin::Pin;
use std::task::{Context, Poll};

use futures_core::Stream;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::completion::ChatCompletion;
use super::event::ChatEvent;
use super::event_stream::ChatEventStream;
use super::structured::{Structured, read};
use crate::error::Error;
use crate::partial_json;
use crate::schema::Root;

/// What happens while a completion arrives that will be a `T`; made by
/// [`StructuredChatRequest::stream`](super::StructuredChatRequest::stream).
///
/// It is also a [`Stream`]; dropping it closes the response at once.
///
/// ```no_run
/// # async fn example(client: openai_azure::Client) -> Result<(), openai_azure::Error> {
/// # #[derive(schemars::JsonSchema, serde::Deserialize)]
/// # struct Recipe { title: String, steps: Vec<String> }
/// let chat = client.chat("gpt-5.6-terra").user("How do I make pancakes?");
/// let mut stream = chat.respond_as::<Recipe>().stream().await?;
/// while let Some(_event) = stream.try_next().await? {
///     if let Some(recipe) = stream.partial() {
///         println!("{} …", recipe["title"]);
///     }
/// }
/// let recipe = stream.finish().await?.value;
/// println!("{} has {} steps", recipe.title, recipe.steps.len());
/// # Ok(())
/// # }
/// ```
#[must_use = "nothing is read before the first `try_next`"]
pub struct StructuredStream<T> {
    events: ChatEventStream,
    root: Root,
    of: PhantomData<fn() -> T>,
}

impl<T> StructuredStream<T> {
    pub(super) fn new(events: ChatEventStream, root: Root) -> Self {
        Self { events, root, of: PhantomData }
    }

    /// Returns the next event, or `None` after the end.
    ///
    /// # Errors
    ///
    /// As for [`ChatStream::try_next`](super::ChatStream::try_next).
    pub async fn try_next(&mut self) -> Result<Option<ChatEvent>, Error> {
        self.events.try_next().await
    }

    /// The completion as far as it has arrived.
    #[must_use]
    pub fn so_far(&self) -> &ChatCompletion {
        self.events.so_far()
    }

    /// The value as far as it has arrived, as JSON: open strings, lists and objects are closed, and
    /// what has no value yet is left out. The last number may still grow.
    #[must_use]
    pub fn partial(&self) -> Option<Value> {
        self.root.partial(partial_json::read(self.so_far().text())?)
    }
}

impl<T: DeserializeOwned> StructuredStream<T> {
    /// Reads the rest and returns the value.
    ///
    /// # Errors
    ///
    /// Those of [`StructuredChatRequest::send`](super::StructuredChatRequest::send), and those of a stream.
    pub async fn finish(&mut self) -> Result<Structured<T>, Error> {
        while self.try_next().await?.is_some() {}
        self.value()
    }

    /// The value, after the end.
    pub(crate) fn value(&self) -> Result<Structured<T>, Error> {
        let completion = self.so_far();
        let value = read(self.root, completion, &self.events.request_ids())?;
        Ok(Structured { value, completion: completion.clone() })
    }
}

impl<T> Stream for StructuredStream<T> {
    type Item = Result<ChatEvent, Error>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        Pin::new(&mut self.events).poll_next(cx)
    }
}

impl<T> fmt::Debug for StructuredStream<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StructuredStream").field("events", &self.events).finish_non_exhaustive()
    }
}
