//! What became of a line.

use std::fmt;

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::batch::Batch;
use crate::chat::ChatCompletion;
use crate::embeddings::EmbeddingList;
use crate::error::Error;
use crate::responses::ModelResponse;

/// The result of a line.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct BatchResult {
    /// Your ID of the line.
    pub custom_id: String,
    /// The response, or why there is none.
    pub outcome: Result<BatchResponse, BatchFailure>,
}

/// The response to a line.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct BatchResponse {
    /// HTTP status.
    pub status_code: u16,
    /// The ID to give to support.
    pub request_id: Option<String>,
    /// The body.
    pub body: Value,
}

/// Why a line has no response.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct BatchFailure {
    /// HTTP status of the line, if it ran.
    pub status_code: Option<u16>,
    /// Code, such as `content_filter` or `batch_expired`; `missing` for a line that the service has
    /// no result for.
    pub code: Option<String>,
    /// What went wrong.
    pub message: String,
    /// The error as the service wrote it.
    pub details: Value,
}

impl BatchResult {
    /// Reads a line of a file of results or of errors, such as a blob that a batch with
    /// [`create_from_blob`](super::Batches::create_from_blob) has written.
    ///
    /// ```
    /// use openai_azure::batches::BatchResult;
    ///
    /// let line = r#"{"custom_id": "a", "response": {"status_code": 200, "body": {"id": "x"}}}"#;
    /// let result = BatchResult::from_line(line)?;
    /// assert_eq!(result.custom_id, "a");
    /// assert!(result.outcome.is_ok());
    /// # Ok::<(), openai_azure::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::Config`] for what is no line of such a file.
    #[inline]
    pub fn from_line(line: impl AsRef<[u8]>) -> Result<Self, Error> {
        read(line.as_ref())
            .map_err(|error| Error::config(format!("this is no line of results: {error}")))
    }
}

impl fmt::Display for BatchFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)?;
        match self.status_code {
            Some(status) => write!(f, " (status {status})"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for BatchFailure {}

impl BatchResponse {
    /// Decodes the body as a chat completion.
    ///
    /// # Errors
    ///
    /// [`Error::Config`] for a body of another kind.
    #[inline]
    pub fn chat(&self) -> Result<ChatCompletion, Error> {
        self.json()
    }

    /// Decodes the body as a response.
    ///
    /// # Errors
    ///
    /// [`Error::Config`] for a body of another kind.
    #[inline]
    pub fn response(&self) -> Result<ModelResponse, Error> {
        self.json()
    }

    /// Decodes the body as embeddings.
    ///
    /// # Errors
    ///
    /// [`Error::Config`] for a body of another kind.
    #[inline]
    pub fn embeddings(&self) -> Result<EmbeddingList, Error> {
        self.json()
    }

    /// Decodes the body as a type of yours.
    ///
    /// # Errors
    ///
    /// [`Error::Config`] for a body of another kind.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T, Error> {
        T::deserialize(&self.body).map_err(|error| {
            Error::config(format!("the response of the line is of another kind: {error}"))
        })
    }
}

#[derive(Deserialize)]
struct Line {
    custom_id: String,
    response: Option<LineResponse>,
    error: Option<Value>,
}

#[derive(Deserialize)]
struct LineResponse {
    status_code: Option<u16>,
    request_id: Option<String>,
    #[serde(default)]
    body: Value,
}

/// Reads a line of a file of results or of errors.
pub(super) fn read(line: &[u8]) -> Result<BatchResult, serde_json::Error> {
    let Line { custom_id, response, error } = serde_json::from_slice(line)?;
    let error = error.filter(|error| !error.is_null());
    let status_code = response.as_ref().and_then(|response| response.status_code);
    let body = response.as_ref().map_or(&Value::Null, |response| &response.body);
    let has_error = body.get("error").is_some_and(|error| !error.is_null());
    let is_good = error.is_none() && status_code.is_none_or(|status| status < 400) && !has_error;
    let outcome = match response {
        Some(response) if is_good && response.body.is_object() => Ok(BatchResponse {
            status_code: status_code.unwrap_or(200),
            request_id: response.request_id,
            body: response.body,
        }),
        response => {
            let details = error.unwrap_or_else(|| response.map_or(Value::Null, |it| it.body));
            Err(failure(status_code, details))
        }
    };
    Ok(BatchResult { custom_id, outcome })
}

fn failure(status_code: Option<u16>, details: Value) -> BatchFailure {
    let inner = details.get("error").unwrap_or(&details);
    let text = |name: &str| inner.get(name)?.as_str().map(str::to_owned);
    let message = text("message").unwrap_or_else(|| "the line failed".to_owned());
    BatchFailure { status_code, code: text("code"), message, details }
}

/// The failure of a line that no file has a result for.
pub(super) fn missing(custom_id: String, batch: Option<&Batch>) -> BatchResult {
    let fault = batch.and_then(|batch| batch.errors.as_ref()?.data.first());
    let message = match (batch, fault) {
        (None, _) => "the batch of this line was not created".to_owned(),
        (Some(batch), Some(fault)) => format!("the batch {} failed: {}", batch.id, fault.message),
        (Some(batch), None) => {
            let status = batch.status.as_ref().map_or("unknown", |status| status.as_str());
            format!("the batch {} is {status} and has no result for this line", batch.id)
        }
    };
    let code = fault.map_or_else(|| "missing".to_owned(), |fault| fault.code.clone());
    let details = fault.and_then(|fault| serde_json::to_value(fault).ok()).unwrap_or_default();
    let failure = BatchFailure { status_code: None, code: Some(code), message, details };
    BatchResult { custom_id, outcome: Err(failure) }
}

#[cfg(test)]
mod tests {
    use super::read;
    use proptest::prelude::*;
    use serde_json::json;

    proptest! {
        #[test]
        fn no_bytes_make_it_panic(bytes: Vec<u8>) {
            prop_assert!(read(&bytes).is_err());
        }
    }

    #[test]
    fn responses_and_failures_are_told_apart() {
        let good = json!({"custom_id": "a", "error": null,
            "response": {"status_code": 200, "request_id": "r", "body": {"choices": []}}});
        let good = read(good.to_string().as_bytes()).unwrap().outcome.unwrap();
        assert_eq!((good.status_code, good.request_id.as_deref()), (200, Some("r")));
        let error = json!({"error": {"code": "content_filter", "message": "blocked"}});
        for line in [
            json!({"custom_id": "a", "response": {"status_code": 400, "body": error}}),
            json!({"custom_id": "a", "response": {"body": error}, "error": null}),
        ] {
            let failure = read(line.to_string().as_bytes()).unwrap().outcome.unwrap_err();
            assert_eq!(failure.code.as_deref(), Some("content_filter"));
            assert!(failure.to_string().starts_with("blocked"));
        }
        let late = json!({"custom_id": "a", "response": null,
            "error": {"code": "batch_expired", "message": "too late"}});
        let late = read(late.to_string().as_bytes()).unwrap().outcome.unwrap_err();
        assert_eq!((late.status_code, late.code.as_deref()), (None, Some("batch_expired")));
        assert!(read(b"not json").is_err());
        assert!(read(b"{}").is_err());
    }
}
