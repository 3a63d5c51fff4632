//! The last step of an attempt: the credential is added, and the request goes over the connection.

use std::fmt;
use std::sync::OnceLock;
use std::time::Instant;

use openai_azure_sys::Error as SysError;

use super::attempt::sys_error;
use super::client::Inner;
use super::middleware::AttemptResponse;
use super::plan::Plan;
#[cfg(feature = "realtime")]
use super::reply::Expect;
use super::target::Target;
use crate::auth::TokenRequest;
use crate::error::Error;
use crate::trace::CallTrace;

/// What one attempt is sent with.
pub(super) struct Sending<'a> {
    inner: &'a Inner,
    plan: &'a Plan,
    target: &'a Target<'a>,
    trace: &'a CallTrace,
    began: Instant,
    /// The trace that knows the credential, once that was sent.
    sent: OnceLock<CallTrace>,
}

impl<'a> Sending<'a> {
    pub(super) fn new(
        inner: &'a Inner,
        plan: &'a Plan,
        target: &'a Target<'a>,
        trace: &'a CallTrace,
        began: Instant,
    ) -> Self {
        Self { inner, plan, target, trace, began, sent: OnceLock::new() }
    }

    /// The request, complete but for its credential.
    ///
    /// # Errors
    ///
    /// [`Error::Config`] for a URL or a body that cannot be sent.
    pub(super) async fn request(&self) -> Result<reqwest::Request, Error> {
        let (request, resource) = (&self.target.request, self.target.resource);
        let url = resource.last_url.parsed(request).map_err(|error| self.failed(error))?;
        let request = request.to_reqwest_at(url, self.http()?).await;
        request.map_err(|error| self.failed(error))
    }

    /// Adds the credential, sends the request and returns the head of the response.
    ///
    /// # Errors
    ///
    /// [`Error::Auth`] without a credential; what keeps a response from arriving.
    pub(super) async fn send(
        &self,
        mut request: reqwest::Request,
    ) -> Result<AttemptResponse, Error> {
        self.target.sent();
        let resource = self.target.resource;
        let mut trace = self.trace.clone();
        let token = TokenRequest {
            scope: &resource.scope,
            now: self.inner.clock.now(),
            #[cfg(feature = "entra")]
            http: &resource.connections.tokens,
        };
        let credential = resource.credential.to_header(&token).await?;
        if let Some((name, value)) = credential {
            trace.set_credential(value.clone());
            request.headers_mut().insert(name, value);
        }
        trace.log_request(self.plan.operation, &request);
        let _ = self.sent.set(trace);
        let response = self.http()?.execute(request).await;
        let response = response.map_err(|error| self.failed(SysError::from_reqwest(error)))?;
        Ok(AttemptResponse::received(response, self.plan.body_bytes))
    }

    /// The trace of the attempt, which knows the credential if one was sent.
    pub(super) fn take_trace(&mut self) -> CallTrace {
        self.sent.take().unwrap_or_else(|| self.trace.clone())
    }

    fn http(&self) -> Result<&reqwest::Client, Error> {
        #[cfg(feature = "realtime")]
        if matches!(self.plan.expect, Expect::Upgrade) {
            return self.target.resource.connections.http1.client();
        }
        Ok(&self.target.resource.connections.http)
    }

    /// What breaks the request or its response, in our words.
    pub(super) fn failed(&self, error: SysError) -> Error {
        let (url, connect_timeout) = (self.target.request.url(), self.inner.connect_timeout);
        sys_error(error, url, connect_timeout, self.began.elapsed())
    }
}

impl fmt::Debug for Sending<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Sending")
    }
}
