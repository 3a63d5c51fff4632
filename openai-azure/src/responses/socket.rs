//! Responses over a WebSocket: one connection for a conversation of many turns.

use std::fmt;
use std::future::poll_fn;
use std::sync::{Arc, LazyLock};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use openai_azure_sys::Request;
use reqwest::Method;
use reqwest::header::{CONTENT_TYPE, HeaderMap, HeaderValue};
use serde::Deserialize;

use super::ResponseRequest;
use super::socket_stream::ResponseSocketStream;
use super::socket_timer::{EventTimer, Limits};
use super::stored::Responses;
use crate::endpoint::Mode;
use crate::engine::call::Call;
use crate::engine::client::Client;
use crate::engine::options::CallOptions;
use crate::engine::web_socket::{Incoming, SocketLimits, WebSocket};
use crate::error::{ApiError, CloseCode, ClosedError, Error, StreamError, TimeoutError};
use crate::request_ids::RequestIds;
use crate::response::Head;
use crate::response_headers::ResponseHeaders;
use crate::response_origin::ResponseOrigin;
use crate::trace::{CallTrace, StreamTrace};

/// How long one attempt to connect may take, unless the options say otherwise.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(30);

/// The type of the only message that is sent.
const CREATE: &str = "response.create";

/// A connection for one response after the other: `GET /responses`, upgraded to WebSocket; made by
/// [`Responses::connect`].
///
/// It saves a connection and the transfer of earlier items for each turn: a turn that continues the
/// one before by
/// [`previous_response_id`](ResponseRequest::previous_response_id) sends its new items only, with
/// `store(false)` too, because the service keeps the last response of the connection. A turn that
/// fails drops that response.
///
/// One response is made at a time. It reads only while it is asked and spawns nothing; pings of the
/// service are replied to while a response is read and in [`closed`](Self::closed). The service
/// ends a connection after 60 minutes.
///
/// ```no_run
/// # async fn example(client: openai_azure::Client) -> Result<(), openai_azure::Error> {
/// let mut socket = client.responses().connect().await?;
/// let mut previous = None;
/// for question in ["Why is the sky blue?", "And at sunset?"] {
///     let mut request = client.respond("gpt-5.6-terra").user(question).store(false);
///     if let Some(id) = previous.take() {
///         request = request.previous_response_id(id);
///     }
///     let mut events = socket.respond(request).await?;
///     while let Some(event) = events.try_next().await? {
///         print!("{}", event.text());
///     }
///     previous = Some(events.so_far().id.clone());
/// }
/// socket.close().await
/// # }
/// ```
pub struct ResponseSocket {
    client: Client,
    options: CallOptions,
    /// `None` once the connection has ended.
    socket: Option<WebSocket>,
    head: Head,
    url: String,
    trace: CallTrace,
    timer: EventTimer,
    /// A response was requested whose last event has not arrived.
    is_busy: bool,
    /// Why the connection ended, for those who ask later.
    end: (CloseCode, String),
}

