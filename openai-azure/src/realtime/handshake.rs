//! The handshake: the one place where this API touches the engine.
//!
//! It is an HTTP/1.1 request with `Upgrade: websocket`, sent by the HTTP client of the [`Client`],
//! so TLS, certificates, proxies and redirects are the same as for every other request. The
//! credential is fresh in each attempt. A status other than 101 is the same
//! [`Error::Api`] as over HTTP, and the retry policy decides over another attempt.

use std::time::Duration;

use bytes::{Bytes, BytesMut};
use openai_azure_sys::context::CallContext;
use reqwest::header::{
    CONNECTION, HeaderMap, HeaderValue, SEC_WEBSOCKET_ACCEPT, SEC_WEBSOCKET_KEY,
    SEC_WEBSOCKET_VERSION, UPGRADE,
};
use reqwest::{Method, StatusCode, Upgraded, Version};
use tokio::time::Instant;
use tokio_tungstenite::tungstenite::handshake::client::generate_key;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;

use super::request::Target;
use crate::client::Client;
use crate::endpoint::Mode;
use crate::error::{ApiError, ConnectionError, DecodeError, Error, TimeoutError, TimeoutScope};
use crate::options::CallOptions;
use crate::origin::Origin;
use crate::request_ids::RequestIds;
use crate::response::Head;
use crate::retry::{Backoff, Outcome, RetryPolicy, Verdict, classify};

/// The api-version that a dated endpoint is asked for when the client names none: the last one with
/// this API.
const PREVIEW: &str = "2025-04-01-preview";

/// How long one attempt may take, unless the options say otherwise.
const TIMEOUT: Duration = Duration::from_secs(30);

/// The most bytes of the body of a refusal that are kept.
const MAX_ERROR_BODY: usize = 64 << 10;

/// Header by which the service can be asked about a request.
const CLIENT_REQUEST_ID: &str = "x-ms-client-request-id";

/// A connection that speaks WebSocket from here on.
pub(super) struct Opened {
    pub(super) stream: Upgraded,
    pub(super) head: Head,
}

/// What the attempts of one handshake have in common.
pub(super) struct Handshake {
    client: Client,
    context: CallContext,
    url: String,
    deployment: Option<String>,
    timeout: Duration,
    deadline: Option<(Instant, Duration)>,
    retry: RetryPolicy,
}

impl Handshake {
    /// # Errors
    ///
    /// [`Error::Config`] for settings that cannot be sent.
    pub(super) fn new(
        client: &Client,
        target: &Target,
        call: &CallOptions,
    ) -> Result<Self, Error> {
        let inner = client.inner();
        let options = inner.options.overlaid(call).checked()?;
        let is_v1 = inner.endpoint.mode() == Mode::V1;
        let mut context = CallContext::new();
        if !is_v1 {
            context = context.api_version(options.api_version.as_deref().unwrap_or(PREVIEW));
        }
        let mut deployment = None;
        let query = match target {
            Target::Deployment(name) => {
                let name = client.deployment(name)?;
                deployment = Some(name.clone());
                vec![(if is_v1 { "model" } else { "deployment" }, name)]
            }
            Target::Call(_) if !is_v1 => {
                return Err(Error::config(
                    "calls exist in the v1 API only; use an endpoint of that form, see \
                     `Endpoint::v1`",
                ));
            }
            Target::Call(id) => vec![("call_id", id.clone())],
            Target::Transcription(model) => {
                let intent = ("intent", "transcription".to_owned());
                if is_v1 { vec![intent] } else { vec![intent, ("deployment", model.clone())] }
            }
        };
        let query = query.into_iter().map(|(name, value)| (name.to_owned(), value));
        for (name, value) in inner.endpoint.query().chain(query).chain(options.query) {
            context = context.query(name, value);
        }
        let mut headers = options.headers;
        if !headers.contains_key(CLIENT_REQUEST_ID)
            && let Ok(id) = HeaderValue::try_from(random_id())
        {
            headers.insert(CLIENT_REQUEST_ID, id);
        }
        Ok(Self {
            client: client.clone(),
            context: context.headers(headers),
            url: format!("{}/realtime", inner.endpoint.base_url(inner.endpoint.mode())),
            deployment,
            timeout: options.timeout.unwrap_or(TIMEOUT),
            deadline: options.deadline.map(|limit| (Instant::now() + limit, limit)),
            retry: options.retry.unwrap_or_default(),
        })
    }

