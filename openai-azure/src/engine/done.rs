//! A call that succeeded, and what is made of its reply.

use std::sync::Arc;

use bytes::Bytes;
use serde::de::DeserializeOwned;

use super::attempt::{Attempted, undecoded};
use super::body_stream::BodyStream;
use super::reply::Reply;
use crate::error::{ApiError, Error};
use crate::response::{Head, Response};
use crate::response_origin::ResponseOrigin;
use crate::serde_ext::from_json;
use crate::sse::EventStream;
use crate::trace::{CallTrace, Telemetry};

/// A call that succeeded.
pub(super) struct Done {
    pub(super) reply: Reply,
    pub(super) origin: Arc<ResponseOrigin>,
    pub(super) trace: CallTrace,
    retries: u32,
}

impl Done {
    pub(super) fn new(attempted: Attempted, retries: u32) -> Self {
        let Attempted { reply, origin, trace } = attempted;
        Self { reply, origin, trace, retries }
    }

    pub(super) fn head(&self) -> Head {
        let ResponseOrigin { status, headers, endpoint, .. } = &*self.origin;
        Head {
            status: *status,
            headers: Arc::clone(headers),
            retries: self.retries,
            endpoint: endpoint.clone(),
        }
    }

    /// The head of a response that a generated client has decoded.
    pub(super) fn head_of_typed(&self) -> Head {
        if let Reply::Whole(body) = &self.reply {
            self.trace.span.describe_body(body);
        }
        self.head()
    }

    /// Decodes the whole body as JSON.
    pub(super) fn json<T: DeserializeOwned + Telemetry>(self) -> Result<Response<T>, Error> {
        self.decoded(|body| from_json(body))
    }

    /// Decodes the whole body.
    pub(super) fn decoded<T, E>(
        self,
        decode: impl FnOnce(&Bytes) -> Result<T, E>,
    ) -> Result<Response<T>, Error>
    where
        T: Telemetry,
        E: Into<Box<dyn std::error::Error + Send + Sync>>,
    {
        let Reply::Whole(body) = &self.reply else { return Err(misread(&self.origin)) };
        let error = match decode(body) {
            Ok(value) => match value.missing_field() {
                None => {
                    self.trace.span.describe(&value);
                    return Ok(Response::new(value, self.head()));
                }
                Some(field) => self.without_meaning(body, field),
            },
            Err(error) => undecoded(&self.origin, body.clone(), error),
        };
        Err(self.failed(error))
    }

    /// The whole body.
    pub(super) fn bytes(self) -> Result<Response<Bytes>, Error> {
        let head = self.head();
        match self.reply {
            Reply::Whole(body) => Ok(Response::new(body, head)),
            _ => Err(misread(&self.origin)),
        }
    }

    /// The events of a stream.
    pub(super) fn events(self) -> Result<Response<EventStream>, Error> {
        let head = self.head();
        match self.reply {
            Reply::Events(events) => Ok(Response::new(*events, head)),
            _ => Err(misread(&self.origin)),
        }
    }

    /// The bytes of the body as they arrive.
    pub(super) fn stream(self) -> Result<Response<BodyStream>, Error> {
        let head = self.head();
        match self.reply {
            Reply::Stream(stream) => Ok(Response::new(*stream, head)),
            _ => Err(misread(&self.origin)),
        }
    }

    /// The number of bytes that were written into a file.
    pub(super) fn file(self) -> Result<Response<u64>, Error> {
        let head = self.head();
        match self.reply {
            Reply::File(length) => Ok(Response::new(length, head)),
            _ => Err(misread(&self.origin)),
        }
    }

    /// The connection, which is a WebSocket now.
    #[cfg(feature = "realtime")]
    pub(super) fn upgraded(self) -> Result<(reqwest::Upgraded, Head, CallTrace), Error> {
        let head = self.head();
        match self.reply {
            Reply::Upgraded(stream) => Ok((stream, head, self.trace)),
            _ => Err(misread(&self.origin)),
        }
    }

    /// Records in the span that the reply is an error after all.
    pub(super) fn failed(&self, error: Error) -> Error {
        let error = error.with_retries(self.retries);
        self.trace.span.failed(&error);
        error
    }

    /// A success without the field that makes it one: an error of the service, or something else.
    fn without_meaning(&self, body: &Bytes, field: &'static str) -> Error {
        let body = self.trace.without_credential(body.clone());
        match ApiError::from_success(&body, &self.origin) {
            Some(error) => Error::Api(error),
            None => undecoded(&self.origin, body, format!("the field `{field}` is missing")),
        }
    }
}

fn misread(origin: &ResponseOrigin) -> Error {
    undecoded(origin, Bytes::new(), "the response was not read as it was asked for")
}
