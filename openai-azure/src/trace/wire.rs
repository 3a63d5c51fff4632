//! Headers and bodies of requests and responses.

use reqwest::header::{CONTENT_LENGTH, HeaderMap};

use super::call_trace::CallTrace;
use super::redact::{self, Shown};
use super::{HTTP_TARGET, LogDetail};
use crate::response_headers::ResponseHeaders;

/// How many bytes of a body are shown unless told otherwise.
const BODY_LIMIT: usize = 4 << 10;

/// No key or token is longer.
const LONGEST_CREDENTIAL: usize = 16 << 10;

/// What a client logs.
#[derive(Debug, Clone)]
pub(crate) struct Log {
    pub(crate) detail: LogDetail,
    /// Names of headers that are shown beside the harmless ones.
    pub(crate) headers: Vec<String>,
    pub(crate) body_limit: usize,
}

impl Default for Log {
    fn default() -> Self {
        Self { detail: LogDetail::default(), headers: Vec::new(), body_limit: BODY_LIMIT }
    }
}

impl Log {
    /// Logs the body of a response, or an event of it.
    pub(super) fn response_body(
        &self,
        what: &'static str,
        headers: &ResponseHeaders,
        body: &[u8],
        trace: &CallTrace,
    ) {
        if self.detail.bodies() {
            let body = &*self.body(headers, body, trace);
            tracing::debug!(target: HTTP_TARGET, body, "{what}");
        }
    }

    fn shown<'a>(
        &'a self,
        headers: &'a HeaderMap,
    ) -> Option<tracing::field::DebugValue<Shown<'a>>> {
        let shown = || tracing::field::debug(Shown { headers, also: &self.headers });
        self.detail.headers().then(shown)
    }

    fn body(&self, headers: &HeaderMap, body: &[u8], trace: &CallTrace) -> String {
        // The credential is taken out first, because the cut may leave its beginning.
        let read = body.len().min(self.body_limit.saturating_add(LONGEST_CREDENTIAL));
        let shown = trace.redacted(&body[..read]);
        redact::body(headers, &shown, body.len(), self.body_limit).into_owned()
    }
}

impl CallTrace {
    /// Logs a request that is about to be sent, with its credential hidden.
    pub(crate) fn log_request(&self, operation: &str, request: &reqwest::Request) {
        let log = &self.log;
        if !log.detail.headers() && !log.detail.bodies() {
            return;
        }
        let headers = request.headers();
        let body = || {
            let body = request.body()?;
            Some(match body.as_bytes() {
                Some(bytes) => log.body(headers, bytes, self),
                // Forms with files are sent while they are read.
                None => match headers.get(CONTENT_LENGTH).and_then(|length| length.to_str().ok()) {
                    Some(length) => format!("{length} bytes"),
                    None => "a stream".to_owned(),
                },
            })
        };
        tracing::debug!(
            target: HTTP_TARGET,
            operation,
            http.request.method = request.method().as_str(),
            url.full = redact::url(request.url()),
            headers = log.shown(headers),
            body = log.detail.bodies().then(body).flatten(),
            "the request"
        );
    }

    /// Logs the head of a response.
    pub(crate) fn log_head(&self, status: u16, headers: &HeaderMap) {
        if self.log.detail.headers() {
            tracing::debug!(
                target: HTTP_TARGET,
                headers = self.log.shown(headers),
                http.response.status_code = status,
                "the head of the response"
            );
        }
    }
}
