//! Hooks into the life of a request: caches, rate limiters, recorders, headers, measurements.
//!
//! A [`Middleware`] stands around each attempt of each call. It sees the request, can add headers,
//! passes the request on with [`Next::run`] and gets the response, or returns one of its own without any
//! network. It is also called with the outcome of each attempt.
//!
//! ```
//! use openai_azure::Client;
//! use openai_azure::middleware::{
//!     AttemptOutcome, AttemptRequest, AttemptResponse, BoxFuture, Middleware, Next,
//! };
//!
//! struct Tenant(&'static str);
//!
//! impl Middleware for Tenant {
//!     fn handle<'a>(
//!         &'a self,
//!         mut request: AttemptRequest<'a>,
//!         next: Next<'a>,
//!     ) -> BoxFuture<'a, Result<AttemptResponse, openai_azure::Error>> {
//!         Box::pin(async move {
//!             request.set_header("x-tenant", self.0)?;
//!             next.run(request).await
//!         })
//!     }
//!
//!     fn attempt_ended(&self, outcome: &AttemptOutcome<'_>) {
//!         println!("{} took {:?}", outcome.operation(), outcome.duration());
//!     }
//! }
//!
//! let client = Client::builder()
//!     .endpoint("https://example.openai.azure.com")
//!     .api_key("KEY")
//!     .middleware(Tenant("contoso"))
//!     .build()?;
//! # let _ = client;
//! # Ok::<(), openai_azure::Error>(())
//! ```
//!
//! # Where it stands
//!
//! ```text
//! call ─ retries ─ attempt ─ first middleware ─ second ─ … ─ credential ─ connection ─ service
//! ```
//!
//! - The first middleware that is added is the outermost: it sees the request first and the response
//!   last.
//! - Retries are outside: each attempt runs through all of them. A failure status is a response here,
//!   not an [`Error`]; it becomes one behind the outermost middleware, and the
//!   [`RetryPolicy`](crate::RetryPolicy) decides over it. So a middleware that returns 429 with
//!   `retry-after` makes the call wait and try again.
//! - Its time counts towards the [timeout](crate::CallOptions::timeout) of the attempt and towards
//!   the [deadline](crate::CallOptions::deadline). When one of them is reached, the future is dropped.
//! - Handshakes of realtime sessions run through it too; what is sent over the WebSocket does not.
//!   Downloads of images by their URL ([`Image::fetch`](crate::images::Image::fetch)) do not.
//!
//! # Secrets
//!
//! The credential is added behind the last middleware: none sees a key or a token, can replace it, or
//! makes one be fetched when it returns a response of its own. Headers that the program sets by
//! [`CallOptions::header`](crate::CallOptions::header) are seen; those that are known as secrets are
//! [sensitive](reqwest::header::HeaderValue::is_sensitive). The query of a gateway's URL is seen too.
//! `Debug` of the types here shows neither of them, and no body.
//!
//! # Cost
//!
//! Without a middleware a call does nothing for it. Each one costs an allocation for its future, less
//! than a thousand instructions for each attempt.

mod outcome;
mod request;
mod response;

use std::fmt;
use std::sync::Arc;

pub use openai_azure_sys::BoxFuture;
pub use outcome::AttemptOutcome;
pub use request::AttemptRequest;
pub use response::AttemptResponse;
pub(super) use response::ResponseBody;

use super::sending::Sending;
use crate::error::Error;

/// A hook around each attempt; added by
/// [`ClientBuilder::middleware`](crate::ClientBuilder::middleware). See the [module](self).
///
/// Both methods have a default that changes nothing.
pub trait Middleware: Send + Sync + 'static {
    /// Handles one attempt: passes it on with [`Next::run`], before and after which it can do
    /// anything, or returns a response of its own.
    ///
    /// # Errors
    ///
    /// What [`Next::run`] returns. To refuse a request, return a
    /// [`ConfigError`](crate::error::ConfigError), which is not tried again, or a response with the
    /// status that the retry policy should decide over.
    fn handle<'a>(
        &'a self,
        request: AttemptRequest<'a>,
        next: Next<'a>,
    ) -> BoxFuture<'a, Result<AttemptResponse, Error>> {
        next.run(request)
    }

    /// Called when an attempt has ended, whatever its end was, also for what happens behind
    /// [`handle`](Self::handle): a body that breaks, a stream whose first event is an error, a
    /// timeout. It must not block. A call that is dropped has no outcome.
    fn attempt_ended(&self, outcome: &AttemptOutcome<'_>) {
        let _ = outcome;
    }
}

/// A middleware that the program keeps a hand on, such as to read what it has counted.
impl<M: Middleware + ?Sized> Middleware for Arc<M> {
    fn handle<'a>(
        &'a self,
        request: AttemptRequest<'a>,
        next: Next<'a>,
    ) -> BoxFuture<'a, Result<AttemptResponse, Error>> {
        (**self).handle(request, next)
    }

    fn attempt_ended(&self, outcome: &AttemptOutcome<'_>) {
        (**self).attempt_ended(outcome);
    }
}

/// What stands behind a middleware: the ones that were added later, and the service.
#[must_use = "nothing is sent before `run`"]
pub struct Next<'a> {
    rest: &'a [Arc<dyn Middleware>],
    sending: &'a Sending<'a>,
}

impl<'a> Next<'a> {
    pub(super) fn new(rest: &'a [Arc<dyn Middleware>], sending: &'a Sending<'a>) -> Self {
        Self { rest, sending }
    }

    /// Passes the request on and returns the response, whose body may still be arriving.
    ///
    /// # Errors
    ///
    /// [`Error::Auth`] when no credential could be had, [`Error::Connection`] and [`Error::Timeout`]
    /// when no response arrived, [`Error::Config`] for a request that cannot be sent, and what a
    /// later middleware returns. A failure status is a response.
    pub fn run(self, request: AttemptRequest<'a>) -> BoxFuture<'a, Result<AttemptResponse, Error>> {
        match self.rest.split_first() {
            Some((first, rest)) => first.handle(request, Next { rest, ..self }),
            None => Box::pin(self.sending.send(request.into_inner())),
        }
    }
}

impl fmt::Debug for Next<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Next({} middlewares)", self.rest.len())
    }
}
