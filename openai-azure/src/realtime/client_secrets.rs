//! Client secrets: `/realtime/client_secrets`.

use std::fmt;
use std::time::Duration;

use openai_azure_sys::raw;
use serde_json::json;

use super::session::Session;
use super::wire::wire;
use crate::engine::call::Call;
use crate::engine::client::Client;
use crate::engine::options::CallOptions;
use crate::engine::setters::option_setters;
use crate::error::Error;
use crate::response::Response;

/// Client secrets of the resource.
#[derive(Debug, Clone)]
#[must_use]
pub struct RealtimeClientSecrets {
    client: Client,
}

/// A client secret to be created: `POST /realtime/client_secrets`. v1 endpoints only.
#[derive(Debug, Clone)]
#[must_use = "nothing is sent before `send`"]
pub struct ClientSecretRequest {
    client: Client,
    deployment: String,
    session: Session,
    expires_after: Option<Duration>,
    options: CallOptions,
}

wire! {
    /// A token with which a browser can start sessions, and nothing else.
    pub struct ClientSecret {
        /// The token.
        value: SecretText,
        /// When it ends, in seconds since 1970. Sessions that were started before go on.
        expires_at: i64,
        /// The settings of its sessions.
        session: Session,
    }
}

/// A text that `Debug` does not print.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct SecretText(String);

impl SecretText {
    /// The text.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for SecretText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretText")
    }
}

impl super::wire::WireValue for SecretText {
    fn read<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        serde::Deserialize::deserialize(deserializer).map(Self)
    }

    fn write<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl crate::trace::Telemetry for ClientSecret {}

impl RealtimeClientSecrets {
    pub(super) fn new(client: Client) -> Self {
        Self { client }
    }

    /// Creates a client secret for sessions with a deployment.
    ///
    /// ```no_run
    /// # async fn example(client: openai_azure::Client) -> Result<(), openai_azure::Error> {
    /// use std::time::Duration;
    ///
    /// let secret = client
    ///     .realtime_client_secrets()
    ///     .create("gpt-realtime-1.5")
    ///     .session(|s| s.voice("marin"))
    ///     .expires_after(Duration::from_secs(60))
    ///     .send()
    ///     .await?;
    /// println!("ends at {}", secret.expires_at);
    /// # Ok(())
    /// # }
    /// ```
    pub fn create(&self, deployment: impl Into<String>) -> ClientSecretRequest {
        ClientSecretRequest {
            client: self.client.clone(),
            deployment: deployment.into(),
            session: Session::new(),
            expires_after: None,
            options: CallOptions::new(),
        }
    }
}

impl ClientSecretRequest {
    option_setters!(options);

    /// Sets the settings of the sessions. The browser can change them.
    pub fn session(mut self, settings: impl FnOnce(Session) -> Session) -> Self {
        self.session = settings(self.session);
        self
    }

    /// Sets how long sessions can be started: 10 s to 2 hours. Default: 10 minutes.
    pub fn expires_after(mut self, time: Duration) -> Self {
        self.expires_after = Some(time);
        self
    }

    /// Sends the request.
    ///
    /// # Errors
    ///
    /// Any [`Error`] of a request.
    pub async fn send(mut self) -> Result<Response<ClientSecret>, Error> {
        self.session.model = Some(self.client.deployment(&self.deployment)?);
        let mut body = json!({"session": self.session});
        if let Some(time) = self.expires_after {
            body["expires_after"] = json!({"anchor": "created_at", "seconds": time.as_secs()});
        }
        let body = body.to_string();
        Call::new(&self.client, &self.options)
            .json(async |api: raw::Client| api.realtime_client_secrets_create(body).await)
            .await
    }
}
