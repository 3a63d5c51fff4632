//! How one attempt ended.

use std::fmt;
use std::time::Duration;

use reqwest::header::HeaderMap;

use crate::engine::plan::Plan;
use crate::error::Error;
use crate::response_origin::ResponseOrigin;

/// How one attempt ended: with a response, or with an error.
#[derive(Clone, Copy)]
pub struct AttemptOutcome<'a> {
    pub(in crate::engine) plan: &'a Plan,
    pub(in crate::engine) attempt: u32,
    pub(in crate::engine) result: Result<&'a ResponseOrigin, &'a Error>,
    pub(in crate::engine) duration: Duration,
    pub(in crate::engine) wait: Option<Duration>,
}

impl<'a> AttemptOutcome<'a> {
    /// The name of the operation; see [`AttemptRequest::operation`](super::AttemptRequest::operation).
    #[must_use]
    pub fn operation(&self) -> &'static str {
        self.plan.operation
    }

    /// The deployment that the call names; see
    /// [`AttemptRequest::deployment`](super::AttemptRequest::deployment).
    #[must_use]
    pub fn deployment(&self) -> Option<&'a str> {
        self.plan.deployment.as_deref()
    }

    /// The number of the attempt, from 1.
    #[must_use]
    pub fn attempt(&self) -> u32 {
        self.attempt
    }

    /// The HTTP status, of a success or of a failure; `None` if no response arrived.
    #[must_use]
    pub fn status(&self) -> Option<u16> {
        match self.result {
            Ok(origin) => Some(origin.status),
            Err(error) => error.status(),
        }
    }

    /// The headers of the response; `None` if none arrived, or if its body could not be read.
    #[must_use]
    pub fn headers(&self) -> Option<&'a HeaderMap> {
        match self.result {
            Ok(origin) => Some(&origin.headers),
            Err(Error::Api(error)) => Some(error.headers()),
            Err(_) => None,
        }
    }

    /// Why the attempt failed, if it did: with a status, in the connection, by a limit on time.
    #[must_use]
    pub fn error(&self) -> Option<&'a Error> {
        self.result.err()
    }

    /// How long it took, from the credential to the end of the body, or to the first event or the
    /// first bytes of a stream.
    #[must_use]
    pub fn duration(&self) -> Duration {
        self.duration
    }

    /// The wait before the next attempt; `None` if this was the last one.
    #[must_use]
    pub fn retry_in(&self) -> Option<Duration> {
        self.wait
    }
}

impl fmt::Debug for AttemptOutcome<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AttemptOutcome")
            .field("operation", &self.operation())
            .field("deployment", &self.deployment())
            .field("attempt", &self.attempt)
            .field("status", &self.status())
            .field("error", &self.error())
            .field("duration", &self.duration)
            .field("retry_in", &self.wait)
            .finish()
    }
}
