//! Headers and bodies of requests and answers.

use openai_azure_sys::context::{CallContext, Observer};
use reqwest::header::{CONTENT_LENGTH, HeaderMap};
use std::sync::Arc;

use super::redact::{self, Shown};
use super::{CallSpan, HTTP_TARGET, LogDetail};

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
    /// Logs the body of an answer, or an event of it.
    pub(crate) fn answer_body(&self, what: &'static str, context: &CallContext, body: &[u8]) {
        if !self.detail.bodies() {
            return;
        }
        let Some(seen) = context.seen() else { return };
        tracing::debug!(
            target: HTTP_TARGET,
            body = &*self.body(&seen.headers, body, context),
            "{what}"
        );
    }

    fn shown<'a>(
        &'a self,
        headers: &'a HeaderMap,
    ) -> Option<tracing::field::DebugValue<Shown<'a>>> {
        let shown = || tracing::field::debug(Shown { headers, also: &self.headers });
        self.detail.headers().then(shown)
    }

    fn body(&self, headers: &HeaderMap, body: &[u8], context: &CallContext) -> String {
        // The credential is taken out first, because the cut may leave its beginning.
        let read = body.len().min(self.body_limit.saturating_add(LONGEST_CREDENTIAL));
        let shown = context.without_credential(&body[..read]);
        redact::body(headers, &shown, body.len(), self.body_limit).into_owned()
    }
}

/// Looks on while an attempt sends its request.
pub(crate) struct Wire {
    log: Arc<Log>,
    /// The span, if it still wants the name of its operation.
    unnamed: Option<CallSpan>,
    context: CallContext,
}

impl Wire {
    /// Lets the log see what `context` sends, if there is anything to do.
    pub(crate) fn tap(
        log: &Arc<Log>,
        unnamed: Option<CallSpan>,
        context: CallContext,
    ) -> CallContext {
        let is_asked = log.detail.headers() || log.detail.bodies();
        let is_heard = is_asked && tracing::enabled!(target: HTTP_TARGET, tracing::Level::DEBUG);
        let unnamed = unnamed.filter(CallSpan::is_enabled);
        if !is_heard && unnamed.is_none() {
            return context;
        }
        let wire = Self { log: Arc::clone(log), unnamed, context: context.clone() };
        context.observer(Arc::new(wire))
    }
}

impl Observer for Wire {
    fn sending(&self, operation: &'static str, request: &reqwest::Request) {
        if let Some(span) = &self.unnamed {
            span.name(operation);
        }
        let log = &self.log;
        if !log.detail.headers() && !log.detail.bodies() {
            return;
        }
        let headers = request.headers();
        let body = || {
            let body = request.body()?;
            Some(match body.as_bytes() {
                Some(bytes) => log.body(headers, bytes, &self.context),
                // Forms with files are sent in pieces.
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

    fn answered(&self, response: &reqwest::Response) {
        if self.log.detail.headers() {
            tracing::debug!(
                target: HTTP_TARGET,
                headers = self.log.shown(response.headers()),
                http.response.status_code = response.status().as_u16(),
                "the head of the answer"
            );
        }
    }
}
