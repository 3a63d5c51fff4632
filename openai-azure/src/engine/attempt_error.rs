//! How a failed attempt becomes an [`Error`].

use bytes::{Bytes, BytesMut};
use openai_azure_sys::Error as SysError;

use crate::engine::call::Attempt;
use crate::error::{ApiError, ConnectionError, DecodeError, Error, TimeoutError, TimeoutScope};
use crate::request_ids::RequestIds;

/// The most bytes of an error's body that are kept.
const MAX_ERROR_BODY: usize = 64 << 10;

/// What an operation inside an attempt can fail with.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The generated call failed.
    Sys(Box<SysError<()>>),
    /// Something after it failed, and is an error already.
    Ready(Error),
}

impl From<SysError<()>> for Failure {
    fn from(error: SysError<()>) -> Self {
        Self::Sys(Box::new(error))
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Ready(error)
    }
}

impl Failure {
    /// Reads what is left to read, such as the body of an error.
    pub(crate) async fn into_error(self, attempt: &Attempt) -> Error {
        let error = match self {
            Self::Ready(error) => return error,
            Self::Sys(error) => *error,
        };
        match error {
            SysError::UnexpectedResponse(response) => failed(response, attempt).await,
            SysError::CommunicationError(e)
            | SysError::ResponseBodyError(e)
            | SysError::InvalidUpgrade(e) => transport(e, attempt),
            SysError::InvalidResponsePayload(body, e) => {
                let origin = attempt.origin();
                let ids = RequestIds::from_headers(&origin.headers);
                Error::Decode(DecodeError::new(origin.status, ids, body, e))
            }
            SysError::ErrorResponse(_) => {
                Error::Api(ApiError::from_answer(Bytes::new(), &attempt.origin()))
            }
            SysError::InvalidRequest(message) | SysError::Custom(message) => Error::config(message),
        }
    }
}

/// An error of reqwest, in our words.
fn transport(error: reqwest::Error, attempt: &Attempt) -> Error {
    let url = attempt.origin().url;
    if error.is_builder() {
        return Error::config(format!("the request cannot be made: {}", error.without_url()));
    }
    if error.is_timeout() {
        let scope = if error.is_connect() { TimeoutScope::Connect } else { TimeoutScope::Attempt };
        let limit = attempt.connect_timeout;
        return Error::Timeout(
            TimeoutError::new(scope, limit, &url).because_of(error.without_url()),
        );
    }
    Error::Connection(ConnectionError::new(&url, error))
}

/// An answer whose status is not the operation's.
async fn failed(mut response: reqwest::Response, attempt: &Attempt) -> Error {
    let mut body = BytesMut::new();
    // An error is worth more with half of its body than as a broken connection.
    while let Ok(Some(piece)) = response.chunk().await {
        let room = MAX_ERROR_BODY - body.len();
        body.extend_from_slice(&piece[..piece.len().min(room)]);
        if piece.len() >= room {
            break;
        }
    }
    let (body, origin) = (attempt.without_credential(body.freeze()), attempt.origin());
    attempt.log_body("the failed answer", &body);
    if response.status().is_success() {
        let ids = RequestIds::from_headers(&origin.headers);
        let what = "the operation has no answer with this status";
        return Error::Decode(DecodeError::new(origin.status, ids, body, what));
    }
    Error::Api(ApiError::from_answer(body, &origin))
}
