//! The life of a call.
//!
//! 1. A builder makes the body once. [`Call`] binds the generated client to a [`CallTransport`] and
//!    runs one of its methods, once: the method makes the [`Request`] and hands it over.
//! 2. [`Plan`](super::plan) completes the request with the options of the client and of the call: the
//!    api-version, headers, query, the IDs that stay the same over retries, the limits.
//! 3. [`retry_loop`](super::retry_loop) makes [attempts](super::attempt). Each one asks the credential for
//!    a header, sends, and reads what belongs to it: the head, the first event, or the whole body.
//! 4. A failed attempt becomes an [`Error`]; the loop decides: try again after a wait, or give up. A
//!    401 drops the cached token and is tried once more. Each attempt is an event, see
//!    [`trace`](crate::trace).
//! 5. [`Call`] decodes the body and returns it with its head: request IDs, rate limits, headers,
//!    retries taken.

use std::future::Future;
use std::pin::pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use bytes::Bytes;
use openai_azure_sys::api::Api;
use openai_azure_sys::{
    BoxFuture, ByteStream, Error as SysError, Reads, Request, ResponseValue, Transport, raw,
};
use reqwest::StatusCode;
use reqwest::header::HeaderMap;
use serde::de::DeserializeOwned;
use tokio::sync::Mutex as AsyncMutex;
use tracing::Instrument as _;

use super::attempt::{sys_error, undecoded};
use super::body_stream::BodyStream;
use super::client::Client;
use super::done::Done;
use super::options::CallOptions;
use super::plan::Plan;
use super::reply::{Expect, Reply};
use super::retry_loop;
use crate::atomic_file::Draft;
use crate::error::Error;
use crate::response::{Head, Response};
use crate::sse::EventStream;
#[cfg(feature = "realtime")]
use crate::trace::CallSpan;
use crate::trace::{CallTrace, Telemetry};

/// What an operation of the raw client returns.
pub(crate) type RawResult = Result<ResponseValue<ByteStream>, SysError>;

impl Client {
    /// Runs any generated operation of any enabled api-version with credential, retries, timeouts
    /// and typed errors.
    ///
    /// The closure is called once, with a client of the version that its argument names; that
    /// version is also what `api-version` asks for, unless the options say otherwise.
    ///
    /// ```no_run
    /// # #[cfg(feature = "v1")]
    /// # async fn example(client: openai_azure::Client) -> Result<(), openai_azure::Error> {
    /// use openai_azure::sys::v1;
    ///
    /// let models = client.call(|api: v1::Client| async move { api.models_list().await }).await?;
    /// println!("{} models", models.data.len());
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// Any [`Error`]. A generated operation whose response is a stream of bytes is done when the
    /// head of the response has arrived; what breaks after that is in the stream.
    pub async fn call<A, T, F, Fut>(&self, operation: F) -> Result<Response<T>, Error>
    where
        A: Api,
        F: FnOnce(A) -> Fut,
        Fut: Future<Output = Result<ResponseValue<T>, SysError>>,
    {
        self.call_with(&CallOptions::new(), operation).await
    }

    /// Runs any generated operation with options of its own; see [`Client::call`].
    ///
    /// # Errors
    ///
    /// As for [`Client::call`].
    pub async fn call_with<A, T, F, Fut>(
        &self,
        options: &CallOptions,
        operation: F,
    ) -> Result<Response<T>, Error>
    where
        A: Api,
        F: FnOnce(A) -> Fut,
        Fut: Future<Output = Result<ResponseValue<T>, SysError>>,
    {
        let transport = Call::new(self, options).transport(None, A::VERSION);
        let api = A::bind(self.inner().resource.bases.of(A::VERSION), transport.clone());
        match operation(api).await {
            Ok(value) => {
                let head = match transport.take() {
                    Some(done) => done.head_of_typed(),
                    // The closure made its value without a request.
                    None => Head::new(value.status().as_u16(), value.headers()),
                };
                Ok(Response::new(value.into_inner(), head))
            }
            Err(error) => Err(transport.failure(error)),
        }
    }
}

/// A call of the convenience layer: what it sends with, and what it reads of the response.
#[derive(Debug, Clone)]
#[must_use]
pub(crate) struct Call<'a> {
    client: &'a Client,
    options: &'a CallOptions,
    deployment: Option<&'a str>,
    accept: Option<&'static str>,
}

impl<'a> Call<'a> {
    pub(crate) fn new(client: &'a Client, options: &'a CallOptions) -> Self {
        Self { client, options, deployment: None, accept: None }
    }

    /// Names the deployment, for errors and spans.
    pub(crate) fn deployment(mut self, deployment: &'a str) -> Self {
        self.deployment = Some(deployment);
        self
    }

