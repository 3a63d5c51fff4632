//! A line of a batch: one request with an ID of yours.

use bytes::Bytes;
use serde_json::{Value, json};

use super::batch::BatchEndpoint;
use crate::chat::ChatRequest;
use crate::embeddings::EmbeddingRequest;
use crate::error::Error;
use crate::responses::ResponseRequest;

/// A request of a batch, with the ID by which its result is found.
///
/// ```no_run
/// # fn example(client: openai_azure::Client, reviews: Vec<String>) {
/// use openai_azure::batches::BatchLine;
///
/// let lines = reviews.into_iter().enumerate().map(move |(number, review)| {
///     let chat = client.chat("gpt-5.6-terra").system("Good or bad?").user(review);
///     BatchLine::chat(format!("review-{number}"), &chat)
/// });
/// # drop(lines);
/// # }
/// ```
#[derive(Debug)]
#[must_use]
pub struct BatchLine {
    pub(super) custom_id: String,
    pub(super) endpoint: BatchEndpoint,
    /// Reported when the line is written.
    pub(super) body: Result<Bytes, Error>,
}

impl BatchLine {
    /// A chat. Its call options do not count.
    pub fn chat(custom_id: impl Into<String>, chat: &ChatRequest) -> Self {
        Self::new(custom_id, BatchEndpoint::ChatCompletions, chat.to_body())
    }

    /// A response. Its call options do not count.
    pub fn response(custom_id: impl Into<String>, response: &ResponseRequest) -> Self {
        Self::new(custom_id, BatchEndpoint::Responses, response.to_body())
    }

    /// An embedding request. Its call options do not count.
    pub fn embedding(custom_id: impl Into<String>, request: &EmbeddingRequest) -> Self {
        Self::new(custom_id, BatchEndpoint::Embeddings, request.to_body())
    }

    /// Any request, with the deployment in the field `model` of its body.
    pub fn json(
        custom_id: impl Into<String>,
        endpoint: impl Into<BatchEndpoint>,
        body: &Value,
    ) -> Self {
        Self::new(custom_id, endpoint.into(), Ok(body.to_string().into()))
    }

    fn new(
        custom_id: impl Into<String>,
        endpoint: BatchEndpoint,
        body: Result<Bytes, Error>,
    ) -> Self {
        Self { custom_id: custom_id.into(), endpoint, body }
    }
}

/// The line as it is written, with its end. The body is compact JSON, so it has no line end.
pub(super) fn encoded(custom_id: &str, url: &str, body: &[u8]) -> Vec<u8> {
    let head = json!({"custom_id": custom_id, "method": "POST", "url": url}).to_string();
    [head.trim_end_matches('}').as_bytes(), b",\"body\":", body, b"}\n"].concat()
}
