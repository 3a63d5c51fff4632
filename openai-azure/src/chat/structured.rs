//! Chats whose completion is a type of yours.

use std::fmt;
use std::future::IntoFuture;
use std::marker::PhantomData;
use std::ops::Deref;

use futures_util::future::BoxFuture;
use schemars::JsonSchema as Schema;
use serde::de::DeserializeOwned;

use super::ChatRequest;
use super::completion::{ChatCompletion, FinishReason};
use super::structured_stream::StructuredStream;
use super::tool::{Function, Tool};
use crate::error::{Error, OutputError, OutputFault};
use crate::json_schema::JsonSchema;
use crate::request_ids::RequestIds;
use crate::response::Response;
use crate::schema::{self, Root, StrictSchema};

/// A chat to be sent whose completion is a `T`; made by [`ChatRequest::respond_as`].
#[must_use = "nothing is sent before `send` or `stream`"]
pub struct StructuredChatRequest<T> {
    chat: ChatRequest,
    of: PhantomData<fn() -> T>,
}

/// A value that the model made, and the completion that it came in.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Structured<T> {
    /// The value.
    pub value: T,
    /// The whole completion, with usage and filter results.
    pub completion: ChatCompletion,
}

impl<T> Structured<T> {
    /// Returns the value alone.
    #[must_use]
    pub fn into_value(self) -> T {
        self.value
    }
}

/// It dereferences to the value.
impl<T> Deref for Structured<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

impl<T> Response<Structured<T>> {
    /// Returns the value alone.
    #[must_use]
    pub fn into_value(self) -> T {
        self.into_inner().value
    }
}

impl ChatRequest {
    /// Asks for a completion that is a `T`: the model must keep to the strict schema of the type.
    ///
    /// What becomes of a type, and which ones have no schema, is in [`schema`]. It
    /// takes an api-version from `2024-08-01-preview` on. Set everything else before; with several
    /// choices the first one counts.
    ///
    /// ```no_run
    /// # async fn example(client: openai_azure::Client) -> Result<(), openai_azure::Error> {
    /// #[derive(schemars::JsonSchema, serde::Deserialize)]
    /// struct Recipe {
    ///     title: String,
    ///     /// One step each, in order.
    ///     steps: Vec<String>,
    ///     minutes: Option<u32>,
    /// }
    ///
    /// let chat = client.chat("gpt-5.6-terra").user("How do I make pancakes?");
    /// let answer = chat.respond_as::<Recipe>().send().await?;
    /// println!("{}: {} steps", answer.value.title, answer.value.steps.len());
    /// println!("{:?}", answer.completion.usage);
    /// # Ok(())
    /// # }
    /// ```
    pub fn respond_as<T: Schema + DeserializeOwned>(self) -> StructuredChatRequest<T> {
        StructuredChatRequest { chat: self, of: PhantomData }
    }
}

impl<T: Schema + DeserializeOwned> StructuredChatRequest<T> {
    /// Sends the chat and reads the completion.
    ///
    /// # Errors
    ///
    /// [`Error::Config`] for a type that has no strict schema; [`Error::Output`] when the model
    /// refuses, when the limit on tokens or the content filter cuts the completion off, and when it does
    /// not fit the type, with the text and the whole completion; and the errors of [`ChatRequest::send`].
    pub async fn send(self) -> Result<Response<Structured<T>>, Error> {
        let (chat, root) = self.with_schema()?;
        let answer = chat.send().await?;
        let (ids, retries) = (answer.request_ids(), answer.retries_taken());
        let value = read(root, &answer, &ids).map_err(|error| error.with_retries(retries))?;
        Ok(answer.map_value(|completion| Structured { value, completion }))
    }

    /// Sends the chat and returns what happens while the completion arrives; the value comes at the end,
    /// from [`StructuredStream::finish`].
    ///
    /// # Errors
    ///
    /// [`Error::Config`] for a type that has no strict schema, and the errors of [`ChatRequest::stream`].
    pub async fn stream(self) -> Result<Response<StructuredStream<T>>, Error> {
        let (chat, root) = self.with_schema()?;
        Ok(chat.stream().await?.events().map_value(|events| StructuredStream::new(events, root)))
    }

    fn with_schema(self) -> Result<(ChatRequest, Root), Error> {
        let strict = schema::of::<T>()?;
        let mut format = JsonSchema::new(strict.name, strict.schema);
        if let Some(text) = strict.description {
            format = format.description(text);
        }
        Ok((self.chat.response_format(format), strict.root))
    }
}

/// `client.chat(…).respond_as::<T>().await` is short for `….send().await`.
impl<T: Schema + DeserializeOwned + 'static> IntoFuture for StructuredChatRequest<T> {
    type Output = Result<Response<Structured<T>>, Error>;
    type IntoFuture = BoxFuture<'static, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.send())
    }
}

impl<T> Clone for StructuredChatRequest<T> {
    fn clone(&self) -> Self {
        Self { chat: self.chat.clone(), of: PhantomData }
    }
}

impl<T> fmt::Debug for StructuredChatRequest<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StructuredChatRequest").field("chat", &self.chat).finish_non_exhaustive()
    }
}