    /// Sets the header `accept`, where the request knows it better than the operation. The options of
    /// the call win over it.
    pub(crate) fn accept(mut self, accept: &'static str) -> Self {
        self.accept = Some(accept);
        self
    }

    /// Decodes the whole body as JSON.
    pub(crate) async fn json<T, F, Fut>(self, operation: F) -> Result<Response<T>, Error>
    where
        T: DeserializeOwned + Telemetry,
        F: FnOnce(raw::Client) -> Fut,
        Fut: Future<Output = RawResult>,
    {
        self.run(Expect::Whole, operation).await?.json()
    }

    /// Decodes the whole body.
    pub(crate) async fn decoded<T, E, F, Fut>(
        self,
        operation: F,
        decode: impl FnOnce(&Bytes) -> Result<T, E>,
    ) -> Result<Response<T>, Error>
    where
        T: Telemetry,
        E: Into<Box<dyn std::error::Error + Send + Sync>>,
        F: FnOnce(raw::Client) -> Fut,
        Fut: Future<Output = RawResult>,
    {
        self.run(Expect::Whole, operation).await?.decoded(decode)
    }

    /// Returns the whole body.
    pub(crate) async fn bytes<F, Fut>(self, operation: F) -> Result<Response<Bytes>, Error>
    where
        F: FnOnce(raw::Client) -> Fut,
        Fut: Future<Output = RawResult>,
    {
        self.run(Expect::Whole, operation).await?.bytes()
    }

    /// Returns the events of a stream, the first of which has arrived.
    pub(crate) async fn events<F, Fut>(self, operation: F) -> Result<Response<EventStream>, Error>
    where
        F: FnOnce(raw::Client) -> Fut,
        Fut: Future<Output = RawResult>,
    {
        self.run(Expect::Events, operation).await?.events()
    }

    /// Returns the bytes of the body as they arrive; the first have arrived.
    pub(crate) async fn stream<F, Fut>(self, operation: F) -> Result<Response<BodyStream>, Error>
    where
        F: FnOnce(raw::Client) -> Fut,
        Fut: Future<Output = RawResult>,
    {
        self.run(Expect::Stream, operation).await?.stream()
    }

    /// Writes the body into a file, which appears only when it is whole. Returns the number of
    /// bytes.
    pub(crate) async fn save<F, Fut>(
        self,
        draft: Draft,
        operation: F,
    ) -> Result<Response<u64>, Error>
    where
        F: FnOnce(raw::Client) -> Fut,
        Fut: Future<Output = RawResult>,
    {
        let draft = Arc::new(AsyncMutex::new(draft));
        let written = self.run(Expect::File(Arc::clone(&draft)), operation).await?.file()?;
        match Arc::try_unwrap(draft) {
            Ok(draft) => draft.into_inner().keep().await?,
            Err(_) => return Err(Error::config("the file is still being written")),
        }
        Ok(written)
    }

    /// Turns the connection of a request into a WebSocket, inside a span that lives on with it.
    #[cfg(feature = "realtime")]
    pub(crate) async fn upgrade(
        self,
        request: Request,
        span: &CallSpan,
    ) -> Result<(reqwest::Upgraded, Head, CallTrace), Error> {
        let inner = self.client.inner();
        let deployment = self.deployment.map(Arc::from);
        let trace = CallTrace::new(span.clone(), Arc::clone(&inner.log));
        let expect = Expect::Upgrade;
        let plan = Plan::new(inner, self.options, deployment, None, expect, request, span)?;
        let attempts = retry_loop::run(inner, &plan, &trace).instrument(span.inner().clone());
        let (attempted, retries) = attempts.await?;
        let origin = Arc::clone(&attempted.origin);
        let upgraded = Done::new(attempted, retries).upgraded()?;
        span.succeeded(&origin, retries);
        Ok(upgraded)
    }

    /// Sends a request that no generated method makes, and decodes the whole body as JSON.
    #[cfg(feature = "webhooks")]
    pub(crate) async fn request_json<T>(self, request: Request) -> Result<Response<T>, Error>
    where
        T: DeserializeOwned + Telemetry,
    {
        self.request(Expect::Whole, request).await?.json()
    }

    async fn run<F, Fut>(self, expect: Expect, operation: F) -> Result<Done, Error>
    where
        F: FnOnce(raw::Client) -> Fut,
        Fut: Future<Output = RawResult>,
    {
        let transport = self.transport(Some(expect), None);
        let api = raw::Client::bind(self.client.inner().resource.bases.of(None), transport.clone());
        let outcome = operation(api).await;
        transport.outcome(outcome.map(|_| ()))
    }