    /// Attempts until one succeeds or the policy gives up.
    ///
    /// # Errors
    ///
    /// As [`RealtimeRequest::connect`](super::RealtimeRequest::connect) lists them.
    pub(super) async fn run(&self) -> Result<Opened, Error> {
        let inner = self.client.inner();
        inner.budget.earn();
        let random = &inner.clock.random;
        let mut backoff = Backoff::new(&self.retry, || random());
        let (mut retries, mut token_forgotten) = (0, false);
        loop {
            let mut error = match self.attempt().await {
                Ok(mut opened) => {
                    opened.head.retries = retries;
                    return Ok(opened);
                }
                Err(error) => error,
            };
            let unauthorized = error.as_api().map(ApiError::status) == Some(401);
            let wait = if unauthorized && !token_forgotten && inner.credential.forget_token() {
                token_forgotten = true;
                Some(Duration::ZERO)
            } else {
                self.wait(&mut error, backoff.next()).filter(|_| inner.budget.spend())
            };
            let left = self.deadline.map(|(end, _)| end.saturating_duration_since(Instant::now()));
            let wait = wait.filter(|wait| left.is_none_or(|left| left > *wait));
            tracing::debug!(
                target: "openai_azure",
                attempt = retries + 1, error = %error, wait = ?wait, "the handshake failed",
            );
            let Some(wait) = wait else { return Err(error.with_retries(retries)) };
            retries += 1;
            tokio::time::sleep(wait).await;
        }
    }

    /// One attempt, with its limit of time.
    ///
    /// # Errors
    ///
    /// As [`Handshake::run`].
    pub(super) async fn attempt(&self) -> Result<Opened, Error> {
        let left = self.deadline.map(|(end, _)| end.saturating_duration_since(Instant::now()));
        let limit = self.timeout.min(left.unwrap_or(Duration::MAX));
        match tokio::time::timeout(limit, self.attempt_without_limit()).await {
            Ok(outcome) => outcome,
            Err(_) => Err(match self.deadline {
                Some((_, deadline)) if limit < self.timeout => {
                    TimeoutError::new(TimeoutScope::Deadline, deadline, &self.url).into()
                }
                _ => TimeoutError::new(TimeoutScope::Attempt, self.timeout, &self.url).into(),
            }),
        }
    }

    async fn attempt_without_limit(&self) -> Result<Opened, Error> {
        let inner = self.client.inner();
        let http = inner.http1.client()?;
        let now = inner.clock.now();
        let context =
            inner.credential.authorize(self.context.fresh(), &inner.scope, now).await?;
        let key = generate_key();
        let mut request = http
            .request(Method::GET, &self.url)
            .version(Version::HTTP_11)
            .header(CONNECTION, "Upgrade")
            .header(UPGRADE, "websocket")
            .header(SEC_WEBSOCKET_VERSION, "13")
            .header(SEC_WEBSOCKET_KEY, &key)
            .build()
            .map_err(|e| Error::config(format!("the request cannot be made: {}", e.without_url())))?;
        context.apply(&mut request);
        let asks_version = request.url().query_pairs().any(|(name, _)| name == "api-version");
        let response = http.execute(request).await.map_err(|e| self.transport(e))?;
        let origin = Origin {
            url: self.url.clone(),
            deployment: self.deployment.clone(),
            status: response.status().as_u16(),
            headers: response.headers().clone(),
        };
        if response.status() == StatusCode::SWITCHING_PROTOCOLS {
            let accepted = response.headers().get(SEC_WEBSOCKET_ACCEPT);
            if accepted.map(HeaderValue::as_bytes) != Some(derive_accept_key(key.as_bytes()).as_bytes())
            {
                return Err(undecoded(&origin, Bytes::new(), "`sec-websocket-accept` is wrong"));
            }
            let Origin { status, headers, .. } = origin;
            let stream = response.upgrade().await.map_err(|e| self.transport(e))?;
            return Ok(Opened { stream, head: Head { status, headers, retries: 0 } });
        }
        if response.version() == Version::HTTP_2 {
            return Err(Error::config(
                "the HTTP client speaks HTTP/2, which cannot carry this WebSocket; give \
                 `http_client` a client that is built with `http1_only`",
            ));
        }
        let body = context.without_credential(&body(response).await).into_owned();
        if (200..300).contains(&origin.status) {
            return Err(undecoded(&origin, body.into(), "the server does not speak WebSocket"));
        }
        let mut error = ApiError::from_answer(body.into(), &origin);
        if let Some(hint) = self.hint(&error, asks_version) {
            error.set_hint(hint);
        }
        Err(Error::Api(error))
    }

