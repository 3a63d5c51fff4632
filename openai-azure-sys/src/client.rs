//! What every generated client stands on.

use std::fmt;
use std::sync::Arc;

use bytes::Bytes;
use http::{Extensions, HeaderMap, StatusCode};
use serde::de::DeserializeOwned;

use crate::base::Base;
use crate::byte_stream::ByteStream;
use crate::error::Error;
use crate::event_stream::EventStream;
use crate::operation::Operation;
use crate::request::{Reads, Request};
use crate::response::ResponseValue;
use crate::transport::{Response, Transport};

/// Makes requests, sends them and reads their responses.
#[derive(Clone)]
pub(crate) struct Core {
    base: Base,
    transport: Arc<dyn Transport>,
    /// What the client's api-version sends as `api-version`.
    api_version: Option<&'static str>,
}

#[allow(dead_code, reason = "not every set of features has each kind of operation")]
impl Core {
    pub(crate) fn new(
        base: Base,
        transport: Arc<dyn Transport>,
        api_version: Option<&'static str>,
    ) -> Self {
        Self { base, transport, api_version }
    }

    /// A request of an operation, with its path parameters.
    pub(crate) fn request(
        &self,
        operation: &'static Operation,
        values: &[&str],
    ) -> Result<Request, Error> {
        self.start(operation, None, values)
    }

    /// A request of an operation of a deployment.
    pub(crate) fn deployment_request(
        &self,
        operation: &'static Operation,
        deployment: &str,
        values: &[&str],
    ) -> Result<Request, Error> {
        self.start(operation, Some(deployment), values)
    }

    fn start(
        &self,
        operation: &'static Operation,
        deployment: Option<&str>,
        values: &[&str],
    ) -> Result<Request, Error> {
        let mut request = Request::of(operation, &self.base, deployment, values)?;
        request.set_api_version(self.api_version);
        Ok(request)
    }

    /// Sends a request and decodes the response.
    pub(crate) async fn json<T: DeserializeOwned>(
        &self,
        request: Request,
    ) -> Result<ResponseValue<T>, Error> {
        let whole = self.whole(request, "application/json").await?;
        match serde_json::from_slice(&whole.body) {
            Ok(value) => Ok(whole.with(value)),
            Err(error) => Err(whole.undecoded(error)),
        }
    }

    /// Sends a request whose response has no body.
    pub(crate) async fn empty(&self, request: Request) -> Result<ResponseValue<()>, Error> {
        Ok(self.whole(request, "application/json").await?.with(()))
    }

    /// Sends a request and returns the body of the response as it arrives.
    pub(crate) async fn bytes(
        &self,
        request: Request,
        accept: &'static str,
    ) -> Result<ResponseValue<ByteStream>, Error> {
        let response = self.send(request, accept, Reads::Stream).await?;
        let value = ResponseValue::new(response.body, response.status, response.headers);
        Ok(value.with_extensions(response.extensions))
    }

    /// Sends a request and returns the server-sent events of the response as they arrive.
    pub(crate) async fn events<T>(
        &self,
        request: Request,
        accept: &'static str,
    ) -> Result<ResponseValue<EventStream<T>>, Error> {
        Ok(self.bytes(request, accept).await?.map(EventStream::new))
    }

    async fn whole(&self, request: Request, accept: &'static str) -> Result<Whole, Error> {
        let Response { status, headers, body, extensions } =
            self.send(request, accept, Reads::Whole).await?;
        let body = body.into_bytes().await?;
        Ok(Whole { status, headers, body, extensions })
    }

    async fn send(
        &self,
        mut request: Request,
        accept: &'static str,
        reads: Reads,
    ) -> Result<Response, Error> {
        request.set_accept(accept);
        request.set_reads(reads);
        let response = self.transport.send(request).await?;
        if response.status.is_success() { Ok(response) } else { Err(Error::status_of(response)) }
    }
}

/// A response that has arrived as a whole.
struct Whole {
    status: StatusCode,
    headers: HeaderMap,
    body: Bytes,
    extensions: Extensions,
}

impl Whole {
    fn with<T>(self, value: T) -> ResponseValue<T> {
        ResponseValue::new(value, self.status, self.headers).with_extensions(self.extensions)
    }

    fn undecoded(self, error: serde_json::Error) -> Error {
        Error::decode(self.status, self.headers, self.body, error)
    }
}

impl fmt::Debug for Core {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").field("base", &self.base).finish_non_exhaustive()
    }
}
