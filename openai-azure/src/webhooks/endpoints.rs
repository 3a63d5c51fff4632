//! Endpoints: `/dashboard/webhook_endpoints`, which no document of the service describes.

use std::fmt;

use openai_azure_sys::Request;
use reqwest::Method;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::endpoint::Mode;
use crate::engine::call::Call;
use crate::engine::client::Client;
use crate::engine::options::CallOptions;
use crate::error::Error;
use crate::page::Page;
use crate::response::Response;
use crate::trace::Telemetry;

/// URLs that the service sends events to. v1 endpoints only.
#[derive(Debug, Clone)]
#[must_use]
pub struct WebhookEndpoints {
    client: Client,
    options: CallOptions,
}

/// A URL that the service sends events to.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct WebhookEndpoint {
    /// Unique ID.
    pub id: String,
    /// Name of your choice.
    pub name: String,
    /// The URL: https, and public.
    pub url: String,
    /// Events that are sent, such as `response.completed`.
    pub event_types: Vec<String>,
    /// When it was created, in seconds since 1970.
    pub created_at: i64,
    /// The secret, in the response of `create` alone; keep it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub signing_secret: Option<SigningSecret>,
    /// What the secret looks like.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub signing_secret_hint: Option<String>,
    /// Fields that this crate does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// The secret of an endpoint, for [`Webhooks::new`](super::Webhooks::new). `Debug` does not print
/// it.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SigningSecret(String);

impl AsRef<str> for SigningSecret {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for SigningSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SigningSecret")
    }
}

/// What is left of a deleted endpoint.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct DeletedEndpoint {
    /// Unique ID.
    pub id: String,
    /// Whether it is deleted.
    pub deleted: bool,
}

/// What changes of an endpoint. The secret stays.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
#[must_use]
pub struct WebhookEndpointUpdate {
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    event_types: Option<Vec<String>>,
}

impl Telemetry for WebhookEndpoint {}
impl Telemetry for DeletedEndpoint {}

impl Client {
    /// Endpoints of webhooks: `/dashboard/webhook_endpoints`. v1 endpoints only.
    ///
    /// ```no_run
    /// # async fn example(client: openai_azure::Client) -> Result<(), openai_azure::Error> {
    /// use openai_azure::webhooks::Webhooks;
    ///
    /// let url = "https://example.com/hooks/azure";
    /// let created =
    ///     client.webhook_endpoints().create("calls", url, ["realtime.call.incoming"]).await?;
    /// if let Some(secret) = &created.signing_secret {
    ///     let webhooks = Webhooks::new(secret);
    ///     # let _ = webhooks;
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn webhook_endpoints(&self) -> WebhookEndpoints {
        WebhookEndpoints { client: self.clone(), options: CallOptions::new() }
    }
}

impl WebhookEndpointUpdate {
    /// Changes nothing.
    pub fn new() -> Self {
        Self::default()
    }

    /// Changes the name.
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// Changes the URL.
    pub fn url(mut self, url: impl Into<String>) -> Self {
        self.url = Some(url.into());
        self
    }

    /// Changes the events that are sent.
    pub fn event_types(mut self, types: impl IntoIterator<Item: Into<String>>) -> Self {
        self.event_types = Some(types.into_iter().map(Into::into).collect());
        self
    }
}

impl WebhookEndpoints {
    /// Sets timeouts, retries, headers and query of the requests.
    pub fn options(mut self, options: CallOptions) -> Self {
        self.options = self.options.merged_with(&options);
        self
    }

    /// Creates an endpoint: `POST /dashboard/webhook_endpoints`. The response is the only one with
    /// the secret.
    ///
    /// # Errors
    ///
    /// Any [`Error`] of a request.
    pub async fn create(
        &self,
        name: &str,
        url: &str,
        event_types: impl IntoIterator<Item: Into<String>>,
    ) -> Result<Response<WebhookEndpoint>, Error> {
        let types: Vec<String> = event_types.into_iter().map(Into::into).collect();
        let body = json!({"name": name, "url": url, "event_types": types});
        self.send(Method::POST, "", Some(&body)).await
    }

    /// Lists the endpoints: `GET /dashboard/webhook_endpoints`.
    ///
    /// # Errors
    ///
    /// Any [`Error`] of a request.
    pub async fn list(&self) -> Result<Response<Page<WebhookEndpoint>>, Error> {
        self.send(Method::GET, "", None).await
    }

    /// Changes an endpoint: `POST /dashboard/webhook_endpoints/{id}`.
    ///
    /// # Errors
    ///
    /// Any [`Error`] of a request.
    pub async fn update(
        &self,
        id: &str,
        update: WebhookEndpointUpdate,
    ) -> Result<Response<WebhookEndpoint>, Error> {
        let body = serde_json::to_value(&update)
            .map_err(|e| Error::config(format!("the request cannot be made: {e}")))?;
        self.send(Method::POST, id, Some(&body)).await
    }

    /// Deletes an endpoint: `DELETE /dashboard/webhook_endpoints/{id}`.
    ///
    /// # Errors
    ///
    /// Any [`Error`] of a request.
    pub async fn delete(&self, id: &str) -> Result<Response<DeletedEndpoint>, Error> {
        self.send(Method::DELETE, id, None).await
    }

    async fn send<T>(
        &self,
        method: Method,
        id: &str,
        body: Option<&Value>,
    ) -> Result<Response<T>, Error>
    where
        T: serde::de::DeserializeOwned + Telemetry,
    {
        let endpoint = self.client.endpoint();
        if endpoint.mode() != Mode::V1 {
            return Err(Error::config(
                "webhooks exist in the v1 API only; use an endpoint of that form, see \
                 `Endpoint::v1`",
            ));
        }
        let is_plain = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
        if !id.chars().all(is_plain) {
            return Err(Error::config(format!("no endpoint of webhooks has the ID {id:?}")));
        }
        let mut url = format!("{}/dashboard/webhook_endpoints", endpoint.base_url(Mode::V1));
        if !id.is_empty() {
            url.push('/');
            url.push_str(id);
        }
        let mut request = Request::new(method, url);
        if let Some(body) = body {
            request = request
                .with_json(body)
                .map_err(|e| Error::config(format!("the request cannot be made: {e}")))?;
        }
        Call::new(&self.client, &self.options).request_json(request).await
    }
}
