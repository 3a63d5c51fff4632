//! Reading the answer of a raw call inside the attempt, so that a body that breaks is tried again.

use std::future::poll_fn;

use bytes::{Bytes, BytesMut};
use openai_azure_sys::{ByteStream, Error as SysError, ResponseValue};
use serde::de::DeserializeOwned;

use crate::engine::attempt_error::Failure;
use crate::engine::call::Attempt;
use crate::sse::EventStream;
use crate::trace::Telemetry;

/// Reads the whole body as JSON.
pub(crate) async fn json<T: DeserializeOwned + Telemetry>(
    answer: ResponseValue<ByteStream>,
    attempt: Attempt,
) -> Result<T, Failure> {
    let body = whole(answer).await?;
    attempt.log_body("the answer", &body);
    let value: T =
        serde_json::from_slice(&body).map_err(|e| SysError::InvalidResponsePayload(body, e))?;
    attempt.span().describe(&value);
    Ok(value)
}

/// Reads until the first event, and gives the events.
pub(crate) async fn events(
    answer: ResponseValue<ByteStream>,
    attempt: Attempt,
) -> Result<EventStream, Failure> {
    let body = answer.into_inner();
    Ok(EventStream::open(body, attempt).await?)
}

/// Reads the whole body. One that arrives in one piece is not copied.
pub(crate) async fn whole(answer: ResponseValue<ByteStream>) -> Result<Bytes, Failure> {
    let length = answer.content_length().unwrap_or_default();
    let mut body = answer.into_inner().into_inner();
    let mut next = async || {
        let piece = poll_fn(|cx| body.as_mut().poll_next(cx)).await;
        piece.transpose().map_err(SysError::ResponseBodyError)
    };
    let Some(first) = next().await? else { return Ok(Bytes::new()) };
    let Some(second) = next().await? else { return Ok(first) };
    // The announced length is a hint: a wrong one may not reserve much.
    let hint = usize::try_from(length).unwrap_or_default().min(16 << 20);
    let mut whole = BytesMut::with_capacity(hint.max(first.len() + second.len()));
    whole.extend_from_slice(&first);
    whole.extend_from_slice(&second);
    while let Some(piece) = next().await? {
        whole.extend_from_slice(&piece);
    }
    Ok(whole.freeze())
}
