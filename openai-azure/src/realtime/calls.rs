//! Calls over WebRTC and SIP: `/realtime/calls`.

use bytes::Bytes;
use openai_azure_sys::{Body, Request};
use reqwest::Method;
use reqwest::header::{HeaderValue, LOCATION};
use serde_json::json;

use super::request::RealtimeRequest;
use super::session::Session;
use crate::endpoint::Mode;
use crate::engine::call::Call;
use crate::engine::client::Client;
use crate::engine::options::CallOptions;
use crate::error::Error;
use crate::response::Response;

/// What carries an SDP offer or answer.
const SDP: &str = "application/sdp";

/// Calls of the resource. v1 endpoints only.
///
/// | call | method |
/// |---|---|
/// | WebRTC: a browser has an SDP offer | [`create`](RealtimeCalls::create) |
/// | SIP: the webhook `realtime.call.incoming` has an ID | [`accept`](RealtimeCalls::accept), [`reject`](RealtimeCalls::reject), [`refer`](RealtimeCalls::refer) |
/// | both | [`hangup`](RealtimeCalls::hangup), [`attach`](RealtimeCalls::attach) |
#[derive(Debug, Clone)]
#[must_use]
pub struct RealtimeCalls {
    client: Client,
    options: CallOptions,
}

/// A call that was created.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct RealtimeCall {
    /// Unique ID, to attach to the call and to hang it up.
    pub id: String,
    /// The SDP answer, for the browser.
    pub sdp: String,
}

impl RealtimeCalls {
    pub(super) fn new(client: Client) -> Self {
        Self { client, options: CallOptions::new() }
    }

    /// Sets timeouts, retries, headers and query of the requests.
    pub fn options(mut self, options: CallOptions) -> Self {
        self.options = self.options.merged_with(&options);
        self
    }

    /// Creates a call of WebRTC by the SDP offer of a browser: `POST /realtime/calls`.
    ///
    /// The media go between the browser and the service. The program can attach to the call by its
    /// ID. Without settings, the session is that of the client secret that the request is
    /// authenticated with.
    ///
    /// ```no_run
    /// # async fn example(client: openai_azure::Client, offer: String) -> Result<(), openai_azure::Error> {
    /// use openai_azure::realtime::Session;
    ///
    /// let session = Session::new().voice("marin").instructions("Be brief.");
    /// let call = client.realtime_calls().create("gpt-realtime-1.5", offer, session).await?;
    /// println!("for the browser: {}", call.sdp);
    /// let mut session = client.realtime_call(&call.id).connect().await?;
    /// session.create_response().await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// Any [`Error`] of a request. It is not tried again after it was sent, because that could
    /// create a second call.
    pub async fn create(
        &self,
        deployment: &str,
        offer: impl Into<String>,
        session: Session,
    ) -> Result<Response<RealtimeCall>, Error> {
        let session = self.with_model(deployment, session)?;
        let form = Form::new(&offer.into(), &session.to_string());
        let request = self.request("", form.content_type()?, form.body)?;
        let response = self.send(request).await?;
        let location = response.headers().get(LOCATION).and_then(|value| value.to_str().ok());
        let id = location.and_then(call_id).unwrap_or_default().to_owned();
        Ok(response
            .map_value(|sdp| RealtimeCall { id, sdp: String::from_utf8_lossy(&sdp).into_owned() }))
    }

    /// Accepts a call of SIP, with the settings of its session:
    /// `POST /realtime/calls/{id}/accept`. The service wants instructions in them.
    ///
    /// # Errors
    ///
    /// Any [`Error`] of a request; [`Error::Api`] with 404 when the caller has given up.
    pub async fn accept(
        &self,
        call_id: &str,
        deployment: &str,
        session: Session,
    ) -> Result<Response<()>, Error> {
        let session = self.with_model(deployment, session)?;
        self.command(call_id, "accept", Some(session)).await
    }

    /// Rejects a call of SIP: `POST /realtime/calls/{id}/reject`, with a SIP status such as 486
    /// (busy). Default: 603 (decline).
    ///
    /// # Errors
    ///
    /// Any [`Error`] of a request.
    pub async fn reject(
        &self,
        call_id: &str,
        status_code: impl Into<Option<u16>>,
    ) -> Result<Response<()>, Error> {
        let status = status_code.into().map(|code| json!({"status_code": code}));
        self.command(call_id, "reject", status).await
    }

