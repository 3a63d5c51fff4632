//! The request of one attempt, as a middleware sees it.

use std::fmt;

use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use reqwest::{Method, Url};

use crate::engine::options::is_of_body;
use crate::engine::plan::Plan;
use crate::engine::reply::Expect;
use crate::error::Error;
use crate::trace::{Shown, is_secret, shown_url};

/// The request of one attempt, complete but for its credential.
pub struct AttemptRequest<'a> {
    plan: &'a Plan,
    attempt: u32,
    request: reqwest::Request,
}

impl<'a> AttemptRequest<'a> {
    pub(in crate::engine) fn new(plan: &'a Plan, attempt: u32, request: reqwest::Request) -> Self {
        Self { plan, attempt, request }
    }

    pub(super) fn into_inner(self) -> reqwest::Request {
        self.request
    }

    /// The name of the operation, such as `chat_completions_create`: that of the method of the
    /// generated clients. `request` for [`Client::request`](crate::Client::request) and for the
    /// handshake of a realtime session.
    #[must_use]
    pub fn operation(&self) -> &'static str {
        self.plan.operation
    }

    /// The deployment that the call names, if the operation has one and the call is not
    /// [`Client::call`](crate::Client::call).
    #[must_use]
    pub fn deployment(&self) -> Option<&'a str> {
        self.plan.deployment.as_deref()
    }

    /// The number of the attempt, from 1.
    #[must_use]
    pub fn attempt(&self) -> u32 {
        self.attempt
    }

    /// Whether the response is read while it arrives: events, audio, downloads. A middleware that
    /// reads such a body as a whole keeps it from the caller until then.
    #[must_use]
    pub fn is_streaming(&self) -> bool {
        match self.plan.expect {
            Expect::Whole => false,
            Expect::Events | Expect::Stream | Expect::File(_) | Expect::Head => true,
            #[cfg(feature = "realtime")]
            Expect::Upgrade => true,
        }
    }

    /// The HTTP method.
    #[must_use]
    pub fn method(&self) -> &Method {
        self.request.method()
    }

    /// The URL with its query. It cannot be changed, because the credential belongs to its origin.
    #[must_use]
    pub fn url(&self) -> &Url {
        self.request.url()
    }

    /// The headers, without the credential. `x-ms-client-request-id` and `idempotency-key` are the
    /// same in every attempt.
    #[must_use]
    pub fn headers(&self) -> &HeaderMap {
        self.request.headers()
    }

    /// Sets a header. One of the same name is replaced; a header that the credential uses has no
    /// effect.
    ///
    /// # Errors
    ///
    /// [`Error::Config`] for a name or a value that cannot be sent, and for `content-length` and
    /// `transfer-encoding`, which the body sets.
    pub fn set_header(
        &mut self,
        name: impl AsRef<str>,
        value: impl AsRef<str>,
    ) -> Result<(), Error> {
        let name = name.as_ref();
        let name = HeaderName::try_from(name)
            .map_err(|_| Error::config(format!("{name:?} is not the name of a header")))?;
        if is_of_body(&name) {
            return Err(Error::config(format!("{name} is set by the body")));
        }
        let mut value = HeaderValue::from_str(value.as_ref())
            .map_err(|_| Error::config(format!("the value of header `{name}` cannot be sent")))?;
        value.set_sensitive(is_secret(&name));
        self.request.headers_mut().insert(name, value);
        Ok(())
    }

    /// The body, if it is in memory: JSON is. `None` for no body and for forms with files, which are
    /// read while they are sent.
    #[must_use]
    pub fn body(&self) -> Option<&[u8]> {
        self.request.body()?.as_bytes()
    }
}

/// Headers and parameters may be secrets, and the body is what a person wrote.
impl fmt::Debug for AttemptRequest<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AttemptRequest")
            .field("operation", &self.operation())
            .field("deployment", &self.deployment())
            .field("attempt", &self.attempt)
            .field("method", self.method())
            .field("url", &shown_url(self.url()))
            .field("headers", &Shown { headers: self.headers(), also: &[] })
            .field("body_bytes", &self.body().map(<[u8]>::len))
            .finish()
    }
}