    /// Sends a request that no generated method makes.
    pub(super) async fn request(self, expect: Expect, request: Request) -> Result<Done, Error> {
        let transport = self.transport(Some(expect), None);
        let outcome = transport.send(request).await;
        transport.outcome(outcome.map(|_| ()))
    }

    fn transport(
        &self,
        expect: Option<Expect>,
        version: Option<&'static str>,
    ) -> Arc<CallTransport> {
        Arc::new(CallTransport {
            client: self.client.clone(),
            options: self.options.clone(),
            deployment: self.deployment.map(Arc::from),
            accept: self.accept,
            version,
            expect,
            done: Mutex::new(None),
            began: Instant::now(),
        })
    }
}

/// What a generated client sends over: one call with all its attempts.
struct CallTransport {
    client: Client,
    options: CallOptions,
    deployment: Option<Arc<str>>,
    accept: Option<&'static str>,
    /// The version of a generated client.
    version: Option<&'static str>,
    /// `None` to do as the generated method reads.
    expect: Option<Expect>,
    done: Mutex<Option<Done>>,
    began: Instant,
}

impl Transport for CallTransport {
    fn send(
        &self,
        request: Request,
    ) -> BoxFuture<'_, Result<openai_azure_sys::Response, SysError>> {
        Box::pin(async move {
            let mut done = self.run(request).await.map_err(SysError::other)?;
            // The convenience layer takes the reply from `done`; what a typed client reads goes
            // through it.
            let body = match (&self.expect, &mut done.reply) {
                (None, Reply::Whole(body)) => ByteStream::from(body.clone()),
                (None, Reply::Head(body)) => std::mem::replace(body, ByteStream::empty()),
                _ => ByteStream::empty(),
            };
            let status = StatusCode::from_u16(done.origin.status).unwrap_or_default();
            let headers = match self.expect {
                Some(_) => HeaderMap::new(),
                None => HeaderMap::clone(&done.origin.headers),
            };
            *self.done.lock().unwrap_or_else(PoisonError::into_inner) = Some(done);
            Ok(openai_azure_sys::Response::new(status, headers, body))
        })
    }
}

impl CallTransport {
    async fn run(&self, mut request: Request) -> Result<Done, Error> {
        let inner = self.client.inner();
        if let Some(accept) = self.accept {
            request.set_accept(accept);
        }
        let name = request.operation().map_or("request", |operation| operation.name);
        let is_stream = matches!(self.expect, Some(Expect::Events | Expect::Stream));
        let deployment = self.deployment.as_ref();
        let (observer, endpoint) = (&inner.observer, &inner.resource.endpoint);
        let span = observer.start(name, deployment, endpoint, Some(&request), is_stream);
        let expect = self.expect.clone().unwrap_or(match request.reads() {
            Reads::Whole => Expect::Whole,
            _ => Expect::Head,
        });
        let trace = CallTrace::new(span.clone(), Arc::clone(&inner.log));
        // Pinned here: the span would move it, and it is large.
        let attempts = pin!(async {
            let deployment = self.deployment.clone();
            let plan =
                Plan::new(inner, &self.options, deployment, self.version, expect, request, &span)?;
            // A call by a client of one api-version is checked by its type.
            if self.expect.is_some() {
                plan.check_version(inner, &self.options)?;
            }
            retry_loop::run(inner, &plan, &trace).await
        });
        let unfinished = span.unfinished();
        let outcome = attempts.instrument(span.inner().clone()).await;
        unfinished.finished();
        match outcome {
            Ok((attempted, retries)) => {
                span.succeeded(&attempted.origin, retries);
                Ok(Done::new(attempted, retries))
            }
            Err(error) => {
                span.failed(&error);
                Err(error)
            }
        }
    }

    fn take(&self) -> Option<Done> {
        self.done.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    fn outcome(&self, outcome: Result<(), SysError>) -> Result<Done, Error> {
        match outcome {
            Ok(()) => self.take().ok_or_else(|| Error::config("the operation sent no request")),
            Err(error) => Err(self.failure(error)),
        }
    }

    /// An error of a generated method: one of ours that it passes on, or its own.
    fn failure(&self, error: SysError) -> Error {
        let inner = self.client.inner();
        let error = match error.into_other::<Error>() {
            Ok(ours) => return ours,
            Err(error) => error,
        };
        let Some(done) = self.take() else {
            let url = &inner.resource.url;
            return sys_error(error, url, inner.connect_timeout, self.began.elapsed());
        };
        let error = match &done.reply {
            Reply::Whole(body) => undecoded(&done.origin, body.clone(), error),
            _ => {
                let after = self.began.elapsed();
                sys_error(error, &done.origin.url, inner.connect_timeout, after)
            }
        };
        done.failed(error)
    }
}