    /// Hands a call of SIP on: `POST /realtime/calls/{id}/refer`, to a URI such as
    /// `tel:+4722000000` or `sip:help@example.com`.
    ///
    /// # Errors
    ///
    /// Any [`Error`] of a request.
    pub async fn refer(&self, call_id: &str, target_uri: &str) -> Result<Response<()>, Error> {
        self.command(call_id, "refer", Some(json!({"target_uri": target_uri}))).await
    }

    /// Ends a call: `POST /realtime/calls/{id}/hangup`.
    ///
    /// # Errors
    ///
    /// Any [`Error`] of a request.
    pub async fn hangup(&self, call_id: &str) -> Result<Response<()>, Error> {
        self.command(call_id, "hangup", None).await
    }

    /// Attaches to a call that is going on; see [`Client::realtime_call`].
    pub fn attach(&self, call_id: impl Into<String>) -> RealtimeRequest {
        self.client.realtime_call(call_id)
    }

    async fn command(
        &self,
        call_id: &str,
        command: &str,
        body: Option<serde_json::Value>,
    ) -> Result<Response<()>, Error> {
        if call_id.is_empty() || matches!(call_id, "." | "..") {
            return Err(Error::config(format!("a call cannot have the ID {call_id:?}")));
        }
        let path = format!("/{}/{command}", segment(call_id));
        let json = HeaderValue::from_static("application/json");
        let body = body.map_or_else(Bytes::new, |body| body.to_string().into());
        let request = self.request(&path, json, body)?;
        self.send(request).await.map(|response| response.map_value(drop))
    }

    fn with_model(&self, deployment: &str, session: Session) -> Result<serde_json::Value, Error> {
        let mut session = session;
        session.model = Some(self.client.deployment(deployment)?);
        serde_json::to_value(&session)
            .map_err(|e| Error::config(format!("the session cannot be written: {e}")))
    }

    fn request(&self, path: &str, media: HeaderValue, body: Bytes) -> Result<Request, Error> {
        let endpoint = self.client.endpoint();
        if endpoint.mode() != Mode::V1 {
            return Err(Error::config(
                "calls exist in the v1 API only; use an endpoint of that form, see `Endpoint::v1`",
            ));
        }
        let url = format!("{}/realtime/calls{path}", endpoint.base_url(Mode::V1));
        let request = Request::new(Method::POST, url);
        Ok(if body.is_empty() { request } else { request.with_body(media, Body::from(body)) })
    }

    async fn send(&self, request: Request) -> Result<Response<Bytes>, Error> {
        Call::new(&self.client, &self.options).request(request).await
    }
}

/// A segment of a path: everything but letters, digits and `-._~` is escaped.
fn segment(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    let escaped = text.bytes().map(|byte| {
        if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }
    });
    escaped.collect()
}

/// The last segment of `…/realtime/calls/{id}`.
fn call_id(location: &str) -> Option<&str> {
    let path = location.split(['?', '#']).next()?;
    path.trim_end_matches('/').rsplit('/').next().filter(|id| !id.is_empty())
}

/// The form with an offer and the settings of the session: two small parts with media types of their
/// own.
struct Form {
    boundary: String,
    body: Bytes,
}

impl Form {
    fn new(offer: &str, session: &str) -> Self {
        let boundary = format!("call-{:032x}", fastrand::u128(..));
        let mut body = String::new();
        for (name, media, content) in
            [("sdp", SDP, offer), ("session", "application/json", session)]
        {
            body += &format!(
                "--{boundary}\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\
                 content-type: {media}\r\n\r\n{content}\r\n"
            );
        }
        body += &format!("--{boundary}--\r\n");
        Self { boundary, body: body.into() }
    }

    fn content_type(&self) -> Result<HeaderValue, Error> {
        HeaderValue::try_from(format!("multipart/form-data; boundary={}", self.boundary))
            .map_err(|_| Error::config("the form cannot be sent"))
    }
}

#[cfg(test)]
mod tests {
    use super::{call_id, segment};

    #[test]
    fn the_id_is_the_last_segment_of_the_location() {
        for location in
            ["https://h/openai/v1/realtime/calls/rtc_1", "/v1/realtime/calls/rtc_1/?x=y/z#a"]
        {
            assert_eq!(call_id(location), Some("rtc_1"));
        }
        assert_eq!(call_id(""), None);
        assert_eq!(segment("a/b?c é"), "a%2Fb%3Fc%20%C3%A9");
    }
}
