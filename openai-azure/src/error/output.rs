//! Responses that arrived whole and well, but are not what was asked for.

use std::any::Any;
use std::error::Error as StdError;
use std::fmt;

use super::ErrorKind;
use super::json_error::without_text;
use crate::content_filter::ContentFilter;
use crate::request_ids::RequestIds;

type Source = Box<dyn StdError + Send + Sync + 'static>;

/// The model responded, but not with what was asked for.
///
/// ```no_run
/// # async fn example(client: openai_azure::Client) -> Result<(), openai_azure::Error> {
/// # #[derive(schemars::JsonSchema, serde::Deserialize, Debug)]
/// # struct Recipe { title: String }
/// use openai_azure::Error;
/// use openai_azure::error::OutputFault;
///
/// match client.chat("gpt-5.6-terra").user("A cake, please.").respond_as::<Recipe>().send().await {
///     Ok(recipe) => println!("{:?}", recipe.value),
///     Err(Error::Output(e)) => match e.fault() {
///         OutputFault::Refusal => println!("no: {}", e.refusal().unwrap_or_default()),
///         OutputFault::Length => println!("too long, it got to: {}", e.text()),
///         _ => println!("{e}"),
///     },
///     Err(other) => return Err(other),
/// }
/// # Ok(())
/// # }
/// ```
pub struct OutputError(Box<Inner>);

struct Inner {
    fault: OutputFault,
    text: String,
    ids: RequestIds,
    retries: u32,
    output: Option<Box<dyn Any + Send + Sync>>,
    content_filter: Option<ContentFilter>,
    refusal: Option<String>,
    source: Option<Source>,
}

/// What is wrong with a response.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum OutputFault {
    /// The model would not do it; see [`OutputError::refusal`].
    Refusal,
    /// The limit on tokens cut it off; ask for more by `max_completion_tokens`.
    Length,
    /// The content filter cut it off; see [`OutputError::content_filter`].
    ContentFilter,
    /// It has no text, but calls tools or is empty.
    NoText,
    /// Its text is no JSON, or does not fit the type; the source shows where.
    Unfit,
    /// The model still called tools after the last round.
    RoundLimit,
}

impl OutputError {
    #[cfg_attr(not(feature = "schema"), allow(dead_code, reason = "made for typed answers only"))]
    pub(crate) fn new(fault: OutputFault, text: impl Into<String>, ids: RequestIds) -> Self {
        Self(Box::new(Inner {
            fault,
            text: text.into(),
            ids,
            retries: 0,
            output: None,
            content_filter: None,
            refusal: None,
            source: None,
        }))
    }

    #[cfg_attr(not(feature = "schema"), allow(dead_code, reason = "made for typed answers only"))]
    pub(crate) fn with_output<T: Send + Sync + 'static>(mut self, output: T) -> Self {
        self.0.output = Some(Box::new(output));
        self
    }

    #[cfg_attr(not(feature = "schema"), allow(dead_code, reason = "made for typed answers only"))]
    pub(crate) fn with_content_filter(mut self, filter: Option<&ContentFilter>) -> Self {
        self.0.content_filter = filter.cloned();
        self
    }

    #[cfg_attr(not(feature = "schema"), allow(dead_code, reason = "made for typed answers only"))]
    pub(crate) fn with_refusal(mut self, refusal: Option<&str>) -> Self {
        self.0.refusal = refusal.map(str::to_owned);
        self
    }

    #[cfg_attr(not(feature = "schema"), allow(dead_code, reason = "made for typed answers only"))]
    pub(crate) fn because_of(mut self, source: impl Into<Source>) -> Self {
        self.0.source = Some(without_text(source.into()));
        self
    }

    /// What is wrong.
    #[must_use]
    pub fn fault(&self) -> OutputFault {
        self.0.fault
    }

    /// The kind of failure.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        match self.0.fault {
            OutputFault::Refusal => ErrorKind::Refusal,
            OutputFault::Length => ErrorKind::Length,
            OutputFault::ContentFilter => ErrorKind::ContentFilter,
            OutputFault::NoText | OutputFault::Unfit => ErrorKind::Decode,
            OutputFault::RoundLimit => ErrorKind::RoundLimit,
        }
    }

    /// The text as the model wrote it; of a response that was cut off, what there is.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.0.text
    }

    /// Why the model would not do it.
    #[must_use]
    pub fn refusal(&self) -> Option<&str> {
        self.0.refusal.as_deref()
    }

    /// What the content filter found in the response of a chat.
    #[must_use]
    pub fn content_filter(&self) -> Option<&ContentFilter> {
        self.0.content_filter.as_ref()
    }

    /// What the model returned as a whole, with its token usage: a
    /// [`ChatCompletion`](crate::chat::ChatCompletion) of a chat, a
    /// [`ModelResponse`](crate::responses::ModelResponse) of the Responses API.
    #[must_use]
    pub fn output<T: 'static>(&self) -> Option<&T> {
        self.0.output.as_ref()?.downcast_ref()
    }

    /// The ids to give to support.
    #[must_use]
    pub fn request_ids(&self) -> &RequestIds {
        &self.0.ids
    }

    /// How often the call was tried again before it ended so.
    #[must_use]
    pub fn retries_taken(&self) -> u32 {
        self.0.retries
    }

    pub(super) fn set_retries(&mut self, retries: u32) {
        self.0.retries = retries;
    }
}

impl fmt::Display for OutputError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.0.fault {
            OutputFault::Refusal => "the model refused to answer",
            OutputFault::Length => "the answer was cut off at the limit on tokens; raise it",
            OutputFault::ContentFilter => "the content filter cut the answer off",
            OutputFault::NoText => "the answer has no text",
            OutputFault::Unfit => "the answer does not fit the type",
            OutputFault::RoundLimit => "the model still calls tools after the last round",
        })?;
        match self.0.ids.request_id() {
            Some(id) => write!(f, " (request id {id})"),
            None => Ok(()),
        }
    }
}

impl StdError for OutputError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.0.source.as_deref().map(|source| source as _)
    }
}

/// The text may hold content of a prompt, so it is not printed.
impl fmt::Debug for OutputError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AnswerError")
            .field("fault", &self.0.fault)
            .field("request_ids", &self.0.ids)
            .field("text_bytes", &self.0.text.len())
            .field("source", &self.0.source)
            .finish_non_exhaustive()
    }
}
