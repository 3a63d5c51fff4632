//! Calls over WebRTC and SIP: `/realtime/calls`.

use std::future::Future;

use bytes::Bytes;
use openai_azure_sys::raw;
use reqwest::header::LOCATION;
use serde_json::json;

use super::request::RealtimeRequest;
use super::session::Session;
use crate::engine::call::Call;
use crate::engine::client::Client;
use crate::engine::options::CallOptions;
use crate::error::Error;
use crate::response::Response;

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
    /// The SDP of the service, for the browser.
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
    /// Any [`Error`] of a request.
    pub async fn create(
        &self,
        deployment: &str,
        offer: impl Into<String>,
        session: Session,
    ) -> Result<Response<RealtimeCall>, Error> {
        let session = self.with_model(deployment, session)?;
        let (boundary, form) = form(&offer.into(), &session);
        let media = format!("multipart/form-data; boundary={boundary}");
        let options = self.options.clone().header("content-type", media);
        let call = Call::new(&self.client, &options);
        let response =
            call.bytes(async |api: raw::Client| api.realtime_calls_create(form).await).await?;
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
        let call_id = checked(call_id)?;
        let call = Call::new(&self.client, &self.options);
        done(call.bytes(async |api: raw::Client| {
            api.realtime_calls_accept_create(call_id, session).await
        }))
        .await
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
        let body = status.unwrap_or_else(|| json!({})).to_string();
        let call_id = checked(call_id)?;
        let call = Call::new(&self.client, &self.options);
        done(
            call.bytes(async |api: raw::Client| {
                api.realtime_calls_reject_create(call_id, body).await
            }),
        )
        .await
    }

    /// Hands a call of SIP on: `POST /realtime/calls/{id}/refer`, to a URI such as
    /// `tel:+4722000000` or `sip:help@example.com`.
    ///
    /// # Errors
    ///
    /// Any [`Error`] of a request.
    pub async fn refer(&self, call_id: &str, target_uri: &str) -> Result<Response<()>, Error> {
        let body = json!({"target_uri": target_uri}).to_string();
        let call_id = checked(call_id)?;
        let call = Call::new(&self.client, &self.options);
        done(
            call.bytes(async |api: raw::Client| {
                api.realtime_calls_refer_create(call_id, body).await
            }),
        )
        .await
    }

    /// Ends a call: `POST /realtime/calls/{id}/hangup`.
    ///
    /// # Errors
    ///
    /// Any [`Error`] of a request.
    pub async fn hangup(&self, call_id: &str) -> Result<Response<()>, Error> {
        let call_id = checked(call_id)?;
        let call = Call::new(&self.client, &self.options);
        done(call.bytes(async |api: raw::Client| api.realtime_calls_hangup_create(call_id).await))
            .await
    }

    /// Attaches to a call that is going on; see [`Client::realtime_call`].
    pub fn attach(&self, call_id: impl Into<String>) -> RealtimeRequest {
        self.client.realtime_call(call_id)
    }

    /// The settings as JSON, with the deployment in them.
    fn with_model(&self, deployment: &str, mut session: Session) -> Result<String, Error> {
        session.model = Some(self.client.deployment(deployment)?);
        serde_json::to_string(&session)
            .map_err(|e| Error::config(format!("the session cannot be written: {e}")))
    }
}

/// An ID that can be a segment of a path.
fn checked(call_id: &str) -> Result<&str, Error> {
    if call_id.is_empty() || matches!(call_id, "." | "..") {
        return Err(Error::config(format!("a call cannot have the ID {call_id:?}")));
    }
    Ok(call_id)
}

/// The body of these responses is empty.
async fn done(
    call: impl Future<Output = Result<Response<Bytes>, Error>>,
) -> Result<Response<()>, Error> {
    call.await.map(|response| response.map_value(drop))
}

/// The last segment of `…/realtime/calls/{id}`.
fn call_id(location: &str) -> Option<&str> {
    let path = location.split(['?', '#']).next()?;
    path.trim_end_matches('/').rsplit('/').next().filter(|id| !id.is_empty())
}

/// The form with an offer and the settings of the session, and its boundary: two small parts with
/// media types of their own.
fn form(offer: &str, session: &str) -> (String, String) {
    let boundary = format!("call-{:032x}", fastrand::u128(..));
    let mut form = String::new();
    for (name, media, content) in
        [("sdp", "application/sdp", offer), ("session", "application/json", session)]
    {
        form += &format!(
            "--{boundary}\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\
             content-type: {media}\r\n\r\n{content}\r\n"
        );
    }
    form += &format!("--{boundary}--\r\n");
    (boundary, form)
}

#[cfg(test)]
mod tests {
    use super::call_id;

    #[test]
    fn the_id_is_the_last_segment_of_the_location() {
        for location in
            ["https://h/openai/v1/realtime/calls/rtc_1", "/v1/realtime/calls/rtc_1/?x=y/z#a"]
        {
            assert_eq!(call_id(location), Some("rtc_1"));
        }
        assert_eq!(call_id(""), None);
    }
}
