//! Answers that arrived whole and well, but are not what was asked for.

use std::error::Error as StdError;
use std::fmt;

use super::ErrorKind;
use crate::chat::ChatCompletion;
use crate::content_filter::ContentFilter;
use crate::request_ids::RequestIds;

type Source = Box<dyn StdError + Send + Sync + 'static>;

/// The model answered, but not with what was asked for.
///
/// ```no_run
/// # async fn example(client: openai_azure::Client) -> Result<(), openai_azure::Error> {
/// # #[derive(schemars::JsonSchema, serde::Deserialize, Debug)]
/// # struct Recipe { title: String }
/// use openai_azure::Error;
/// use openai_azure::error::AnswerFault;
///
/// match client.chat("gpt-4o").user("A cake, please.").respond_as::<Recipe>().send().await {
///     Ok(recipe) => println!("{:?}", recipe.value),
///     Err(Error::Answer(e)) => match e.fault() {
///         AnswerFault::Refusal => println!("no: {}", e.refusal().unwrap_or_default()),
///         AnswerFault::Length => println!("too long, it got to: {}", e.text()),
///         _ => println!("{e}"),
///     },
///     Err(other) => return Err(other),
/// }
/// # Ok(())
/// # }
/// ```
pub struct AnswerError(Box<Inner>);

struct Inner {
    fault: AnswerFault,
    text: String,
    ids: RequestIds,
    retries: u32,
    completion: Option<ChatCompletion>,
    refusal: Option<String>,
    source: Option<Source>,
}

/// What is wrong with an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum AnswerFault {
    /// The model would not do it; [`AnswerError::refusal`] says why.
    Refusal,
    /// The limit on tokens cut it off; ask for more by `max_completion_tokens`.
    Length,
    /// The content filter cut it off; [`AnswerError::content_filter`] says why.
    ContentFilter,
    /// It has no text, but calls tools or says nothing.
    NoText,
    /// Its text is no JSON, or does not fit the type; the source says where.
    Unfit,
    /// The model still called tools after the last round.
    RoundLimit,
}

impl AnswerError {
    #[cfg_attr(not(feature = "schema"), allow(dead_code, reason = "made for typed answers only"))]
    pub(crate) fn new(fault: AnswerFault, text: impl Into<String>, ids: RequestIds) -> Self {
        Self(Box::new(Inner {
            fault,
            text: text.into(),
            ids,
            retries: 0,
            completion: None,
            refusal: None,
            source: None,
        }))
    }

    #[cfg_attr(not(feature = "schema"), allow(dead_code, reason = "made for typed answers only"))]
    pub(crate) fn with_completion(mut self, completion: ChatCompletion) -> Self {
        self.0.refusal = completion.refusal().map(str::to_owned);
        self.0.completion = Some(completion);
        self
    }

    #[cfg_attr(not(feature = "schema"), allow(dead_code, reason = "made for typed answers only"))]
    pub(crate) fn with_refusal(mut self, refusal: Option<&str>) -> Self {
        self.0.refusal = refusal.map(str::to_owned);
        self
    }

    #[cfg_attr(not(feature = "schema"), allow(dead_code, reason = "made for typed answers only"))]
    pub(crate) fn because_of(mut self, source: impl Into<Source>) -> Self {
        self.0.source = Some(source.into());
        self
    }

    /// What is wrong.
    #[must_use]
    pub fn fault(&self) -> AnswerFault {
        self.0.fault
    }

    /// The kind of failure.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        match self.0.fault {
            AnswerFault::Refusal => ErrorKind::Refusal,
            AnswerFault::Length => ErrorKind::Length,
            AnswerFault::ContentFilter => ErrorKind::ContentFilter,
            AnswerFault::NoText | AnswerFault::Unfit => ErrorKind::Decode,
            AnswerFault::RoundLimit => ErrorKind::RoundLimit,
        }
    }

    /// The text as the model wrote it; of an answer that was cut off, what there is.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.0.text
    }

    /// Why the model would not do it.
    #[must_use]
    pub fn refusal(&self) -> Option<&str> {
        self.0.refusal.as_deref()
    }

    /// What the content filter found in the answer of a chat.
    #[must_use]
    pub fn content_filter(&self) -> Option<&ContentFilter> {
        let first = self.completion()?.choices.first()?;
        Some(&first.content_filter_results)
    }

    /// The whole answer of a chat, with its usage.
    #[must_use]
    pub fn completion(&self) -> Option<&ChatCompletion> {
        self.0.completion.as_ref()
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

impl fmt::Display for AnswerError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.0.fault {
            AnswerFault::Refusal => "the model refused to answer",
            AnswerFault::Length => "the answer was cut off at the limit on tokens; raise it",
            AnswerFault::ContentFilter => "the content filter cut the answer off",
            AnswerFault::NoText => "the answer has no text",
            AnswerFault::Unfit => "the answer does not fit the type",
            AnswerFault::RoundLimit => "the model still calls tools after the last round",
        })?;
        match self.0.ids.request_id() {
            Some(id) => write!(f, " (request id {id})"),
            None => Ok(()),
        }
    }
}

impl StdError for AnswerError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.0.source.as_deref().map(|source| source as _)
    }
}

/// The text may hold what a person said, so it is not printed.
impl fmt::Debug for AnswerError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AnswerError")
            .field("fault", &self.0.fault)
            .field("request_ids", &self.0.ids)
            .field("text_bytes", &self.0.text.len())
            .field("source", &self.0.source)
            .finish_non_exhaustive()
    }
}