    fn transport(&self, error: reqwest::Error) -> Error {
        if error.is_timeout() {
            let limit = self.client.inner().connect_timeout;
            let timeout = TimeoutError::new(TimeoutScope::Connect, limit, &self.url);
            return timeout.because_of(error.without_url()).into();
        }
        Error::Connection(ConnectionError::new(&self.url, error))
    }

    /// What is known about refusals of this API alone.
    fn hint(&self, error: &ApiError, asks_version: bool) -> Option<&'static str> {
        let is_v1 = self.client.inner().endpoint.mode() == Mode::V1;
        match error.status() {
            401 if is_v1 && asks_version => Some(
                "the v1 realtime URL takes no `api-version`, and refuses it with 401; leave it out",
            ),
            400 if error.code().is_some_and(|code| {
                // The service spells it this way, too.
                ["OpperationNotSupported", "OperationNotSupported"].contains(&code)
            }) =>
            {
                Some(
                    "the deployment's model cannot hold a session; a transcription model belongs \
                     into `transcription` of the session, or into `realtime_transcription`",
                )
            }
            _ => None,
        }
    }

    /// The wait before the next attempt; `None` to give up.
    pub(super) fn wait(&self, error: &mut Error, backoff: Option<Duration>) -> Option<Duration> {
        let now = self.client.inner().clock.now();
        let outcome = match &*error {
            Error::Api(e) => Outcome::Status(e.status(), e.headers()),
            Error::Connection(_) => Outcome::NoAnswer,
            Error::Timeout(e) if e.scope() != TimeoutScope::Deadline => Outcome::NoAnswer,
            _ => Outcome::Final,
        };
        let verdict = classify(outcome, &self.retry, backoff, now);
        if let Error::Api(e) = error {
            e.note_wait(now, verdict == Verdict::WaitTooLong);
        }
        match verdict {
            Verdict::Retry(wait) => Some(wait),
            Verdict::Fail | Verdict::WaitTooLong => None,
        }
    }

    /// The URL without its query.
    pub(super) fn url(&self) -> &str {
        &self.url
    }
}

/// The body of a refusal, or what arrived of it.
async fn body(mut response: reqwest::Response) -> BytesMut {
    let mut body = BytesMut::new();
    while let Ok(Some(chunk)) = response.chunk().await {
        let room = MAX_ERROR_BODY - body.len();
        body.extend_from_slice(&chunk[..chunk.len().min(room)]);
        if chunk.len() >= room {
            break;
        }
    }
    body
}

fn undecoded(origin: &Origin, body: Bytes, what: &'static str) -> Error {
    let ids = RequestIds::from_headers(&origin.headers);
    Error::Decode(DecodeError::new(origin.status, ids, body, what))
}

/// A random UUID (version 4).
fn random_id() -> String {
    let bits = fastrand::u128(..) & !(0xF << 76) & !(0x3 << 62) | (0x4 << 76) | (0x2 << 62);
    let hex = format!("{bits:032x}");
    [&hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..]].join("-")
}

/// Whether the endpoint wants the shapes of previews.
pub(super) fn is_preview(client: &Client) -> bool {
    client.inner().endpoint.mode() != Mode::V1
}

/// The IDs that a response named.
pub(super) fn request_ids(headers: &HeaderMap) -> RequestIds {
    RequestIds::from_headers(headers)
}
