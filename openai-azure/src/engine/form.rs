//! Forms with files, made anew for each attempt.

use std::sync::Arc;

use openai_azure_sys::{Body, BodySource, BoxFuture, Error as SysError, OpenedBody};
use reqwest::multipart;
use serde_json::{Map, Value};

use crate::error::Error;
use crate::upload::Upload;

/// A `multipart/form-data` body: its fields and its files.
///
/// It is made anew for each attempt, so that files are read again.
///
/// ```
/// use openai_azure::{Form, Upload};
///
/// let form = Form::new().text("purpose", "batch").file("file", Upload::path("lines.jsonl"));
/// # let _ = form;
/// ```
#[derive(Debug, Clone, Default)]
#[must_use]
pub struct Form {
    fields: Vec<(String, String)>,
    files: Vec<(String, Upload)>,
}

impl Form {
    /// An empty form.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a field. A name may occur several times, such as `include[]`.
    pub fn text(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.fields.push((name.into(), value.into()));
        self
    }

    /// Adds a file. A name may occur several times, such as `image[]`.
    pub fn file(mut self, name: impl Into<String>, upload: Upload) -> Self {
        self.files.push((name.into(), upload));
        self
    }

    /// # Errors
    ///
    /// [`Error::Config`] for a name that cannot be in a form, and a file that cannot be sent.
    pub(crate) async fn check(&self, most: u64) -> Result<(), Error> {
        let names = self.fields.iter().map(|(name, _)| name);
        names.chain(self.files.iter().map(|(name, _)| name)).try_for_each(|it| check_name(it))?;
        for (_, upload) in &self.files {
            upload.check(most).await?;
        }
        Ok(())
    }

    /// Adds a field, unless it is not set.
    pub(crate) fn field(mut self, name: &str, value: Option<impl ToString>) -> Self {
        self.fields.extend(value.map(|value| (name.to_owned(), value.to_string())));
        self
    }

    /// Adds fields that the crate does not know: text as it is, numbers and booleans as text, a
    /// list as `name[]` for each of its items, an object as JSON. They win over fields of the same
    /// name; null removes these.
    ///
    /// # Errors
    ///
    /// [`Error::Config`] for a name that cannot stand in a form.
    pub(crate) fn extra(mut self, extra: &Map<String, Value>) -> Result<Self, Error> {
        for (name, value) in extra {
            check_name(name)?;
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
        // has no place in forms (RFC 7578, section 4.2), and servers miss the field.
        let mut form = multipart::Form::new().percent_encode_noop();
        for (name, upload) in &self.files {
            form = form.part(name.clone(), upload.part().await?);
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

    fn with_field(&self, name: &str, value: &str) -> Option<Arc<dyn BodySource>> {
        let mut changed = self.clone();
        let (_, text) = changed.fields.iter_mut().find(|(known, _)| known == name)?;
        value.clone_into(text);
        Some(Arc::new(changed))
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

fn check_name(name: &str) -> Result<(), Error> {
    if name.is_empty() || name.contains(|c: char| c == '"' || c.is_control()) {
        return Err(Error::config(format!("{name:?} cannot be a field of a form")));
    }
    Ok(())
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
