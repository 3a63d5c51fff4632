//! What is turned into vectors.

use serde::Serialize;
use serde_json::{Map, Value};

use super::MAX_INPUTS;
use crate::error::Error;

/// One or more texts, as characters or as tokens.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
#[non_exhaustive]
pub enum EmbeddingInput {
    /// One text.
    Text(String),
    /// Several texts.
    Texts(Vec<String>),
    /// The tokens of one text.
    Tokens(Vec<u32>),
    /// The tokens of several texts.
    TokenLists(Vec<Vec<u32>>),
}

impl EmbeddingInput {
    /// How many vectors it makes.
    #[must_use]
    pub fn len(&self) -> usize {
        match self {
            Self::Text(_) | Self::Tokens(_) => 1,
            Self::Texts(texts) => texts.len(),
            Self::TokenLists(lists) => lists.len(),
        }
    }

    /// Whether it makes none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// # Errors
    ///
    /// [`Error::Config`] for what the service refuses: nothing, an empty text, too many texts.
    pub(super) fn check(&self, extra: &Map<String, Value>) -> Result<(), Error> {
        if extra.contains_key("input") {
            return Ok(());
        }
        if self.is_empty() {
            return Err(Error::config("embeddings need at least one input"));
        }
        if self.len() > MAX_INPUTS {
            return Err(Error::config(format!(
                "{} inputs are more than the {MAX_INPUTS} of one request: use `bulk_of`",
                self.len()
            )));
        }
        let empty = match self {
            Self::Text(text) => text.is_empty().then_some(0),
            Self::Tokens(tokens) => tokens.is_empty().then_some(0),
            Self::Texts(texts) => texts.iter().position(String::is_empty),
            Self::TokenLists(lists) => lists.iter().position(Vec::is_empty),
        };
        match empty {
            Some(at) => Err(Error::config(format!("input {at} is empty, which has no vector"))),
            None => Ok(()),
        }
    }
}

impl Default for EmbeddingInput {
    fn default() -> Self {
        Self::Texts(Vec::new())
    }
}

impl From<&str> for EmbeddingInput {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<&String> for EmbeddingInput {
    fn from(text: &String) -> Self {
        Self::Text(text.clone())
    }
}

impl From<String> for EmbeddingInput {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<Vec<String>> for EmbeddingInput {
    fn from(texts: Vec<String>) -> Self {
        Self::Texts(texts)
    }
}

impl From<Vec<&str>> for EmbeddingInput {
    fn from(texts: Vec<&str>) -> Self {
        Self::from(texts.as_slice())
    }
}

impl From<&[&str]> for EmbeddingInput {
    fn from(texts: &[&str]) -> Self {
        Self::Texts(texts.iter().map(|&text| text.to_owned()).collect())
    }
}

impl From<&[String]> for EmbeddingInput {
    fn from(texts: &[String]) -> Self {
        Self::Texts(texts.to_vec())
    }
}

impl<const N: usize> From<[&str; N]> for EmbeddingInput {
    fn from(texts: [&str; N]) -> Self {
        Self::from(texts.as_slice())
    }
}

impl<const N: usize> From<[String; N]> for EmbeddingInput {
    fn from(texts: [String; N]) -> Self {
        Self::Texts(texts.into())
    }
}

impl From<Vec<u32>> for EmbeddingInput {
    fn from(tokens: Vec<u32>) -> Self {
        Self::Tokens(tokens)
    }
}

impl From<Vec<Vec<u32>>> for EmbeddingInput {
    fn from(lists: Vec<Vec<u32>>) -> Self {
        Self::TokenLists(lists)
    }
}

#[cfg(test)]
mod tests {
    use super::EmbeddingInput;
    use serde_json::{Map, json};

    #[test]
    fn each_form_is_written_as_the_service_reads_it() {
        for (input, expected) in [
            (EmbeddingInput::from("red"), json!("red")),
            (["red", "blue"].into(), json!(["red", "blue"])),
            (vec![1, 2].into(), json!([1, 2])),
            (vec![vec![1], vec![2, 3]].into(), json!([[1], [2, 3]])),
        ] {
            assert_eq!(serde_json::to_value(input).unwrap(), expected);
        }
    }

    #[test]
    fn nothing_an_empty_text_and_too_many_are_refused() {
        let refused = |input: EmbeddingInput| input.check(&Map::new()).unwrap_err().to_string();
        assert!(refused(EmbeddingInput::default()).contains("at least one"));
        assert!(refused(["red", ""].into()).contains("input 1 is empty"));
        assert!(refused(vec!["x".to_owned(); 2049].into()).contains("bulk_of"));
        assert!(EmbeddingInput::from(vec!["x".to_owned(); 2048]).check(&Map::new()).is_ok());
    }
}
