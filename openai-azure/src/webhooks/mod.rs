//! Webhooks: what the service sends to a URL of yours when something has happened.
//!
//! A receiver needs the headers and the raw body of the request, from any web framework. The secret
//! is shown once, when the endpoint is created.
//!
//! ```
//! use openai_azure::webhooks::{WebhookEvent, Webhooks};
//!
//! # fn receive(headers: &http::HeaderMap, body: &[u8]) -> Result<(), openai_azure::webhooks::WebhookError> {
//! let webhooks = Webhooks::new("whsec_c2VjcmV0IG9mIGEgd2ViaG9vaw==");
//! let delivery = webhooks.parse(headers, body)?;
//! match delivery.event {
//!     WebhookEvent::ResponseCompleted(event) => println!("response {} is done", event.data.id),
//!     WebhookEvent::RealtimeCallIncoming(event) => println!("call {}", event.data.call_id),
//!     other => println!("{}", other.kind()),
//! }
//! # Ok(())
//! # }
//! ```
//!
//! # What a receiver must do
//!
//! - Pass the body as it arrived. JSON that was read and written again has another signature.
//! - Respond with a 2xx status within about 10 seconds, and do the work afterwards.
//! - Drop a delivery whose [`Delivery::id`] it has seen before: the service sends again when it
//!   gets no response, with the same ID.
//!
//! # Signatures
//!
//! They follow Standard Webhooks: `webhook-signature` holds one or more `v1,BASE64`, each the
//! HMAC-SHA256 of `ID.TIMESTAMP.BODY`. One that matches is enough, so that secrets can be exchanged.
//! They are compared in constant time. A timestamp that is more than 5 minutes away is refused.

mod endpoints;
mod error;
mod event;
mod signature;

pub use endpoints::{
    DeletedEndpoint, SigningSecret, WebhookEndpoint, WebhookEndpointUpdate, WebhookEndpoints,
};
pub use error::WebhookError;
pub use event::{CallIncoming, LiveCallIncoming, ObjectId, SipHeader, WebhookData, WebhookEvent};

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use http::HeaderMap;

use signature::Key;

/// How far a timestamp may be away.
const TOLERANCE: Duration = Duration::from_secs(300);

/// Verifies and reads webhooks. Cheap to clone; make it once.
#[derive(Clone)]
pub struct Webhooks {
    keys: Arc<[Key]>,
    tolerance: Duration,
}

/// A webhook whose signature is right.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Delivery {
    /// `webhook-id`: unique ID, the same when the service sends the event again.
    pub id: String,
    /// `webhook-timestamp`: when it was sent.
    pub timestamp: SystemTime,
    /// The event.
    pub event: WebhookEvent,
}

impl Webhooks {
    /// Verifies by this secret: `whsec_` and base64, as the service shows it, or any other text,
    /// whose bytes are the key then.
    #[must_use]
    pub fn new(secret: impl AsRef<str>) -> Self {
        Self { keys: [Key::new(secret.as_ref())].into(), tolerance: TOLERANCE }
    }

    /// Verifies by another secret too, while secrets are exchanged.
    #[must_use]
    pub fn also(self, secret: impl AsRef<str>) -> Self {
        let keys = self.keys.iter().cloned().chain([Key::new(secret.as_ref())]).collect();
        Self { keys, ..self }
    }

    /// Sets how far a timestamp may be away, in the past and in the future. Default: 5 minutes.
    #[must_use]
    pub fn tolerance(mut self, tolerance: Duration) -> Self {
        self.tolerance = tolerance;
        self
    }

    /// Verifies the signature of a webhook: headers and the raw body.
    ///
    /// # Errors
    ///
    /// [`WebhookError`] when a header is missing, the timestamp is too old or too new, or no
    /// signature is right.
    pub fn verify(&self, headers: &HeaderMap, body: impl AsRef<[u8]>) -> Result<(), WebhookError> {
        self.verify_at(headers, body, SystemTime::now())
    }

    /// Like [`Webhooks::verify`], at another time than now. For tests.
    ///
    /// # Errors
    ///
    /// See [`Webhooks::verify`].
    pub fn verify_at(
        &self,
        headers: &HeaderMap,
        body: impl AsRef<[u8]>,
        now: SystemTime,
    ) -> Result<(), WebhookError> {
        signature::verify(&self.keys, headers, body.as_ref(), self.tolerance, now).map(drop)
    }

    /// Verifies the signature, and reads the event.
    ///
    /// # Errors
    ///
    /// Those of [`Webhooks::verify`]; [`WebhookError::Body`] when the body is no event.
    pub fn parse(
        &self,
        headers: &HeaderMap,
        body: impl AsRef<[u8]>,
    ) -> Result<Delivery, WebhookError> {
        self.parse_at(headers, body, SystemTime::now())
    }

    /// Like [`Webhooks::parse`], at another time than now. For tests.
    ///
    /// # Errors
    ///
    /// See [`Webhooks::parse`].
    pub fn parse_at(
        &self,
        headers: &HeaderMap,
        body: impl AsRef<[u8]>,
        now: SystemTime,
    ) -> Result<Delivery, WebhookError> {
        let body = body.as_ref();
        let signed = signature::verify(&self.keys, headers, body, self.tolerance, now)?;
        let event = WebhookEvent::from_slice(body)?;
        Ok(Delivery { id: signed.id.to_owned(), timestamp: signed.timestamp, event })
    }
}

/// The secrets are not printed.
impl fmt::Debug for Webhooks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Webhooks")
            .field("secrets", &self.keys.len())
            .field("tolerance", &self.tolerance)
            .finish()
    }
}