impl Responses {
    /// Connects a WebSocket for responses: `GET /responses` with an upgrade. Each response is then
    /// requested by [`ResponseSocket::respond`].
    ///
    /// v1 endpoints only. Headers, query, timeout and retries of this builder hold for the
    /// handshake; the timeout of an attempt is 30 s by default.
    ///
    /// ```no_run
    /// # async fn example(client: openai_azure::Client) -> Result<(), openai_azure::Error> {
    /// let mut socket = client.responses().connect().await?;
    /// let request = client.respond("gpt-5.6-terra").user("Why is the sky blue?");
    /// println!("{}", socket.respond(request).await?.finish().await?.text());
    /// socket.close().await
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::Config`] for an endpoint that is not v1; [`Error::Api`] when the service refuses the
    /// handshake, [`Error::Connection`] and [`Error::Timeout`] when there is no response, after the
    /// retries of the policy; [`Error::Decode`] when the server does not speak WebSocket.
    pub async fn connect(&self) -> Result<ResponseSocket, Error> {
        ResponseSocket::connect(&self.client, &self.options).await
    }
}

impl ResponseSocket {
    async fn connect(client: &Client, options: &CallOptions) -> Result<Self, Error> {
        let endpoint = client.endpoint();
        if endpoint.mode() != Mode::V1 {
            return Err(Error::config(
                "responses over a WebSocket exist in the v1 API only; use an endpoint of that \
                 form, see `Endpoint::v1`",
            ));
        }
        let of_client = &client.inner().options;
        let mut handshake = options.clone();
        if options.timeout.is_none() && of_client.timeout.is_none() {
            handshake = handshake.timeout(CONNECT_TIMEOUT);
        }
        let url = format!("{}/responses", endpoint.base_url(Mode::V1));
        let request = Request::new(Method::GET, &*url);
        let observer = &client.inner().observer;
        let span = observer.start("responses_connect", None, endpoint, None, false);
        let upgraded = Call::new(client, &handshake).upgrade(request, &span).await;
        let (stream, head, trace) = upgraded.inspect_err(|error| span.failed(error))?;
        let mut limits = SocketLimits::default();
        if let Some(bytes) = options.max_event_bytes.or(of_client.max_event_bytes) {
            limits.message_bytes = bytes;
        }
        Ok(Self {
            socket: Some(WebSocket::new(stream, &head, &*url, limits).await),
            client: client.clone(),
            options: options.clone(),
            head,
            url,
            trace,
            timer: EventTimer::new(),
            is_busy: false,
            end: (CloseCode::Normal, String::new()),
        })
    }

    /// Requests a response and returns its events.
    ///
    /// The request is the same as for HTTP. Its headers and query have no place here: set them
    /// before [`connect`](Responses::connect). Of its options the timeout limits the time to the
    /// first event, the idle timeout that between two events, 600 s each by default; nothing is
    /// sent twice.
    ///
    /// If the stream of the response before was dropped, the rest of its events is read first.
    ///
    /// # Errors
    ///
    /// [`Error::Config`] for what cannot be sent, such as a request in the background;
    /// [`Error::Closed`] when the connection has ended: connect again.
    pub async fn respond(
        &mut self,
        request: ResponseRequest,
    ) -> Result<ResponseSocketStream<'_>, Error> {
        let limits = Limits::new(&request.options, &self.options, &self.client);
        let (deployment, message) = message(request)?;
        let deployment: Arc<str> = deployment.into();
        let (observer, endpoint) = (&self.client.inner().observer, self.client.endpoint());
        let span = observer.start("responses_create", Some(&deployment), endpoint, None, true);
        let sent = self.send(message, limits).await;
        sent.inspect_err(|error| span.failed(error))?;
        let origin = self.origin(Some(deployment));
        let mut trace = StreamTrace::new(self.trace.with_span(span));
        trace.opened();
        Ok(ResponseSocketStream::new(self, origin, trace))
    }

    /// Replies to pings until the connection ends, and returns why: for the time between two
    /// responses, beside whatever comes next in `tokio::select!`. Cancel-safe.
    ///
    /// It is [`Error::Closed`], or [`Error::Api`] for an error that the service sends first, such as
    /// `websocket_connection_limit_reached` after 60 minutes.
    pub async fn closed(&mut self) -> Error {
        if let Some(socket) = &mut self.socket {
            socket.reading_again();
        }
        loop {
            match poll_fn(|cx| self.poll_message(cx)).await {
                Ok(message) => {
                    if let Some(error) = self.error_of(&message) {
                        return error;
                    }
                }
                Err(error) => return error,
            }
        }
    }

    /// The IDs of the handshake, to give to support.
    #[must_use]
    pub fn request_ids(&self) -> RequestIds {
        self.head.request_ids()
    }

    /// How often the handshake was tried again before it succeeded.
    #[must_use]
    pub fn retries_taken(&self) -> u32 {
        self.head.retries
    }

    /// Closes the connection, and waits up to 5 s for the service to agree. Events that arrive
    /// meanwhile are dropped. Dropping the socket closes it without waiting.
    ///
    /// # Errors
    ///
    /// [`Error::Closed`] when the connection is broken already.
    pub async fn close(mut self) -> Result<(), Error> {
        let Some(mut socket) = self.socket.take() else { return Err(self.gone()) };
        socket.reading_again();
        socket.start_close()?;
        // What breaks now is the end that was asked for.
        while let Incoming::Text(_) | Incoming::Binary(_) =
            poll_fn(|cx| socket.poll_message(cx)).await
        {}
        Ok(())
    }

    async fn send(&mut self, message: String, limits: Limits) -> Result<(), Error> {
        if let Some(socket) = &mut self.socket {
            socket.reading_again();
        }
        if self.is_busy {
            self.timer.start(limits.idle);
        }
        while self.is_busy {
            let message = poll_fn(|cx| self.poll_message(cx)).await?;
            self.is_busy = !is_last(&message);
        }
        // What the service has said since then, if it has closed.
        while let Poll::Ready(message) = poll_fn(|cx| Poll::Ready(self.poll_message(cx))).await {
            if let Some(error) = self.error_of(&message?) {
                return Err(error);
            }
        }
        let Some(socket) = &mut self.socket else { return Err(self.gone()) };
        self.trace.log_body("a message of the client", json_headers(), message.as_bytes());
        let sent = async {
            poll_fn(|cx| socket.poll_ready(cx)).await?;
            socket.start_text(message)?;
            self.is_busy = true;
            self.timer.limits(limits);
            poll_fn(|cx| socket.poll_flush(cx)).await
        };
        let sent = sent.await;
        if let Err(Error::Closed(_)) = &sent {
            self.ended(CloseCode::Abnormal, "");
        }
        sent
    }

    /// The next message. After an error other than [`Error::Stream`] of one message the connection
    /// has ended.
    pub(super) fn poll_message(&mut self, cx: &mut Context<'_>) -> Poll<Result<Bytes, Error>> {
        let Some(socket) = &mut self.socket else { return Poll::Ready(Err(self.gone())) };
        let error = match socket.poll_message(cx) {
            Poll::Ready(Incoming::Text(text)) => {
                self.timer.restart();
                return Poll::Ready(Ok(text.into()));
            }
            Poll::Ready(Incoming::Binary(bytes)) => {
                let what = "a message is not text";
                let error = StreamError::new(what, self.head.status, self.request_ids());
                self.ended(CloseCode::Unsupported, "");
                Error::Stream(error.with_event(bytes))
            }
            Poll::Ready(Incoming::Ended { code, reason, error }) => {
                self.ended(code, &reason);
                error
            }
            Poll::Ready(Incoming::Fault(error)) => {
                self.ended(CloseCode::Protocol, "");
                error
            }
            Poll::Pending => {
                if !self.is_busy {
                    return Poll::Pending;
                }
                let (scope, limit) = ready!(self.timer.poll_over(cx));
                self.ended(CloseCode::Abnormal, "");
                Error::Timeout(TimeoutError::new(scope, limit, &self.url))
            }
        };
        Poll::Ready(Err(error))
    }

    /// The last event of the response has arrived.
    pub(super) fn done(&mut self) {
        self.is_busy = false;
    }

    fn ended(&mut self, code: CloseCode, reason: &str) {
        self.socket = None;
        self.is_busy = false;
        self.end = (code, reason.to_owned());
    }

    fn gone(&self) -> Error {
        let (code, reason) = &self.end;
        Error::Closed(ClosedError::new(*code, reason.as_str(), self.request_ids()))
    }

    /// The error that a message is, outside a response.
    fn error_of(&self, message: &Bytes) -> Option<Error> {
        let value: serde_json::Value = serde_json::from_slice(message).ok()?;
        if value["type"] != "error" {
            return None;
        }
        let message = self.trace.without_credential(message.clone());
        Some(api_error(message, value, &self.origin(None)))
    }

    fn origin(&self, deployment: Option<Arc<str>>) -> Arc<ResponseOrigin> {
        Arc::new(ResponseOrigin {
            url: self.url.clone(),
            endpoint: self.head.endpoint.clone(),
            deployment,
            api_version: None,
            status: self.head.status,
            headers: Arc::clone(&self.head.headers),
        })
    }
}

impl fmt::Debug for ResponseSocket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ResponseSocket")
            .field("request_ids", &self.request_ids())
            .field("is_open", &self.socket.is_some())
            .finish_non_exhaustive()
    }
}

/// An event `error`, with what to do about those that only a socket has.
pub(super) fn api_error(
    event: Bytes,
    value: serde_json::Value,
    origin: &Arc<ResponseOrigin>,
) -> Error {
    let mut error = ApiError::from_event(event, value, origin);
    match error.code() {
        Some("previous_response_not_found") => error.set_hint(
            "a response that is not stored is known to its own connection only, until the next \
             one: send all items instead",
        ),
        Some("websocket_connection_limit_reached") => {
            error.set_hint("a connection lasts 60 minutes: connect again");
        }
        _ => {}
    }
    Error::Api(error)
}

/// The deployment, and the message that asks for the response.
///
/// # Errors
///
/// [`Error::Config`] for what cannot be sent.
fn message(mut request: ResponseRequest) -> Result<(String, String), Error> {
    let options = &request.options;
    options.check()?;
    let is_of_http = !options.headers.is_empty()
        || !options.query.is_empty()
        || options.api_version.is_some()
        || options.idempotency_key.is_some();
    if is_of_http {
        return Err(Error::config(
            "a request over a WebSocket has no headers, query, api-version or idempotency key of \
             its own: set them on `responses()` before `connect`",
        ));
    }
    if request.request.background == Some(true) {
        return Err(Error::config(
            "a response over a WebSocket cannot be in the background: use `send` or `stream`",
        ));
    }
    (request.request.background, request.request.stream) = (None, None);
    request.request.extra.insert("type".to_owned(), CREATE.into());
    let (deployment, body) = request.encoded()?;
    let body = String::from_utf8(body.into());
    Ok((deployment, body.map_err(|_| Error::config("the request is not UTF-8"))?))
}

/// The headers that a message would have over HTTP, for the log.
pub(super) fn json_headers() -> &'static ResponseHeaders {
    static JSON: LazyLock<ResponseHeaders> = LazyLock::new(|| {
        let json = HeaderValue::from_static("application/json");
        ResponseHeaders::from(&HeaderMap::from_iter([(CONTENT_TYPE, json)]))
    });
    &JSON
}

/// Whether it is the last event of its response.
fn is_last(message: &[u8]) -> bool {
    #[derive(Deserialize)]
    struct Event<'a> {
        #[serde(borrow, rename = "type")]
        kind: std::borrow::Cow<'a, str>,
    }
    const LAST: [&str; 5] = [
        "response.completed",
        "response.incomplete",
        "response.failed",
        "response.cancelled",
        "error",
    ];
    let event: Result<Event<'_>, _> = serde_json::from_slice(message);
    event.is_ok_and(|event| LAST.contains(&&*event.kind))
}
