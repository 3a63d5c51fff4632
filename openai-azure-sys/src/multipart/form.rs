//! A form: fields and files, opened anew for each attempt.

use std::borrow::Cow;

use serde::Serialize;
use serde_json::Value;

use super::Part;
use crate::body::{BodySource, OpenedBody};
use crate::error::Error;
use crate::transport::BoxFuture;

/// A body of `multipart/form-data`.
///
/// It can be sent any number of times, if all of its parts can.
///
/// ```
/// use openai_azure_sys::multipart::{Form, Part};
///
/// let form = Form::new().text("purpose", "batch").part("file", Part::path("requests.jsonl"));
/// assert!(form.is_repeatable());
/// ```
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Form {
    fields: Vec<(Cow<'static, str>, Field)>,
}

#[derive(Debug, Clone, PartialEq)]
enum Field {
    Text(String),
    Part(Part),
}

impl Form {
    /// Creates a form without fields.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a text.
    #[must_use]
    pub fn text(mut self, name: impl Into<Cow<'static, str>>, value: impl Into<String>) -> Self {
        self.fields.push((name.into(), Field::Text(value.into())));
        self
    }

    /// Adds a file, or one of several under the same name.
    #[must_use]
    pub fn part(mut self, name: impl Into<Cow<'static, str>>, part: Part) -> Self {
        self.fields.push((name.into(), Field::Part(part)));
        self
    }

    /// Adds a value: text as it is, numbers and booleans as text, a list as `name[]` for each of
    /// its items, an object as JSON, and nothing for null.
    ///
    /// # Errors
    ///
    /// [`InvalidRequest`](crate::ErrorKind::InvalidRequest) if the value cannot be JSON.
    pub fn value(
        mut self,
        name: &'static str,
        value: &(impl Serialize + ?Sized),
    ) -> Result<Self, Error> {
        let value = serde_json::to_value(value).map_err(|error| {
            Error::invalid_request(format!("the field `{name}`")).with_source(error.into())
        })?;
        match value {
            Value::Array(items) => {
                let name = format!("{}[]", name.trim_end_matches("[]"));
                for item in items {
                    self = self.text(name.clone(), text(item));
                }
            }
            Value::Null => {}
            other => self = self.text(name, text(other)),
        }
        Ok(self)
    }

    /// Whether the form can be sent more than once.
    #[must_use]
    pub fn is_repeatable(&self) -> bool {
        self.fields.iter().all(|(_, field)| match field {
            Field::Text(_) => true,
            Field::Part(part) => part.is_repeatable(),
        })
    }

    async fn build(&self) -> Result<reqwest::multipart::Form, Error> {
        // Names as they are, in UTF-8: `name*`, which percent-encoding makes of `[]` and the like,
        // has no place in forms (RFC 7578, section 4.2), and servers miss the field.
        let mut form = reqwest::multipart::Form::new().percent_encode_noop();
        for (name, field) in &self.fields {
            if name.is_empty() || name.contains(|c: char| c == '"' || c.is_control()) {
                return Err(Error::invalid_request(format!("{name:?} cannot name a field")));
            }
            form = match field {
                Field::Text(text) => form.text(name.clone(), text.clone()),
                Field::Part(part) => form.part(name.clone(), part.build(name).await?),
            };
        }
        Ok(form)
    }
}

impl BodySource for Form {
    fn open(&self) -> BoxFuture<'_, Result<OpenedBody, Error>> {
        Box::pin(async { Ok(OpenedBody::Form(self.build().await?)) })
    }

    fn is_repeatable(&self) -> bool {
        Self::is_repeatable(self)
    }
}

fn text(value: Value) -> String {
    match value {
        Value::String(text) => text,
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::Form;
    use crate::ErrorKind;
    use crate::multipart::Part;

    #[tokio::test]
    async fn values_become_fields_of_the_form() {
        let form = Form::new()
            .value("model", "whisper")
            .and_then(|form| form.value("temperature", &0.5))
            .and_then(|form| form.value("timestamp_granularities[]", &["word", "segment"]))
            .and_then(|form| form.value("none", &None::<String>))
            .unwrap();
        let shown = format!("{:?}", form.build().await.unwrap());
        for name in ["\"model\"", "\"temperature\"", "\"timestamp_granularities[]\""] {
            assert!(shown.contains(name), "{shown}");
        }
        assert!(!shown.contains("none"), "{shown}");
    }

    #[tokio::test]
    async fn a_name_that_would_leave_its_place_is_refused() {
        for name in ["", "a\"b", "a\r\nb"] {
            let error = Form::new().text(name, "x").build().await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::InvalidRequest);
        }
        let form = Form::new().part("file", Part::bytes("a\r\nb", "x"));
        assert!(form.build().await.is_err());
    }

    #[test]
    fn one_stream_makes_a_form_that_is_sent_once() {
        let form = Form::new().part("file", Part::bytes("a", "b"));
        assert!(form.is_repeatable());
        assert!(!form.part("other", Part::stream("c", "d")).is_repeatable());
    }
}
