//! Why there is no token, told without secrets.
//!
//! The errors of azure_identity hold whole responses of the token endpoint, in their text and in
//! their `Debug`. So they are not handed on: each is copied, cause by cause, as a cleaned line.

use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;

use super::sanitize::{clean, cut};
use super::secret::Secret;
use crate::error::{AuthError, Error};

/// How long a reason may be where several stand in one line.
const SHORT: usize = 200;

/// A failure without a token. Everybody who waited for the same token gets a copy.
#[derive(Debug, Clone)]
pub(super) struct Failure {
    message: Arc<str>,
    source: Option<Cause>,
}

impl Failure {
    pub(super) fn new(message: impl Into<Arc<str>>) -> Self {
        Self { message: message.into(), source: None }
    }

    pub(super) fn caused_by(message: impl Into<Arc<str>>, source: Option<Cause>) -> Self {
        Self { message: message.into(), source }
    }
}

impl From<Failure> for Error {
    fn from(failure: Failure) -> Self {
        let message = failure.message.as_ref();
        Self::Auth(match failure.source {
            Some(source) => AuthError::caused_by(message, source),
            None => AuthError::new(message),
        })
    }
}

/// A copy of an error and of everything that caused it.
#[derive(Clone)]
pub(super) struct Cause(Arc<Node>);

struct Node {
    text: String,
    status: Option<u16>,
    source: Option<Cause>,
}

impl Cause {
    /// Copies an error; `secrets` are known and masked wherever they stand.
    pub(super) fn copy(error: &(dyn StdError + 'static), secrets: &[Secret]) -> Self {
        Self::copy_before(error, secrets, None)
    }

    /// Copies an error, and lets `next` follow after its last cause.
    pub(super) fn copy_before(
        error: &(dyn StdError + 'static),
        secrets: &[Secret],
        next: Option<Self>,
    ) -> Self {
        let status = error
            .downcast_ref::<azure_core::Error>()
            .and_then(azure_core::Error::http_status)
            .map(u16::from);
        let source = match error.source() {
            Some(source) => Some(Self::copy_before(source, secrets, next)),
            None => next,
        };
        Self(Arc::new(Node { text: clean(&error.to_string(), secrets), status, source }))
    }

    /// One line: the text of azure_identity, the HTTP status, and the root of it all.
    pub(super) fn short(&self) -> String {
        let mut parts = vec![essence(&self.0.text).to_owned()];
        let (mut status, mut root) = (None, self);
        while let Some(source) = &root.0.source {
            status = status.or(root.0.status);
            root = source;
        }
        if let Some(status) = status.or(root.0.status) {
            parts.push(format!("HTTP {status}"));
        }
        let last = essence(&root.0.text);
        if !parts[0].contains(last) {
            parts.push(last.to_owned());
        }
        parts.retain(|part| !part.is_empty());
        if parts.is_empty() {
            return "no reason given".to_owned();
        }
        cut(&parts.join(": "), SHORT)
    }
}

/// Takes off what azure_identity puts around each reason.
fn essence(text: &str) -> &str {
    let text = text.split("To troubleshoot, visit").next().unwrap_or(text);
    let text = text.split_once("authentication failed.").map_or(text, |(_, reason)| reason);
    // The code of Entra ID and its first sentence say enough; ids of the request follow.
    let text = text.find("AADSTS").map_or(text, |at| &text[at..]);
    text.split("Trace ID:").next().unwrap_or(text).trim()
}

impl StdError for Cause {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.0.source.as_ref().map(|source| source as _)
    }
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.text)
    }
}

impl fmt::Debug for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Cause").field(&self.0.text).field(&self.0.source).finish()
    }
}

#[cfg(test)]
mod tests {
    use azure_core::error::ErrorKind;

    use super::*;

    fn nested() -> azure_core::Error {
        let io = std::io::Error::other("connection refused");
        let inner = azure_core::Error::with_error(ErrorKind::Io, io, "the request was not sent");
        azure_core::Error::with_error(
            ErrorKind::Credential,
            inner,
            "ClientSecretCredential authentication failed. the request was not sent\nTo \
             troubleshoot, visit https://example.com",
        )
    }

    #[test]
    fn every_cause_is_copied_in_order() {
        let cause = Cause::copy(&nested(), &[]);
        let mut texts = vec![cause.to_string()];
        let mut next = cause.source();
        while let Some(error) = next {
            texts.push(error.to_string());
            next = error.source();
        }
        assert_eq!(texts.len(), 3);
        assert!(texts.iter().all(|text| !text.contains('\n')), "{texts:?}");
        assert_eq!(texts[2], "connection refused");
    }

    #[test]
    fn the_short_form_has_the_reason_and_its_root() {
        let short = Cause::copy(&nested(), &[]).short();
        assert_eq!(short, "the request was not sent: connection refused");
    }

    #[test]
    fn known_secrets_are_masked_in_every_form_of_printing() {
        let error = std::io::Error::other("it said hunter2-hunter2 and so on");
        let cause = Cause::copy(&error, &[Secret::new("hunter2-hunter2")]);
        let printed = format!("{cause} {cause:?} {}", cause.short());
        assert!(!printed.contains("hunter2"), "{printed}");
    }
}