impl<T: DeserializeOwned> StrictSchema<T> {
    /// Reads the first choice of a chat that was asked with this schema, such as one whose tools
    /// were run.
    ///
    /// ```no_run
    /// # async fn example(client: openai_azure::Client, tools: openai_azure::tools::Tools) -> Result<(), openai_azure::Error> {
    /// # #[derive(schemars::JsonSchema, serde::Deserialize)]
    /// # struct Forecast { celsius: f64 }
    /// use openai_azure::chat::JsonSchema;
    /// use openai_azure::schema::StrictSchema;
    ///
    /// let schema = StrictSchema::<Forecast>::new()?;
    /// let chat = client.chat("gpt-5.6-terra").user("How warm will it be in Oslo?");
    /// let chat = chat.response_format(JsonSchema::from(&schema));
    /// let forecast = schema.read(&chat.run_tools(tools).send().await?)?;
    /// println!("{}", forecast.celsius);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::Output`], as for [`StructuredChatRequest::send`].
    pub fn read(&self, answer: &Response<impl AsRef<ChatCompletion>>) -> Result<T, Error> {
        let completion: &ChatCompletion = (**answer).as_ref();
        read(self.root(), completion, &answer.request_ids())
            .map_err(|error| error.with_retries(answer.retries_taken()))
    }
}

impl<T: ?Sized> StrictSchema<T> {
    /// A function whose arguments fit the schema exactly, for [`ChatRequest::tool`](super::ChatRequest::tool).
    pub fn to_tool(&self, name: impl Into<String>, description: impl Into<String>) -> Tool {
        Tool::from(Function::new(name, description, self.as_value().clone())).strict()
    }
}

impl AsRef<Self> for ChatCompletion {
    fn as_ref(&self) -> &Self {
        self
    }
}

/// Reads the first choice of a completion.
///
/// # Errors
///
/// [`Error::Output`] for everything but a whole value.
pub(super) fn read<T: DeserializeOwned>(
    root: Root,
    answer: &ChatCompletion,
    ids: &RequestIds,
) -> Result<T, Error> {
    let text = answer.text();
    let first = answer.choices.first().map(|choice| &choice.content_filter_results);
    let error = |fault| {
        OutputError::new(fault, text, ids.clone())
            .with_refusal(answer.refusal())
            .with_content_filter(first)
            .with_output(answer.clone())
    };
    if let Some(fault) = fault(answer) {
        return Err(Error::Output(error(fault)));
    }
    root.parse(text).map_err(|e| Error::Output(error(OutputFault::Unfit).because_of(e)))
}

/// Why the first choice cannot hold a value.
pub(crate) fn fault(answer: &ChatCompletion) -> Option<OutputFault> {
    if answer.refusal().is_some_and(|text| !text.is_empty()) {
        return Some(OutputFault::Refusal);
    }
    match answer.finish_reason() {
        Some(FinishReason::ContentFilter) => Some(OutputFault::ContentFilter),
        Some(FinishReason::Length) => Some(OutputFault::Length),
        _ if answer.text().is_empty() => Some(OutputFault::NoText),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{Root, read};
    use crate::error::{Error, ErrorKind, OutputFault};
    use crate::request_ids::RequestIds;
    use serde_json::{Value, json};

    fn fault(choice: Value) -> (OutputFault, ErrorKind, String) {
        let answer = serde_json::from_value(json!({"choices": [choice]})).unwrap();
        let error = read::<Vec<u8>>(Root::Wrapped, &answer, &RequestIds::default()).unwrap_err();
        let kind = error.kind();
        let Error::Output(error) = error else { panic!("{error:?}") };
        assert_eq!(error.output(), Some(&answer));
        (error.fault(), kind, error.text().to_owned())
    }

    #[test]
    fn the_ways_to_give_no_value_are_told_apart() {
        let said = |text: &str, reason: &str| {
            fault(json!({"message": {"content": text}, "finish_reason": reason}))
        };
        let text = "{\"value\": [1".to_owned();
        assert_eq!(said(&text, "length"), (OutputFault::Length, ErrorKind::Length, text.clone()));
        let filtered = said(&text, "content_filter");
        assert_eq!(filtered, (OutputFault::ContentFilter, ErrorKind::ContentFilter, text.clone()));
        assert_eq!(said(&text, "stop"), (OutputFault::Unfit, ErrorKind::Decode, text));
        assert_eq!(said("", "stop").0, OutputFault::NoText);
        assert_eq!(said("{\"value\": [-1]}", "stop").0, OutputFault::Unfit);
        assert_eq!(said("[1]", "stop").0, OutputFault::Unfit);
        let refusal = json!({"message": {"refusal": "No."}, "finish_reason": "stop"});
        assert_eq!(fault(refusal).0, OutputFault::Refusal);
        assert_eq!(fault(json!({"finish_reason": "content_filter"})).0, OutputFault::ContentFilter);
    }

    #[test]
    fn a_value_is_taken_out_of_its_object() {
        let answer = json!({"choices": [{"message": {"content": "{\"value\": [1, 2]}"}}]});
        let answer = serde_json::from_value(answer).unwrap();
        let value: Vec<u8> = read(Root::Wrapped, &answer, &RequestIds::default()).unwrap();
        assert_eq!(value, [1, 2]);
    }
}
