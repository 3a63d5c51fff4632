//! The results of a batch.

use std::collections::HashMap;

use serde::Deserialize;
use serde_json::Value;

use super::batch::Batch;
use crate::chat::ChatCompletion;

/// What became of one request.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct BatchResult {
    /// Your id of the request.
    pub custom_id: String,
    /// The answer, or why there is none.
    pub answer: Result<ChatCompletion, BatchFailure>,
}

/// Why a request of a batch has no answer.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("{message}{}", .status.map(|status| format!(" (status {status})")).unwrap_or_default())]
#[non_exhaustive]
pub struct BatchFailure {
    /// The status that the request would have got by itself.
    pub status: Option<u16>,
    /// The code of the error, such as `content_filter`.
    pub code: Option<String>,
    /// What happened.
    pub message: String,
    /// All that the service said, as JSON.
    pub details: Value,
}

/// Results by the id of their request, read from the files of a batch.
///
/// ```
/// use openai_azure::batches::BatchOutput;
///
/// let mut output = BatchOutput::default();
/// output.read(br#"{"custom_id": "a", "response": {"status_code": 200, "body": {"choices": []}}}"#);
/// assert!(output.get("a").is_some_and(|answer| answer.is_ok()));
/// ```
#[derive(Debug, Clone, Default)]
pub struct BatchOutput {
    answers: HashMap<String, Result<ChatCompletion, BatchFailure>>,
    unread: Vec<(usize, String)>,
}

#[derive(Deserialize)]
struct Line {
    custom_id: String,
    #[serde(default)]
    response: Option<Answer>,
    #[serde(default)]
    error: Option<Value>,
}

#[derive(Deserialize)]
struct Answer {
    #[serde(default)]
    status_code: Option<u16>,
    #[serde(default)]
    body: Value,
}

impl BatchOutput {
    /// Reads a file of results; several files can be read one after the other. A line that makes no
    /// sense is noted in [`BatchOutput::unread`], and the others are read all the same.
    pub fn read(&mut self, file: &[u8]) {
        for (at, line) in file.split(|byte| *byte == b'\n').enumerate() {
            if line.trim_ascii().is_empty() {
                continue;
            }
            match serde_json::from_slice::<Line>(line) {
                Ok(line) => {
                    let (id, answer) = (line.custom_id.clone(), line.answer());
                    self.answers.insert(id, answer);
                }
                Err(error) => self.unread.push((at + 1, error.to_string())),
            }
        }
    }

    /// The result of a request.
    #[must_use]
    pub fn get(&self, custom_id: &str) -> Option<&Result<ChatCompletion, BatchFailure>> {
        self.answers.get(custom_id)
    }

    /// All results, in no order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Result<ChatCompletion, BatchFailure>)> {
        self.answers.iter().map(|(id, answer)| (id.as_str(), answer))
    }

    /// The lines that made no sense: their number in their file, from 1, and what is wrong.
    #[must_use]
    pub fn unread(&self) -> &[(usize, String)] {
        &self.unread
    }

    /// The result of a request of `batch`; one without a line has what became of the batch.
    pub(super) fn take(&mut self, id: &str, batch: &Batch) -> BatchResult {
        let answer = self.answers.remove(id).unwrap_or_else(|| Err(BatchFailure::of(batch)));
        BatchResult { custom_id: id.to_owned(), answer }
    }
}

impl Line {
    fn answer(self) -> Result<ChatCompletion, BatchFailure> {
        let (status, body) = match self.response {
            Some(answer) => (answer.status_code, answer.body),
            None => (None, Value::Null),
        };
        let error = self.error.filter(|error| !error.is_null());
        let is_answer = error.is_none() && status.is_none_or(|status| status < 400);
        if is_answer && body.is_object() && body.get("error").is_none_or(Value::is_null) {
            return serde_json::from_value(body.clone()).map_err(|e| BatchFailure {
                status,
                code: None,
                message: format!("the answer is no chat: {e}"),
                details: body,
            });
        }
        let details = error.unwrap_or(body);
        let inner = details.get("error").unwrap_or(&details);
        let text = |member: &str| inner.get(member)?.as_str().map(str::to_owned);
        let message = text("message").unwrap_or_else(|| "the request failed".to_owned());
        Err(BatchFailure { status, code: text("code"), message, details })
    }
}

impl BatchFailure {
    fn of(batch: &Batch) -> Self {
        let status = batch.status.as_ref().map_or("unknown", |status| status.as_str());
        let fault = batch.errors.as_ref().and_then(|errors| errors.data.first());
        let why = fault.map(|fault| format!(": {}", fault.message)).unwrap_or_default();
        Self {
            status: None,
            code: fault.map(|fault| fault.code.clone()),
            message: format!("batch {} is {status} and has no answer to it{why}", batch.id),
            details: serde_json::to_value(&batch.errors).unwrap_or_default(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::BatchOutput;
    use proptest::prelude::*;

    const FILE: &str = concat!(
        r#"{"custom_id":"good","response":{"status_code":200,"body":{"id":"x","choices":[]}},"error":null}"#,
        "\n",
        r#"{"custom_id":"bad","response":{"status_code":400,"body":{"error":{"code":"content_filter","message":"blocked"}}}}"#,
        "\r\n\nnot json\n",
        r#"{"custom_id":"late","response":null,"error":{"code":"batch_expired","message":"too late"}}"#,
    );

    #[test]
    fn answers_and_failures_are_told_apart_and_bad_lines_are_noted() {
        let mut output = BatchOutput::default();
        output.read(FILE.as_bytes());
        assert_eq!(output.get("good").unwrap().as_ref().unwrap().id, "x");
        let bad = output.get("bad").unwrap().as_ref().unwrap_err();
        assert_eq!((bad.status, bad.code.as_deref()), (Some(400), Some("content_filter")));
        assert_eq!(bad.to_string(), "blocked (status 400)");
        let late = output.get("late").unwrap().as_ref().unwrap_err();
        assert_eq!(late.code.as_deref(), Some("batch_expired"));
        assert_eq!(output.unread().len(), 1);
        assert_eq!(output.unread()[0].0, 4);
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic_and_good_lines_stay(noise: Vec<u8>) {
            let noise: Vec<u8> = noise.into_iter().filter(|byte| *byte != b'\n').collect();
            let mut output = BatchOutput::default();
            output.read(&[FILE.as_bytes(), b"\n", &noise].concat());
            prop_assert!(output.get("good").unwrap().is_ok());
        }
    }
}
