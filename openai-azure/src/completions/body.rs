//! The body of a completions request.

use std::collections::BTreeMap;

use bytes::Bytes;
use serde::Serialize;

use crate::chat::StreamOptions;
use crate::engine::request_body;
use crate::error::Error;
use crate::extra::Extra;

/// The text to continue: one or several, as text or as tokens.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
#[non_exhaustive]
pub enum Prompt {
    /// One text.
    Text(String),
    /// Several texts; each gets its own choices.
    Texts(Vec<String>),
    /// The tokens of one text.
    Tokens(Vec<u32>),
    /// The tokens of several texts.
    TokenLists(Vec<Vec<u32>>),
}

impl From<&str> for Prompt {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<&String> for Prompt {
    fn from(text: &String) -> Self {
        Self::Text(text.clone())
    }
}

impl From<String> for Prompt {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<Vec<String>> for Prompt {
    fn from(texts: Vec<String>) -> Self {
        Self::Texts(texts)
    }
}

impl<const N: usize> From<[&str; N]> for Prompt {
    fn from(texts: [&str; N]) -> Self {
        Self::Texts(texts.map(str::to_owned).into())
    }
}

impl From<Vec<u32>> for Prompt {
    fn from(tokens: Vec<u32>) -> Self {
        Self::Tokens(tokens)
    }
}

impl From<Vec<Vec<u32>>> for Prompt {
    fn from(lists: Vec<Vec<u32>>) -> Self {
        Self::TokenLists(lists)
    }
}

/// What is sent. A field that is not set is absent.
#[derive(Debug, Clone, Serialize)]
pub(super) struct CompletionBody {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) model: Option<String>,
    prompt: Prompt,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) max_tokens: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) temperature: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) top_p: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) n: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) best_of: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) suffix: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) echo: Option<bool>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) stop: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) seed: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) logprobs: Option<u32>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub(super) logit_bias: BTreeMap<String, i32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) presence_penalty: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) frequency_penalty: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) user: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) stream: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) stream_options: Option<StreamOptions>,
    #[serde(skip)]
    pub(super) extra: Extra,
}

impl CompletionBody {
    pub(super) fn new(prompt: Prompt) -> Self {
        Self {
            model: None,
            prompt,
            max_tokens: None,
            temperature: None,
            top_p: None,
            n: None,
            best_of: None,
            suffix: None,
            echo: None,
            stop: Vec::new(),
            seed: None,
            logprobs: None,
            logit_bias: BTreeMap::new(),
            presence_penalty: None,
            frequency_penalty: None,
            user: None,
            stream: None,
            stream_options: None,
            extra: Extra::default(),
        }
    }

    /// # Errors
    ///
    /// [`Error::Config`] for a list of no prompts, and for numbers that JSON cannot hold.
    #[inline]
    pub(super) fn to_body(&self) -> Result<Bytes, Error> {
        let is_empty = match &self.prompt {
            Prompt::Text(_) => false,
            Prompt::Texts(texts) => texts.is_empty(),
            Prompt::Tokens(tokens) => tokens.is_empty(),
            Prompt::TokenLists(lists) => lists.is_empty(),
        };
        if is_empty && !self.extra.contains_key("prompt") {
            return Err(Error::config("a completion needs at least one prompt"));
        }
        request_body::json(self, &self.extra)
    }
}

#[cfg(test)]
mod tests {
    use super::{CompletionBody, Prompt};

    #[test]
    fn what_is_not_set_is_absent() {
        let body = CompletionBody::new("a".into()).to_body().unwrap();
        assert_eq!(&body[..], br#"{"prompt":"a"}"#);
        let body = CompletionBody::new(["a", "b"].into()).to_body().unwrap();
        assert_eq!(&body[..], br#"{"prompt":["a","b"]}"#);
    }

    #[test]
    fn no_prompt_is_refused() {
        assert!(CompletionBody::new(Prompt::Texts(Vec::new())).to_body().is_err());
    }
}
