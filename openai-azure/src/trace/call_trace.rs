//! What one call reports: its span, and the log of what it sends and receives.

use std::borrow::Cow;
use std::sync::Arc;

use bytes::Bytes;
use memchr::memmem;
use reqwest::header::HeaderValue;

use super::span::CallSpan;
use super::wire::Log;
use crate::response_headers::ResponseHeaders;

/// What stands before a token.
const BEARER: &[u8] = b"Bearer ";

/// Shorter credentials may be part of any word, and are left where they stand.
const SHORTEST_CREDENTIAL: usize = 8;

/// The span of a call, the log of its client, and the credential that must not be repeated.
#[derive(Debug, Clone)]
pub(crate) struct CallTrace {
    pub(crate) span: CallSpan,
    pub(super) log: Arc<Log>,
    credential: Option<HeaderValue>,
}

impl CallTrace {
    pub(crate) fn new(span: CallSpan, log: Arc<Log>) -> Self {
        Self { span, log, credential: None }
    }

    /// Remembers the credential that is sent, so that no body is shown that repeats it.
    pub(crate) fn set_credential(&mut self, value: HeaderValue) {
        self.credential = Some(value);
    }

    /// The same client and credential, for another call over the same connection.
    #[cfg(feature = "realtime")]
    pub(crate) fn with_span(&self, span: CallSpan) -> Self {
        Self { span, log: Arc::clone(&self.log), credential: self.credential.clone() }
    }

    /// Logs a body that has arrived, if the client logs bodies.
    pub(crate) fn log_body(&self, what: &'static str, headers: &ResponseHeaders, body: &[u8]) {
        self.log.response_body(what, headers, body, self);
    }

    /// Removes the credential from a body that repeats it, such as a gateway's account of a failed
    /// request.
    pub(crate) fn without_credential(&self, body: Bytes) -> Bytes {
        match self.redacted(&body) {
            Cow::Owned(clean) => clean.into(),
            Cow::Borrowed(_) => body,
        }
    }

    pub(super) fn redacted<'a>(&self, text: &'a [u8]) -> Cow<'a, [u8]> {
        let value = self.credential.as_ref().map_or(&b""[..], HeaderValue::as_bytes);
        let secret = value.strip_prefix(BEARER).unwrap_or(value);
        if secret.len() < SHORTEST_CREDENTIAL {
            return Cow::Borrowed(text);
        }
        let mut clean = Vec::new();
        let mut from = 0;
        for at in memmem::find_iter(text, secret) {
            clean.extend_from_slice(&text[from..at]);
            clean.extend_from_slice(b"REDACTED");
            from = at + secret.len();
        }
        if from == 0 {
            return Cow::Borrowed(text);
        }
        clean.extend_from_slice(&text[from..]);
        Cow::Owned(clean)
    }
}

#[cfg(test)]
mod tests {
    use super::CallTrace;
    use crate::trace::{CallSpan, Log};
    use bytes::Bytes;
    use reqwest::header::HeaderValue;
    use std::sync::Arc;

    fn clean(credential: &'static str, text: &'static str) -> String {
        let mut trace = CallTrace::new(CallSpan::none(), Arc::new(Log::default()));
        trace.set_credential(HeaderValue::from_static(credential));
        let clean = trace.without_credential(Bytes::from_static(text.as_bytes()));
        String::from_utf8(clean.to_vec()).unwrap()
    }

    #[test]
    fn a_repeated_credential_is_removed_and_short_keys_are_left() {
        let (key, token) = ("hunter2hunter2", "Bearer hunter2hunter2");
        assert_eq!(clean(key, "hunter2hunter2: no, hunter2hunter2"), "REDACTED: no, REDACTED");
        assert_eq!(clean(key, "hunter2"), "hunter2");
        assert_eq!(clean(token, "Bearer hunter2hunter2!"), "Bearer REDACTED!");
        assert_eq!(clean("error", "an error"), "an error");
    }
}
