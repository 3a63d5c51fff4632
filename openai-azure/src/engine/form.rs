//! Forms with files, made anew for each attempt.

use std::sync::Arc;

use openai_azure_sys::{Body, BodySource, BoxFuture, Error as SysError, OpenedBody};
use reqwest::multipart;
use serde_json::{Map, Value};

use crate::error::Error;
use crate::upload::Upload;

/// A `multipart/form-data` body to be: its fields and its files.
#[derive(Debug, Clone, Default)]
pub(crate) struct Form {
    fields: Vec<(String, String)>,
    files: Vec<(&'static str, Upload)>,
}

impl Form {
    /// Adds a field, unless it is not set.
    pub(crate) fn field(mut self, name: &str, value: Option<impl ToString>) -> Self {
        self.fields.extend(value.map(|value| (name.to_owned(), value.to_string())));
        self
    }

    /// Adds a file.
    pub(crate) fn file(mut self, name: &'static str, upload: Upload) -> Self {
        self.files.push((name, upload));
        self
    }

    /// Adds members that the crate does not know: text as it is, numbers and booleans as text, a
    /// list as `name[]` for each of its items, an object as JSON. They win over fields of the same
    /// name; null removes these.
    ///
    /// # Errors
    ///
    /// [`Error::Config`] for a name that cannot stand in a form.
    pub(crate) fn extra(mut self, extra: &Map<String, Value>) -> Result<Self, Error> {
        for (name, value) in extra {
            if name.is_empty() || name.contains(|c: char| c == '"' || c.is_control()) {
                return Err(Error::config(format!("{name:?} cannot be a member of a form")));
            }
            let list = format!("{}[]", name.trim_end_matches("[]"));
            self.fields.retain(|(other, _)| other != name && *other != list);
            match value {
                Value::Null => {}
                Value::Array(items) => {
                    self.fields.extend(items.iter().map(|item| (list.clone(), text(item))));
                }
                value => self.fields.push((name.clone(), text(value))),
            }
        }
        Ok(self)
    }

    /// The body of one attempt.
    ///
    /// # Errors
    ///
    /// [`Error::Config`] when a file cannot be opened, or not again.
    async fn build(&self) -> Result<multipart::Form, Error> {
        // Names as they are, in UTF-8: `name*`, which percent-encoding makes of `[]` and the like,
        // has no place in forms (RFC 7578, section 4.2), and servers miss the member.
        let mut form = multipart::Form::new().percent_encode_noop();
        for (name, upload) in &self.files {
            form = form.part(*name, upload.part().await?);
        }
        for (name, value) in &self.fields {
            form = form.text(name.clone(), value.clone());
        }
        Ok(form)
    }
}

impl BodySource for Form {
    fn open(&self) -> BoxFuture<'_, Result<OpenedBody, SysError>> {
        Box::pin(async {
            match self.build().await {
                Ok(form) => Ok(OpenedBody::Form(form)),
                Err(error) => Err(SysError::other(error)),
            }
        })
    }

    fn is_repeatable(&self) -> bool {
        self.files.iter().all(|(_, upload)| upload.is_repeatable())
    }
}

impl From<Form> for Body {
    fn from(form: Form) -> Self {
        Self::Source(Arc::new(form))
    }
}

fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::Form;
    use serde_json::json;

    #[test]
    fn extra_members_win_and_null_removes() {
        let extra = json!({"language": "de", "prompt": null, "include": ["logprobs"], "n": 2});
        let form = Form::default()
            .field("language", Some("en"))
            .field("prompt", Some("p"))
            .field("temperature", None::<f64>);
        let form = form.extra(extra.as_object().unwrap()).unwrap();
        let fields: Vec<_> = form.fields.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
        assert_eq!(fields.len(), 3);
        for field in [("language", "de"), ("include[]", "logprobs"), ("n", "2")] {
            assert!(fields.contains(&field), "{field:?}");
        }
        let invalid = json!({"a\"\r\n": 1});
        assert!(Form::default().extra(invalid.as_object().unwrap()).is_err());
    }
}
