//! Requests that turn their connection into something else.

use reqwest::header::{
    CONNECTION, HeaderValue, SEC_WEBSOCKET_ACCEPT, SEC_WEBSOCKET_KEY, SEC_WEBSOCKET_VERSION,
    UPGRADE,
};
use reqwest::{Request, Response, StatusCode, Upgraded, Version};
use tokio_tungstenite::tungstenite::handshake::client::generate_key;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;

use crate::error::Error;

/// What the response to a handshake must hold.
pub(super) struct Handshake(String);

/// Why a response is not the end of a handshake.
pub(super) enum Refused {
    /// A failure status, to be read as every other one.
    Status(Response),
    /// It cannot work; what is wrong.
    Unfit(&'static str),
    /// The settings cannot work.
    Config(Error),
    /// The connection broke.
    Broken(reqwest::Error),
}

/// Makes a request the first one of a WebSocket. The key is new in each attempt.
pub(super) fn prepare(request: &mut Request) -> Handshake {
    let key = generate_key();
    *request.version_mut() = Version::HTTP_11;
    let headers = request.headers_mut();
    headers.insert(CONNECTION, HeaderValue::from_static("Upgrade"));
    headers.insert(UPGRADE, HeaderValue::from_static("websocket"));
    headers.insert(SEC_WEBSOCKET_VERSION, HeaderValue::from_static("13"));
    if let Ok(value) = HeaderValue::from_str(&key) {
        headers.insert(SEC_WEBSOCKET_KEY, value);
    }
    Handshake(derive_accept_key(key.as_bytes()))
}

impl Handshake {
    /// Takes the connection over if the response agrees. `accept` is what the headers held, which
    /// may have been moved away.
    pub(super) async fn finish(
        &self,
        response: Response,
        accept: Option<&HeaderValue>,
    ) -> Result<Upgraded, Refused> {
        if response.status() == StatusCode::SWITCHING_PROTOCOLS {
            if accept.map(HeaderValue::as_bytes) != Some(self.0.as_bytes()) {
                return Err(Refused::Unfit("`sec-websocket-accept` is wrong"));
            }
            return response.upgrade().await.map_err(Refused::Broken);
        }
        if response.version() == Version::HTTP_2 {
            return Err(Refused::Config(Error::config(
                "the HTTP client speaks HTTP/2, which cannot carry this WebSocket; give \
                 `http_client` a client that is built with `http1_only`",
            )));
        }
        if response.status().is_success() {
            return Err(Refused::Unfit("the server does not speak WebSocket"));
        }
        Err(Refused::Status(response))
    }
}

/// The name of the header that a server agrees with.
pub(super) const ACCEPT: reqwest::header::HeaderName = SEC_WEBSOCKET_ACCEPT;
